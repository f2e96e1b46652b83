import { labelOf, saidBesides, whoAnswered } from '../../desk/answer-words.ts';
import { givenAndCounted } from '../../desk/given-and-counted.ts';
import { londonDate } from '../../domain/time/london.ts';
import { longDate } from '../../domain/time/plain-date.ts';
import { askerOf, coordinatorRole, ownersOf } from '../../domain/programme.ts';
import type { Programme, Step } from '../../domain/programme.ts';
import { capitalised, inWords } from '../../domain/words.ts';
import { paragraphsOf } from '../../mail/clean-text.ts';
import { listOpenedBy, listSentAbout } from '../../postgres/access/answer-links.ts';
import type { Asked } from '../../postgres/access/answer-links.ts';
import type { Db } from '../../postgres/database.ts';
import { findStandingOf } from '../../postgres/views/clock-stops.ts';
import { listSteps } from '../../postgres/views/deployments.ts';
import { listCountedAnswers } from '../../postgres/desk/kept-answers.ts';
import { chaseLines } from '../../letters/chase-lines.ts';
import { whyThen } from '../../letters/due-date-words.ts';
import { alsoToldOf, askOf, becauseOf, filledInForPage } from '../../letters/letter-words.ts';
import { titleOf } from '../../letters/teller.ts';

/** What is asked, by when and why then, what has happened so far, and who hears of it. */
export async function askedView(db: Db, asked: Asked, programme: Programme, step: Step) {
  const [steps, standing, sent] = await Promise.all([listSteps(db, asked.reference), findStandingOf(db, asked), listSentAbout(db, asked)]);
  return {
    programmeTitle: programme.title,
    standing: standing ?? null,
    again: asked.round > 1,
    ask: paragraphsOf(filledInForPage(askOf(step, asked.role), programme, asked)),
    offer: step.explainsOffer ? paragraphsOf(programme.offer) : [],
    because: asked.openedBy && becauseOf(programme, asked.openedBy, asked),
    dueOn: asked.dueOn,
    late: !asked.optional && asked.today > asked.dueOn,
    optional: asked.optional,
    why: whyThen(asked.explanation),
    next: paragraphsOf(filledInForPage(step.next, programme, asked)),
    told: toldOf(asked, programme, step),
    sent: chaseLines(sent, []).map(({ on, what, toWhom }) => `${longDate(on)}: ${what}, ${toWhom}`),
    history: steps
      .filter(({ state }) => state === 'answered')
      .toSorted((one, other) => (one.closedAt ?? '').localeCompare(other.closedAt ?? ''))
      .map(({ step: id, round, closedAt, answeredBy }) => ({
        on: longDate(londonDate(Date.parse(closedAt ?? ''))),
        what: `${programme.steps[id]?.title ?? id}${round > 1 ? ` (time ${round})` : ''}`,
        who: answeredBy === 'chaser' ? 'Chaser' : (answeredBy ?? ''),
      })),
  };
}

/** What a person answered, what follows from it, and who was told. */
export async function countedView(db: Db, asked: Asked, programme: Programme, step: Step) {
  const opened = await listOpenedBy(db, asked);
  const counted = (await listCountedAnswers(db, asked.reference)).find((each) => each.step === asked.step && each.round === asked.round);
  return {
    kept: counted === undefined ? null : givenAndCounted(counted.givenAt, counted.countedAt),
    sentence: whoAnswered(asked, programme),
    answer: labelOf(programme, asked.step, asked.answer),
    said: saidBesides(programme, asked, asked.names),
    copySent: asked.answeredVia === 'link',
    next: paragraphsOf(filledInForPage(step.next, programme, asked)),
    told: opened.map(({ step: id, dueOn }) => {
      const follows = programme.steps[id];
      return {
        who: follows === undefined ? '' : inWords(ownersOf(follows).map((role) => holdersOf(asked, programme, role))),
        title: follows?.title ?? id,
        dueOn,
      };
    }),
    ended: asked.status === 'running' ? null : (programme.ends[asked.endedAs ?? '']?.title ?? null),
  };
}

/** Full sentences that say who sees the answer, and who hears when none comes. */
function toldOf(asked: Asked, programme: Programme, step: Step): readonly string[] {
  const roles = [askerOf(programme, step), coordinatorRole(programme), programme.roles[step.owner]?.escalatesTo].filter(
    (role) => role != null && role !== asked.role,
  );
  const seeing = [...new Set(roles)].map((role) => holdersOf(asked, programme, role ?? ''));
  return [
    ...(seeing.length === 0 ? [] : [`${capitalised(inWords(seeing))} can see your answer.`]),
    ...(step.answers.some(({ opens }) => opens.length > 0) ? ['The person who is asked next will be told what you answered.'] : []),
    ...(asked.optional ? [] : alsoToldOf(programme, step)),
  ];
}

/** "Cora Coordinator (RDP coordinator)", or "the RDP coordinator" while nobody holds the role. */
function holdersOf(asked: Asked, programme: Programme, role: string): string {
  const names = asked.parties.filter((party) => party.role === role).map(({ name }) => name);
  return names.length === 0 ? `the ${titleOf(programme, role)}` : `${inWords(names)} (${titleOf(programme, role)})`;
}
