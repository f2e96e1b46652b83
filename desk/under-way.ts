import { nowMs } from '../postgres/sandbox/clock.ts';
import { eventsAhead } from '../domain/chronology/ahead.ts';
import { lettersOf } from '../domain/chasing/sent-letters.ts';
import type { SentLetter } from '../domain/chasing/sent-letters.ts';
import { holdersOf, openSteps, stepOf, stopOf } from '../domain/chronology/chronology.ts';
import { latenessOf } from '../domain/chronology/lateness.ts';
import type { Parties, Subject } from '../domain/chronology/events.ts';
import type { Past, PastAnswer } from '../domain/chronology/under-way.ts';
import { ownersOf } from '../domain/programme.ts';
import type { PersonId, Programme, RoleId } from '../domain/programme.ts';
import { ok } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';
import { nthDay } from '../domain/time/days.ts';
import { londonDate, londonInstant } from '../domain/time/london.ts';
import { addDays, longDate, longDateWithWeekday } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import { capitalised, inWords, lowerFirst } from '../domain/words.ts';
import { LETTER_NAMES } from '../letters/kind-words.ts';
import type { Db } from '../postgres/database.ts';
import { namesOf } from '../postgres/views/people-called.ts';
import { deploymentsColumns, headingOf, readDeploymentsFile } from '../register/read-deployments-file.ts';
import type { DeploymentsRow, RowFault } from '../register/read-deployments-file.ts';
import { findPerson } from './find-person.ts';
import type { Plan, StartRefusal, UnderWay } from './start-deployment.ts';

/** The working days over which the letters of a file are counted before anything is imported. */
export const COUNTED_DAYS = 5;
/** How many days a coordinator has to decide on escalations whose time has passed, unless they give another day. */
const DAYS_TO_DECIDE = 10;

/** A row of a file of deployments under way, with the people found: ready to be planned, or with what is wrong with it. */
export type UnderWayLine = {
  readonly line: number;
  readonly subject: Subject | null;
  /** What was typed as the URN or the trust. */
  readonly target: string;
  readonly facts: Readonly<Record<string, string>>;
  readonly underWay: UnderWay | null;
  readonly fault: string | null;
};

/** The day by which coordinators decide unless somebody says otherwise: ten working days from a day. */
export function decideByFrom(today: PlainDate): PlainDate {
  return addDays(today, (DAYS_TO_DECIDE / 5) * 7);
}

/**
 * Reads a file of deployments that are under way and finds the people in it. Refused as a whole as `readDeploymentsFile` is; what is wrong with a
 * single row stands with it, each mistake by line and column. `by` takes them in; coordinators decide on escalations that have passed by `decideBy`.
 */
export async function readUnderWay(
  db: Db,
  programme: Programme,
  text: string,
  { by, decideBy }: { readonly by: PersonId; readonly decideBy: PlainDate },
): Promise<Result<readonly UnderWayLine[], Reason>> {
  const rows = readDeploymentsFile(programme, text);
  if (!rows.ok) return rows;
  const known = new Map<string, Awaited<ReturnType<typeof findPerson>>>();
  const personOf = async (typed: string) => {
    const found = known.get(typed) ?? (await findPerson(db, typed));
    known.set(typed, found);
    return found;
  };
  const firstAt = new Map<string, number>();
  const lines: UnderWayLine[] = [];
  for (const row of rows.value) {
    const faults: RowFault[] = [...row.faults];
    const people: Record<RoleId, readonly PersonId[]> = {};
    for (const [role, typed] of Object.entries(row.people)) {
      const ids: PersonId[] = [];
      for (const one of typed) {
        const found = await personOf(one);
        if (found.ok) ids.push(found.value.id);
        else
          faults.push({ heading: headingOfRole(programme, role), message: `${found.reason.message}.`, remedy: `${found.reason.remedy}.` });
      }
      people[role] = ids;
    }
    const named = namePeople(programme, row, people);
    faults.push(...named.faults);
    const before = firstAt.get(row.target);
    if (before === undefined) firstAt.set(row.target, row.line);
    else
      faults.push({
        heading: row.subject?.kind === 'trust' ? 'Trust' : 'URN',
        message: `It is in line ${before} already.`,
        remedy: 'Delete one of the two rows.',
      });
    const { began } = row;
    const past: Past | null =
      began === null || faults.length > 0
        ? null
        : { by, began, answers: named.answers, pauses: row.pauses, extension: row.extension, decideBy };
    lines.push({
      line: row.line,
      subject: row.subject,
      target: row.target,
      facts: row.facts,
      underWay: past === null ? null : { past, people: heldFromTheStart(programme, people) },
      fault: faults.length === 0 ? null : faults.map((fault) => faultWords(row.line, fault)).join(' '),
    });
  }
  return ok(lines);
}

/** The answers of a row with the people whom they name, such as the system leader: the nth answer names the nth person, or the last. */
function namePeople(
  programme: Programme,
  { answers }: DeploymentsRow,
  people: Parties,
): { readonly answers: readonly PastAnswer[]; readonly faults: readonly RowFault[] } {
  const faults: RowFault[] = [];
  const times = new Map<RoleId, number>();
  const inOrder = answers.toSorted((one, other) => (one.on < other.on ? -1 : one.on > other.on ? 1 : 0));
  const filled = inOrder.map((given): PastAnswer => {
    const step = stepOf(programme, given.step);
    const answer = given.answer === null ? step.answers[0] : step.answers.find(({ id }) => id === given.answer);
    const names = (answer?.fields ?? []).flatMap((field): readonly (readonly [string, string])[] => {
      if (field.names === null) return [];
      const nth = times.get(field.names) ?? 0;
      times.set(field.names, nth + 1);
      const ids = people[field.names] ?? [];
      const id = ids[nth] ?? ids.at(-1);
      if (id !== undefined) return [[field.id, id]];
      if (field.required) {
        const heading = headingOfRole(programme, field.names);
        faults.push({
          heading,
          message: `Nobody is named, and “${step.title}” was answered.`,
          remedy: 'Give a name or an e-mail address.',
        });
      }
      return [];
    });
    return { ...given, fields: { ...given.fields, ...Object.fromEntries(names) } };
  });
  for (const role of Object.keys(people)) {
    if (programme.roles[role]?.namedLater !== true || times.has(role)) continue;
    const naming = Object.values(programme.steps).find(({ answers: all }) =>
      all.some(({ fields }) => fields.some(({ names }) => names === role)),
    );
    faults.push({
      heading: headingOfRole(programme, role),
      message: `Somebody is named, and “${naming?.title ?? role}” has no date.`,
      remedy: 'Give the day on which they were chosen, or leave the name out.',
    });
  }
  return { answers: filled, faults };
}

/** Those who hold a role from the start. Whoever is named later is in the answer that names them. */
function heldFromTheStart({ roles }: Programme, people: Parties): Parties {
  return Object.fromEntries(Object.entries(people).filter(([role, held]) => roles[role]?.namedLater !== true && held.length > 0));
}

function headingOfRole(programme: Programme, role: RoleId): string {
  const column = deploymentsColumns(programme).find(({ meaning }) => meaning.kind === 'role' && meaning.role === role);
  return column?.heading ?? capitalised(programme.roles[role]?.title ?? role);
}

function faultWords(line: number, { heading, message, remedy }: RowFault): string {
  return `Line ${line}, column “${heading}”: ${message} ${remedy}`;
}

/** Why a deployment cannot be taken in or started, with the line and the column of the file that say otherwise where there is one. */
export function underWayRefusal(
  programme: Programme,
  underWay: { readonly line: number; readonly past: Past } | undefined,
  reason: StartRefusal,
): string {
  const words = reason.remedy === '' ? reason.message : `${reason.message} ${reason.remedy}`;
  if (underWay === undefined) return words;
  const heading = 'where' in reason ? headingOf(programme, underWay.past.answers, reason.where) : null;
  return `Line ${underWay.line}${heading === null ? '' : `, column “${heading}”`}: ${words}`;
}

/** A letter of the first days: on which day, and to whom. */
export type CountedLetter = { readonly on: PlainDate; readonly person: PersonId };

/**
 * What taking a deployment in would come to, in sentences: what is open, since when and until when, who is waited for, what is sent next and when, and
 * what the coordinator is to decide; and its letters of the first working days if nobody does anything.
 */
export async function underWayPreview(
  db: Db,
  { chronology, notes }: Pick<Plan, 'chronology' | 'notes'>,
): Promise<{ readonly sentences: readonly string[]; readonly letters: readonly CountedLetter[] }> {
  const atMs = nowMs();
  const today = londonDate(atMs);
  const { programme, calendar } = chronology;
  const last = nthDay(calendar, 'working', today, COUNTED_DAYS);
  const endMs = londonInstant(addDays(last.ok ? last.value : addDays(today, 7), 1), 0);
  // Whatever comes next comes within the longest ladder. A year is more than that.
  const ahead = eventsAhead(chronology, atMs, londonInstant(addDays(today, 366), 0)).flatMap((event) => lettersOf(event));
  const owners = openSteps(chronology).map((record) => holdersOf(chronology, ownersOf(stepOf(programme, record.step))));
  const names = await namesOf(
    db,
    [...owners.flat(), ...ahead.map(({ to }) => to), ...chronology.escalations.flatMap(({ holders }) => holders)].map(
      ({ person }) => person,
    ),
  );
  const nameOf = (person: PersonId) => names[person] ?? person;
  const sentences = openSteps(chronology).flatMap((record, at) => {
    const { title } = stepOf(programme, record.step);
    const late = record.dueOn < today ? `, ${latenessOf(programme, calendar, record.step, record.dueOn, today).words}` : '';
    const stop = stopOf(chronology, record);
    const next = ahead.find((letter) => letter.step === record.step && letter.round === record.round);
    const escalation = chronology.escalations.find(({ step, round }) => step === record.step && round === record.round);
    return [
      `Open: “${title}”, since ${longDateWithWeekday(record.openedOn)}, due on ${longDateWithWeekday(record.dueOn)}${late}. Waiting for: ${inWords((owners[at] ?? []).map(({ person }) => nameOf(person))) || 'nobody'}.`,
      ...(stop === undefined ? [] : [`Paused since ${longDate(stop.from)}.`]),
      ...(escalation?.promisedOn == null
        ? []
        : [
            `It would have been escalated before. Nothing is sent for that: ${inWords(escalation.holders.map(({ person }) => nameOf(person)))} decides by ${longDateWithWeekday(escalation.promisedOn)}.`,
          ]),
      stop === undefined ? nextWords(next, nameOf) : 'Nothing is sent while it is paused.',
    ];
  });
  return {
    sentences: [...sentences, ...notes],
    letters: ahead.filter(({ at }) => Date.parse(at) < endMs).map(({ at, to }) => ({ on: londonDate(Date.parse(at)), person: to.person })),
  };
}

function nextWords(next: SentLetter | undefined, nameOf: (person: PersonId) => string): string {
  if (next === undefined) return 'Nothing more is sent by itself.';
  return `Next: ${lowerFirst(LETTER_NAMES[next.kind])} to ${nameOf(next.to.person)} on ${longDateWithWeekday(londonDate(Date.parse(next.at)))}.`;
}

/** The letters of the first days by day, with how many the person with the most of them gets on that day. Days without any are left out. */
export function lettersByDay(
  letters: readonly CountedLetter[],
): readonly { readonly on: PlainDate; readonly letters: number; readonly most: number }[] {
  const days = Map.groupBy(letters, ({ on }) => on);
  return [...days]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([on, ofDay]) => ({
      on,
      letters: ofDay.length,
      most: Math.max(...[...Map.groupBy(ofDay, ({ person }) => person).values()].map(({ length }) => length)),
    }));
}
