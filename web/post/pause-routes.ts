import { nowMs } from '../../postgres/sandbox/clock.ts';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { randomUUID } from 'node:crypto';
import { workMany } from '../../desk/work-many.ts';
import { londonDate } from '../../domain/time/london.ts';
import { listLines } from '../../postgres/desk/many.ts';
import { placesToHold } from '../../postgres/desk/post-holds.ts';
import { endPause, listPauses, makePause, programmeIsPaused, runningOf } from '../../postgres/desk/programme-pauses.ts';
import type { ProgrammePause } from '../../postgres/desk/programme-pauses.ts';
import { typed } from '../answer/read-fields.ts';
import type { FormBody, FormProblem } from '../answer/read-fields.ts';
import type { ChangeField } from '../changes/change-form.ts';
import { because } from '../changes/change-form.ts';
import { fieldInputs } from '../changes/change-view.ts';
import { pauseFields } from '../changes/clock-forms.ts';
import { readChange } from '../changes/read-change.ts';
import { lineView } from '../many/job-view.ts';
import { manyDeskOf } from '../many/many-desk.ts';
import { manyForm } from '../many/many-forms.ts';
import { AT_ONCE_MS } from '../many/routes.ts';
import { keyOfForm, UUID } from '../shared/once.ts';
import type { User } from '../shared/roles.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { staffPages } from '../shared/staff-pages.ts';
import { urls } from '../shared/urls.ts';
import { pauseInWords } from './pause-words.ts';

const send = staffPages('post');
const PAUSES = { config: { access: 'hold-all-post' } } as const;

type OfPause = { Params: { job: string }; Body: FormBody | null };

/**
 * The pause of every deployment of a programme, those too that start while it lasts: asked for, previewed and confirmed as a change of many,
 * listed with what it did, and ended for just the deployments that it paused.
 */
export function registerPauseRoutes(app: FastifyInstance, services: Services): void {
  const { db } = services;

  app.get('/post/pause', PAUSES, async (request, reply) => formPage(reply, signedIn(request), {}, []));

  app.post<{ Body: FormBody | null }>('/post/pause', PAUSES, async (request, reply) => {
    const user = signedIn(request);
    const body = request.body ?? {};
    const fields = await fieldsNow();
    const read = await readChange(db, fields, body);
    const programme = read.said('programme');
    const running = programme === '' ? [] : await runningOf(db, programme);
    const problems = [
      ...read.problems,
      ...(programme !== '' && running.length === 0 ? [{ id: 'programme', text: 'No deployment of this programme is running' }] : []),
      ...((await programmeIsPaused(db, programme)) ? [{ id: 'programme', text: 'This programme is paused already' }] : []),
    ];
    if (problems.length > 0) return formPage(reply.status(400), user, body, problems);
    const id = keyOfForm(typed(body, 'onceAs'));
    await makePause(
      db,
      programme,
      {
        id,
        kind: 'stop-clock',
        by: user.person,
        said: Object.fromEntries(fields.map((field) => [field.id, read.said(field.id)])),
        words: read.lines,
        programme: null,
        programmeVersion: null,
      },
      running.map(({ reference, subject }) => ({ target: reference, name: subject, given: {}, state: 'to-check', outcome: null })),
    );
    await workMany(manyDeskOf(services), { job: id, forMs: AT_ONCE_MS });
    return reply.redirect(urls.manyJob(id), 303);
  });

  app.get<OfPause>('/post/pauses/:job', PAUSES, async (request, reply) => {
    const pause = await pauseOf(request.params.job);
    return pause === undefined ? reply.callNotFound() : pausePage(reply, signedIn(request), pause, {}, []);
  });

  app.post<OfPause>('/post/pauses/:job/end', PAUSES, async (request, reply) => {
    const user = signedIn(request);
    const pause = await pauseOf(request.params.job);
    if (pause === undefined) return reply.callNotFound();
    const body = request.body ?? {};
    const fields = endFields();
    const read = await readChange(db, fields, body);
    const problems = [
      ...read.problems,
      ...(pause.stands ? [] : [{ id: 'main-content', text: 'This pause has ended, or somebody is ending it' }]),
      ...(pause.toDo > 0 ? [{ id: 'main-content', text: 'Deployments are still being paused. Try again in a minute' }] : []),
    ];
    if (problems.length > 0) return pausePage(reply.status(400), user, pause, body, problems);
    const done = (await listLines(db, pause.job)).filter(({ state }) => state === 'done');
    const id = randomUUID();
    const isOurs = await endPause(
      db,
      pause.job,
      {
        id,
        kind: 'resume-clock',
        by: user.person,
        said: { ...Object.fromEntries(fields.map((field) => [field.id, read.said(field.id)])), pause: pause.job },
        words: read.lines,
        programme: null,
        programmeVersion: null,
      },
      done.map(({ target, name }) => ({ target, name, given: {}, state: 'to-check', outcome: null })),
    );
    if (!isOurs)
      return pausePage(reply.status(409), user, pause, body, [{ id: 'main-content', text: 'Somebody is ending this pause already' }]);
    await workMany(manyDeskOf(services), { job: id, forMs: AT_ONCE_MS });
    return reply.redirect(urls.manyJob(id), 303);
  });

  async function pauseOf(job: string): Promise<ProgrammePause | undefined> {
    return UUID.test(job) ? (await listPauses(db)).find((pause) => pause.job === job) : undefined;
  }

  async function fieldsNow(): Promise<readonly ChangeField[]> {
    const { programmes } = await placesToHold(db);
    return [
      {
        kind: 'choice',
        id: 'programme',
        label: 'Which programme?',
        missing: 'Select which programme you want to pause',
        options: programmes.map((id) => ({ value: id, text: id })),
      },
      ...pauseFields(londonDate(nowMs())),
      because(),
    ];
  }

  function endFields(): readonly ChangeField[] {
    return manyForm('resume-clock')?.fieldsOf({ today: londonDate(nowMs()), programmes: [] }) ?? [];
  }

  async function formPage(reply: FastifyReply, user: User, body: FormBody, problems: readonly FormProblem[]) {
    return send(reply, user, 'post/pause', {
      title: 'Pause a programme',
      fields: fieldInputs(await fieldsNow(), body, problems),
      errors: problems.map(({ id, text }) => ({ text, href: `#${id}` })),
      onceAs: randomUUID(),
      backHref: urls.post(),
    });
  }

  async function pausePage(reply: FastifyReply, user: User, pause: ProgrammePause, body: FormBody, problems: readonly FormProblem[]) {
    const lines = await listLines(db, pause.job);
    const views = (...states: readonly string[]) =>
      lines.filter(({ state }) => states.includes(state)).map((line) => lineView({ kind: 'stop-clock' }, line));
    return send(reply, user, 'post/paused', {
      title: `Pause of the programme ${pause.programme}`,
      state: pauseInWords(pause),
      because: pause.because,
      paused: views('done'),
      toDo: views('to-check', 'possible', 'waiting'),
      notPaused: views('not-possible', 'left-out', 'refused', 'cancelled'),
      mayEnd: pause.stands,
      undoHref: pause.undoJob === null ? null : urls.manyJob(pause.undoJob),
      confirmHref: pause.confirmedAt === null ? urls.manyJob(pause.job) : null,
      fields: fieldInputs(endFields(), body, problems),
      errors: problems.map(({ id, text }) => ({ text, href: `#${id}` })),
      action: `${urls.postPaused(pause.job)}/end`,
      backHref: urls.post(),
    });
  }
}
