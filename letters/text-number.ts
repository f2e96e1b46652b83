/**
 * The number to which a text message can be sent, as digits: "+44 (0)7700 900123" is "07700900123". Null for what receives none: a
 * landline, a number with an extension, a personal number (070) or a pager (076, but for 07624 of the Isle of Man). The rule is the
 * National Telephone Numbering Plan: mobile numbers are 07 and nine more digits.
 */
export function textNumber(telephone: string | null): string | null {
  const digits = (telephone ?? '').replaceAll(/[\s().-]/gu, '').replace(/^(?:\+|00)440?/u, '0');
  return /^07(?:[1-57-9]\d|624)\d+$/u.test(digits) && digits.length === 11 ? digits : null;
}

/** Whether a number is kept by Ofcom for plays and films: 07700 900000 to 900999, which no telephone has. */
export function isReservedNumber(number: string): boolean {
  return /^07700900\d{3}$/u.test(number);
}
