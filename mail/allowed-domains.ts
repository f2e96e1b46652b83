import type { Sent } from '../activities/ports.ts';
import { domainOf, isAllowed } from './addresses.ts';
import { oneLine } from './clean-text.ts';

/**
 * Why an address is never passed on, neither to a mail server nor to GOV.UK Notify; null when it may be
 * (docs/decisions/0015). A domain that is not allowed today may be allowed tomorrow.
 */
export function refusalOf(address: string, allowedDomains: readonly string[] | 'all'): Extract<Sent, { kind: 'refused' }> | null {
  const domain = domainOf(address);
  if (domain === null) {
    return {
      kind: 'refused',
      addressRefused: true,
      response: `“${oneLine(address)}” is not an e-mail address. Correct it in the contact's details.`,
    };
  }
  if (isAllowed(domain, allowedDomains)) return null;
  return {
    kind: 'refused',
    addressRefused: false,
    response: `${domain} is not on the list of domains that may be written to (MAIL_ALLOWED_DOMAINS).`,
  };
}
