import type { FastifyInstance, FastifyReply } from 'fastify';
import { randomUUID } from 'node:crypto';
import { askToMove, instantOf, workTimeMove } from '../../desk/move-time.ts';
import type { MoveWish } from '../../desk/move-time.ts';
import { momentWords } from '../../desk/moved-time-words.ts';
import { londonDate } from '../../domain/time/london.ts';
import { parsePlainDate } from '../../domain/time/plain-date.ts';
import { readSandbox } from '../../postgres/sandbox/sandbox.ts';
import { askToStop, deploymentsOfMove, lettersOfMove, listMoves, readOpenMove } from '../../postgres/sandbox/time-moves.ts';
import { beginTour, readTour } from '../../postgres/sandbox/tour.ts';
import { typed, typedDate } from '../answer/read-fields.ts';
import type { FormBody } from '../answer/read-fields.ts';
import { keyOfForm } from '../shared/once.ts';
import type { User } from '../shared/roles.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { staffPages } from '../shared/staff-pages.ts';
import { urls } from '../shared/urls.ts';
import { tourSteps } from './tour-steps.ts';

const send = staffPages('');

/** A request moves time itself for as long, so that a short move needs no second page. */
const AT_ONCE_MS = 5_000;
const MOST_LETTERS = 8;
const PAST_MOVES = 4;

type Problem = { readonly field: 'on-day' | 'time' | 'wish'; readonly text: string };

/**
 * A training copy: moving its time on for all deployments at once, what happened meanwhile, its mailbox, and a guided tour. A real service
 * has none of these addresses.
 */
export function registerSandboxRoutes(app: FastifyInstance, services: Services): void {
  const { db, temporal, taskQueue, sandbox } = services;
  if (sandbox === null) return;
  const desk = { db, client: temporal, taskQueue };

  app.get<{ Querystring: { told?: unknown } }>('/sandbox', { config: { access: 'signed-in' } }, async (request, reply) =>
    page(reply, signedIn(request), { told: request.query.told, body: {}, problems: [] }),
  );

  app.post<{ Body: FormBody | null }>('/sandbox', { config: { access: 'signed-in' } }, async (request, reply) => {
    const user = signedIn(request);
    const body = request.body ?? {};
    const wish = wishIn(body);
    if (!wish.ok) return page(reply.status(400), user, { told: undefined, body, problems: wish.reason });
    const once = typed(body, 'onceAs');
    const asked = await askToMove(desk, { id: keyOfForm(once), by: user.person, wish: wish.value });
    if (!asked.ok) {
      const field = wish.value.kind === 'to' ? 'on-day' : 'wish';
      return page(reply.status(409), user, {
        told: undefined,
        body,
        problems: [{ field, text: `${asked.reason.message} ${asked.reason.remedy}` }],
      });
    }
    await workTimeMove(desk, { forMs: AT_ONCE_MS });
    return reply.redirect(`${urls.sandbox()}?told=moved`, 303);
  });

  app.post('/sandbox/stop', { config: { access: 'signed-in' } }, async (_, reply) => {
    const open = await readOpenMove(db);
    if (open !== null) await askToStop(db, open.id);
    await workTimeMove(desk, { forMs: AT_ONCE_MS });
    return reply.redirect(`${urls.sandbox()}?told=moved`, 303);
  });

  app.post('/sandbox/tour', { config: { access: 'signed-in' } }, async (request, reply) => {
    await beginTour(db, signedIn(request).person);
    return reply.redirect(`${urls.sandbox()}?told=tour#tour`, 303);
  });

  async function page(
    reply: FastifyReply,
    user: User,
    { told, body, problems }: { readonly told: unknown; readonly body: FormBody; readonly problems: readonly Problem[] },
  ): Promise<FastifyReply> {
    const now = await readSandbox(db);
    if (now === null) throw new Error('This web service has not made its database a training copy yet.');
    const nowMs = Date.parse(now.now);
    const [open, last] = await Promise.all([readOpenMove(db), listMoves(db, PAST_MOVES)]);
    const ended = last.filter(({ settledAt }) => settledAt !== null);
    const shown = open ?? ended[0];
    const [letters, changed, tour] = await Promise.all([
      shown === undefined ? null : lettersOfMove(db, shown, MOST_LETTERS),
      shown === undefined ? [] : deploymentsOfMove(db, shown),
      readTour(db, user.person),
    ]);
    const steps = tour === null ? [] : await tourSteps(db, tour);
    const monday = await instantOf(db, { kind: 'monday' }, nowMs);
    const twoTerms = await instantOf(db, { kind: 'two-terms' }, nowMs);
    return send(reply, user, 'sandbox/page', {
      title: 'Training copy',
      errors: problems.map(({ field, text }) => ({ text, href: `#${field}` })),
      faults: Object.fromEntries(problems.map(({ field, text }) => [field, { text }])),
      body: {
        day: typed(body, 'on-day'),
        month: typed(body, 'on-month'),
        year: typed(body, 'on-year'),
        time: typed(body, 'time') || '08:00',
      },
      onceAs: randomUUID(),
      told: told === 'tour' ? 'The tour has begun.' : told === 'moved' && open === null ? (ended[0]?.outcome ?? null) : null,
      now: momentWords(nowMs),
      today: londonDate(nowMs),
      moved: now.movedByMs > 0,
      open:
        open === null
          ? null
          : {
              ...open,
              to: open.toAt === null ? null : momentWords(Date.parse(open.toAt)),
              reached: momentWords(Date.parse(open.reachedAt)),
            },
      monday: monday.ok && monday.value !== null ? momentWords(monday.value) : null,
      twoTerms: twoTerms.ok && twoTerms.value !== null ? momentWords(twoTerms.value) : null,
      twoTermsNot: twoTerms.ok ? null : `${twoTerms.reason.message} ${twoTerms.reason.remedy}`,
      happened:
        shown === undefined || letters === null
          ? null
          : {
              from: momentWords(Date.parse(shown.fromAt)),
              until: momentWords(Date.parse(shown.reachedAt)),
              by: shown.by ?? 'the command line',
              outcome: shown.outcome,
              count: letters.count,
              letters: letters.letters.map((letter) => ({
                ...letter,
                when: momentWords(Date.parse(letter.at)),
                href: urls.deployment(letter.reference),
              })),
              deployments: changed.map((one) => ({ ...one, href: urls.deployment(one.reference) })),
            },
      earlier: ended.slice(open === null ? 1 : 0).map((one) => ({ ...one, from: momentWords(Date.parse(one.fromAt)) })),
      mailboxUrl: sandbox?.mailboxUrl ?? null,
      tour: tour === null ? null : { ...tour, over: steps.every(({ state }) => state === 'done') },
      steps,
    });
  }
}

const TIME = /^([01]?\d|2[0-3])[:.]([0-5]\d)$/;

/** Where the form wants time to be moved, or what is wrong with it. */
function wishIn(
  body: FormBody,
): { readonly ok: true; readonly value: MoveWish } | { readonly ok: false; readonly reason: readonly Problem[] } {
  const wish = typed(body, 'wish');
  if (wish === 'monday' || wish === 'until-something' || wish === 'two-terms') return { ok: true, value: { kind: wish } };
  if (wish !== 'to') return { ok: false, reason: [{ field: 'wish', text: 'Choose how far to move time' }] };
  const problems: Problem[] = [];
  const day = typedDate(body, 'on');
  const date = parsePlainDate(day);
  if (date === undefined)
    problems.push({ field: 'on-day', text: day === '' ? 'Enter the day to go to' : 'The day to go to must be a real date' });
  const [, hour, minute] = TIME.exec(typed(body, 'time').trim()) ?? [];
  if (hour === undefined) problems.push({ field: 'time', text: 'Enter the time to go to as hours and minutes, such as 08:00' });
  if (date === undefined || problems.length > 0) return { ok: false, reason: problems };
  return { ok: true, value: { kind: 'to', date, minute: Number(hour) * 60 + Number(minute) } };
}
