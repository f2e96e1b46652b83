import { previewOf } from '../domain/chronology/preview.ts';
import type { Preview } from '../domain/chronology/preview.ts';
import { openSteps, stepOf } from '../domain/chronology/chronology.ts';
import type { Chronology, StepRecord, Stop } from '../domain/chronology/state.ts';
import { dueOf } from '../domain/chronology/opening.ts';
import type { StopCategory, WithdrawnBy } from '../domain/chronology/events.ts';
import type { ChangeCommand } from '../domain/changes/change.ts';
import { coordinatorRole, daysOf, ownersOf } from '../domain/programme.ts';
import { capitalised } from '../domain/words.ts';
import { ok, refused } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';
import { onOrAfter } from '../domain/time/days.ts';
import { londonDate } from '../domain/time/london.ts';
import { addDays, longDate, longDateWithWeekday } from '../domain/time/plain-date.ts';
import { recalendared } from '../calendars/impact.ts';
import type { Db } from '../postgres/database.ts';
import { listLines } from '../postgres/desk/many.ts';
import type { ManyJob } from '../postgres/desk/many.ts';
import { commandsOfPause } from '../postgres/desk/programme-pauses.ts';
import { readChronology } from '../postgres/pinned/chronology.ts';
import type { StoredChronology } from '../postgres/pinned/chronology.ts';
import { keepCalendar, readCalendar } from '../postgres/pinned/pinned.ts';
import { namesOf } from '../postgres/views/people-called.ts';
import { runningDeployments } from '../postgres/views/running-deployments.ts';
import { readCurrentBook } from './calendar-book.ts';
import { runningStops, stepTitle } from './standing-words.ts';

/** A change as it is kept until it is made: a calendar, which is large, by its version. */
export type KeptCommand = Exclude<ChangeCommand, { readonly kind: 'adopt-calendar' }> | KeptAdoption;
type KeptAdoption = { readonly kind: 'adopt-calendar'; readonly calendarVersion: string; readonly by: string; readonly because: string };

/** What one deployment's part of a change of many comes to. */
export type PlannedLine = { readonly commands: readonly KeptCommand[]; readonly preview: readonly string[] };

/**
 * What the change that a job asks for would do in one deployment if it were made now, in sentences; or why it is not possible. Dates are
 * fixed here, so that the change is the same however late it is made. Nothing is changed.
 */
export async function planChangeOfMany(db: Db, job: ManyJob, reference: string): Promise<Result<PlannedLine, Reason>> {
  const stored = await readChronology(db, reference);
  if (stored === undefined) return refused({ kind: 'unknown-deployment', message: `There is no deployment ${reference}.`, remedy: '' });
  const decided = await commandsOf(db, job, reference, stored);
  if (!decided.ok) return refused(await inWords(db, stored.chronology, decided.reason));
  const previews: Preview[] = [];
  for (const command of decided.value) {
    const preview = previewOf(stored.chronology, command, stored.now);
    if (!preview.ok) return refused(await inWords(db, stored.chronology, preview.reason));
    previews.push(preview.value);
  }
  const kept = decided.value.map((command): KeptCommand =>
    command.kind === 'adopt-calendar'
      ? { kind: command.kind, calendarVersion: command.calendar.version, by: command.by, because: command.because }
      : command,
  );
  const handedOver = job.kind === 'move-work' ? rolesHandedOver(stored.chronology, decided.value) : [];
  return ok({ commands: kept, preview: [...handedOver, ...(await sentencesOf(db, stored.chronology, previews))] });
}

/** "RDP coordinator: 2 open steps." for each role that goes to somebody else. */
function rolesHandedOver(chronology: Chronology, commands: readonly ChangeCommand[]): readonly string[] {
  const { programme } = chronology;
  return commands.flatMap((command) => {
    if (command.kind !== 'change-person') return [];
    const open = openSteps(chronology).filter(({ step }) => ownersOf(stepOf(programme, step)).includes(command.role)).length;
    const words = open === 0 ? 'nothing open now' : `${open} open ${open === 1 ? 'step' : 'steps'}`;
    return [`${capitalised(programme.roles[command.role]?.title ?? command.role)}: ${words}.`];
  });
}

/** A kept change as it is made. */
export async function commandFrom(db: Db, kept: KeptCommand): Promise<ChangeCommand> {
  if (kept.kind !== 'adopt-calendar') return kept;
  const { kind, by, because, calendarVersion } = kept;
  return { kind, by, because, calendar: await readCalendar(db, calendarVersion) };
}

/** A refusal of the core with the titles of steps and the names of people, where it has ids. */
export async function inWords(db: Db, { programme }: Pick<Chronology, 'programme'>, reason: Reason): Promise<Reason> {
  const [first = '', ...rest] = reason.message.split(' ');
  const names = await namesOf(db, [first]);
  const message = [names[first] ?? first, ...rest].join(' ');
  return { ...reason, message: message.replaceAll(/"([^"]*)"/gu, (_, inner: string) => `“${programme.steps[inner]?.title ?? inner}”`) };
}

/** The open step that the deployment waits for, as the list of deployments has it: the oldest that must be done. */
function stepWaitedFor(chronology: Chronology): StepRecord | undefined {
  if (chronology.status.kind !== 'running') return undefined;
  const [first] = openSteps(chronology)
    .filter(({ step }) => !stepOf(chronology.programme, step).optional)
    .toSorted((a, b) => compare(a.openedAt, b.openedAt) || compare(a.dueOn, b.dueOn) || compare(a.step, b.step));
  return first;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const NOTHING_OPEN: Reason = { kind: 'nothing-open', message: 'Nothing that must be done is open.', remedy: '' };

async function commandsOf(
  db: Db,
  { kind, said, by }: ManyJob,
  reference: string,
  { chronology, now }: StoredChronology,
): Promise<Result<readonly ChangeCommand[], Reason>> {
  const because = said['because'] ?? '';
  const step = stepWaitedFor(chronology);
  switch (kind) {
    case 'stop-clock': {
      const [stop] = runningStops(chronology);
      if (stop !== undefined) {
        return refused({
          kind: 'stopped',
          message: `It has been paused since ${longDate(stop.from)} already, all of it or one step.`,
          remedy: '',
        });
      }
      const { category = '', expectedEnd: until = '' } = said;
      // A deployment that starts while its programme is paused is paused from its first day.
      const began = chronology.steps[0]?.openedOn ?? '';
      const from = said['programme'] !== undefined && (said['from'] ?? '') < began ? began : (said['from'] ?? '');
      const tomorrow = addDays(londonDate(Date.parse(now)), 1);
      const expectedEnd = said['programme'] !== undefined && until < tomorrow ? tomorrow : until;
      // The form offers exactly the categories that there are.
      return ok([{ kind, scope: null, category: category as StopCategory, from, expectedEnd, by, because }]);
    }
    case 'resume-clock': {
      const stops = said['pause'] === undefined ? runningStops(chronology) : await stopsOfPause(db, said['pause'], reference, chronology);
      if (stops.length === 0) return refused({ kind: 'clock-runs', message: 'It is not paused.', remedy: '' });
      // Restarted on its first day, a pause is as if it had never been.
      const on = (from: string) => (said['from'] === 'undo' ? from : (said['on'] ?? ''));
      return ok(stops.map(({ stop, from }) => ({ kind, stop, on: on(from), by, because })));
    }
    case 'extend': {
      if (step === undefined) return refused(NOTHING_OPEN);
      const today = londonDate(Date.parse(now));
      const counted = addDays(step.dueOn < today ? today : step.dueOn, 7 * Number(said['weeks']));
      const dueOn = onOrAfter(chronology.calendar, daysOf(chronology.programme, stepOf(chronology.programme, step.step)), counted);
      if (!dueOn.ok) return dueOn;
      const agreedWith = said['agreedWith'] === undefined || said['agreedWith'] === '' ? null : said['agreedWith'];
      return ok([{ kind, step: step.step, round: step.round, dueOn: dueOn.value, agreedWith, by, because }]);
    }
    case 'end-extension': {
      const extended = openSteps(chronology).filter(({ extension }) => extension !== null);
      if (extended.length === 0) return refused({ kind: 'no-extension', message: 'No open step has more time.', remedy: '' });
      const commands: ChangeCommand[] = [];
      for (const record of extended) {
        const without = dueOf(chronology, { ...record, extension: null });
        if (!without.ok) return without;
        commands.push({
          kind: 'extend',
          step: record.step,
          round: record.round,
          dueOn: without.value.dueOn,
          agreedWith: null,
          by,
          because,
        });
      }
      return ok(commands);
    }
    case 'chase-now':
      return step === undefined ? refused(NOTHING_OPEN) : ok([{ kind, step: step.step, round: step.round, by }]);
    case 'change-person': {
      const role = coordinatorRole(chronology.programme);
      if (role === null) return refused({ kind: 'no-coordinator', message: 'Its programme has no coordinator.', remedy: '' });
      const held = chronology.parties[role] ?? [];
      const to = said['to'] ?? '';
      if (held.includes(to)) return refused({ kind: 'same-person', message: 'They coordinate it already.', remedy: '' });
      return ok([{ kind, role, from: held[0] ?? null, to, by, because }]);
    }
    case 'move-work': {
      const { person = '', to = '', job } = said;
      // Handed back is what was handed over, and not what its new holder had before.
      const moved = job === undefined ? null : await rolesMovedBy(db, job, reference);
      const roles = Object.entries(chronology.parties)
        .filter(([role, held]) => held.includes(person) && (moved === null || moved.includes(role)))
        .map(([role]) => role);
      if (roles.length === 0) return refused({ kind: 'nothing-changes', message: 'They have no role in it any more.', remedy: '' });
      return ok(roles.map((role) => ({ kind: 'change-person', role, from: person, to, by, because })));
    }
    case 'name-deputy': {
      const { person = '', deputy = '', from = '', to = '' } = said;
      return ok([{ kind, person, deputy, from, to, by, because }]);
    }
    case 'end-deputy':
      return ok([{ kind, person: said['person'] ?? '', by, because }]);
    case 'withdraw':
      // The form offers exactly the parties that there are.
      return ok([{ kind, end: said['end'] ?? '', withdrawnBy: said['withdrawnBy'] as WithdrawnBy, by, because }]);
    case 'reopen':
      return ok([{ kind, by, because }]);
    case 'adopt-calendar': {
      const running = await runningDeployments(db, { sql: 'd.reference = $1', values: [reference] });
      const { changed, impossible } = recalendared((await readCurrentBook(db)).book, running);
      const [none] = impossible;
      if (none !== undefined) return refused(none.reason);
      const [one] = changed;
      if (one === undefined)
        return refused({ kind: 'not-affected', message: 'It is counted on the newest dates already, or has ended.', remedy: '' });
      await keepCalendar(db, one.calendar);
      return ok([{ kind, calendar: one.calendar, by, because }]);
    }
    case 'start':
    case 'take-in':
      throw new Error('The start of many is planned in desk/work-many.ts.');
    default:
      return kind satisfies never;
  }
}

/** The roles that a job which handed over somebody's work moved in one deployment. */
async function rolesMovedBy(db: Db, job: string, reference: string): Promise<readonly string[]> {
  const lines = (await listLines(db, job)).filter(({ target, state }) => target === reference && state === 'done');
  // As this module kept them.
  return lines.flatMap(({ commands }) =>
    (commands as readonly KeptCommand[]).flatMap((command) => (command.kind === 'change-person' ? [command.role] : [])),
  );
}

/** The pause that the pause of a programme made of a deployment and that still lasts. Others stay as they are. */
async function stopsOfPause(db: Db, job: string, reference: string, chronology: Chronology): Promise<readonly Stop[]> {
  const commands = ((await commandsOfPause(db, job, reference)) ?? []) as readonly KeptCommand[];
  return runningStops(chronology).filter((stop) =>
    commands.some(
      (command) =>
        command.kind === 'stop-clock' &&
        stop.scope === null &&
        stop.category === command.category &&
        stop.from === command.from &&
        stop.because === command.because,
    ),
  );
}

/** What a change would do, one sentence for each thing: dates that move, what opens and closes, who is told and who is asked. */
async function sentencesOf(db: Db, chronology: Chronology, previews: readonly Preview[]): Promise<readonly string[]> {
  const names = await namesOf(
    db,
    previews.flatMap(({ tells, asks }) => [...tells, ...asks].map(({ person }) => person)),
  );
  const people = (all: readonly { readonly person: string }[]) => [...new Set(all.map(({ person }) => names[person] ?? person))].join(', ');
  const sentences = previews.flatMap(({ moves, closes, opens, ends, tells, asks }) => [
    ...moves.map(
      ({ from, to, ...ref }) => `“${stepTitle(chronology, ref)}” is due on ${longDateWithWeekday(to)} instead of ${longDate(from)}.`,
    ),
    ...closes.map((ref) => `“${stepTitle(chronology, ref)}” closes.`),
    ...opens.map(({ dueOn, ...ref }) => `“${stepTitle(chronology, ref)}” opens, due on ${longDateWithWeekday(dueOn)}.`),
    ...(ends === null ? [] : [`It ends: ${chronology.programme.ends[ends]?.title ?? ends}.`]),
    ...(tells.length === 0 ? [] : [`Told by e-mail: ${people(tells)}.`]),
    ...(asks.length === 0 ? [] : [`Asked by e-mail: ${people(asks)}.`]),
  ]);
  return sentences.length === 0 ? ['No date moves, and nobody is written to.'] : [...new Set(sentences)];
}
