import { coordinatorRole, mayPassOn, promiseRuleOf } from '../../domain/programme.ts';
import type { OpenedLink } from './opened-link.ts';

/** What somebody can do who cannot answer yet, as links: a promise, more time, somebody else. */
export function laterLinks({ asked, programme, step, token }: Pick<OpenedLink, 'asked' | 'programme' | 'step' | 'token'>) {
  const coordinates = asked.role === coordinatorRole(programme);
  return [
    ...(promiseRuleOf(programme) === null ? [] : [{ id: 'promise', text: 'Say by when you will answer', href: `/a/${token}/promise` }]),
    ...(coordinates || asked.optional ? [] : [{ id: 'more-time', text: 'Ask for more time', href: `/a/${token}/more-time` }]),
    ...(mayPassOn(programme, step, asked.role)
      ? [{ id: 'pass-on', text: 'Name somebody else to be asked', href: `/a/${token}/pass-on` }]
      : []),
  ];
}
