import { isKnownBrowser } from '../../postgres/access/known-browsers.ts';
import { countRequests } from '../../postgres/access/request-counts.ts';
import type { Db } from '../../postgres/database.ts';

const QUARTER_SECONDS = 15 * 60;
const DAY_SECONDS = 24 * 3_600;

/** From one place, for all e-mail addresses together. A whole office may share one network address. */
const FROM_ONE_PLACE = { most: 20, windowSeconds: QUARTER_SECONDS };
/** From one place for one e-mail address. */
const FOR_ONE_ADDRESS = { most: 5, windowSeconds: QUARTER_SECONDS };
const FOR_ONE_ADDRESS_A_DAY = { most: 10, windowSeconds: DAY_SECONDS };
/** For one e-mail address from all places together, so that nobody's mailbox fills up. It takes five places that ask all day to reach it. */
const FROM_ALL_PLACES = { most: 50, windowSeconds: DAY_SECONDS };
/** In a browser in which the person has signed in before. */
const IN_KNOWN_BROWSER = { most: 5, windowSeconds: QUARTER_SECONDS };

export type AskedBy = {
  /** Where the request comes from, as `placeOf` returns it. */
  readonly place: string;
  readonly email: string;
  /** The token by which the browser is known. Null when it has none. */
  readonly known: string | null;
};

/** The limit that was passed: of the place, of the place and the e-mail address, of the e-mail address, or of the browser. */
export type AskLimit = 'place' | 'place-and-address' | 'address' | 'browser';

/**
 * Counts one request for a link to sign in. Returns the limit that the request passes, or null when the link may be sent.
 *
 * An attacker who keeps asking for somebody else's link must exhaust only themselves. So each request counts first against the
 * place it comes from, and against that place together with the e-mail address. A request that is refused there does not
 * count against the e-mail address.
 *
 * The e-mail address needs a limit too: a hundred places could otherwise send one mailbox five hundred e-mails. That limit is too
 * high for one place to reach. When many places have reached it, the person can still sign in with a browser in which they
 * have signed in before: there only the requests of that browser count.
 *
 * None of this depends on whether anybody has the e-mail address.
 */
export async function passedLimit(db: Db, { place, email, known }: AskedBy): Promise<AskLimit | null> {
  if (known !== null && (await isKnownBrowser(db, known, email))) {
    const [browser] = await countRequests(db, [once(`sign-in browser ${known}`, IN_KNOWN_BROWSER)]);
    return isOver(browser, IN_KNOWN_BROWSER) ? 'browser' : null;
  }
  const [here, pair, pairToday] = await countRequests(db, [
    once(`sign-in place ${place}`, FROM_ONE_PLACE),
    once(`sign-in quarter ${place} ${email}`, FOR_ONE_ADDRESS),
    once(`sign-in day ${place} ${email}`, FOR_ONE_ADDRESS_A_DAY),
  ]);
  if (isOver(here, FROM_ONE_PLACE)) return 'place';
  if (isOver(pair, FOR_ONE_ADDRESS) || isOver(pairToday, FOR_ONE_ADDRESS_A_DAY)) return 'place-and-address';
  const [all] = await countRequests(db, [once(`sign-in address ${email}`, FROM_ALL_PLACES)]);
  return isOver(all, FROM_ALL_PLACES) ? 'address' : null;
}

type Limit = { readonly most: number; readonly windowSeconds: number };

function once(name: string, { windowSeconds }: Limit) {
  return { name, times: 1, windowSeconds };
}

function isOver(counted: { readonly count: number } | undefined, { most }: Limit): boolean {
  return counted !== undefined && counted.count > most;
}
