/** Money is stored in pence, as a string of digits: "160050" is £1,600.50. It is never held in a float. */

/** Amounts below a hundred thousand million pounds. */
const PENCE = /^(0|[1-9]\d{0,12})$/;

/** Whether a text is an amount in stored form. */
export function isPence(text: string): boolean {
  return PENCE.test(text);
}

/** As a person writes it: "£1,600.50", "£16,000" when there are no odd pence. */
export function inPounds(pence: string): string {
  const padded = pence.padStart(3, '0');
  const odd = padded.slice(-2);
  return `£${withCommas(padded.slice(0, -2))}${odd === '00' ? '' : `.${odd}`}`;
}

/** Digits in threes: "16000" is "16,000". */
function withCommas(digits: string): string {
  return digits.replaceAll(/\B(?=(\d{3})+$)/g, ',');
}
