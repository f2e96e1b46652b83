import { domainToASCII } from 'node:url';

const MOST_CHARACTERS = 254;
/** What stands before the @: no spaces, control or format characters, and none of the signs that separate addresses. */
const LOCAL_PART = /^[^\s\p{C}\p{Z}\uFFFD@,;:<>()[\]\\"]{1,64}$/u;
const DOMAIN = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/;

/** The domain of an address, in lower case and in ASCII; null when the text is not one plain address. */
export function domainOf(address: string): string | null {
  if (address.length > MOST_CHARACTERS) return null;
  const at = address.lastIndexOf('@');
  const after = address.slice(at + 1);
  if (at < 1 || !LOCAL_PART.test(address.slice(0, at)) || /[\s\p{C}]/u.test(after)) return null;
  const domain = domainToASCII(after).toLowerCase();
  return DOMAIN.test(domain) ? domain : null;
}

/**
 * An address as it may stand in an e-mail. Forbidden characters become spaces instead of being left out, so that an
 * address with something hidden in it stays one that is refused and never becomes somebody else's.
 */
export function visibleAddress(address: string): string {
  return address.toWellFormed().replaceAll(/[\p{C}\p{Z}]/gu, ' ');
}

/** Whether a domain, or a parent of it, is on the list: `school.example` is allowed by `example`, `myexample` is not. */
export function isAllowed(domain: string, allowed: readonly string[] | 'all'): boolean {
  return allowed === 'all' || allowed.some((entry) => domain === entry.toLowerCase() || domain.endsWith(`.${entry.toLowerCase()}`));
}
