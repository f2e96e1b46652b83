import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { approvePassOn, refusePassOn } from '../../desk/pass-on.ts';
import { previewChange } from '../../desk/change-deployment.ts';
import { toldIfMade } from '../../domain/chronology/preview.ts';
import type { ChangeCommand } from '../../domain/changes/change.ts';
import { longDateWithWeekday } from '../../domain/time/plain-date.ts';
import { peopleIn } from '../../letters/event-words.ts';
import { standingOfAddress } from '../../postgres/desk/pass-ons.ts';
import { readChronology } from '../../postgres/pinned/chronology.ts';
import { openPassOns, openTimeRequests } from '../../postgres/views/asked-for.ts';
import type { PassOnRequest, TimeRequest } from '../../postgres/views/asked-for.ts';
import { findDeploymentHead } from '../../postgres/views/deployment-page.ts';
import type { DeploymentHead } from '../../postgres/views/deployment-page.ts';
import { namesOf } from '../../postgres/views/people-called.ts';
import { typed } from '../answer/read-fields.ts';
import type { FormBody } from '../answer/read-fields.ts';
import { standingOf } from '../changes/change-form.ts';
import { letterViews, peopleInPreview, previewView } from '../changes/change-view.ts';
import { takesChanges } from '../changes/takes-changes.ts';
import { carryOut } from '../escalation/carry-out.ts';
import { SMALL_BODY_BYTES } from '../shared/body-limits.ts';
import { canExist } from '../shared/desk-urls.ts';
import { keyOfForm, UUID } from '../shared/once.ts';
import { remedyOnPage } from '../shared/remedies.ts';
import { scopeCondition } from '../shared/scope.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { staffPages } from '../shared/staff-pages.ts';
import { urls } from '../shared/urls.ts';

const page = staffPages('deployments');
const DECIDES = { config: { access: 'change-deployments' }, bodyLimit: SMALL_BODY_BYTES } as const;
const LONGEST = 1_000;
const NOT_SENT =
  'The part of Chaser that makes changes does not reply, so nothing was changed. What you wrote is below. Try again in a few minutes.';

type OfTime = { Params: { reference: string; step: string; round: string }; Body: FormBody | null };
type OfPassOn = { Params: { reference: string; id: string }; Body: FormBody | null };

/** What people who are asked have asked for, and what is decided on it: more time, and somebody else to be asked. */
export function registerAskedForRoutes(app: FastifyInstance, services: Services): void {
  const { db, temporal } = services;

  app.get<OfTime>('/deployments/:reference/more-time/:step/:round', DECIDES, async (request, reply) => {
    const found = await findTime(request);
    if (found === undefined) return reply.callNotFound();
    return found.line === undefined ? decided(request, reply, found.head) : timePage(request, reply, found.head, found.line, {});
  });

  app.post<OfTime>('/deployments/:reference/more-time/:step/:round', DECIDES, async (request, reply) => {
    const found = await findTime(request);
    if (found === undefined) return reply.callNotFound();
    const { head, line } = found;
    if (line === undefined) return decided(request, reply.status(409), head);
    const body = request.body ?? {};
    const said = read(body);
    if (said.problem !== null) return timePage(request, reply.status(400), head, line, { body, problem: said.problem });
    if (!(await takesChanges(services))) return timePage(request, reply.status(503), head, line, { body, away: true });
    const { step, round, reference } = line;
    const by = signedIn(request).person;
    const command: ChangeCommand =
      said.decision === 'give'
        ? { kind: 'grant-time', step, round, by, words: said.words }
        : { kind: 'refuse-time', step, round, by, because: said.words };
    const outcome = await carryOut(services, reference, command, said.once);
    if (outcome.kind === 'counted') return reply.redirect(`${urls.deployment(reference)}?decided=time-${said.decision}`, 303);
    if (outcome.kind === 'away') return timePage(request, reply.status(503), head, line, { body, away: true });
    const { message, remedy } = outcome.because;
    return timePage(request, reply.status(400), head, line, { body, problem: `${message} ${remedyOnPage(remedy)}` });
  });

  app.get<OfPassOn>('/deployments/:reference/pass-on/:id', DECIDES, async (request, reply) => {
    const found = await findPassOn(request);
    if (found === undefined) return reply.callNotFound();
    return found.line === undefined ? decided(request, reply, found.head) : passOnPage(request, reply, found.head, found.line, {});
  });

  app.post<OfPassOn>('/deployments/:reference/pass-on/:id', DECIDES, async (request, reply) => {
    const found = await findPassOn(request);
    if (found === undefined) return reply.callNotFound();
    const { head, line } = found;
    if (line === undefined) return decided(request, reply.status(409), head);
    const body = request.body ?? {};
    const said = read(body);
    if (said.problem !== null) return passOnPage(request, reply.status(400), head, line, { body, problem: said.problem });
    const by = signedIn(request).person;
    const done = () => reply.redirect(`${urls.deployment(line.reference)}?decided=pass-on-${said.decision}`, 303);
    if (said.decision === 'refuse') {
      return (await refusePassOn(db, line, { by, words: said.words })) ? done() : decided(request, reply.status(409), head);
    }
    if (!(await takesChanges(services))) return passOnPage(request, reply.status(503), head, line, { body, away: true });
    const approved = await approvePassOn({ pool: db, client: temporal }, line, { by, words: said.words });
    if (approved.ok) return done();
    const { message, remedy } = approved.reason;
    return passOnPage(request, reply.status(400), head, line, { body, problem: `${message} ${remedyOnPage(remedy)}` });
  });

  /** The deployment, if it is theirs to change, and the request that still waits. */
  async function findTime(request: FastifyRequest<OfTime>): Promise<Found<TimeRequest> | undefined> {
    const { reference, step, round } = request.params;
    if (!canExist(request.params)) return undefined;
    const inScope = scopeCondition(signedIn(request), 2, 'change-deployments');
    const head = await findDeploymentHead(db, reference, inScope);
    if (head === undefined) return undefined;
    const lines = await openTimeRequests(db, { sql: 'd.reference = $1', values: [head.reference] });
    return { head, line: lines.find((line) => line.step === step && String(line.round) === round) };
  }

  async function findPassOn(request: FastifyRequest<OfPassOn>): Promise<Found<PassOnRequest> | undefined> {
    const { reference, id } = request.params;
    if (!canExist(request.params) || !UUID.test(id)) return undefined;
    const inScope = scopeCondition(signedIn(request), 2, 'change-deployments');
    const head = await findDeploymentHead(db, reference, inScope);
    if (head === undefined) return undefined;
    const lines = await openPassOns(db, { sql: 'd.reference = $1', values: [head.reference] });
    return { head, line: lines.find((line) => line.id === id) };
  }

  async function timePage(
    request: FastifyRequest,
    reply: FastifyReply,
    head: DeploymentHead,
    line: TimeRequest,
    sent: Sent,
  ): Promise<FastifyReply> {
    const { step, round, reference } = line;
    const command: ChangeCommand = { kind: 'grant-time', step, round, by: signedIn(request).person, words: '' };
    return send(request, reply, 'asked/time', head, sent, {
      title: `More time for ${line.title}: ${head.subject}`,
      line,
      action: urls.timeRequest(reference, step, round),
      ...(await effectsOf(head, command)),
    });
  }

  async function passOnPage(
    request: FastifyRequest,
    reply: FastifyReply,
    head: DeploymentHead,
    line: PassOnRequest,
    sent: Sent,
  ): Promise<FastifyReply> {
    const { reference, role, person: from, newEmail, id } = line;
    const { person: known, name } = await standingOfAddress(db, { reference, role, email: newEmail });
    const by = signedIn(request).person;
    const to = known ?? `new-${id}`;
    const command: ChangeCommand = {
      kind: 'change-person',
      role,
      from,
      to,
      by,
      because: 'The person we asked has named somebody else to be asked.',
    };
    return send(request, reply, 'asked/pass-on', head, sent, {
      title: `Somebody else to be asked: ${head.subject}`,
      line,
      known: known !== null,
      knownAs: name !== null && name !== line.newName ? name : null,
      action: urls.passOn(reference, id),
      ...(await effectsOf(head, command, { [to]: name ?? line.newName })),
    });
  }

  /** What a yes would bring about: dates, letters, who is told; or why it cannot be. */
  async function effectsOf(head: DeploymentHead, command: ChangeCommand, alsoNamed: Readonly<Record<string, string>> = {}) {
    const stored = await readChronology(db, head.reference);
    const preview = await previewChange(db, head.reference, command);
    if (stored === undefined) throw new Error(`${head.reference} has no events.`);
    if (!preview.ok) return { cannot: `${preview.reason.message} ${remedyOnPage(preview.reason.remedy)}`, preview: null, letters: [] };
    const told = toldIfMade(stored.chronology, command, stored.now);
    const names = await namesOf(db, [...peopleInPreview(preview.value), ...told.flatMap(({ event }) => peopleIn(event))]);
    const standing = standingOf(stored.chronology, stored.now, (person) => alsoNamed[person] ?? names[person] ?? person);
    return { cannot: null, preview: previewView(preview.value, standing, command), letters: letterViews(told, standing, head.subject) };
  }
}

type Found<Line> = { readonly head: DeploymentHead; readonly line: Line | undefined };
type Sent = { readonly body?: FormBody; readonly problem?: string; readonly away?: true };

function read(body: FormBody): {
  readonly decision: 'give' | 'refuse';
  readonly words: string;
  readonly once: string;
  readonly problem: string | null;
} {
  const refuses = typed(body, 'decision') === 'refuse';
  const words = typed(body, refuses ? 'because' : 'words');
  const once = typed(body, 'once');
  const problem =
    words.length > LONGEST
      ? `What you write must be ${LONGEST.toLocaleString('en-GB')} characters or fewer`
      : refuses && words === ''
        ? 'Enter why you refuse: whoever asked reads it'
        : null;
  return { decision: refuses ? 'refuse' : 'give', words, once: keyOfForm(once), problem };
}

function send(
  request: FastifyRequest,
  reply: FastifyReply,
  view: string,
  head: DeploymentHead,
  { body = {}, problem, away }: Sent,
  data: object,
): FastifyReply {
  const user = signedIn(request);
  const refuses = typed(body, 'decision') === 'refuse';
  return page(reply, user, view, {
    ...data,
    head,
    backHref: urls.deployment(head.reference),
    once: crypto.randomUUID(),
    typed: { words: typed(body, 'words'), because: typed(body, 'because') },
    errors: problem === undefined ? [] : [{ text: problem, href: refuses ? '#because' : '#words' }],
    fault: problem === undefined ? null : { at: refuses ? 'because' : 'words', text: problem },
    away: away === true ? NOT_SENT : null,
  });
}

/** The request was decided, or is over: the step closed, or somebody else is asked. */
function decided(request: FastifyRequest, reply: FastifyReply, head: DeploymentHead): FastifyReply {
  return page(reply, signedIn(request), 'shared/message', {
    title: 'This request is no longer open',
    paragraphs: [
      'Somebody has decided on it, the step has closed, or somebody else is asked now. You have changed nothing.',
      `The page of ${head.reference}, ${head.subject}, says what happened.`,
    ],
  });
}

/** The words of the banner on the page of a deployment after a decision; undefined for anything else. */
export const DECIDED: ReadonlyMap<string, string> = new Map([
  [
    'time-give',
    'You have given more time. If it is more than the programme allows, we ask the Department. Whoever asked is told by e-mail.',
  ],
  ['time-refuse', 'You have refused more time. Whoever asked is told by e-mail.'],
  ['pass-on-give', 'Somebody else is asked from now on. Everybody concerned is told by e-mail.'],
  ['pass-on-refuse', 'The same person is asked as before, and is told why by e-mail.'],
]);

/** What was asked for as a line: "Jo Head asks for “Confirm participation” to be due on …". */
export function timeWords({ name, title, wanted, dueOn, because }: TimeRequest): string {
  return `${name} asks for “${title}” to be due on ${longDateWithWeekday(wanted)}, not on ${longDateWithWeekday(dueOn)}. ${because}`;
}

export function passOnWords({ name, newName, newEmail, job }: PassOnRequest): string {
  return `${name} says that ${newName}${job === '' ? '' : `, ${job}`}, (${newEmail}) should be asked instead.`;
}
