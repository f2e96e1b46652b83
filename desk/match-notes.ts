import type { DeploymentHead } from '../postgres/views/deployment-page.ts';
import type { Note } from '../postgres/desk/notes.ts';
import { noteOf } from './answer-notes.ts';

type ToLeader = {
  readonly head: DeploymentHead;
  readonly leader: string;
  readonly name: string;
  /** Who reads replies: a contact id. */
  readonly coordinator: string;
};

/** Tells a leader that they are being considered for a school or trust. It asks for nothing. */
export function consideredNote({ head, leader, name, coordinator }: ToLeader): Note {
  return noteOf('considered', leader, coordinator, `You are being considered to support ${head.subject}`, [
    `Dear ${name},`,
    `You are one of the system leaders whom we consider to support ${head.subject}. Nothing is decided yet, and you do not need to do anything.`,
    'If you are chosen, we ask you whether you can support them. If somebody else is asked first, we tell you.',
    `If there is a reason why you should not support ${head.subject}, reply to this e-mail.`,
    referenceLine(head),
  ]);
}

/** Tells a leader who knew that they were considered that somebody else is asked. `next`: they are in the order of those asked after. */
export function notChosenNote({ head, leader, name, coordinator, next }: ToLeader & { readonly next: boolean }): Note {
  return noteOf('not-chosen', leader, coordinator, `Somebody else is asked to support ${head.subject}`, [
    `Dear ${name},`,
    `We told you that you are being considered to support ${head.subject}. Another system leader is asked first.`,
    next
      ? 'If they cannot do it, we may ask you. Until then you do not need to do anything.'
      : 'You are not asked, and you do not need to do anything. Thank you for being willing to help.',
    referenceLine(head),
  ]);
}

function referenceLine({ reference, subject }: DeploymentHead): string {
  return `Reference: ${reference}, ${subject}. Chaser, a computer program, wrote this e-mail.`;
}
