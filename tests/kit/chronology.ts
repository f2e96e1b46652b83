import assert from 'node:assert/strict';
import type { Answer, Programme, Step } from '../../domain/programme.ts';
import { ownersOf } from '../../domain/programme.ts';
import type { TimeAllowed } from '../../domain/time/time-allowed.ts';
import { loadProgramme } from '../../programmes/load-programmes.ts';

/** A programme that comes with Chaser. The test fails with the findings if the programme has a fault. */
export function mustLoad(id: string): Programme {
  const loaded = loadProgramme(id);
  if (!loaded.ok) throw new Error(loaded.reason.message);
  return loaded.value;
}

export function mustHaveStep(programme: Programme, id: string): Step {
  return programme.steps[id] ?? assert.fail(`there is no step ${id}`);
}

/**
 * Stage, step, owners and time allowed of every step, in the order of the guidance's table, and for whom where a step
 * is not for all.
 */
export function rowsOf(programme: Programme): readonly (readonly (string | number)[])[] {
  return programme.stages.flatMap((stage) =>
    stage.steps.map((id) => {
      const step = mustHaveStep(programme, id);
      const when = Object.values(step.when ?? {}).map((values) => values.join(' or '));
      return [stage.number, id, ownersOf(step).join(' with '), timeInWords(step.allowed), ...when];
    }),
  );
}

function timeInWords(allowed: TimeAllowed): string {
  return 'count' in allowed ? `${allowed.count} ${allowed.unit}` : allowed.unit;
}

/** Where each answer of each step leads, in words. */
export function consequencesOf(programme: Programme): Readonly<Record<string, Readonly<Record<string, string>>>> {
  return Object.fromEntries(
    Object.values(programme.steps).map((step) => [
      step.id,
      Object.fromEntries(step.answers.map((answer) => [answer.id, consequenceOf(answer)])),
    ]),
  );
}

function consequenceOf({ opens, closes, ends, records, extension }: Answer): string {
  const said = [
    ...(ends === null ? [] : [`ends ${ends}`]),
    ...(opens.length === 0 ? [] : [`opens ${opens.join(', ')}`]),
    ...(closes.length === 0 ? [] : [`closes ${closes.join(', ')}`]),
    ...(records.length === 0 ? [] : [`records ${records.join(', ')}`]),
    ...(extension ? [`extension ${extension}`] : []),
  ];
  return said.length === 0 ? 'nothing further' : said.join('; ');
}
