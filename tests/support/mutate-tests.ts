import { format, getCallSites } from 'node:util';

/**
 * What the unit tests of domain/ get for `vitest` while their changes are judged (mutate-runner.ts): `describe` and `it` note
 * each test, and nothing is run. These tests assert with node:assert and use no other part of vitest, so their code can stay
 * loaded from one change to the next, which vitest itself does not do.
 */
export type NotedTest = { readonly name: string; readonly line: number; readonly run: () => unknown };

let noted: NotedTest[] = [];
let groups: readonly string[] = [];

/** The tests that a file notes while `load` reads it. */
export async function notedBy(load: () => Promise<unknown>): Promise<readonly NotedTest[]> {
  noted = [];
  await load();
  return noted;
}

export function describe(name: string, body: () => void): void {
  const around = groups;
  groups = [...around, name];
  try {
    body();
  } finally {
    groups = around;
  }
}

type Body = (...given: readonly unknown[]) => unknown;

/** A test. The third place is a time limit for vitest; here the time is limited by Stryker. */
export function it(name: string, body: Body, _limitMs?: number): void {
  note(name, () => body());
}

it.each =
  (rows: readonly unknown[]) =>
  (name: string, body: Body): void => {
    rows.forEach((row, place) => {
      const given = Array.isArray(row) ? (row as readonly unknown[]) : [row];
      // Two rows may come to the same words; Stryker knows a test by its name.
      note(`${format(name, ...given)} (${String(place + 1)})`, () => body(...given));
    });
  };

export const test = it;

function note(name: string, run: () => unknown): void {
  // The two frames before are this function and the one that the test file called.
  noted.push({ name: [...groups, name].join(' > '), line: getCallSites(3)[2]?.lineNumber ?? 1, run });
}
