import { milesBetween } from '../../domain/matching/distance.ts';
import type { Place } from '../../domain/matching/distance.ts';
import type { Match } from '../../desk/match-deployment.ts';

/** The picture is a square of so many units, with the school in its middle. */
const SIZE = 400;
const MIDDLE = SIZE / 2;
/** From the middle to the outermost ring. */
const REACH = 180;
/** Marks nearer to each other than this share one mark with all their numbers. */
const TOGETHER = 26;
/** Rings nearer to each other than this have one label, that of the outer ring. */
const LABELS_APART = 20;
const RINGS = [10, 25, 50, 100, 200, 400, 800];
const METRES_A_MILE = 1_609.344;

/** One leader in the table beside the map. */
export type MapLine = { readonly number: number; readonly name: string; readonly miles: string; readonly direction: string };

export type PlaceMap = {
  readonly size: number;
  readonly middle: number;
  readonly description: string;
  readonly rings: readonly { readonly radius: number; readonly label: string }[];
  /** The schools of a trust; of a school, its one place. */
  readonly schools: readonly { readonly x: number; readonly y: number }[];
  readonly marks: readonly { readonly x: number; readonly y: number; readonly label: string; readonly width: number }[];
  readonly lines: readonly MapLine[];
  /** Leaders of whom the register does not say where they are: they are in the table and not in the map. */
  readonly unknown: number;
};

/**
 * Where the first candidates are, seen from the school: north is up, and each stands at the one of their home schools that is nearest. For a
 * trust, the middle is the mean of its schools. Null where the register does not say where the school is, or where nobody is.
 */
export function placeMap({ need, homes, shortlist }: Pick<Match, 'need' | 'homes' | 'shortlist'>, most: number): PlaceMap | null {
  const schools = need.schools.flatMap(({ place }) => place ?? []);
  const candidates = shortlist.candidates.slice(0, most);
  if (schools.length === 0) return null;
  const middle: Place = {
    easting: schools.reduce((sum, { easting }) => sum + easting, 0) / schools.length,
    northing: schools.reduce((sum, { northing }) => sum + northing, 0) / schools.length,
  };
  const placed = candidates.map((candidate, at) => ({
    number: at + 1,
    name: candidate.name,
    miles: candidate.distance?.nearest ?? null,
    home: nearestOf(homes.get(candidate.leader) ?? [], schools),
  }));
  const known = placed.flatMap((one) => (one.home === null ? [] : [{ ...one, home: one.home }]));
  if (known.length === 0) return null;
  const farthest = Math.max(...[...known.map(({ home }) => home), ...schools].map((place) => milesBetween(middle, place)));
  const reach = RINGS.find((ring) => ring >= farthest) ?? Math.ceil(farthest);
  const at = ({ easting, northing }: Place) => ({
    x: round(MIDDLE + ((easting - middle.easting) / METRES_A_MILE / reach) * REACH),
    y: round(MIDDLE - ((northing - middle.northing) / METRES_A_MILE / reach) * REACH),
  });
  const rings = [...RINGS.filter((ring) => ring < reach && ring <= 50), reach].map((ring) => ({
    miles: ring,
    radius: round((ring / reach) * REACH),
  }));
  return {
    size: SIZE,
    middle: MIDDLE,
    description: describe(
      need.kind,
      known.map(({ miles }) => miles ?? 0),
    ),
    rings: rings.map(({ miles, radius }, n) => {
      const next = rings[n + 1];
      return { radius, label: next !== undefined && next.radius - radius < LABELS_APART ? '' : `${miles} miles` };
    }),
    schools: schools.map(at),
    marks: together(known.map(({ number, home }) => ({ number, ...at(home) }))),
    lines: placed.map(({ number, name, miles, home }) => ({
      number,
      name,
      miles: miles === null ? 'not known' : String(miles),
      direction: home === null ? 'not known' : directionOf(middle, home),
    })),
    unknown: placed.length - known.length,
  };
}

function nearestOf(homes: readonly (Place | null)[], schools: readonly Place[]): Place | null {
  const away = (home: Place) => Math.min(...schools.map((school) => milesBetween(home, school)));
  return homes.flatMap((home) => home ?? []).toSorted((one, other) => away(one) - away(other))[0] ?? null;
}

function together(points: readonly { readonly number: number; readonly x: number; readonly y: number }[]): PlaceMap['marks'] {
  const groups: { x: number; y: number; numbers: number[] }[] = [];
  for (const { number, x, y } of points) {
    const near = groups.find((group) => Math.hypot(group.x - x, group.y - y) < TOGETHER);
    if (near === undefined) groups.push({ x, y, numbers: [number] });
    else near.numbers.push(number);
  }
  return groups.map(({ x, y, numbers }) => {
    const label = numbers.length > 3 ? `${numbers.slice(0, 3).join(', ')}…` : numbers.join(', ');
    return { x, y, label, width: 14 + label.length * 8 };
  });
}

const DIRECTIONS = ['north', 'north-east', 'east', 'south-east', 'south', 'south-west', 'west', 'north-west'];

/** "north-east"; "at the same place" within a tenth of a mile. */
function directionOf(from: Place, to: Place): string {
  if (milesBetween(from, to) < 0.1) return 'at the same place';
  const turns = Math.atan2(to.easting - from.easting, to.northing - from.northing) / (2 * Math.PI);
  return DIRECTIONS[(Math.round(turns * 8) + 8) % 8] ?? '';
}

function describe(kind: 'school' | 'trust', miles: readonly number[]): string {
  const within = (limit: number) => miles.filter((one) => one <= limit).length;
  const nearest = kind === 'school' ? 'of the school' : 'of the nearest school of the trust';
  return `Within 10 miles ${nearest}: ${within(10)} of the ${miles.length} shown. Within 25 miles: ${within(25)}. Within 50 miles: ${within(50)}. The table says the same for each.`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
