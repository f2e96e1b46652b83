import type { FastifyInstance, FastifyReply } from 'fastify';
import { randomUUID } from 'node:crypto';
import { nowMs } from '../../postgres/sandbox/clock.ts';
import { londonDate } from '../../domain/time/london.ts';
import type { Programme } from '../../domain/programme.ts';
import { capitalised } from '../../domain/words.ts';
import { listContacts } from '../../postgres/views/contacts.ts';
import type { Contact } from '../../postgres/views/contacts.ts';
import { workMany } from '../../desk/work-many.ts';
import { listLines, makeJob, readJob } from '../../postgres/desk/many.ts';
import type { Db } from '../../postgres/database.ts';
import { readPinnedProgramme } from '../../postgres/pinned/pinned.ts';
import { tookPartIn, workOfPerson } from '../../postgres/views/person-work.ts';
import type { PersonWork } from '../../postgres/views/person-work.ts';
import { typed } from '../answer/read-fields.ts';
import type { FormBody, FormProblem } from '../answer/read-fields.ts';
import { personWorkUrl } from '../changes/change-urls.ts';
import { fieldInputs } from '../changes/change-view.ts';
import { readChange } from '../changes/read-change.ts';
import { manyDeskOf } from '../many/many-desk.ts';
import { workForm, WORK_KINDS } from '../many/many-forms.ts';
import type { Asked, WorkForm } from '../many/many-forms.ts';
import { AT_ONCE_MS } from '../many/routes.ts';
import { mayChoose } from '../shared/choosing.ts';
import { LONG_FORM_BYTES } from '../shared/body-limits.ts';
import { canExist } from '../shared/desk-urls.ts';
import { may } from '../shared/roles.ts';
import type { User } from '../shared/roles.ts';
import { scopeCondition } from '../shared/scope.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { urls } from '../shared/urls.ts';
import { keyOfForm, UUID } from '../shared/once.ts';
import { staffPages } from '../shared/staff-pages.ts';

const send = staffPages('deployments');

const MOVES = { config: { access: 'change-deployments' }, bodyLimit: LONG_FORM_BYTES } as const;

type OfPerson = { Params: { id: string } };
type OfWork = { Params: { id: string; kind: string }; Querystring: FormBody; Body: FormBody | null };
type Working = { readonly user: User; readonly person: Contact; readonly work: readonly Held[]; readonly job: string | null };
/** One deployment with the roles that somebody holds in it. */
type Held = { readonly reference: string; readonly subject: string; readonly roles: readonly PersonWork[] };

/**
 * Everything that one person has in running deployments, and the forms to move all of it at once. What they ask for is a job of many
 * (web/many/routes.ts): looked at line by line, confirmed, and carried out between requests.
 */
export function registerPersonWorkRoutes(app: FastifyInstance, services: Services): void {
  const { db } = services;
  app.get<OfPerson>('/people/:id/work', { config: { access: 'change-deployments' } }, async (request, reply) => {
    const working = await findWorking(db, signedIn(request), request.params.id);
    if (working === undefined) return reply.callNotFound();
    const { person, work } = working;
    return send(reply, working.user, 'person-work/work', {
      person,
      title: `All of ${person.name}’s work`,
      work: await workViews(db, work),
      sessionsHref: may(working.user, 'end-sessions') ? urls.sessionsOf(person.id) : null,
      ways: WORK_KINDS.map((form) => ({ text: form.titleFor(person.name), href: hrefOf(person, form) })),
    });
  });

  app.get<OfWork>('/people/:id/work/:kind', { config: { access: 'change-deployments' } }, async (request, reply) => {
    const form = workForm(request.params.kind);
    const working = await findWorking(db, signedIn(request), request.params.id, typed(request.query, 'job'));
    if (form === undefined || working === undefined) return reply.callNotFound();
    return formPage(reply, working, form, request.query, []);
  });

  app.post<OfWork>('/people/:id/work/:kind', MOVES, async (request, reply) => {
    const form = workForm(request.params.kind);
    const body = request.body ?? {};
    const working = await findWorking(db, signedIn(request), request.params.id, typed(body, 'job'));
    if (form === undefined || working === undefined) return reply.callNotFound();
    const { user, person, work, job } = working;
    const fields = form.fieldsOf(asked());
    const read = await readChange(db, fields, body);
    if (read.problems.length > 0 || work.length === 0) return formPage(reply.status(400), working, form, body, read.problems);
    const id = keyOfForm(typed(body, 'onceAs'));
    await makeJob(
      db,
      {
        id,
        kind: form.kind,
        by: user.person,
        said: {
          ...Object.fromEntries(fields.map((field) => [field.id, read.said(field.id)])),
          person: person.id,
          ...(job === null ? {} : { job }),
        },
        words: [{ label: 'Whose work', value: person.name }, ...read.lines],
        programme: null,
        programmeVersion: null,
      },
      work.map(({ reference, subject }) => ({ target: reference, name: subject, given: {}, state: 'to-check', outcome: null })),
    );
    await workMany(manyDeskOf(services), { job: id, forMs: AT_ONCE_MS });
    return reply.redirect(urls.manyJob(id), 303);
  });
}

/**
 * A person with what they have, as far as the user may change it. Undefined when nobody has the contact id, and when the
 * person never took part in a deployment that the user may change. So nobody learns the name or the e-mail address of people of
 * other places, or whether there is such a person. With `job`, a job of the user's own, only what is in the deployments that it changed.
 */
async function findWorking(db: Db, user: User, id: string, job = ''): Promise<Working | undefined> {
  const inScope = scopeCondition(user, 2, 'change-deployments');
  if (!canExist({ id }) || !(await tookPartIn(db, id, inScope))) return undefined;
  const [person] = await listContacts(db, [id]);
  if (person === undefined) return undefined;
  const work = new Map<string, Held>();
  for (const role of await workOfPerson(db, id, inScope)) {
    const { reference, subjectName: subject } = role;
    work.set(reference, { reference, subject, roles: [...(work.get(reference)?.roles ?? []), role] });
  }
  if (job === '') return { user, person, work: [...work.values()], job: null };
  const made = UUID.test(job) ? await readJob(db, job) : undefined;
  if (made?.by !== user.person) return undefined;
  const changed = (await listLines(db, made.id)).flatMap(({ state, target }) => (state === 'done' ? [target] : []));
  return { user, person, work: [...work.values()].filter(({ reference }) => changed.includes(reference)), job: made.id };
}

async function workViews(db: Db, work: readonly Held[]) {
  return Promise.all(
    work.map(async ({ reference, subject, roles }) => {
      const programme = await readPinnedProgramme(db, reference);
      return { reference, subject, href: urls.deployment(reference), roles: roles.map((held) => roleWords(programme, held)) };
    }),
  );
}

function roleWords({ roles }: Programme, { role, openSteps, lateSteps, stoppedSteps }: PersonWork): string {
  const late = lateSteps === 0 ? '' : `, ${lateSteps} late`;
  const stopped = stoppedSteps === 0 ? '' : `, ${stoppedSteps} paused`;
  const open = openSteps === 0 ? 'nothing open now' : `${openSteps} open ${openSteps === 1 ? 'step' : 'steps'}${late}${stopped}`;
  return `${capitalised(roles[role]?.title ?? role)}: ${open}`;
}

function hrefOf({ id }: Contact, { place }: WorkForm): string {
  return `${personWorkUrl(id)}/${place}`;
}

/** The forms of the work of one person need no programme. Today is the day in London: the first that a form offers. */
function asked(): Asked {
  return { today: londonDate(nowMs()), programmes: [] };
}

function formPage(reply: FastifyReply, working: Working, form: WorkForm, body: FormBody, problems: readonly FormProblem[]): FastifyReply {
  const { user, person, work, job } = working;
  const { length: count } = work;
  return send(mayChoose(reply), user, 'many/form', {
    title: form.titleFor(person.name),
    lead: form.lead,
    inputs: job === null ? [] : [['job', job]],
    fields: fieldInputs(form.fieldsOf(asked()), body, problems),
    errors: problems.map(({ id, text }) => ({ text, href: `#${id}` })),
    count,
    words: `${count.toLocaleString('en-GB')} running ${count === 1 ? 'deployment' : 'deployments'}`,
    shown: work.slice(0, 10).map(({ reference, subject }) => ({ reference, subject, href: urls.deployment(reference) })),
    more: Math.max(0, count - 10),
    onceAs: randomUUID(),
    action: hrefOf(person, form),
    back: { text: `Back to all of ${person.name}’s work`, href: personWorkUrl(person.id) },
    nobody: `${person.name} takes part in no running deployment of the places you look after.`,
  });
}
