import { ok, refused } from '../result.ts';
import type { Reason, Result } from '../result.ts';
import { strataOf } from './design.ts';
import type { SampleDesign, Stratum, Unit } from './design.ts';

export type DrawRefusal = Reason & {
  readonly kind: 'unknown-draw' | 'twice-in-frame' | 'in-two-strata' | 'not-in-frame' | 'no-reason';
};

export type DrawnUnit = { readonly unit: string; readonly stratum: string; readonly rank: string };
export type LeftOutUnit = { readonly unit: string; readonly because: string };
/** A stratum that had fewer than were wanted. */
export type ShortStratum = { readonly stratum: string; readonly wanted: number; readonly drawn: number };

export type Draw = {
  readonly drawn: readonly DrawnUnit[];
  readonly leftOut: readonly LeftOutUnit[];
  readonly short: readonly ShortStratum[];
};

/**
 * How many of a draw each stratum gets: in proportion to its target, whole numbers, the largest remainders first and of equal ones the
 * first in the list. 150 over targets of 20, 20, 20 and 20 are 38, 38, 37 and 37.
 */
export function sharesOf(size: number, strata: readonly Stratum[]): readonly number[] {
  const all = strata.reduce((sum, { target }) => sum + target, 0);
  const exact = strata.map(({ target }) => (all === 0 ? 0 : (size * target) / all));
  const whole = exact.map(Math.floor);
  const left = (all === 0 ? 0 : size) - whole.reduce((sum, one) => sum + one, 0);
  // Sorting keeps the order of the list among equal ones.
  const byRemainder = exact.map((share, at) => ({ at, rest: share - Math.floor(share) })).toSorted((a, b) => b.rest - a.rest);
  const more = new Set(byRemainder.slice(0, left).map(({ at }) => at));
  return whole.map((one, at) => one + (more.has(at) ? 1 : 0));
}

/**
 * Draws a sample without replacement. Everybody has a rank that follows from the seed and their id alone, and in each stratum those with
 * the lowest ranks are drawn. So the same seed draws the same people whatever the order of the frame, a later draw with the same seed goes on
 * where the one before ended, and somebody who is added to the frame moves nobody else. Whoever is not drawn although they are in the frame
 * is left out with a reason: excluded, drawn before, of no stratum that is drawn.
 *
 * Refused where the frame names somebody twice, where somebody belongs to two strata, and where an exclusion or an earlier draw names
 * somebody who is not in the frame.
 * @param rankOf the rank of an id under the seed, as text: SHA-256 of "seed:id" in hexadecimal
 */
export function drawSample(
  design: SampleDesign,
  drawId: string,
  frame: readonly Unit[],
  before: readonly string[],
  excluded: readonly LeftOutUnit[],
  rankOf: (id: string) => string,
): Result<Draw, DrawRefusal> {
  const planned = design.draws.find(({ id }) => id === drawId);
  if (planned === undefined) {
    return refused({
      kind: 'unknown-draw',
      message: `The design ${design.id} plans no draw "${drawId}".`,
      remedy: `Its draws are: ${design.draws.map(({ id }) => id).join(', ')}.`,
    });
  }
  const faulty = faultIn(design, frame, before, excluded);
  if (faulty !== null) return refused(faulty);

  const reasons = new Map([
    ...before.map((id) => [id, 'drawn before'] as const),
    ...excluded.map(({ unit, because }) => [unit, because.trim()] as const),
  ]);
  const strata = design.strata.filter(({ group }) => planned.groups.includes(group));
  const shares = sharesOf(planned.size, strata);
  const drawn: DrawnUnit[] = [];
  const short: ShortStratum[] = [];
  for (const [at, stratum] of strata.entries()) {
    const wanted = shares[at] ?? 0;
    const ranked = frame
      .filter((unit) => !reasons.has(unit.id) && strataOf(design, unit)[0]?.id === stratum.id)
      .map(({ id }) => ({ unit: id, stratum: stratum.id, rank: rankOf(id) }))
      .toSorted((a, b) => compare(a.rank, b.rank) || compare(a.unit, b.unit));
    const taken = ranked.slice(0, wanted);
    drawn.push(...taken);
    if (taken.length < wanted) short.push({ stratum: stratum.id, wanted, drawn: taken.length });
  }
  const leftOut = frame.flatMap((unit): readonly LeftOutUnit[] => {
    const because =
      reasons.get(unit.id) ?? (strata.includes(strataOf(design, unit)[0] as Stratum) ? undefined : 'of no stratum that is drawn');
    return because === undefined ? [] : [{ unit: unit.id, because }];
  });
  return ok({ drawn, leftOut, short });
}

function faultIn(
  design: SampleDesign,
  frame: readonly Unit[],
  before: readonly string[],
  excluded: readonly LeftOutUnit[],
): DrawRefusal | null {
  const known = new Set<string>();
  for (const unit of frame) {
    if (known.has(unit.id)) {
      return {
        kind: 'twice-in-frame',
        message: `${unit.id} is in the frame twice.`,
        remedy: 'Leave out one of the two, which would be drawn twice as easily.',
      };
    }
    known.add(unit.id);
    const [one, other] = strataOf(design, unit);
    if (one !== undefined && other !== undefined) {
      return {
        kind: 'in-two-strata',
        message: `${unit.id} belongs to "${one.title}" and to "${other.title}".`,
        remedy: 'Correct its facts in the frame, or the conditions of the two strata.',
      };
    }
  }
  for (const { unit, because } of excluded) {
    if (because.trim() === '') {
      return {
        kind: 'no-reason',
        message: `${unit} is excluded without a reason.`,
        remedy: 'Say why: the reason is reported with the sample.',
      };
    }
  }
  const stranger = [...before, ...excluded.map(({ unit }) => unit)].find((id) => !known.has(id));
  if (stranger === undefined) return null;
  return {
    kind: 'not-in-frame',
    message: `${stranger} is not in the frame.`,
    remedy: 'Correct its id, or take it out of the exclusions and of the earlier draws.',
  };
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
