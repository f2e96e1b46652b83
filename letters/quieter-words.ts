import type { LetterKind } from '../activities/ports.ts';

/** What somebody stops who wants fewer e-mails. */
export const WHAT_STOPS = ['e-mails for your information, which ask nothing of you', 'reminders of steps that you may leave out'] as const;

/** What they get all the same. */
export const WHAT_GOES_ON = [
  'requests for what needs your answer, and reminders of these',
  'notices that the programme says you are given',
  'news of a change to what we ask of you, or that the deployment has ended',
] as const;

/** Why a letter comes though its reader has asked for fewer e-mails, in one line. */
export function whyItGoesOn(kind: Exclude<LetterKind, 'escalation-notice'>): string {
  return `You have asked for fewer e-mails. ${BECAUSE[kind]}`;
}

const BECAUSE: Readonly<Record<Exclude<LetterKind, 'escalation-notice'>, string>> = {
  request: 'You get this one because it asks for your answer.',
  reminder: 'You get this one because we need your answer.',
  overdue: 'You get this one because we need your answer.',
  call: 'You get this one because it asks you to telephone somebody.',
  notice: 'You get this one because the programme says that you are told.',
  escalation: 'You get this one because you are asked to deal with it.',
  news: 'You get this one because it may change what you are asked to do.',
};
