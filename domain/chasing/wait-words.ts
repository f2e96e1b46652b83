import { openSteps, stepOf } from '../chronology/chronology.ts';
import type { ChronologyEvent } from '../chronology/events.ts';
import type { Chronology } from '../chronology/state.ts';
import { ownersOf } from '../programme.ts';
import type { RoleId, RungKind, Step } from '../programme.ts';
import { londonDate } from '../time/london.ts';
import { longDateWithWeekday } from '../time/plain-date.ts';
import { inWords } from '../words.ts';
import { nextChase } from './due-actions.ts';

/**
 * What the engine's own page says of a deployment. Names and addresses of people never stand in it, only roles and steps.
 */

const EVERY_KIND: readonly RungKind[] = ['request', 'notice', 'reminder', 'overdue', 'call', 'escalation'];

/** Temporal takes 400 bytes for a summary, and encryption adds some 180 to these. */
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

/** The words, cut off with an ellipsis where they are longer than Temporal takes. */
export function within(words: string): string {
  let bytes = 0;
  for (let at = 0; at < words.length; at += 1) {
    const code = words.charCodeAt(at);
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : 3;
    if (bytes > MOST_BYTES) return `${words.slice(0, at - 3).trimEnd()}…`;
  }
  return words;
}
