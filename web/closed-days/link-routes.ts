import type { FastifyInstance, FastifyReply } from 'fastify';
import { daysInWords, enterClosedDays } from '../../desk/closed-days.ts';
import type { DaysFault } from '../../desk/closed-days.ts';
import { MOST_IN_A_YEAR } from '../../domain/time/closed-days.ts';
import { parsePlainDate } from '../../domain/time/plain-date.ts';
import { listClosedDaysOf } from '../../postgres/desk/closed-days.ts';
import type { ClosedDays } from '../../postgres/desk/closed-days.ts';
import { runningDeployments } from '../../postgres/views/running-deployments.ts';
import { sendClosed } from '../answer/link-pages.ts';
import { createWithLink, headOf, PUBLIC, PUBLIC_POST, speaksForSchool } from '../answer/opened-link.ts';
import type { OpenedLink } from '../answer/opened-link.ts';
import { typed, typedDate } from '../answer/read-fields.ts';
import type { FormBody } from '../answer/read-fields.ts';
import { exampleDay } from '../shared/example-day.ts';
import { renderView } from '../shared/render.ts';
import type { Services } from '../shared/services.ts';
import { urls } from '../shared/urls.ts';

const DEFAULT_NAME = 'INSET day';
const PARTS = ['day', 'month', 'year'] as const;
const PLACES = Array.from({ length: MOST_IN_A_YEAR }, (_, at) => `on${at + 1}`);

/**
 * Whoever answers for a school tells its closed days from a link in their letter. Opening the page changes nothing; what is sent waits for
 * a coordinator, and no date moves by it. The link works as long as it answers what it was sent for.
 */
export function registerClosedDaysLinkRoutes(app: FastifyInstance, services: Services): void {
  const { db } = services;
  const withLink = createWithLink(services);

  app.get(
    '/a/:token/closed-days',
    PUBLIC,
    withLink(async (opened, _body, reply) => {
      if (opened.closed !== null) return sendClosed(services, opened, opened.closed, reply);
      if (!speaksForSchool(opened)) return notTheirs(reply);
      return page(opened, reply, { name: DEFAULT_NAME }, []);
    }),
  );

  app.post(
    '/a/:token/closed-days',
    PUBLIC_POST,
    withLink(async (opened, body, reply) => {
      if (opened.closed !== null) return sendClosed(services, opened, opened.closed, reply.status(409));
      if (!speaksForSchool(opened)) return notTheirs(reply);
      const { asked } = opened;
      const given = PLACES.map((place) => ({ place, text: typedDate(body, place) })).filter(({ text }) => text !== '');
      const read = given.map(({ place, text }) => ({ place, day: parsePlainDate(text) }));
      const unreal = read.flatMap(({ place, day }) =>
        day === undefined ? [{ id: `${place}-day`, text: `Day ${PLACES.indexOf(place) + 1} must be a real date` }] : [],
      );
      if (unreal.length > 0) return page(opened, reply.status(422), body, unreal);
      const days = read.flatMap(({ day }) => day ?? []);
      const kept = await enterClosedDays(db, {
        reference: asked.reference,
        person: asked.person,
        days,
        name: typed(body, 'name'),
        today: asked.today,
      });
      if (kept.ok) return reply.redirect(`${urls.answer(opened.token)}/closed-days`, 303);
      const idOf = ({ at }: DaysFault) => (at === 'name' ? 'name' : `${read[at]?.place ?? 'on1'}-day`);
      return page(
        opened,
        reply.status(422),
        body,
        kept.reason.faults.map((fault) => ({ id: idOf(fault), text: fault.text })),
      );
    }),
  );

  async function page(
    opened: OpenedLink,
    reply: FastifyReply,
    body: FormBody,
    problems: readonly { readonly id: string; readonly text: string }[],
  ): Promise<FastifyReply> {
    const { asked } = opened;
    const [deployment] = await runningDeployments(db, { sql: 'd.reference = $1', values: [asked.reference] });
    const entered = deployment === undefined ? [] : await listClosedDaysOf(db, deployment.subject);
    const errorAt = (id: string) => problems.find((problem) => problem.id === id)?.text;
    const again = problems.length > 0;
    return reply.type('text/html').send(
      renderView('closed-days/enter', {
        user: null,
        navigation: [],
        ...headOf(opened),
        title: `Days on which your school is closed: ${asked.subject}`,
        most: MOST_IN_A_YEAR,
        example: exampleDay(asked.today, 21),
        entered: entered.map(enteredView),
        places: PLACES.map((place, at) => ({
          id: place,
          legend: at === 0 ? 'First day' : `Day ${at + 1} (optional)`,
          error: errorAt(`${place}-day`) === undefined ? null : { text: errorAt(`${place}-day`) },
          parts: PARTS.map((part) => ({ name: `${place}-${part}`, label: part, value: again ? typed(body, `${place}-${part}`) : '' })),
        })),
        name: again ? typed(body, 'name') : DEFAULT_NAME,
        nameError: errorAt('name') === undefined ? null : { text: errorAt('name') },
        errors: problems.map(({ id, text }) => ({ text, href: `#${id}` })),
        action: `${urls.answer(opened.token)}/closed-days`,
        backHref: urls.answer(opened.token),
      }),
    );
  }
}

/** What they entered before, and what came of it. */
function enteredView({ days, name, decision, because }: ClosedDays) {
  const state = decision === null ? 'waits for your coordinator' : decision === 'accepted' ? 'is noted' : 'is not noted';
  return { days: daysInWords(days), name, state, because };
}

function notTheirs(reply: FastifyReply): FastifyReply {
  reply.callNotFound();
  return reply;
}
