import type { Letter, Named } from '../activities/ports.ts';
import { rungNamed } from '../domain/chasing/rung-names.ts';
import type { LetterKind } from '../domain/chasing/wanted.ts';
import type { ChronologyEvent, ExtensionAsked } from '../domain/chronology/events.ts';
import { askerOf, coordinatorRole, daysOf, mayPassOn, ownersOf, promiseRuleOf } from '../domain/programme.ts';
import type { Programme, Rung, Step } from '../domain/programme.ts';
import type { Calendar } from '../domain/time/calendar.ts';
import { countDays } from '../domain/time/days.ts';
import type { Explanation } from '../domain/time/due-date.ts';
import { londonDate } from '../domain/time/london.ts';
import { longDateWithWeekday } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import { begunWords } from './begun-words.ts';
import type { Beginner } from './begun-words.ts';
import { chaseLines } from './chase-lines.ts';
import type { CallMade, PromiseMade, SentBefore } from './chase-lines.ts';
import { changedEntries } from './calendar-entries.ts';
import type { HeldEntry } from './calendar-entries.ts';
import { newsOf } from './event-words.ts';
import { alsoToldOf, askOf, becauseOf, filledIn, hasManyFields, saidEarlier } from './letter-words.ts';
import type { OpenedBy, Party } from './letter-words.ts';
import { passedToOthers, passedToYou } from './passed-words.ts';
import { tellerOf, titleOf } from './teller.ts';
import type { Wording } from './teller.ts';

/** Everything that a letter may mention, as it is now. */
export type LetterFacts = {
  readonly key: string;
  readonly kind: LetterKind;
  readonly reference: string;
  /** The contact id of its recipient. */
  readonly person?: string;
  /** The role in which its recipient is addressed. */
  readonly role: string;
  readonly rung: string;
  readonly writtenAt: string;
  readonly programme: Programme;
  readonly calendar: Calendar;
  readonly step: Step;
  /** The due dates that its recipient was asked for, each by its step and round: for news all of them, else those that closed untold. */
  readonly entries: readonly HeldEntry[];
  readonly facts: {
    readonly recipient: Party;
    readonly parties: readonly Party[];
    readonly subject: string;
    readonly region: string;
    readonly round: number;
    readonly openedOn: PlainDate;
    readonly dueOn: PlainDate;
    readonly explanation: Explanation;
    readonly openedBy: OpenedBy | null;
    /** The newest answer to each step of the deployment, for a notice that repeats some of them. */
    readonly earlier?: readonly OpenedBy[];
    readonly sentBefore: readonly SentBefore[];
    /** The owners who have begun to answer, the first to begin comes first. */
    readonly begun?: readonly Beginner[];
    /** Calls about the step that brought no answer. Only those who look after lateness are told of them. */
    readonly calls?: readonly CallMade[];
    readonly threadKey: string | null;
    /** The event that a letter of news tells of, or by which an escalation came to its holder. */
    readonly about: ChronologyEvent | null;
    /** Names for the contact ids in that event, or in the extension to decide on. */
    readonly names: Readonly<Record<string, string>>;
    readonly decides: ExtensionAsked | null;
    /** The day, over by now, by which the recipient said that they would answer; null when they said none. */
    readonly promisedOn?: PlainDate | null;
    /** By when those who are asked said that they would answer. Only those who look after lateness are told. */
    readonly promises?: readonly PromiseMade[];
  };
};

/** The content of a letter, so that mail/ needs to know nothing of programmes and events. */
export function letterOf(of: LetterFacts, { link, pages, ...quiet }: Pick<Letter, 'link' | 'pages' | 'quieter' | 'goesOn'>): Letter {
  const { key, kind, writtenAt, programme, step, facts, calendar } = of;
  const { round, openedOn, dueOn, explanation, threadKey, subject, region } = facts;
  const named = ({ name, role, email, telephone }: Party): Named => ({ name, role: titleOf(programme, role), email, telephone });
  const owners = ownersOf(step).flatMap((role) => facts.parties.filter((party) => party.role === role));
  const days = daysOf(programme, step);
  const late = countDays(calendar, days, dueOn, dayOf(writtenAt));
  const rung = rungNamed(step, of.rung);
  const notice = rung?.text;
  const fill = (text: string) => filledIn(text, programme, facts);
  const wording: Wording = { programme, subject, nameOf: (person) => facts.names[person] ?? person };
  return {
    key,
    kind,
    to: named({ ...facts.recipient, role: of.role }),
    replyTo: named(facts.parties.find(({ role }) => role === askerOf(programme, step)) ?? facts.recipient),
    sender: step.askedBy === undefined ? null : (facts.parties.find(({ role }) => role === step.askedBy)?.name ?? null),
    writtenAt,
    threadKey,
    link,
    pages,
    ...quiet,
    deployment: { reference: of.reference, programme: programme.title, offer: programme.offer, subject, region },
    step: {
      stage: programme.stages.find(({ id }) => id === step.stage)?.title ?? step.stage,
      id: step.id,
      title: step.title,
      round,
      ask: fill(askOf(step, of.role)),
      next: fill(step.next),
      openedOn,
      dueOn,
      explanation,
      explainsOffer: step.explainsOffer,
      optional: step.optional,
      answers: step.answers.map(({ id, label, fields }) => ({
        id,
        label,
        needs: fields.filter(({ required, when }) => required && when === undefined).map((field) => field.label),
        form: hasManyFields(fields),
      })),
    },
    notice: notice == null ? null : fill(notice),
    news: kind === 'news' && facts.about !== null ? newsOf(facts.about, wording) : null,
    entries: changedEntries(kind === 'news' ? facts.about : null, of.entries, fill),
    // Outside the calendar nothing can be counted, but the letter still gives the due date.
    daysLate: late.ok ? Math.max(0, late.value) : 0,
    daysLateKind: days,
    owners: owners.map(named),
    alsoTold: alsoToldOf(programme, step),
    because: kind === 'notice' ? repeatedIn(of, rung, wording) : whyItCame(of, wording),
    begun: begunWords(facts.begun ?? [], of.person ?? null),
    sentBefore: chaseLines(
      facts.sentBefore,
      kind === 'escalation' || kind === 'call' ? (facts.calls ?? []) : [],
      kind === 'escalation' || kind === 'call' ? (facts.promises ?? []) : [],
    ),
    promisedOn: facts.promisedOn ?? null,
    maySayWhen: link !== null && !step.optional && promiseRuleOf(programme) !== null,
    mayAskForTime: link !== null && !step.optional && of.role !== coordinatorRole(programme),
    mayPassOn: link !== null && mayPassOn(programme, step, of.role),
  };
}

/** What a notice repeats: the answer that opened its step, and what was said earlier; null when it repeats nothing. */
function repeatedIn(of: LetterFacts, rung: Rung | undefined, wording: Wording): Letter['because'] {
  const opened = rung?.withAnswer === true ? whyItCame(of, wording) : null;
  const earlier = Object.entries(rung?.withEarlier ?? {}).flatMap(([step, fields]) => {
    const said = of.facts.earlier?.find((answered) => answered.step === step);
    return said === undefined ? [] : saidEarlier(of.programme, said, fields);
  });
  if (opened === null) return earlier.length === 0 ? null : { text: 'What was said before:', details: earlier };
  return { ...opened, details: [...opened.details, ...earlier] };
}

/** The letters that go to those who are asked, to whom the words of a programme speak. */
const TO_WHOEVER_IS_ASKED: ReadonlySet<LetterKind> = new Set(['request', 'reminder', 'overdue']);

/** Why this letter comes: the escalation was passed on, an extension was asked for, or an answer opened the step. */
function whyItCame({ programme, kind, facts }: LetterFacts, wording: Wording): Letter['because'] {
  const { about, decides, openedBy } = facts;
  if (about?.type === 'escalation-passed') {
    return { text: (kind === 'escalation' ? passedToYou : passedToOthers)(about, wording.nameOf), details: [] };
  }
  if (decides !== null) return extensionAskedFor(decides, wording);
  return openedBy === null ? null : becauseOf(programme, openedBy, TO_WHOEVER_IS_ASKED.has(kind) ? facts : null);
}

/** The extension that somebody is asked to decide on. */
function extensionAskedFor({ by, step, dueOn, because }: ExtensionAsked, wording: Wording): NonNullable<Letter['because']> {
  const { name, quoted } = tellerOf(wording);
  return {
    text: `${name(by)} asks for ${quoted(step)} to be due on ${longDateWithWeekday(dueOn)}.`,
    details: [{ label: 'Why', value: because }],
  };
}

function dayOf(at: string): PlainDate {
  return londonDate(Date.parse(at));
}
