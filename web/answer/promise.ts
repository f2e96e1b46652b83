import type { FastifyInstance, FastifyReply } from 'fastify';
import { findStep } from '../../domain/chronology/chronology.ts';
import { daysToPromise, mayPromise } from '../../domain/changes/promise.ts';
import { promiseOf } from '../../domain/chasing/promised.ts';
import { londonDate } from '../../domain/time/london.ts';
import { longDateWithWeekday, parsePlainDate } from '../../domain/time/plain-date.ts';
import { promiseRuleOf } from '../../domain/programme.ts';
import { times } from '../../domain/words.ts';
import { readChronology } from '../../postgres/pinned/chronology.ts';
import { carryOut } from '../escalation/carry-out.ts';
import { exampleDay } from '../shared/example-day.ts';
import { keyOfForm } from '../shared/once.ts';
import { remedyOnPage } from '../shared/remedies.ts';
import type { Services } from '../shared/services.ts';
import { sendClosed } from './link-pages.ts';
import { laterLinks } from './later-links.ts';
import { createWithLink, headOf, PUBLIC, PUBLIC_POST, sendPage } from './opened-link.ts';
import type { OpenedLink } from './opened-link.ts';
import { typed, typedDate } from './read-fields.ts';
import type { FormBody } from './read-fields.ts';

/** "I will answer by Thursday": the next days in one click each, and any other day that the programme allows. */
export function registerPromiseRoutes(app: FastifyInstance, services: Services): void {
  const withLink = createWithLink(services);

  app.get(
    '/a/:token/promise',
    PUBLIC,
    withLink(async (opened, _body, reply) =>
      opened.closed === null ? sendPromise(services, opened, {}, reply) : sendClosed(services, opened, opened.closed, reply),
    ),
  );

  app.post(
    '/a/:token/promise',
    PUBLIC_POST,
    withLink(async (opened, body, reply) => {
      const { asked, step, closed, token } = opened;
      if (closed !== null) return sendClosed(services, opened, closed, reply.status(409));
      const clicked = typed(body, 'on');
      const promisedOn = parsePlainDate(clicked === 'another' ? typedDate(body, 'day') : clicked);
      if (promisedOn === undefined) {
        return sendPromise(
          services,
          opened,
          { body, problem: 'Enter the day by which you will answer, as a real date' },
          reply.status(422),
        );
      }
      const given = typed(body, 'once');
      const { reference, round, person } = asked;
      const outcome = await carryOut(
        services,
        reference,
        { kind: 'promise', step: step.id, round, by: person, onBehalfOf: null, via: 'link', promisedOn, words: '' },
        keyOfForm(given),
      );
      switch (outcome.kind) {
        case 'counted':
          return reply.redirect(`/a/${token}/promise`, 303);
        case 'away':
          return sendPromise(services, opened, { body, away: true }, reply.status(503));
        case 'refused': {
          const { kind, message, remedy } = outcome.because;
          // A second click finds what the first one did.
          if (kind === 'nothing-changes') return reply.redirect(`/a/${token}/promise`, 303);
          return sendPromise(services, opened, { body, problem: `${message} ${remedyOnPage(remedy)}` }, reply.status(422));
        }
        default:
          return outcome satisfies never;
      }
    }),
  );
}

type Sent = { readonly body?: FormBody; readonly problem?: string; readonly away?: true };

async function sendPromise(services: Services, opened: OpenedLink, sent: Sent, reply: FastifyReply): Promise<FastifyReply> {
  const { asked, programme } = opened;
  const stored = await readChronology(services.db, asked.reference);
  const record = stored && findStep(stored.chronology, asked);
  if (stored === undefined || record === undefined) throw new Error(`${asked.reference} has no ${asked.step} in round ${asked.round}.`);
  const { chronology, now } = stored;
  const may = mayPromise(chronology, record, now);
  const promise = promiseOf(chronology, record);
  const today = londonDate(Date.parse(now));
  const rule = promiseRuleOf(programme);
  const { body = {}, problem = null, away = false } = sent;
  return sendPage(reply, 'promise', {
    ...headOf(opened),
    title: `${promise !== null && promise.promisedOn >= today ? 'You have said when you will answer' : 'Say by when you will answer'}: ${asked.subject}`,
    dueOn: asked.dueOn,
    late: !asked.optional && asked.dueOn < asked.today,
    promised:
      promise === null ? null : { on: promise.promisedOn, holds: promise.promisedOn >= today, mine: promise.person === asked.person },
    days: may.ok
      ? daysToPromise(chronology, record, may.value, now)
          // The day that they have promised already would change nothing.
          .filter((day) => day !== promise?.promisedOn)
          .map((day) => ({ value: day, text: longDateWithWeekday(day) }))
      : [],
    more: may.ok ? times(may.value.left + 1) : null,
    last: may.ok ? may.value.last : null,
    why: may.ok ? null : `${may.reason.message} ${remedyOnPage(may.reason.remedy)}`,
    rule: rule && { often: times(rule.most), within: rule.within },
    once: crypto.randomUUID(),
    typed: { day: typed(body, 'day-day'), month: typed(body, 'day-month'), year: typed(body, 'day-year') },
    example: exampleDay(today, 1),
    errors: problem === null ? [] : [{ text: problem, href: may.ok ? '#day-day' : '#main-content' }],
    away,
    later: laterLinks(opened).filter(({ id }) => id !== 'promise'),
  });
}
