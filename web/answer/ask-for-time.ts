import type { FastifyInstance, FastifyReply } from 'fastify';
import { findStep } from '../../domain/chronology/chronology.ts';
import { waitingAlready } from '../../domain/changes/time-asked.ts';
import { londonDate } from '../../domain/time/london.ts';
import { parsePlainDate } from '../../domain/time/plain-date.ts';
import { changeRulesOf } from '../../domain/programme.ts';
import { readChronology } from '../../postgres/pinned/chronology.ts';
import { titleOf } from '../../letters/teller.ts';
import { carryOut } from '../escalation/carry-out.ts';
import { exampleDay } from '../shared/example-day.ts';
import { keyOfForm } from '../shared/once.ts';
import { remedyOnPage } from '../shared/remedies.ts';
import type { Services } from '../shared/services.ts';
import { laterLinks } from './later-links.ts';
import { sendClosed } from './link-pages.ts';
import { createWithLink, headOf, PUBLIC, PUBLIC_POST, sendPage } from './opened-link.ts';
import type { OpenedLink } from './opened-link.ts';
import { typed, typedDate } from './read-fields.ts';
import type { FormBody, FormProblem } from './read-fields.ts';

const LONGEST = 1_000;

/** A later due date, asked for from the page behind a link. The coordinator decides on it. */
export function registerAskForTimeRoutes(app: FastifyInstance, services: Services): void {
  const withLink = createWithLink(services);

  app.get(
    '/a/:token/more-time',
    PUBLIC,
    withLink(async (opened, _body, reply) =>
      opened.closed === null ? sendForm(services, opened, {}, reply) : sendClosed(services, opened, opened.closed, reply),
    ),
  );

  app.post(
    '/a/:token/more-time',
    PUBLIC_POST,
    withLink(async (opened, body, reply) => {
      const { asked, step, closed, token } = opened;
      if (closed !== null) return sendClosed(services, opened, closed, reply.status(409));
      const given = typedDate(body, 'until');
      const dueOn = parsePlainDate(given);
      const because = typed(body, 'because');
      const problems: readonly FormProblem[] = [
        ...(dueOn === undefined
          ? [{ id: 'until-day', text: `Enter ${given === '' ? 'the day' : 'a real date'} until which you need time` }]
          : []),
        ...(because === ''
          ? [{ id: 'because', text: 'Enter why you need more time' }]
          : because.length > LONGEST
            ? [{ id: 'because', text: `Why you need more time must be ${LONGEST.toLocaleString('en-GB')} characters or fewer` }]
            : []),
      ];
      if (dueOn === undefined || problems.length > 0) return sendForm(services, opened, { body, problems }, reply.status(422));
      const once = typed(body, 'once');
      const { reference, round, person } = asked;
      const outcome = await carryOut(
        services,
        reference,
        { kind: 'ask-for-time', step: step.id, round, by: person, onBehalfOf: null, via: 'link', dueOn, because },
        keyOfForm(once),
      );
      switch (outcome.kind) {
        case 'counted':
          return reply.redirect(`/a/${token}/more-time`, 303);
        case 'away':
          return sendForm(services, opened, { body, away: true }, reply.status(503));
        case 'refused': {
          const { kind, message, remedy } = outcome.because;
          const id = kind === 'no-reason' ? 'because' : 'until-day';
          return sendForm(services, opened, { body, problems: [{ id, text: `${message} ${remedyOnPage(remedy)}` }] }, reply.status(422));
        }
        default:
          return outcome satisfies never;
      }
    }),
  );
}

type Sent = { readonly body?: FormBody; readonly problems?: readonly FormProblem[]; readonly away?: true };

async function sendForm(services: Services, opened: OpenedLink, sent: Sent, reply: FastifyReply): Promise<FastifyReply> {
  const { asked, programme } = opened;
  const stored = await readChronology(services.db, asked.reference);
  const record = stored && findStep(stored.chronology, asked);
  if (stored === undefined || record === undefined) throw new Error(`${asked.reference} has no ${asked.step} in round ${asked.round}.`);
  const waiting = waitingAlready(stored.chronology, record);
  const { extension } = changeRulesOf(programme);
  const approver = extension === null ? undefined : programme.steps[extension.approval]?.owner;
  const { body = {}, problems = [], away = false } = sent;
  return sendPage(reply, 'more-time', {
    ...headOf(opened),
    title: `${waiting === null ? 'Ask for more time' : 'You have asked for more time'}: ${asked.subject}`,
    dueOn: asked.dueOn,
    wanted: record.timeAsked?.dueOn ?? null,
    because: record.timeAsked?.because ?? null,
    waiting: waiting && `${waiting.message} ${waiting.remedy}`,
    limit: extension && { upTo: extension.upTo, who: approver === undefined ? 'the Department' : titleOf(programme, approver) },
    once: crypto.randomUUID(),
    typed: {
      day: typed(body, 'until-day'),
      month: typed(body, 'until-month'),
      year: typed(body, 'until-year'),
      because: typed(body, 'because'),
    },
    example: exampleDay(londonDate(Date.parse(stored.now)), 14),
    errors: problems.map(({ id, text }) => ({ text, href: waiting === null ? `#${id}` : '#main-content' })),
    faults: Object.fromEntries(problems.map(({ id, text }) => [id, { text }])),
    away,
    later: laterLinks(opened).filter(({ id }) => id !== 'more-time'),
  });
}
