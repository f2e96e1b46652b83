import type { Calendar } from '../domain/time/calendar.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import type { Field, Programme, Step } from '../domain/programme.ts';
import { ownersOf, ROUND_BEFORE } from '../domain/programme.ts';
import { describeTimeAllowed } from '../domain/time/time-allowed.ts';
import { rehearsedSubject } from './cast.ts';
import { play } from './play.ts';
import { EVERYONE } from './scenario.ts';
import { wordsOf } from '../domain/chronology/opening.ts';
import { titleOf } from '../letters/teller.ts';

/** One difference between two versions of a programme; null on the side that lacks it. */
export type Difference = {
  /** The title of the step it is about, or the programme itself when it is about none. */
  readonly about: string;
  readonly what: string;
  readonly before: string | null;
  readonly after: string | null;
};

/** A step in the on-time rehearsals of both versions: when it opens and falls due; null where it does not open. */
export type DateRow = {
  readonly step: string;
  readonly round: number;
  readonly before: Dates | null;
  readonly after: Dates | null;
  readonly moved: boolean;
};
type Dates = { readonly opensOn: PlainDate; readonly dueOn: PlainDate };

/** Everything that differs between two versions, in the order of the stages: steps, owners, times, chases, answers, texts. */
export function differencesOf(before: Programme, after: Programme): readonly Difference[] {
  const ids = [...new Set([...stepsOf(before), ...stepsOf(after)])];
  return [
    ...compared('The programme', facts(before), facts(after)),
    ...ids.flatMap((id) => {
      const [old, young] = [before.steps[id], after.steps[id]];
      if (old === undefined || young === undefined) {
        const title = (old ?? young)?.title ?? id;
        return [
          {
            about: title,
            what: old === undefined ? 'Step added' : 'Step removed',
            before: old?.title ?? null,
            after: young?.title ?? null,
          },
        ];
      }
      return compared(young.title, factsOfStep(before, old), factsOfStep(after, young));
    }),
  ];
}

/** When each step opens and falls due in both versions when everyone is on time, in the order in which they open. */
export function datesSideBySide(before: Programme, after: Programme, calendar: Calendar, startsOn: PlainDate): readonly DateRow[] {
  const old = datesOf(before, calendar, startsOn);
  const young = datesOf(after, calendar, startsOn);
  const titles = new Map([...old, ...young].map(([key, { title }]) => [key, title]));
  return [...new Set([...young.keys(), ...old.keys()])].map((key) => {
    const [one, other] = [old.get(key), young.get(key)];
    return {
      step: titles.get(key) ?? key,
      round: (other ?? one)?.round ?? 1,
      before: one ?? null,
      after: other ?? null,
      moved: one?.dueOn !== other?.dueOn || one?.opensOn !== other?.opensOn,
    };
  });
}

type Facts = ReadonlyMap<string, string>;

function compared(about: string, before: Facts, after: Facts): readonly Difference[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((what) => {
    const [old, young] = [before.get(what) ?? null, after.get(what) ?? null];
    return old === young ? [] : [{ about, what, before: old, after: young }];
  });
}

/** What a programme says outside its steps, each in words so that a difference can be read. */
function facts(programme: Programme): Facts {
  const { title, source, offer, changes, starts, sendingHours, dailyCap, assumedTermCalendars, begins, roles, ends, completesAs } =
    programme;
  return new Map([
    ['Title', title],
    ['Source', source],
    ['The offer', offer],
    ['Sending hours', `${clock(sendingHours.fromMinute)} to ${clock(sendingHours.toMinute)}`],
    ['Reminder e-mails a day at most', String(dailyCap)],
    ['Term calendars that stand in', assumedTermCalendars.join(', ')],
    ['Begins with', begins.join(', ')],
    ['Completes as', completesAs],
    ...(changes === undefined ? [] : [['How it may be changed while it runs', inWords(changes)] satisfies [string, string]]),
    ...(starts ?? []).map((field): [string, string] => [`Asked at the start: ${field.id}`, fieldInWords(field)]),
    ...Object.entries(roles).map(([id, role]): [string, string] => [
      `Role ${id}`,
      [
        `${role.title}, counts ${role.days} days`,
        role.informedOnly ? 'told only' : '',
        role.heldBy === undefined ? '' : `held by those whom the register has as ${role.heldBy}`,
        role.calledBy === null ? '' : `telephoned by the ${titleOf(programme, role.calledBy)}`,
        role.escalatesTo === null ? '' : `escalates to the ${titleOf(programme, role.escalatesTo)}`,
        role.escalationTells.length === 0
          ? ''
          : `of which is told: ${role.escalationTells.map((told) => titleOf(programme, told)).join(', ')}`,
      ]
        .filter((part) => part !== '')
        .join('; '),
    ]),
    ...Object.entries(ends).map(([id, end]): [string, string] => [`End ${id}`, `${end.title} (${end.outcome})`]),
  ]);
}

function factsOfStep(programme: Programme, step: Step): Facts {
  const counted = step.countsFrom === 'opening' ? '' : `, counted from ${countedFromWords(step)}`;
  return new Map([
    ['Title', step.title],
    ['Stage', programme.stages.find(({ id }) => id === step.stage)?.title ?? step.stage],
    [
      'Who',
      ownersOf(step)
        .map((role) => titleOf(programme, role))
        .join(', with '),
    ],
    ...(step.askedBy === undefined ? [] : [['Asked on behalf of', `the ${titleOf(programme, step.askedBy)}`] satisfies [string, string]]),
    ['Time allowed', `${describeTimeAllowed(step.allowed)}${counted}`],
    ['Assumption', step.assumption ?? 'none'],
    ['Source', step.source],
    [
      'Chases',
      step.ladder
        .map(
          (rung) =>
            `${rung.id} (${rung.days} days${rung.pace == null ? '' : `, ${rung.pace}`}${rung.also === undefined ? '' : `, also ${rung.also.join(' and ')}`})`,
        )
        .join(', '),
    ],
    ['What is asked', step.ask],
    ...Object.entries(step.askWith).map(([role, text]): [string, string] => [`What is asked of the ${titleOf(programme, role)}`, text]),
    ['What happens next', step.next],
    ['Manner', step.optional ? 'optional' : step.automatic === null ? 'to be answered' : `answered by Chaser: ${step.automatic}`],
    ['Applies', step.when === undefined ? 'always' : `only where ${inWords(step.when)}`],
    ['May be raised', step.raised === undefined ? 'no' : step.raised.after === null ? 'at any time' : `after ${step.raised.after}`],
    ['Counts from', `${countedFromWords(step)}${step.notBefore == null ? '' : `, never earlier than ${step.notBefore}`}`],
    ['Explains the offer', step.explainsOffer ? 'yes' : 'no'],
    ...step.ladder.flatMap(({ id, text }): [string, string][] => (text === null ? [] : [[`Words of ${id}`, text]])),
    ...step.ladder.flatMap(({ id, withEarlier }): [string, string][] =>
      withEarlier === undefined
        ? []
        : [
            [
              `What ${id} repeats`,
              Object.entries(withEarlier)
                .map(([of, fields]) => `${fields.join(', ')} of ${of}`)
                .join('; '),
            ],
          ],
    ),
    ...step.answers.flatMap((answer): [string, string][] => [
      [
        `Answer ${answer.id}`,
        `${answer.label} → ${leads(answer)}${answer.when === undefined ? '' : `, only where ${inWords(answer.when)}`}`,
      ],
      ...(answer.told === undefined ? [] : [[`Answer ${answer.id}, told as`, answer.told] satisfies [string, string]]),
      ...answer.fields.map((field): [string, string] => [`Answer ${answer.id}, field ${field.id}`, fieldInWords(field)]),
    ]),
  ]);
}

/** "matched on", "opening", "the round before" */
function countedFromWords({ countsFrom }: Step): string {
  return countsFrom === ROUND_BEFORE ? 'the round before' : wordsOf(countsFrom);
}

/** A field with everything that limits its value. */
function fieldInWords({ label, kind, hint, required, ...rest }: Field): string {
  const limits = Object.entries(rest).filter(([name, value]) => name !== 'id' && value !== null);
  return [
    `${label} (${kind}${required ? '' : ', may be left empty'})`,
    ...(hint === null ? [] : [hint]),
    ...(limits.length === 0 ? [] : [inWords(Object.fromEntries(limits))]),
  ].join('; ');
}

/**
 * A value of the programme as text. It is the same for the same content, whatever the order of keys, and uses the
 * programme's own names: "upTo 20, approval approve-extension".
 */
function inWords(value: unknown): string {
  if (Array.isArray(value)) return value.map(inWords).join(', ');
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, inner]) =>
      typeof inner === 'object' && inner !== null ? `${wordsOf(name)} (${inWords(inner)})` : `${wordsOf(name)} ${inWords(inner)}`,
    )
    .join(', ');
}

function leads({ opens, closes, ends, records }: Step['answers'][number]): string {
  const ways = [
    ...(opens.length === 0 ? [] : [`opens ${opens.join(', ')}`]),
    ...(closes.length === 0 ? [] : [`closes ${closes.join(', ')}`]),
    ...(records.length === 0 ? [] : [`records ${records.join(', ')}`]),
    ...(ends === null ? [] : [`ends as ${ends}`]),
  ];
  return ways.length === 0 ? 'nothing further' : ways.join('; ');
}

function stepsOf({ stages }: Programme): readonly string[] {
  return stages.flatMap(({ steps }) => steps);
}

function datesOf(programme: Programme, calendar: Calendar, startsOn: PlainDate) {
  const { subject } = rehearsedSubject('school');
  const played = play({ programme, calendar, subject, startsOn, facts: {} }, EVERYONE['on-time']);
  const opened = played.ok ? played.value.events.filter((event) => event.type === 'step-opened') : [];
  return new Map(
    opened.map(({ step, round, on, dueOn }) => [
      `${step}/${round}`,
      { title: programme.steps[step]?.title ?? step, round, opensOn: on, dueOn },
    ]),
  );
}

function clock(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}
