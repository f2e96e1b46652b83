import { createHash } from 'node:crypto';

/** So many hexadecimal digits of a SHA-256: 128 bits, far from any chance of two letters sharing one. */
const DIGITS = 32;

/**
 * The Message-ID of an envelope, angle brackets included. It depends on the envelope's id alone, so that an e-mail that
 * is sent again after a crash is the same message to every mail system on its way.
 */
export function letterMessageId(envelopeId: string, domain: string): string {
  return `<${fingerprint(envelopeId)}@${domain}>`;
}

/** A short name for a text that says nothing about it: 32 hexadecimal digits, the same for the same text. */
export function fingerprint(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, DIGITS);
}
