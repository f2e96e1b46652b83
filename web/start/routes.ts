import { isGrpcServiceError } from '@temporalio/client';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { nowMs } from '../../postgres/sandbox/clock.ts';
import { startDeployment } from '../../desk/start-deployment.ts';
import type { StartRequest } from '../../desk/start-deployment.ts';
import { startForm } from '../../domain/chronology/decide.ts';
import type { Subject } from '../../domain/chronology/events.ts';
import type { Programme } from '../../domain/programme.ts';
import type { Reason } from '../../domain/result.ts';
import { londonDate } from '../../domain/time/london.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import { withoutUnseen } from '../../domain/unseen-characters.ts';
import type { Db } from '../../postgres/database.ts';
import { findDeployment } from '../../postgres/views/deployments.ts';
import { findSubject, subjectsMeant } from '../../postgres/views/search-subjects.ts';
import type { FoundSubject } from '../../postgres/views/search-subjects.ts';
import { programmeForStart, programmesOnOffer } from '../../desk/programmes-on-offer.ts';
import { findStandings, standingHint } from '../../register/school-standing.ts';
import type { SchoolStanding } from '../../register/school-standing.ts';
import type { User } from '../shared/access.ts';
import { answerChoices } from '../answer/field-inputs.ts';
import { readFields } from '../answer/read-fields.ts';
import type { FormBody, FormProblem } from '../answer/read-fields.ts';
import { mayChoose } from '../shared/choosing.ts';
import { programmeUrls } from '../programmes/programme-urls.ts';
import { scopeCondition } from '../shared/scope.ts';
import type { Services } from '../shared/services.ts';
import { readSubject, startPlan } from './start-plan.ts';
import { urls } from '../shared/urls.ts';
import { signedIn } from '../shared/signed-in.ts';
import { staffPages } from '../shared/staff-pages.ts';

const send = staffPages('start');

const MOST_FOUND = 20;
/** An engine that is up answers within a second, and a worker stores the beginning within another. */
const WAIT_MS = 5_000;

const word = z
  .string()
  .transform((given) => withoutUnseen(given.replaceAll('\0', '')).trim().slice(0, 200))
  .catch('');
const FORM = z.object({ q: word, subject: word, programme: word, chosen: word }).catch({ q: '', subject: '', programme: '', chosen: '' });

type Fault = { readonly text: string; readonly href: string };
type Chosen = { readonly subject: Subject; readonly found: FoundSubject; readonly programme: Programme };

/** Starting a deployment: find the school or trust, look at its people and first dates, then start. */
export function registerStartRoutes(app: FastifyInstance, services: Services): void {
  const { db } = services;

  app.get('/start', { config: { access: 'start-deployment' } }, async (request, reply) => {
    const user = signedIn(request);
    const form = FORM.parse(request.query);
    const chosen = await chosenBy(db, user, form);
    if (chosen === undefined) return searchPage(request, reply, db, form);
    if ('kind' in chosen) return searchPage(request, reply.status(422), db, form, chosen);
    return planPage(request, reply, db, chosen, { body: {} });
  });

  app.post('/start', { config: { access: 'start-deployment' } }, async (request, reply) => {
    const user = signedIn(request);
    const form = FORM.parse(request.body ?? {});
    const chosen = await chosenBy(db, user, form);
    if (chosen === undefined) return searchPage(request, reply, db, { ...form, chosen: 'yes' });
    if ('kind' in chosen) return searchPage(request, reply.status(422), db, form, chosen);
    const { subject, programme, found } = chosen;
    const body: FormBody = typeof request.body === 'object' ? { ...request.body } : {};
    const { fields: facts, problems } = readFields(startForm(programme, subject), body);
    if (problems.length > 0) return planPage(request, reply.status(422), db, chosen, { body, problems });
    const started = await startOnce(services, { subject, programme, facts });
    if (started.kind === 'stored') return reply.redirect(`${urls.deployment(started.reference)}?started=yes`, 303);
    if (started.kind === 'refused') return planPage(request, reply.status(409), db, chosen, { body, facts, refused: started.message });
    if (started.kind === 'no-engine') {
      return message(request, reply.status(503), 'The deployment may not have started', [
        'Try again in a few minutes. However often you do, it is started only once.',
      ]);
    }
    return message(
      request,
      reply.status(started.byUs ? 202 : 409),
      started.byUs ? 'The deployment is started' : 'This deployment is being started already',
      [
        `${started.reference} of ${found.name} is being started. Its page appears as soon as that is done.`,
        'You do not need to start it again.',
      ],
    );
  });
}

type Outcome =
  | { readonly kind: 'stored'; readonly reference: string }
  /**
   * The engine has it, but the record does not yet. `byUs` says whether this start brought it there, or an earlier one.
   */
  | { readonly kind: 'waits'; readonly reference: string; readonly byUs: boolean }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'no-engine' };

/**
 * Starts a deployment, and waits until its page can be shown. Whoever sends the form twice comes to the deployment that
 * was started.
 */
async function startOnce({ db, temporal, taskQueue }: Services, request: StartRequest): Promise<Outcome> {
  try {
    const started = await startDeployment({ db, client: temporal, taskQueue }, request, { storedWithinMs: WAIT_MS });
    if (started.ok) return { kind: started.value.stored ? 'stored' : 'waits', reference: started.value.reference, byUs: true };
    const { reason } = started;
    if (reason.kind === 'already-running' || reason.kind === 'being-started') return await whenStored(db, reason.reference);
    return { kind: 'refused', message: reason.message };
  } catch (error) {
    if (isGrpcServiceError(error) || (error instanceof Error && isGrpcServiceError(error.cause))) return { kind: 'no-engine' };
    throw error;
  }
}

/** Waits for a deployment that somebody else is starting. */
async function whenStored(db: Db, reference: string): Promise<Outcome> {
  const giveUpAtMs = Date.now() + WAIT_MS;
  while ((await findDeployment(db, reference)) === undefined) {
    if (Date.now() > giveUpAtMs) return { kind: 'waits', reference, byUs: false };
    await sleep(100);
  }
  return { kind: 'stored', reference };
}

/** What the form names, or why the programme does not count there. Undefined unless all of it exists and the user may start it. */
async function chosenBy(db: Db, user: User, form: z.infer<typeof FORM>): Promise<Chosen | Reason | undefined> {
  const subject = readSubject(form.subject);
  if (subject === undefined) return undefined;
  const programme = await programmeForStart(db, form.programme, subject);
  if (!programme.ok) return programme.reason.kind === 'not-in-region' ? programme.reason : undefined;
  const found = await findSubject(db, scopeCondition(user, 1, 'start-deployment'), subject);
  return found === undefined ? undefined : { subject, found, programme: programme.value };
}

async function searchPage(request: FastifyRequest, reply: FastifyReply, db: Db, form: z.infer<typeof FORM>, refusal: Reason | null = null) {
  const scope = scopeCondition(signedIn(request), 1, 'start-deployment');
  const found = form.q === '' ? [] : await subjectsMeant(db, scope, form.q, MOST_FOUND + 1);
  const offered = await programmesOnOffer(db);
  const standings = await findStandings(
    db,
    found.map(({ id }) => id),
  );
  const today = londonDate(nowMs());
  const errors: Fault[] = refusal === null ? [] : [{ text: `${refusal.message} ${refusal.remedy}`, href: '#programme' }];
  if (form.chosen !== '') {
    if (form.q === '') errors.push({ text: 'Enter the name or the URN of a school or trust', href: '#q' });
    else if (found.length > 0 && !found.some(({ kind, id }) => form.subject === `${kind}:${id}`)) {
      errors.push({ text: 'Choose the school or trust', href: '#subject' });
    }
    if (found.length > 0 && !offered.some(({ id }) => id === form.programme))
      errors.push({ text: 'Choose the programme', href: '#programme' });
  }
  return page(request, mayChoose(reply), 'start/search', {
    title: 'Start a deployment',
    form,
    errors,
    faults: Object.fromEntries(errors.map(({ text, href }) => [href.slice(1), { text }])),
    searched: form.q !== '',
    more: found.length > MOST_FOUND,
    found: found.slice(0, MOST_FOUND).map(({ kind, id, name, place, region }) => ({
      value: `${kind}:${id}`,
      text: name,
      hint: {
        text: [
          [kind === 'school' ? `School, URN ${id}` : `Trust, code ${id}`, place, region].filter((part) => part !== '').join(', '),
          ...hintOf(standings.get(kind === 'school' ? id : ''), today),
        ].join('. '),
      },
      checked: form.subject === `${kind}:${id}`,
    })),
    programmes: offered.map(({ id, title }) => ({ value: id, text: title, checked: id === form.programme || offered.length === 1 })),
  });
}

/** “It closed on 31 August 2026”; nothing of a school that is simply open. */
function hintOf(standing: SchoolStanding | undefined, today: PlainDate): readonly string[] {
  return standing === undefined ? [] : [`It ${standingHint(standing, today)}`];
}

/** What was typed on the page before, its mistakes, and the refusal. */
type Typed = {
  readonly body: FormBody;
  readonly problems?: readonly FormProblem[];
  readonly facts?: Readonly<Record<string, string>>;
  readonly refused?: string;
};

async function planPage(request: FastifyRequest, reply: FastifyReply, db: Db, { subject, found, programme }: Chosen, typed: Typed) {
  const { body, problems = [], facts = {}, refused } = typed;
  const form = startForm(programme, subject);
  const plan = await startPlan(db, programme, subject, facts);
  // A refusal that is not explained further down is told at the top of the page only.
  const refusals = refused === undefined ? [] : [{ text: refused, href: plan.refusal === null ? '#start' : '#refused' }];
  return page(request, reply, 'start/plan', {
    title: `Start a deployment of ${found.name}`,
    errors: [...refusals, ...problems.map(({ id, text }) => ({ text, href: `#${id}` }))],
    fields: answerChoices([form], form.id, body, problems)[0]?.fields ?? [],
    found,
    programme,
    programmeHref: programmeUrls.version(programme.id, programme.version),
    value: `${found.kind}:${found.id}`,
    againHref: `${urls.startDeployment()}?${new URLSearchParams({ q: found.name }).toString()}`,
    ...plan,
  });
}

function message(request: FastifyRequest, reply: FastifyReply, title: string, paragraphs: readonly string[]) {
  return page(request, reply, 'shared/message', { title, paragraphs });
}

function page(request: FastifyRequest, reply: FastifyReply, view: string, data: Readonly<Record<string, unknown>>) {
  return send(reply, signedIn(request), view, data);
}
