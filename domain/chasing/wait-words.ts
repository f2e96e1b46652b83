import { openSteps, stepOf } from '../chronology/chronology.ts';
import type { ChronologyEvent, Subject } from '../chronology/events.ts';
import type { Chronology } from '../chronology/state.ts';
import { ownersOf } from '../programme.ts';
import type { Programme, RoleId, RungKind, Step } from '../programme.ts';
import { londonDate } from '../time/london.ts';
import { longDateWithWeekday } from '../time/plain-date.ts';
import { inWords } from '../words.ts';
import { nextChase } from './due-actions.ts';

/**
 * What the engine's own page says of a deployment. Names and addresses of people never stand in it, only roles and steps.
 */

const EVERY_KIND: readonly RungKind[] = ['request', 'notice', 'reminder', 'overdue', 'call', 'escalation'];

/** Temporal takes 400 bytes for a summary; encryption adds 229 to these at most (temporal/payload-codec.test.ts). */
const MOST_BYTES = 160;

/**
 * What a deployment waits for, and until which day in London: "Waits for the headteacher until Tuesday 1 November 2022: reminder 2". The
 * wake-up is in epoch milliseconds; null when only an answer can change anything. Where something else than a chase wakes it, such as
 * the expected end of a pause, the day alone is said.
 */
export function waitWords(chronology: Chronology, wakeMs: number | null, nowMs: number): string {
  const { programme } = chronology;
  const open = openSteps(chronology);
  const chases = open.flatMap((record) => {
    const chase = nextChase(chronology, record, nowMs, EVERY_KIND);
    return chase === undefined || chase.atMs !== wakeMs ? [] : [{ step: stepOf(programme, record.step), rung: chase.rung }];
  });
  const [first] = chases;
  const waited = first === undefined ? open.map(({ step }) => stepOf(programme, step)) : [first.step];
  const roles = [...new Set(waited.flatMap((step) => ownersOf(step)))].map((role) => `the ${titleOf(chronology, role)}`);
  const who = roles.length === 0 ? '' : ` for ${inWords(roles)}`;
  const until = wakeMs === null ? '' : ` until ${longDateWithWeekday(londonDate(wakeMs))}`;
  const then = first === undefined ? '' : `: ${numbered(first.step, first.rung)}`;
  return within(`Waits${who}${until}${then}`);
}

/** What a wake-up stores: the step that was answered, or what else came first. "Stores: “Confirm participation” was answered". */
export function storedWords({ programme }: Chronology, events: readonly ChronologyEvent[]): string {
  const answered = events.find((event) => event.type === 'step-answered');
  if (answered !== undefined) return within(`Stores: “${stepOf(programme, answered.step).title}” was answered`);
  if (events.some(({ type }) => type === 'deployment-began')) return 'Stores: the deployment began';
  if (events.some(({ type }) => type === 'deployment-ended')) return 'Stores: the deployment ended';
  const reached = events.find((event) => event.type === 'rung-reached');
  return reached === undefined ? 'Stores what changed' : within(`Stores: “${stepOf(programme, reached.step).title}” is chased`);
}

function titleOf({ programme }: Chronology, role: RoleId): string {
  return programme.roles[role]?.title ?? role;
}

/** "reminder 2" where a ladder has more than one reminder, "escalation" where it has one. */
function numbered({ ladder }: Step, rung: Step['ladder'][number]): string {
  const alike = ladder.filter(({ kind }) => kind === rung.kind);
  const name = rung.kind === 'overdue' ? 'overdue notice' : rung.kind;
  return alike.length < 2 ? name : `${name} ${alike.findIndex(({ id }) => id === rung.id) + 1}`;
}

/** What the workflow of a deployment is, from its start to its end: "Targeted support, version 4, for a school". */
export function deploymentWords(programme: Pick<Programme, 'title' | 'version'>, subject: Subject): string {
  return within(`${programme.title}, version ${programme.version}, for a ${subject.kind}`);
}

/** What a deployment that has ended waits for; the instant, in epoch milliseconds, is the first at which nobody can reopen it any more. */
export function endedWords({ status, programme }: Chronology, untilMs: number): string {
  const end = status.kind === 'ended' ? ` as “${programme.ends[status.end]?.title ?? status.end}”` : '';
  return within(`Ended${end}. Can be reopened until ${longDateWithWeekday(londonDate(untilMs - 1))}`);
}

const ELLIPSIS = '…';

/** The words, cut off with an ellipsis where they are longer than Temporal takes. */
export function within(words: string): string {
  if (writtenBytes(words) <= MOST_BYTES) return words;
  let kept = '';
  let bytes = writtenBytes(ELLIPSIS);
  // By whole characters: half of one is written as an escape.
  for (const character of words) {
    bytes += writtenBytes(character);
    if (bytes > MOST_BYTES) break;
    kept += character;
  }
  return `${kept.trimEnd()}${ELLIPSIS}`;
}

/** How many bytes a text takes as JSON in UTF-8, without its quotation marks: a quotation mark within it takes two, a line break too. */
function writtenBytes(text: string): number {
  let bytes = 0;
  for (const character of JSON.stringify(text).slice(1, -1)) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x1_00_00 ? 3 : 4;
  }
  return bytes;
}
