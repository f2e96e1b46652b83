/** A place on the National Grid (OSGB36), in metres. */
export type Place = { readonly easting: number; readonly northing: number };

/** Statute miles, as they are signposted in England. */
const METRES_A_MILE = 1_609.344;

/**
 * How far two places are apart in a straight line, in miles with one decimal. From (400 000, 400 000) to (403 000, 404 000) there are
 * 5 000 metres: 3.1 miles.
 */
export function milesBetween(one: Place, other: Place): number {
  const metres = Math.hypot(one.easting - other.easting, one.northing - other.northing);
  return Math.round((metres / METRES_A_MILE) * 10) / 10;
}

/** To a school all three are the same. `unplaced` counts the schools of which the register does not say where they are. */
export type Distance = {
  readonly nearest: number;
  readonly median: number;
  readonly farthest: number;
  readonly unplaced: number;
};

/**
 * From the nearest of a leader's home schools to each school that is supported: the nearest, the median and the farthest of them, in
 * miles. The median of an even number is the mean of the two in the middle, to one decimal. Null, never 0, when no home school or no
 * supported school has a known place.
 */
export function distanceOf(homes: readonly (Place | null)[], schools: readonly (Place | null)[]): Distance | null {
  const from = homes.filter((home) => home !== null);
  const to = schools.filter((school) => school !== null);
  if (from.length === 0 || to.length === 0) return null;
  const miles = to.map((school) => Math.min(...from.map((home) => milesBetween(home, school)))).toSorted((a, b) => a - b);
  const middle = (miles.length - 1) / 2;
  const median = ((miles[Math.floor(middle)] ?? 0) + (miles[Math.ceil(middle)] ?? 0)) / 2;
  return {
    nearest: miles[0] ?? 0,
    median: Math.round(median * 10) / 10,
    farthest: miles.at(-1) ?? 0,
    unplaced: schools.length - to.length,
  };
}
