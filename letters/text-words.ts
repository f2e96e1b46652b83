import type { Letter } from '../activities/ports.ts';
import { longDate } from '../domain/time/plain-date.ts';

/** Two fragments of 153 septets each, which is what a longer text message is cut into (3GPP TS 23.040). */
export const MOST_SEPTETS = 306;

/** The basic alphabet of text messages (GSM 03.38); each sign is one septet. */
const BASIC = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
/** Its extension; each sign is two septets. */
const EXTENDED = new Set('^{}\\[~]|€');

const TYPOGRAPHY: Readonly<Record<string, string>> = {
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '–': '-',
  '—': '-',
  '…': '...',
};

/** How many septets a text takes. */
export function septetsOf(text: string): number {
  return Array.from(text).reduce((sum, sign) => sum + (EXTENDED.has(sign) ? 2 : 1), 0);
}

/** A text in the alphabet of text messages: "Siân’s" is "Sian's". A sign that has no like there is a question mark. */
export function inGsm(text: string): string {
  return Array.from(text.replaceAll(/\s+/gu, ' '))
    .map((sign) => {
      if (BASIC.has(sign) || EXTENDED.has(sign)) return sign;
      const plain = TYPOGRAPHY[sign] ?? sign.normalize('NFKD').replaceAll(/\p{M}/gu, '');
      return plain !== '' && Array.from(plain).every((one) => BASIC.has(one)) ? plain : '?';
    })
    .join('');
}

/**
 * What a request, a reminder or an overdue notice says as a text message: two fragments at most, with the link by which it is answered.
 * A long title or name of a school is cut short, never the link.
 */
export function textWords({ kind, link, step, deployment }: Pick<Letter, 'kind' | 'link' | 'step' | 'deployment'>): string {
  const due = longDate(step.dueOn);
  const answer = link === null ? 'Please answer the e-mail that we have sent you.' : `Answer here: ${link}`;
  const when = kind === 'overdue' ? `was due on ${due}` : `is due by ${due}`;
  const said = (title: string, subject: string) => `${title} (${subject}) ${when}. ${answer}`;
  const room = MOST_SEPTETS - septetsOf(said('', ''));
  const title = shortened(inGsm(step.title).trim(), Math.max(20, Math.floor(room / 2)));
  return said(title, shortened(inGsm(deployment.subject).trim(), Math.max(0, room - septetsOf(title))));
}

function shortened(text: string, most: number): string {
  if (septetsOf(text) <= most) return text;
  let kept = '';
  for (const sign of text) {
    if (septetsOf(kept + sign) > most - 3) break;
    kept += sign;
  }
  return `${kept.trimEnd()}...`;
}
