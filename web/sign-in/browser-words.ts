/** What a browser calls itself, and what people call it. The first that is found counts: most call themselves by several names. */
const BROWSERS: readonly (readonly [string, string])[] = [
  ['Edg', 'Edge'],
  ['OPR/', 'Opera'],
  ['SamsungBrowser', 'Samsung Internet'],
  ['FxiOS', 'Firefox'],
  ['Firefox/', 'Firefox'],
  ['CriOS', 'Chrome'],
  ['Chrome/', 'Chrome'],
  ['Safari/', 'Safari'],
];
const MACHINES: readonly (readonly [string, string])[] = [
  ['iPhone', 'an iPhone'],
  ['iPad', 'an iPad'],
  ['Android', 'Android'],
  ['Windows', 'Windows'],
  ['CrOS', 'ChromeOS'],
  ['Macintosh', 'a Mac'],
  ['Linux', 'Linux'],
];
/** No browser says more in earnest. */
const LONGEST = 400;

/**
 * The browser and machine of a `User-Agent` header, "Firefox on Windows": enough to know one's own. Empty when it names
 * neither. Nothing else of the header is kept, and none of its own words are.
 */
export function browserWords(userAgent: string | undefined): string {
  const said = (userAgent ?? '').slice(0, LONGEST);
  const named = (list: typeof BROWSERS) => list.find(([mark]) => said.includes(mark))?.[1];
  const [browser, machine] = [named(BROWSERS), named(MACHINES)];
  if (browser === undefined) return machine === undefined ? '' : `A browser on ${machine}`;
  return machine === undefined ? browser : `${browser} on ${machine}`;
}
