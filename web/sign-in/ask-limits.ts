import { isKnownBrowser } from '../../postgres/access/known-browsers.ts';
import { countRequests } from '../../postgres/access/request-counts.ts';
import type { Db } from '../../postgres/database.ts';

const QUARTER_SECONDS = 15 * 60;
const DAY_SECONDS = 24 * 3_600;

/** From one place, for any addresses: a whole office may stand behind one address of the network. */
const FROM_ONE_PLACE = { most: 20, windowSeconds: QUARTER_SECONDS };
/** From one place for one address; a person at work needs one. */
const FOR_ONE_ADDRESS = { most: 5, windowSeconds: QUARTER_SECONDS };
const FOR_ONE_ADDRESS_A_DAY = { most: 10, windowSeconds: DAY_SECONDS };
/** For one address from all places together, so that nobody's mailbox is filled. Five places that ask all day reach it. */
const FROM_ALL_PLACES = { most: 50, windowSeconds: DAY_SECONDS };
/** In a browser in which the person has signed in before. */
const IN_KNOWN_BROWSER = { most: 5, windowSeconds: QUARTER_SECONDS };

export type AskedBy = {
  /** Where the request comes from, as `placeOf` gives it. */
  readonly place: string;
  readonly email: string;
  /** What the browser is known by; null when it has nothing of the kind. */
  readonly known: string | null;
};

/** Which limit was passed: that of the place, of the place for this address, of the address, or of the browser. */
export type AskLimit = 'place' | 'place-and-address' | 'address' | 'browser';

/**
 * Counts one request for a link to sign in; answers the limit that it passes, or null when the link may be sent.
 *
 * Whoever asks again and again for somebody else's link must exhaust only themselves. So a request counts first against the
 * place it comes from, and against that place and that address together; what is refused there does not count against the
 * address. A limit on the address alone is needed too, or a hundred places could send a mailbox five hundred e-mails. It is
 * so high that one place cannot reach it; and when many places together have reached it, the person still gets in with
 * a browser they have signed in with before: there only what this browser asks for is counted. Whether anybody has the address
 * makes no difference to any of this.
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
