import fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { isWithin, newestAnywhere, regionsMoved, versionFor, withReach } from './reach.ts';
import type { Reach, Versions } from './reach.ts';

const REGIONS = ['North West', 'London', 'South West'];
/** A trust or school of which the register gives no region. */
const ANYWHERE = [...REGIONS, ''];

type Step = { readonly do: 'publish' | 'pilot' | 'widen' | 'withdraw'; readonly of: number; readonly regions: readonly string[] };

const steps = fc.array(
  fc.record<Step>({
    do: fc.constantFrom('publish', 'pilot', 'widen', 'withdraw'),
    of: fc.nat(5),
    regions: fc.subarray(REGIONS, { minLength: 1 }),
  }),
  { maxLength: 25 },
);
const instant = (minute: number) => new Date(Date.UTC(2040, 0, 9, 8, minute)).toISOString();

/** Version 1 of a programme, which came with Chaser. */
const FIRST: Versions = { known: [{ version: 1, since: null }], changes: [] };

/** What a step gives which version. Null: it would leave a region without a version, and is refused. */
function played(versions: Versions, step: Step, minute: number): { readonly version: number; readonly reach: Reach } | null {
  const newest = Math.max(...versions.known.map(({ version }) => version));
  const known = versions.known[step.of % versions.known.length]?.version ?? 1;
  switch (step.do) {
    case 'publish':
      return { version: newest + 1, reach: 'everywhere' };
    case 'pilot':
      return { version: newest + 1, reach: step.regions };
    case 'widen':
      return { version: known, reach: 'everywhere' };
    case 'withdraw': {
      const after = withReach(versions, known, 'nowhere', instant(minute));
      const left = regionsMoved(versions, after, ANYWHERE).every((moved) => moved.after !== null);
      return left ? { version: known, reach: 'nowhere' } : null;
    }
    default:
      return step.do satisfies never;
  }
}

describe('the version for a region', () => {
  it('is the highest that was published, piloted there or widened, and not withdrawn since', () => {
    fc.assert(
      fc.property(steps, (all) => {
        let versions = FIRST;
        const model = new Map(ANYWHERE.map((region) => [region, new Set([1])]));
        const asked: { readonly at: string; readonly region: string; readonly version: number | null }[] = [];
        for (const [minute, step] of all.entries()) {
          const change = played(versions, step, minute);
          if (change !== null) {
            versions = withReach(versions, change.version, change.reach, instant(minute));
            for (const [region, counting] of model) {
              counting.delete(change.version);
              if (change.reach === 'everywhere' || (change.reach !== 'nowhere' && change.reach.includes(region)))
                counting.add(change.version);
            }
          }
          for (const [region, counting] of model) {
            assert.equal(
              versionFor(versions, region),
              Math.max(...counting),
              `${region} after ${JSON.stringify(all.slice(0, minute + 1))}`,
            );
            asked.push({ at: instant(minute), region, version: versionFor(versions, region) });
          }
          assert.equal(newestAnywhere(versions), Math.max(...[...model.values()].flatMap((counting) => [...counting])));
        }
        // Whatever is decided later, what counted on an earlier day stays what it was.
        for (const { at, region, version } of asked) assert.equal(versionFor(versions, region, at), version);
        assert.equal(versionFor(versions, 'London', instant(-60)), 1);
      }),
    );
  });

  it('begins a school in the pilot’s region with the pilot, and one elsewhere or of no known region with the version before', () => {
    const piloted = withReach(FIRST, 2, ['London'], instant(0));
    assert.deepEqual(
      ANYWHERE.map((region) => versionFor(piloted, region)),
      [1, 2, 1, 1],
    );
    const withdrawn = withReach(piloted, 2, 'nowhere', instant(1));
    assert.deepEqual(
      ANYWHERE.map((region) => versionFor(withdrawn, region)),
      [1, 1, 1, 1],
    );
    assert.deepEqual(regionsMoved(piloted, withdrawn, ANYWHERE), [{ region: 'London', before: 2, after: 1 }]);
  });

  it('has no version outside the pilot of a programme that is new', () => {
    const fresh = withReach({ known: [], changes: [] }, 1, ['London'], instant(0));
    assert.equal(versionFor(fresh, 'London'), 1);
    assert.equal(versionFor(fresh, 'North West'), null);
  });
});

it('a reach is within another when it covers no region more', () => {
  const reaches: readonly Reach[] = ['nowhere', ['London'], ['London', 'South West'], 'everywhere'];
  for (const [at, inner] of reaches.entries()) {
    for (const [place, outer] of reaches.entries())
      assert.equal(isWithin(inner, outer), at <= place, `${String(inner)} in ${String(outer)}`);
  }
});
