import type { PlainDate } from '../domain/time/plain-date.ts';
import type { Programme } from '../domain/programme.ts';
import type { Path, Report } from '../programmes/finding.ts';
import { suggestion } from '../programmes/suggestion.ts';
import { CHANGES } from './change-schema.ts';
import { readDate } from './read-date.ts';
import type { Change, ScenarioChange } from './scenario.ts';
import type { ScenarioDocument } from './scenario-schema.ts';

type ChangeEntry = NonNullable<ScenarioDocument['changes']>[number];

/** One entry of `changes`: a day, and exactly one thing that is decided on it. */
export function readChange(entry: ChangeEntry, path: Path, programme: Programme, report: Report): readonly ScenarioChange[] {
  const on = readDate(entry.on, [...path, 'on'], report);
  const { on: _, ...said } = entry;
  const [kind, ...more] = Object.keys(said) as (keyof typeof said)[];
  if (kind === undefined || more.length > 0) {
    report(path, kind === undefined ? 'Nothing changes here' : `Two changes in one entry: ${[kind, ...more].join(' and ')}`, ONE_EACH);
    return [];
  }
  const change = changeOf(entry, on, (name, text) => readDate(text, [...path, kind, name], report));
  if (change === null) return [];
  check(change, [...path, kind], programme, report);
  return [{ on, change }];
}

const ONE_EACH = `Write one of ${CHANGES.slice(0, -1).join(', ')} or ${CHANGES.at(-1)} in each entry: extend: { step: …, to: 2022-12-05, because: …, by: the role that asks for it }.`;

type ReadDay = (name: string, text: string) => PlainDate;

function changeOf(entry: ChangeEntry, on: PlainDate, day: ReadDay): Change | null {
  const { withdraw, pause, prolong, extend, person, deputy, back, correct, takeBack, skip, remind, chase } = entry;
  if (withdraw) return { kind: 'withdraw', as: withdraw.as, ...saidIn(withdraw) };
  if (entry.reopen) return { kind: 'reopen', ...saidIn(entry.reopen) };
  if (pause) {
    return { kind: 'pause', step: pause.step ?? null, category: pause.category, until: day('until', pause.until), ...saidIn(pause) };
  }
  if (prolong) return { kind: 'prolong', until: day('until', prolong.until), ...saidIn(prolong) };
  if (entry.resume) return { kind: 'resume', ...saidIn(entry.resume) };
  if (extend) return { kind: 'extend', step: extend.step, to: day('to', extend.to), ...saidIn(extend) };
  if (entry.raise) return { kind: 'raise', step: entry.raise.step, ...saidIn(entry.raise) };
  if (entry.rematch) return { kind: 'rematch', ...saidIn(entry.rematch) };
  if (person) return { kind: 'person', role: person.role, ...saidIn(person) };
  if (deputy) {
    const from = deputy.from === undefined ? on : day('from', deputy.from);
    return { kind: 'deputy', for: deputy.for, from, until: day('until', deputy.until), ...saidIn(deputy) };
  }
  if (back) return { kind: 'back', for: back.for, ...saidIn(back) };
  if (correct) return { kind: 'correct', fact: correct.fact, to: day('to', correct.to), ...saidIn(correct) };
  if (takeBack) return { kind: 'takeBack', step: takeBack.step, ...saidIn(takeBack) };
  if (skip) return { kind: 'skip', step: skip.step, ...saidIn(skip) };
  if (remind) return { kind: 'remind', step: remind.step, by: remind.by ?? null };
  if (chase) return { kind: 'chase', pace: chase.pace, ...saidIn(chase) };
  return escalationChangeOf(entry, day);
}

function escalationChangeOf({ acknowledge, handOver, sendBack }: ChangeEntry, day: ReadDay): Change | null {
  if (acknowledge) {
    const { step, promised, toldTo = null } = acknowledge;
    return { kind: 'acknowledge', step, promised: day('promised', promised), toldTo, ...saidIn(acknowledge) };
  }
  if (handOver) return { kind: 'handOver', step: handOver.step, to: handOver.to, ...saidIn(handOver) };
  return sendBack ? { kind: 'sendBack', step: sendBack.step, ...saidIn(sendBack) } : null;
}

function saidIn({ because, by }: { readonly because: string; readonly by?: string | undefined }) {
  return { because, by: by ?? null };
}

/** The places where a change names a role. `to` names one only when an escalation is handed over. */
const ROLES = ['by', 'role', 'for', 'toldTo'] as const;

function check(change: Change, path: Path, programme: Programme, report: Report): void {
  const known = Object.keys(programme.roles);
  const named: Readonly<Record<string, unknown>> = change;
  for (const key of change.kind === 'handOver' ? [...ROLES, 'to'] : ROLES) {
    const role = named[key];
    if (typeof role === 'string' && !known.includes(role)) report([...path, key], `There is no role "${role}"`, suggestion(role, known));
  }
  if ('step' in change && change.step !== null && programme.steps[change.step] === undefined) {
    report([...path, 'step'], `There is no step "${change.step}"`, suggestion(change.step, Object.keys(programme.steps)));
  }
  if (change.kind === 'raise' && programme.steps[change.step] !== undefined && programme.steps[change.step]?.raised === undefined) {
    const raisable = Object.values(programme.steps).flatMap(({ id, raised }) => (raised === undefined ? [] : [id]));
    report([...path, 'step'], `"${change.step}" cannot be raised`, suggestion(change.step, raisable));
  }
  if (change.kind === 'withdraw') {
    const ends = Object.entries(programme.ends).flatMap(([id, { outcome }]) => (outcome === 'completed' ? [] : [id]));
    if (!ends.includes(change.as)) {
      report([...path, 'as'], `A deployment cannot be withdrawn as "${change.as}"`, suggestion(change.as, ends));
    }
  }
  if (change.kind === 'correct') {
    const dates = recordedDates(programme);
    if (!dates.includes(change.fact)) report([...path, 'fact'], `No date is recorded as "${change.fact}"`, suggestion(change.fact, dates));
  }
}

/** The dates that the answers of a programme record. */
function recordedDates({ steps }: Programme): readonly string[] {
  const answers = Object.values(steps).flatMap((step) => step.answers);
  const said = answers.flatMap(({ fields }) => fields).flatMap(({ records }) => (records === null ? [] : [records]));
  return [...new Set([...answers.flatMap(({ records }) => records), ...said])];
}
