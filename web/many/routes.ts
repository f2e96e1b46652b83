import type { FastifyInstance, FastifyReply } from 'fastify';
import { randomUUID } from 'node:crypto';
import { COUNTED_DAYS } from '../../desk/under-way.ts';
import { nowMs } from '../../postgres/sandbox/clock.ts';
import { workMany } from '../../desk/work-many.ts';
import { londonDate } from '../../domain/time/london.ts';
import { beginsDeployments, cancelJob, confirmJob, listJobs, listLines, makeJob, readJob } from '../../postgres/desk/many.ts';
import type { ManyJob, ManyLine } from '../../postgres/desk/many.ts';
import { listPauses } from '../../postgres/desk/programme-pauses.ts';
import { readProgramme } from '../../postgres/pinned/pinned.ts';
import { deploymentsNamed } from '../../postgres/views/deployments-named.ts';
import { programmesOf } from '../../postgres/views/running-deployments.ts';
import { findSubject, schoolsNamed } from '../../postgres/views/search-subjects.ts';
import { ticked, typed } from '../answer/read-fields.ts';
import type { FormBody, FormProblem } from '../answer/read-fields.ts';
import { personWorkUrl } from '../changes/change-urls.ts';
import { fieldInputs } from '../changes/change-view.ts';
import { readChange } from '../changes/read-change.ts';
import { takesChanges } from '../changes/takes-changes.ts';
import { mayChoose } from '../shared/choosing.ts';
import { LONG_FORM_BYTES } from '../shared/body-limits.ts';
import type { User } from '../shared/roles.ts';
import { scopeCondition } from '../shared/scope.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { urls } from '../shared/urls.ts';
import { BEGINNINGS, deploymentsAre, doneWord, firstLetters, jobTitle, lineView, phaseOf } from './job-view.ts';
import { manyDeskOf } from './many-desk.ts';
import { listForm, manyForm, WORK_KINDS } from './many-forms.ts';
import type { ManyForm } from './many-forms.ts';
import { MOST_DEPLOYMENTS, readSelection } from './selection.ts';
import type { Selection } from './selection.ts';
import { staffPages } from '../shared/staff-pages.ts';
import { keyOfForm, UUID } from '../shared/once.ts';

const send = staffPages('deployments');

/** A request works through lines itself for as long, so that a few need no second page. */
export const AT_ONCE_MS = 1_500;
const NEWEST_JOBS = 30;

const CHANGES = { config: { access: 'change-deployments' }, bodyLimit: LONG_FORM_BYTES } as const;

type OfJob = { Params: { id: string }; Querystring: { told?: unknown }; Body: FormBody | null };

/**
 * One change of many deployments: its form, a job that looks at each line, the page on which the lines are confirmed, and how far it is.
 * The job goes on between requests (desk/work-many.ts), so no request waits for all of its lines.
 */
export function registerManyRoutes(app: FastifyInstance, services: Services): void {
  const { db } = services;

  app.get('/many', { config: { access: 'change-deployments' } }, async (request, reply) => {
    const user = signedIn(request);
    const jobs = await listJobs(db, user.person, NEWEST_JOBS);
    return send(reply, user, 'many/list', {
      title: 'Your changes to many deployments',
      jobs: jobs.map((job) => ({ ...job, title: jobTitle(job), href: urls.manyJob(job.id), word: doneWord(job) })),
      startHref: urls.manyStart(),
      underWayHref: urls.manyUnderWay(),
      backHref: urls.deployments(),
    });
  });

  app.get('/many/new', { config: { access: 'change-deployments' } }, async (request, reply) => {
    const user = signedIn(request);
    // The parser of addresses gives text or lists of text.
    const query = request.query as FormBody;
    const form = listForm(typed(query, 'kind'));
    if (form === undefined) return reply.callNotFound();
    return formPage(reply, user, form, await readSelection(db, user, query), query, []);
  });

  app.post<{ Body: FormBody | null }>('/many/new', CHANGES, async (request, reply) => {
    const user = signedIn(request);
    const body = request.body ?? {};
    const form = listForm(typed(body, 'kind'));
    if (form === undefined) return reply.callNotFound();
    const selection = await readSelection(db, user, body);
    const fields = await fieldsFor(form, selection);
    const read = await readChange(db, fields, body);
    const problems = [...faultsOf(selection), ...read.problems];
    if (problems.length > 0) return formPage(reply.status(400), user, form, selection, body, problems);
    const id = keyOfForm(typed(body, 'onceAs'));
    await makeJob(
      db,
      {
        id,
        kind: form.kind,
        by: user.person,
        said: Object.fromEntries(fields.map((field) => [field.id, read.said(field.id)])),
        words: read.lines,
        programme: null,
        programmeVersion: null,
      },
      selection.chosen.map(({ reference, subject }) => ({ target: reference, name: subject, given: {}, state: 'to-check', outcome: null })),
    );
    await workMany(manyDeskOf(services), { job: id, forMs: AT_ONCE_MS });
    return reply.redirect(urls.manyJob(id), 303);
  });

  app.get<OfJob>('/many/:id', { config: { access: 'change-deployments' } }, async (request, reply) => {
    const user = signedIn(request);
    const job = await ofUser(user, request.params.id);
    if (job === undefined) return reply.callNotFound();
    return jobPage(reply, user, job, { told: request.query.told, problem: null });
  });

  app.post<OfJob>('/many/:id/confirm', CHANGES, async (request, reply) => {
    const user = signedIn(request);
    const job = await ofUser(user, request.params.id);
    if (job === undefined) return reply.callNotFound();
    const numbers = new Set(ticked(request.body ?? {}, 'line').map(Number));
    const lines = await listLines(db, job.id);
    const picked = lines.filter(({ state, number }) => state === 'possible' && numbers.has(number));
    if (job.confirmedAt === null && picked.length === 0 && phaseOf(job, lines) === 'to-confirm') {
      return jobPage(reply.status(400), user, job, { told: null, problem: 'Select at least one line' });
    }
    // Somebody may have lost a place since the lines were made.
    const targets = picked.map(({ target }) => target);
    const reached = new Set(
      beginsDeployments(job.kind)
        ? await subjectsInReach(user, picked)
        : (await deploymentsNamed(db, targets, scopeCondition(user, 2, 'change-deployments'))).map(({ reference }) => reference),
    );
    const confirmed = await confirmJob(
      db,
      job.id,
      picked.flatMap(({ target, number }) => (reached.has(target) ? [number] : [])),
    );
    if (confirmed) await workMany(manyDeskOf(services), { job: job.id, forMs: AT_ONCE_MS });
    return reply.redirect(`${urls.manyJob(job.id)}?told=confirmed`, 303);
  });

  app.post<OfJob>('/many/:id/cancel', CHANGES, async (request, reply) => {
    const job = await ofUser(signedIn(request), request.params.id);
    if (job === undefined) return reply.callNotFound();
    await cancelJob(db, job.id);
    return reply.redirect(`${urls.manyJob(job.id)}?told=cancelled`, 303);
  });

  /** Those of the schools and trusts of these lines that somebody may start. */
  async function subjectsInReach(user: User, lines: readonly ManyLine[]): Promise<readonly string[]> {
    const scope = scopeCondition(user, 1, 'start-deployment');
    const schools = lines.filter(({ given }) => given.kind !== 'trust').map(({ target }) => target);
    const trusts = await Promise.all(
      lines.filter(({ given }) => given.kind === 'trust').map(({ target }) => findSubject(db, scope, { kind: 'trust', trust: target })),
    );
    return [...(await schoolsNamed(db, scope, schools)).map(({ urn }) => urn), ...trusts.flatMap((found) => (found ? [found.id] : []))];
  }

  /** A job of somebody's own. Undefined when there is none, or it is somebody else's. */
  async function ofUser(user: User, id: string): Promise<ManyJob | undefined> {
    const job = UUID.test(id) ? await readJob(db, id) : undefined;
    return job?.by === user.person ? job : undefined;
  }

  async function fieldsFor(form: ManyForm, { chosen }: Selection) {
    const versions =
      form.kind === 'withdraw'
        ? await programmesOf(
            db,
            chosen.map(({ reference }) => reference),
          )
        : [];
    const programmes = await Promise.all(versions.map(({ id, version }) => readProgramme(db, id, version)));
    return form.fieldsOf({ today: londonDate(nowMs()), programmes });
  }

  async function formPage(
    reply: FastifyReply,
    user: User,
    form: ManyForm,
    selection: Selection,
    body: FormBody,
    problems: readonly FormProblem[],
  ): Promise<FastifyReply> {
    const fields = await fieldsFor(form, selection);
    const { length: count } = selection.chosen;
    const all = problems.length > 0 ? problems : faultsOf(selection);
    return send(mayChoose(all.length > 0 && problems.length === 0 ? reply.status(400) : reply), user, 'many/form', {
      title: form.title,
      lead: form.lead,
      inputs: [['kind', form.kind], ...selection.inputs],
      // Filters of a list have inputs of the same names as fields of a form.
      fields: fieldInputs(fields, body, problems),
      errors: all.map(({ id, text }) => ({ text, href: `#${id}` })),
      count,
      words: `${count.toLocaleString('en-GB')} ${count === 1 ? 'deployment' : 'deployments'}`,
      shown: selection.chosen.slice(0, 10).map(({ reference, subject }) => ({ reference, subject, href: urls.deployment(reference) })),
      more: Math.max(0, count - 10),
      onceAs: randomUUID(),
      action: `${urls.many()}/new`,
      back: { text: 'Back to deployments', href: urls.deployments() },
      nobody: 'No deployment was chosen that you may change. Go back to the list and select some.',
    });
  }

  async function jobPage(
    reply: FastifyReply,
    user: User,
    job: ManyJob,
    { told, problem }: { readonly told: unknown; readonly problem: string | null },
  ): Promise<FastifyReply> {
    const lines = await listLines(db, job.id);
    const phase = phaseOf(job, lines);
    const count = (...states: readonly string[]) => lines.filter(({ state }) => states.includes(state)).length;
    const views = lines.map((line) => lineView(job, line));
    const of = (...states: readonly string[]) => views.filter(({ state }) => states.includes(state));
    const beginning = beginsDeployments(job.kind) ? BEGINNINGS[job.kind] : null;
    const form = manyForm(job.kind);
    const done = count('done');
    const chosen = count('done', 'refused', 'waiting', 'cancelled');
    const undo = done === 0 || job.confirmedAt === null ? null : (form?.undo ?? beginning?.undo ?? null);
    const next = beginning?.next && done > 0 ? beginning.next : null;
    const nextQuery = next && new URLSearchParams({ kind: next.kind, of: 'job', job: job.id }).toString();
    const pause = (await listPauses(db)).find((one) => one.job === job.id);
    const undoHref = undo?.by ? hrefOfUndo(job, undo.by) : null;
    return send(reply, user, 'many/job', {
      title: titleOf(job, phase),
      told: toldWords(job, phase, told, { done, chosen }),
      job,
      phase,
      lead: jobTitle(job),
      errors: problem === null ? [] : [{ text: problem, href: '#line' }],
      looked: lines.length - count('to-check'),
      total: lines.length,
      settled: count('done', 'refused', 'cancelled'),
      chosen,
      possible: of('possible'),
      notPossible: of('not-possible'),
      leftOut: of('left-out'),
      results: of('waiting', 'refused', 'done', 'cancelled'),
      away: phase === 'working' && !(await takesChanges(services)),
      button: form?.button ?? beginning?.button,
      letters: firstLetters(job, lines),
      countedDays: COUNTED_DAYS,
      undo:
        undo && pause !== undefined
          ? {
              words: 'Ending it lets just the deployments that it paused go on.',
              text: 'The pause of the programme',
              href: urls.postPaused(job.id),
            }
          : undo && { words: undo.words, text: undo.by?.text ?? null, href: undoHref },
      next: next && { ...next, href: `${urls.many()}/new?${nextQuery}` },
      selfHref: urls.manyJob(job.id),
      jobsHref: urls.many(),
      backHref: urls.deployments(),
    });
  }
}

/** The form that undoes a job: for the deployments that it changed or, where it handed over somebody's work, for theirs among these. */
function hrefOfUndo(job: ManyJob, { kind, given }: NonNullable<ManyForm['undo']['by']>): string {
  const ofWork = WORK_KINDS.find((form) => form.kind === kind);
  const query = new URLSearchParams({ ...(ofWork ? {} : { kind, of: 'job' }), job: job.id, ...given }).toString();
  if (ofWork === undefined) return `${urls.many()}/new?${query}`;
  // Who has the work now gives it back.
  const person = (job.kind === 'move-work' ? job.said['to'] : job.said['person']) ?? '';
  return `${personWorkUrl(person)}/${ofWork.place}?${query}`;
}

function titleOf(job: ManyJob, phase: Phase): string {
  const title = jobTitle(job);
  switch (phase) {
    case 'looking':
      return `Looking at each line: ${title}`;
    case 'to-confirm':
      return `Check before it is done: ${title}`;
    case 'working':
      return `Being done: ${title}`;
    case 'finished':
      return `Done: ${title}`;
    case 'cancelled':
      return `Cancelled: ${title}`;
    default:
      return phase satisfies never;
  }
}

type Phase = ReturnType<typeof phaseOf>;

/** What a banner says after the job was confirmed or cancelled. Null otherwise. */
function toldWords(
  job: ManyJob,
  phase: Phase,
  told: unknown,
  { done, chosen }: { readonly done: number; readonly chosen: number },
): string | null {
  if (told === 'cancelled' && job.cancelledAt !== null) {
    return job.confirmedAt === null
      ? 'It is cancelled. Nothing was changed.'
      : `It is cancelled. What was done before stays: ${deploymentsAre(done)} ${doneWord(job)}.`;
  }
  if (told !== 'confirmed' || job.confirmedAt === null) return null;
  if (phase === 'finished') return done === 0 ? null : `${done} of ${deploymentsAre(chosen)} ${doneWord(job)}.`;
  return phase === 'working'
    ? `It is confirmed, and goes on by itself: ${done} of ${deploymentsAre(chosen)} ${doneWord(job)} so far.`
    : null;
}

function faultsOf({ chosen }: Selection): readonly FormProblem[] {
  if (chosen.length === 0) return [{ id: 'main-content', text: 'Select at least one deployment in the list' }];
  if (chosen.length <= MOST_DEPLOYMENTS) return [];
  const text = `Choose ${MOST_DEPLOYMENTS.toLocaleString('en-GB')} deployments or fewer: narrow the list by a filter`;
  return [{ id: 'main-content', text }];
}
