import { oneLine } from './clean-text.ts';
import { renderParts } from './render.ts';

/** The e-mail with a link by which somebody signs in. */
export function signInNote(note: { readonly name: string; readonly url: string; readonly minutes: number }): {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
} {
  const subject = 'Sign in to Chaser';
  return { subject, ...renderParts('sign-in', { subject, name: oneLine(note.name), url: note.url, minutes: note.minutes }) };
}
