import type { Programme } from '../domain/programme.ts';
import type { Path, Report } from '../programmes/finding.ts';
import { suggestion } from '../programmes/suggestion.ts';
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
  const change = changeOf(entry, report, path);
  if (change === null) return [];
  check(change, [...path, kind], programme, report);
  return [{ on, change }];
}

const ONE_EACH =
  'Write one of withdraw, pause, resume, extend, rematch or chase in each entry: extend: { step: …, to: 2022-12-05, because: …, by: the role that asks for it }.';

function changeOf(entry: ChangeEntry, report: Report, path: Path): Change | null {
  const { withdraw, pause, resume, extend, rematch, chase } = entry;
  if (withdraw) return { kind: 'withdraw', as: withdraw.as, because: withdraw.because, by: withdraw.by ?? null };
  if (pause) {
    const until = readDate(pause.until, [...path, 'pause', 'until'], report);
    return { kind: 'pause', step: pause.step ?? null, category: pause.category, until, because: pause.because, by: pause.by ?? null };
  }
  if (resume) return { kind: 'resume', because: resume.because, by: resume.by ?? null };
  if (extend) {
    const to = readDate(extend.to, [...path, 'extend', 'to'], report);
    return { kind: 'extend', step: extend.step, to, because: extend.because, by: extend.by ?? null };
  }
  if (chase) return { kind: 'chase', pace: chase.pace, because: chase.because, by: chase.by ?? null };
  return rematch ? { kind: 'rematch', because: rematch.because, by: rematch.by ?? null } : null;
}

function check(change: Change, path: Path, programme: Programme, report: Report): void {
  if (change.by !== null && programme.roles[change.by] === undefined) {
    report([...path, 'by'], `There is no role "${change.by}"`, suggestion(change.by, Object.keys(programme.roles)));
  }
  if ((change.kind === 'pause' || change.kind === 'extend') && change.step !== null && programme.steps[change.step] === undefined) {
    report([...path, 'step'], `There is no step "${change.step}"`, suggestion(change.step, Object.keys(programme.steps)));
  }
  if (change.kind === 'withdraw') {
    const ends = Object.entries(programme.ends).flatMap(([id, { outcome }]) => (outcome === 'completed' ? [] : [id]));
    if (!ends.includes(change.as)) {
      report([...path, 'as'], `A deployment cannot be withdrawn as "${change.as}"`, suggestion(change.as, ends));
    }
  }
}
