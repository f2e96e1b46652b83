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

/**
 * The Message-ID of a letter of a survey. It says that it is one, so that a reply is known as such by itself: nothing is kept that leads from the letter to
 * whoever got it (inbox/read-incoming.ts reads it).
 */
export function surveyMessageId(envelopeId: string, domain: string): string {
  return `<survey.${fingerprint(envelopeId)}@${domain}>`;
}

/** A short name for a text that says nothing about it: 32 hexadecimal digits, the same for the same text. */
export function fingerprint(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, DIGITS);
}
