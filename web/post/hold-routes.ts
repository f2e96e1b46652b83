import { nowMs } from '../../postgres/sandbox/clock.ts';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { holdPost, placeInWords, releasePost, untilInWords } from '../../desk/hold-post.ts';
import { longDate } from '../../domain/time/plain-date.ts';
import { londonDate } from '../../domain/time/london.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import { dateAndTime } from '../../domain/time/time-words.ts';
import { LETTER_NAMES } from '../../letters/kind-words.ts';
import { wordsOf } from '../../mail/compose.ts';
import { listPauses } from '../../postgres/desk/programme-pauses.ts';
import { readPostCap } from '../../postgres/desk/post-cap.ts';
import { placesToHold } from '../../postgres/desk/post-holds.ts';
import { previewRelease } from '../../postgres/desk/release-preview.ts';
import type { Fate } from '../../postgres/desk/release-preview.ts';
import { endedHolds, findHold, standingHolds } from '../../postgres/views/post-holds.ts';
import type { HoldScope, PostHold } from '../../postgres/views/post-holds.ts';
import { typed } from '../answer/read-fields.ts';
import type { FormBody, FormProblem } from '../answer/read-fields.ts';
import type { ChangeField } from '../changes/change-form.ts';
import { fieldInputs } from '../changes/change-view.ts';
import { readChange } from '../changes/read-change.ts';
import { letterParts } from '../deployment/letter-text.ts';
import { canExist } from '../shared/desk-urls.ts';
import { exampleDay } from '../shared/example-day.ts';
import { may } from '../shared/roles.ts';
import type { User } from '../shared/roles.ts';
import { scopeOf } from '../shared/scope.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { staffPages } from '../shared/staff-pages.ts';
import { urls } from '../shared/urls.ts';
import { mayHold } from './may-hold.ts';
import { pauseInWords } from './pause-words.ts';

const send = staffPages('post');
const ENDED_SHOWN = 50;
/** Letters that the page of a hold shows one by one. */
const LETTERS_SHOWN = 200;

type OfHold = { Params: { id: string }; Querystring: { told?: unknown }; Body: FormBody | null };

/** Holding and releasing e-mails: what is on hold, the form that holds, and each hold with what goes on release. */
export function registerHoldRoutes(app: FastifyInstance, services: Services): void {
  const { db } = services;

  app.get<{ Querystring: { told?: unknown } }>('/post', { config: { access: 'see-today' } }, async (request, reply) => {
    const user = signedIn(request);
    const [standing, ended, pauses, cap] = await Promise.all([
      standingHolds(db),
      endedHolds(db, ENDED_SHOWN),
      listPauses(db),
      readPostCap(db),
    ]);
    return send(reply, user, 'post/index', {
      title: 'E-mails',
      standing: (await inReach(user, standing)).map(holdView),
      ended: (await inReach(user, ended)).map(holdView),
      mayHold: may(user, 'hold-region-post'),
      pauses: pauses.map((pause) => ({
        ...pause,
        state: pauseInWords(pause),
        href: may(user, 'hold-all-post') ? urls.postPaused(pause.job) : null,
      })),
      mayPause: may(user, 'hold-all-post'),
      pauseHref: urls.postPause(),
      holdHref: urls.postHolding(),
      tomorrowHref: urls.postTomorrow(),
      cap,
      limitHref: may(user, 'hold-all-post') ? urls.postLimit() : null,
      ownHref: urls.ownPost(),
    });
  });

  app.get<{ Querystring: FormBody }>('/post/hold', { config: { access: 'hold-post' } }, async (request, reply) => {
    const user = signedIn(request);
    return formPage(reply, user, typed(request.query, 'deployment'), {}, []);
  });

  app.post<{ Body: FormBody | null }>('/post/hold', { config: { access: 'hold-post' } }, async (request, reply) => {
    const user = signedIn(request);
    const body = request.body ?? {};
    const deployment = typed(body, 'deployment');
    const fields = await fieldsFor(user, deployment);
    if (fields === null) return reply.callNotFound();
    const read = await readChange(db, fields, body);
    if (read.problems.length > 0) return formPage(reply.status(400), user, deployment, body, read.problems);
    const place = deployment === '' ? placeFrom(read.said('what')) : ({ scope: 'deployment', place: deployment } as const);
    if (!(await mayHold(db, user, place))) return reply.callNotFound();
    // The field takes real dates only.
    const until = read.said('until') === '' ? null : (read.said('until') as PlainDate);
    const held = await holdPost(db, { ...place, until, because: read.said('because'), by: user.person });
    if (held.ok) return reply.redirect(`${urls.postHold(held.value.id)}?told=held`, 303);
    const id = held.reason.kind === 'not-later' ? 'until-day' : held.reason.kind === 'no-reason' ? 'because' : 'main-content';
    const text = held.reason.kind === 'not-later' ? 'The day must be after today' : held.reason.message.replace(/\.$/, '');
    return formPage(reply.status(400), user, deployment, body, [{ id, text }]);
  });

  app.get<OfHold>('/post/holds/:id', { config: { access: 'see-today' } }, async (request, reply) => {
    const user = signedIn(request);
    const hold = await holdOf(user, request.params.id);
    if (hold === undefined) return reply.callNotFound();
    return holdPage(reply, user, hold, { told: request.query.told, body: {}, problems: [] });
  });

  app.post<OfHold>('/post/holds/:id/release', { config: { access: 'hold-post' } }, async (request, reply) => {
    const user = signedIn(request);
    const hold = await holdOf(user, request.params.id);
    if (hold === undefined || !(await mayHold(db, user, hold))) return reply.callNotFound();
    const body = request.body ?? {};
    const read = await readChange(db, [RELEASE_BECAUSE], body);
    if (read.problems.length > 0) return holdPage(reply.status(400), user, hold, { told: null, body, problems: read.problems });
    const { temporal: client, taskQueue } = services;
    const released = await releasePost({ db, client, taskQueue }, hold.id, { by: user.person, because: read.said('because') });
    if (!released.ok) {
      const now = (await findHold(db, hold.id)) ?? hold;
      return holdPage(reply.status(409), user, now, {
        told: null,
        body,
        problems: [{ id: 'main-content', text: released.reason.message.replace(/\.$/, '') }],
      });
    }
    return reply.redirect(`${urls.postHold(hold.id)}?told=${released.value.engineTold ? 'released' : 'released-later'}`, 303);
  });

  /** A hold of e-mails that somebody may know of. Undefined when there is none. */
  async function holdOf(user: User, id: string): Promise<PostHold | undefined> {
    const hold = /^\d{1,9}$/.test(id) ? await findHold(db, Number(id)) : undefined;
    return hold === undefined ? undefined : (await inReach(user, [hold]))[0];
  }

  /** Everybody may know of holds of the service, of programmes and of regions; of deployments those who look after them. */
  async function inReach(user: User, holds: readonly PostHold[]): Promise<readonly PostHold[]> {
    const seen = await Promise.all(holds.map(async (hold) => hold.scope !== 'deployment' || mayHold(db, user, hold)));
    return holds.filter((_, at) => seen[at]);
  }

  /** What the form asks. Null where there is nothing that somebody may hold. */
  async function fieldsFor(user: User, deployment: string): Promise<readonly ChangeField[] | null> {
    const more: readonly ChangeField[] = [
      {
        kind: 'date',
        id: 'until',
        label: 'First day on which e-mails go again (optional)',
        hint: `Leave it empty to hold them until somebody releases them. For example, ${exampleDay(londonDate(nowMs()), 7)}.`,
        missing: 'Enter the first day on which e-mails go again',
        optional: true,
      },
      {
        kind: 'words',
        id: 'because',
        label: 'Why?',
        hint: 'Staff see it at the top of every page, and it stays in the log with your name.',
        missing: 'Enter the reason',
      },
    ];
    if (deployment !== '') {
      const known = canExist({ deployment }) && (await mayHold(db, user, { scope: 'deployment', place: deployment }));
      return known ? more : null;
    }
    const { regions, programmes } = await placesToHold(db);
    const reach = scopeOf(user, 'hold-region-post');
    const everything = may(user, 'hold-all-post');
    const options = [
      ...(everything ? [{ value: 'service:', text: 'The whole service' }] : []),
      ...regions
        .filter((region) => reach.all || reach.regions.includes(region))
        .map((region) => ({ value: `region:${region}`, text: `The region ${region}` })),
      ...(everything ? programmes.map((id) => ({ value: `programme:${id}`, text: `The programme ${id}` })) : []),
    ];
    if (options.length === 0) return null;
    return [{ kind: 'choice', id: 'what', label: 'Whose e-mails?', missing: 'Select whose e-mails are held', options }, ...more];
  }

  async function formPage(reply: FastifyReply, user: User, deployment: string, body: FormBody, problems: readonly FormProblem[]) {
    const fields = await fieldsFor(user, deployment);
    if (fields === null) return reply.callNotFound();
    return send(reply, user, 'post/hold', {
      title: deployment === '' ? 'Hold e-mails' : `Hold the e-mails of ${deployment}`,
      deployment,
      fields: fieldInputs(fields, body, problems),
      errors: problems.map(({ id, text }) => ({ text, href: `#${id}` })),
      backHref: deployment === '' ? urls.post() : urls.deployment(deployment),
    });
  }

  async function holdPage(
    reply: FastifyReply,
    user: User,
    hold: PostHold,
    { told, body, problems }: { readonly told: unknown; readonly body: FormBody; readonly problems: readonly FormProblem[] },
  ) {
    const allowed = await mayHold(db, user, hold);
    const letters = hold.stands && allowed ? await previewRelease(db, hold.id) : [];
    const count = (kind: Fate['kind']) => letters.filter(({ fate }) => fate.kind === kind).length;
    return send(reply, user, 'post/held', {
      title: `E-mails ${placeInWords(hold)}`,
      hold: holdView(hold),
      mayRelease: allowed && hold.stands,
      told: toldWords(hold, told),
      counts: { now: count('now'), later: count('later'), not: count('not'), all: letters.length },
      letters: letters.slice(0, LETTERS_SHOWN).map(({ reference, kind, stepTitle, toName, fate, letter }) => {
        const email = fate.kind === 'not' ? null : wordsOf([letter]);
        return {
          reference,
          href: urls.deployment(reference),
          what: `${LETTER_NAMES[kind]} about “${stepTitle}”`,
          toName,
          fate: fateInWords(fate),
          subject: email?.subject ?? null,
          text: email === null ? null : letterParts(email.text),
        };
      }),
      more: Math.max(0, letters.length - LETTERS_SHOWN),
      fields: fieldInputs([RELEASE_BECAUSE], body, problems),
      errors: problems.map(({ id, text }) => ({ text, href: `#${id}` })),
      action: `${urls.postHold(hold.id)}/release`,
      backHref: urls.post(),
    });
  }
}

const RELEASE_BECAUSE: ChangeField = {
  kind: 'words',
  id: 'because',
  label: 'Why are they released?',
  hint: 'It stays in the log with your name.',
  missing: 'Enter why they are released',
};

function placeFrom(value: string): { readonly scope: HoldScope; readonly place: string } {
  // The value is one of the offered options, which are made so.
  const [scope, ...place] = value.split(':');
  return { scope: scope as HoldScope, place: place.join(':') };
}

function holdView(hold: PostHold) {
  const ended =
    hold.releasedAt !== null
      ? `Released on ${dateAndTime(hold.releasedAt)} by ${hold.releasedByName ?? ''}: ${hold.releasedBecause ?? ''}`
      : hold.stands || hold.untilAt === null
        ? null
        : `Ended by itself on ${longDate(londonDate(Date.parse(hold.untilAt)))}`;
  return {
    href: urls.postHold(hold.id),
    what: `E-mails ${placeInWords(hold)}`,
    until: untilInWords(hold.untilAt),
    by: hold.heldByName,
    at: dateAndTime(hold.heldAt),
    because: hold.because,
    stands: hold.stands,
    waiting: hold.waiting,
    ended,
  };
}

function fateInWords(fate: Fate): string {
  switch (fate.kind) {
    case 'now':
      return 'Goes at once';
    case 'later':
      return `Goes on ${dateAndTime(new Date(Date.now() + fate.ms).toISOString())}`;
    case 'not':
      return `Does not go. ${fate.because}`;
    default:
      return fate satisfies never;
  }
}

function toldWords(hold: PostHold, told: unknown): string | null {
  if (told === 'held' && hold.stands) return 'The e-mails are on hold. None leaves from now on.';
  if (hold.releasedAt === null) return null;
  if (told === 'released') return 'The e-mails are released. What is still wanted goes now, within sending hours.';
  return told === 'released-later' ? 'The e-mails are released. What is still wanted goes within ten minutes, within sending hours.' : null;
}
