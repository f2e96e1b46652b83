import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import type { Place } from '../../domain/matching/distance.ts';
import type { Candidate } from '../../domain/matching/shortlist.ts';
import { placeMap } from './place-map.ts';

const MILE = 1_609.344;
const off = (east: number, north: number): Place => ({ easting: 400_000 + east * MILE, northing: 400_000 + north * MILE });
const candidate = (leader: string, nearest: number | null): Candidate => ({
  leader,
  name: `Leader ${leader}`,
  distance: nearest === null ? null : { nearest, median: nearest, farthest: nearest, unplaced: 0 },
  capacity: null,
  because: '',
  warnings: [],
});
const mapOf = (homes: Record<string, (Place | null)[]>, miles: Record<string, number | null>, places: (Place | null)[] = [off(0, 0)]) =>
  placeMap(
    {
      need: {
        kind: places.length === 1 ? 'school' : 'trust',
        schools: places.map((place, at) => ({ urn: String(at), place })),
        trusts: [],
        region: '',
        phases: [],
        contexts: [],
        specialisms: [],
      },
      homes: new Map(Object.entries(homes)),
      shortlist: { candidates: Object.entries(miles).map(([leader, nearest]) => candidate(leader, nearest)), barred: [] },
    },
    12,
  );

describe('the map of a shortlist', () => {
  it('has the school in the middle, north up, and the nearest home of each leader at its distance', () => {
    const map = mapOf({ a: [off(0, 40), off(0, 20)], b: [off(-25, 0)] }, { a: 20, b: 25 });
    assert.deepEqual(map?.schools, [{ x: 200, y: 200 }]);
    assert.deepEqual(
      map.rings.map(({ radius, label }) => [radius, label]),
      [
        [72, '10 miles'],
        [180, '25 miles'],
      ],
    );
    assert.deepEqual(
      map.marks.map(({ x, y, label }) => [x, y, label]),
      [
        [200, 56, '1'],
        [20, 200, '2'],
      ],
    );
    assert.deepEqual(
      map.lines.map(({ miles, direction }) => [miles, direction]),
      [
        ['20', 'north'],
        ['25', 'west'],
      ],
    );
    assert.match(map.description, /^Within 10 miles of the school: 0 of the 2 shown\. Within 25 miles: 2\. Within 50 miles: 2\./);
  });

  it('draws rings at 10, 25 and 50 miles and one around whoever is farther, and leaves out labels that would touch', () => {
    const map = mapOf({ a: [off(150, -150)] }, { a: 212.1 });
    assert.deepEqual(
      map?.rings.map(({ radius, label }) => [radius, label]),
      [
        [4.5, ''],
        [11.3, ''],
        [22.5, '50 miles'],
        [180, '400 miles'],
      ],
    );
    assert.equal(map.lines[0]?.direction, 'south-east');
  });

  it('puts the numbers of those who are at one place into one mark, and keeps in the table whoever is nowhere', () => {
    const map = mapOf({ a: [off(3, 0)], b: [off(3, 0.1)], c: [null], d: [off(0, 0)] }, { a: 3, b: 3, c: null, d: 0 });
    assert.deepEqual(
      map?.marks.map(({ label }) => label),
      ['1, 2', '4'],
    );
    assert.deepEqual(map.lines[2], { number: 3, name: 'Leader c', miles: 'not known', direction: 'not known' });
    assert.deepEqual([map.unknown, map.lines[3]?.direction], [1, 'at the same place']);
  });

  it('of a trust shows all its schools around their middle', () => {
    const map = mapOf({ a: [off(0, 1)] }, { a: 10 }, [off(-10, 0), off(10, 0), null]);
    assert.deepEqual(map?.schools, [
      { x: 20, y: 200 },
      { x: 380, y: 200 },
    ]);
  });

  it('is left out where nothing is known of a place', () => {
    assert.equal(mapOf({ a: [off(1, 1)] }, { a: 1 }, [null]), null);
    assert.equal(mapOf({ a: [] }, { a: null }), null);
  });
});
