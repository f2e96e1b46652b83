import type { FastifyInstance, FastifyReply } from 'fastify';
import { askToPassOn } from '../../desk/pass-on.ts';
import type { PassOnFault } from '../../desk/pass-on.ts';
import { changeRulesOf, mayPassOn } from '../../domain/programme.ts';
import { findWaitingPassOn } from '../../postgres/desk/pass-ons.ts';
import { findKnownPerson } from '../../postgres/views/people.ts';
import type { Services } from '../shared/services.ts';
import { laterLinks } from './later-links.ts';
import { sendClosed } from './link-pages.ts';
import { createWithLink, headOf, PUBLIC, PUBLIC_POST, sendPage } from './opened-link.ts';
import type { OpenedLink } from './opened-link.ts';
import { typed } from './read-fields.ts';
import type { FormBody } from './read-fields.ts';

/** A recipient names who should be asked instead. The coordinator approves it, or the programme lets it be at once. */
export function registerPassOnRoutes(app: FastifyInstance, services: Services): void {
  const { db, temporal } = services;
  const withLink = createWithLink(services);

  app.get(
    '/a/:token/pass-on',
    PUBLIC,
    withLink(async (opened, _body, reply) => {
      const { asked, programme, step, closed, token } = opened;
      if (closed !== null) return sendClosed(services, opened, closed, reply);
      if (!mayPassOn(programme, step, asked.role)) return reply.redirect(`/a/${token}/not-me`, 302);
      return sendForm(services, opened, {}, reply);
    }),
  );

  app.post(
    '/a/:token/pass-on',
    PUBLIC_POST,
    withLink(async (opened, body, reply) => {
      const { asked, programme, step, closed, token } = opened;
      if (closed !== null) return sendClosed(services, opened, closed, reply.status(409));
      const { reference, round, person, role } = asked;
      if (role === null || !mayPassOn(programme, step, role)) return reply.redirect(`/a/${token}/not-me`, 303);
      const ownEmail = (await findKnownPerson(db, person))?.email ?? '';
      const named = {
        name: typed(body, 'name'),
        email: typed(body, 'email'),
        job: typed(body, 'job'),
        sure: typed(body, 'sure') === 'yes' && typed(body, 'sureOf') === typed(body, 'email'),
      };
      const outcome = await askToPassOn(
        { pool: db, client: temporal },
        programme,
        { reference, step: step.id, round, role, person, ownEmail },
        named,
      );
      switch (outcome.kind) {
        case 'waits':
        case 'waits-already':
          return reply.redirect(`/a/${token}/pass-on`, 303);
        case 'passed-on':
          return sendPage(reply, 'passed-on', { title: `${named.name} is asked instead of you`, name: named.name });
        case 'refused':
          return sendForm(services, opened, { body, faults: outcome.faults }, reply.status(422));
        default:
          return outcome satisfies never;
      }
    }),
  );
}

type Sent = { readonly body?: FormBody; readonly faults?: readonly PassOnFault[] };

async function sendForm({ db }: Services, opened: OpenedLink, sent: Sent, reply: FastifyReply): Promise<FastifyReply> {
  const { asked, programme } = opened;
  const { reference, person, role } = asked;
  const waiting = await findWaitingPassOn(db, { reference, person, role: role ?? '' });
  const { body = {}, faults = [] } = sent;
  const errors = faults.map(({ kind, message, remedy }) => ({
    kind,
    text: [message, remedy].filter((part) => part !== '').join(message.endsWith('?') ? ' ' : '. '),
    href: `#${kind}`,
  }));
  return sendPage(reply, 'pass-on', {
    ...headOf(opened),
    title: `${waiting === undefined ? 'Name somebody else to be asked' : 'You have named somebody else'}: ${asked.subject}`,
    waiting: waiting ?? null,
    atOnce: changeRulesOf(programme).passOn === 'same-domain',
    typed: { name: typed(body, 'name'), email: typed(body, 'email'), job: typed(body, 'job') },
    mayBeSure: faults.some(({ message }) => message.startsWith('Did you mean ')),
    errors,
    faults: Object.fromEntries(errors.map(({ kind, text }) => [kind, { text }])),
    later: laterLinks(opened).filter(({ id }) => id !== 'pass-on'),
  });
}
