import type { Letter, Named } from '../activities/ports.ts';
import { londonDate } from '../domain/time/london.ts';
import { longDate, longDateWithWeekday } from '../domain/time/plain-date.ts';
import { inWords } from '../domain/words.ts';
import { whyThen, whyThenInOneLine } from '../letters/due-date-words.ts';
import { domainOf } from './addresses.ts';
import { oneLine, paragraphsOf } from './clean-text.ts';
import { answerCommand } from './answer-command.ts';
import { answerButtons, asks, footLinks, laterWays } from './letter-links.ts';
import type { LetterLink } from './letter-links.ts';

/** The data for the templates of a letter, cleaned and formatted, so that the templates only choose the words. */
export type LetterView = ReturnType<typeof viewOf>;

/** Somebody as a template names them; links are null where there is nothing to link to. */
export type PersonView = {
  readonly name: string;
  readonly role: string;
  readonly email: string;
  readonly mailto: string | null;
  readonly telephone: string | null;
  readonly tel: string | null;
};

/** The views of letters that are being composed: the subject, the heading and the body of each are made from one. */
const views = new WeakMap<Letter, LetterView>();

/** The letter in the terms of its templates. Dates are London's; text and HTML are made from the same view. */
export function letterView(letter: Letter): LetterView {
  const known = views.get(letter);
  if (known !== undefined) return known;
  const view = viewOf(letter);
  views.set(letter, view);
  return view;
}

function viewOf(letter: Letter) {
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
    /** It asks its reader for an answer to the step. */
    isAsked: asks(letter.kind),
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
    whyInOneLine: oneLine(whyThenInOneLine(step.explanation) ?? ''),
    alsoTold: letter.alsoTold.map(oneLine).join(' '),
    answers: step.answers.map(({ id, label, needs }) => ({
      label: oneLine(label),
      /** Only for people who answer by command. */
      shortName: byCommand ? oneLine(id) : null,
      needs: needs.map(oneLine).join('; '),
    })),
    because: letter.because && {
      text: oneLine(letter.because.text),
      details: detailsOf(letter.because),
      /** They stand in the letter itself, and not only on its page. */
      saysDetails: saysDetails(letter),
    },
    /** "Thursday 10 November 2022", the day that the reader gave and that has passed; null when they gave none. */
    promised: letter.promisedOn === null ? null : longDateWithWeekday(letter.promisedOn),
    /** “Chris Mills, RDP coordinator, asks you to answer” */
    asksYou: toCoordinator
      ? `This is for you as ${to.role}. Please answer`
      : `${coordinator.name}, ${coordinator.role}, asks you to answer`,
    /** What stands above the buttons. */
    chooseWords: chooseWords(letter),
    /** Some answer needs something said with it. */
    needsMore: step.answers.some(({ needs }) => needs.length > 0),
    buttons: answerButtons(letter, answerPage(letter)),
    later: laterWays(letter, toCoordinator),
    foot: footLinks(letter),
    more: moreLink(letter),
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
    history: letter.sentBefore.map(doneLine),
    /** What was done last about the step: the newest line of its history; empty when nothing was. */
    lastDone: letter.sentBefore.slice(-1).map(doneLine).join(''),
    link: letter.link,
    pages: letter.pages,
    command: byCommand ? answerCommand(letter) : null,
  };
}

/** “1 December 2022: Told by e-mail that it is overdue, Jo Head” */
function doneLine({ on, what, toWhom }: Letter['sentBefore'][number]): string {
  return `${longDate(on)}: ${oneLine(what)}, ${oneLine(toWhom)}`;
}

function detailsOf({ details }: NonNullable<Letter['because']>) {
  return details.map(({ label, value }) => ({ label: oneLine(label), value: paragraphsOf(value) }));
}

/** Words that stand in the letter itself have at most so many characters; longer ones stand on its page and at the foot of its text. */
const SHORT = 240;

/** What was sent back is in the letter whatever its length, for it says what is missing; so is what its programme says is “in this e-mail”. */
function saysDetails({ because, step }: Letter): boolean {
  if (because === null || because.details.length === 0) return false;
  if (step.round > 1 || /\bthis e-mail\b/u.test(step.ask)) return true;
  return because.details.reduce((sum, { label, value }) => sum + label.length + value.length, 0) <= SHORT;
}

/** What is said above the buttons. */
function chooseWords({ step, begun }: Letter): string {
  if (begun !== null && begun.toYou !== null) return 'What you wrote is on this page:';
  const [only, other] = step.answers;
  // Buttons with the answers on them need no words above them.
  if (other !== undefined) return '';
  return only?.form === true ? 'Answer on this page:' : 'When it is done, tell us:';
}

/** Where the answers of a letter are given: the link of whoever is asked, or the page on which staff record what they heard by telephone. */
function answerPage({ kind, link, pages }: Letter): string | null {
  if (kind === 'call') return pages?.answer ?? null;
  return asks(kind) ? link : null;
}

/** The page with everything that the letter leaves out; null when there is none, so that the letter says it all. */
function moreLink({ kind, link, pages, step, deployment, sentBefore }: Letter): LetterLink | null {
  switch (kind) {
    case 'request':
    case 'reminder':
    case 'overdue': {
      const told = [
        ...(explainsOffer({ kind, step }) && deployment.offer !== '' ? ['the offer'] : []),
        'this date',
        'what happens next',
        ...(sentBefore.length > 0 ? ['what was sent'] : []),
      ];
      return link === null ? null : { words: `About ${inWords(told)}`, href: link };
    }
    case 'call':
      return pages && { words: 'About this date, what was asked and what was sent', href: pages.deployment };
    case 'escalation':
      return link === null ? null : { words: 'About this date, what was asked and what was sent', href: link };
    case 'escalation-notice':
    case 'notice':
    case 'news':
      return null;
    default:
      return kind satisfies never;
  }
}

function explainsOffer({ kind, step }: Pick<Letter, 'kind' | 'step'>): boolean {
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
