import type { Letter, Named } from '../activities/ports.ts';
import { londonDate } from '../domain/time/london.ts';
import { longDate, longDateWithWeekday } from '../domain/time/plain-date.ts';
import { inWords } from '../domain/words.ts';
import { whyThen } from '../letters/due-date-words.ts';
import { domainOf } from './addresses.ts';
import { oneLine, paragraphsOf } from './clean-text.ts';
import { answerCommand } from './answer-command.ts';

/** The data for the templates of a letter, cleaned and formatted, so that the templates only choose the words. */
export type LetterView = ReturnType<typeof letterView>;

/** Somebody as a template names them; links are null where there is nothing to link to. */
export type PersonView = {
  readonly name: string;
  readonly role: string;
  readonly email: string;
  readonly mailto: string | null;
  readonly telephone: string | null;
  readonly tel: string | null;
};

/** The letter in the terms of its templates. Dates are London's; text and HTML are made from the same view. */
export function letterView(letter: Letter) {
  const { step, deployment } = letter;
  const to = personView(letter.to);
  const coordinator = personView(letter.replyTo);
  const toCoordinator = sameAddress(letter.to, letter.replyTo);
  // A command is for a Chaser without a web service: coordinators are not programmers.
  const byCommand = letter.kind === 'call' ? letter.pages === null : toCoordinator && letter.link === null;
  const owners = letter.owners.map(personView);
  const title = oneLine(step.title);
  const writtenOn = londonDate(Date.parse(letter.writtenAt));
  return {
    kind: letter.kind,
    to,
    coordinator,
    /** A reply would come back to the reader. */
    toCoordinator,
    reference: oneLine(deployment.reference),
    programme: oneLine(deployment.programme),
    subject: oneLine(deployment.subject),
    region: oneLine(deployment.region),
    stage: oneLine(step.stage),
    title,
    /** "confirm participation", as it stands inside a sentence. */
    task: lowerFirst(title),
    again: step.round > 1,
    ask: paragraphsOf(step.ask),
    next: paragraphsOf(step.next),
    notice: paragraphsOf(letter.notice ?? ''),
    news: letter.news && {
      headline: oneLine(letter.news.headline),
      paragraphs: letter.news.paragraphs.flatMap(paragraphsOf),
      moves: letter.news.moves.map(
        ({ title: moved, from, to }) => `${oneLine(moved)}: now due on ${longDateWithWeekday(to)}, before on ${longDateWithWeekday(from)}.`,
      ),
    },
    /** An escalation that somebody else had before, or that has come back; or word of one. */
    passed: (letter.kind === 'escalation' || letter.kind === 'escalation-notice') && /\^\d+\//u.test(letter.key),
    offer: explainsOffer(letter) ? paragraphsOf(deployment.offer) : [],
    due: longDateWithWeekday(step.dueOn),
    dueToday: writtenOn === step.dueOn,
    /** The day had passed before this was written: it is counted from a match, say, for a step that opened late. */
    duePassed: writtenOn > step.dueOn,
    optional: step.optional,
    /** "2 school days"; null when the letter does not know that it is late. */
    late: letter.daysLate > 0 ? `${letter.daysLate} ${letter.daysLateKind} ${letter.daysLate === 1 ? 'day' : 'days'}` : null,
    why: whyThen(step.explanation).map(oneLine),
    alsoTold: letter.alsoTold.map(oneLine).join(' '),
    answers: step.answers.map(({ id, label, needs }) => ({
      label: oneLine(label),
      /** Only for people who answer by command. */
      shortName: byCommand ? oneLine(id) : null,
      needs: needs.map(oneLine).join('; '),
    })),
    because: letter.because && {
      text: oneLine(letter.because.text),
      details: letter.because.details.map(({ label, value }) => ({ label: oneLine(label), value: paragraphsOf(value) })),
    },
    /** "Thursday 10 November 2022", the day that the reader gave and that has passed; null when they gave none. */
    promised: letter.promisedOn === null ? null : longDateWithWeekday(letter.promisedOn),
    /** Where somebody says by when they will answer, asks for more time, or names somebody else to be asked. */
    cannotYet: letter.link !== null && letter.maySayWhen && !toCoordinator ? `${letter.link}/promise` : null,
    owners,
    /** The step is the coordinator's own, so the person who asks is also the one who is late. */
    coordinatorOwns: letter.owners.some((owner) => sameAddress(owner, letter.replyTo)),
    ownerNames: inWords(owners.map(({ name }) => name)),
    /** The people who are asked together with the recipient. */
    others: inWords(
      letter.owners.filter((owner) => !sameAddress(owner, letter.to)).map(({ name, role }) => `${oneLine(name)} (${oneLine(role)})`),
    ),
    begun: letter.begun && {
      toYou: letter.begun.toYou,
      ofThem: oneLine(letter.begun.ofThem),
      say: letter.begun.say,
    },
    history: letter.sentBefore.map(({ on, what, toWhom }) => `${longDate(on)}: ${oneLine(what)}, ${oneLine(toWhom)}`),
    link: letter.link,
    pages: letter.pages,
    command: byCommand ? answerCommand(letter) : null,
  };
}

function explainsOffer({ kind, step }: Letter): boolean {
  return kind === 'request' && step.explainsOffer && step.round === 1;
}

function personView(person: Named): PersonView {
  const email = oneLine(person.email);
  const telephone = oneLine(person.telephone ?? '');
  const digits = telephone.replaceAll(/[^\d+]/gu, '');
  return {
    name: oneLine(person.name) || email,
    role: oneLine(person.role),
    email,
    mailto: domainOf(person.email) === null ? null : `mailto:${encodeURIComponent(email)}`,
    telephone: telephone === '' ? null : telephone,
    tel: /^\+?\d{5,15}$/u.test(digits) ? `tel:${digits}` : null,
  };
}

function sameAddress(one: Named, other: Named): boolean {
  return one.email !== '' && one.email.toLowerCase() === other.email.toLowerCase();
}

/** "Confirm participation" → "confirm participation"; "DfE approval" stays. */
function lowerFirst(title: string): string {
  return /^\p{Lu}\p{Ll}/u.test(title) && !/^\p{Lu}\p{Ll}+\p{Lu}/u.test(title) ? title.charAt(0).toLowerCase() + title.slice(1) : title;
}
