import type { FastifyInstance, FastifyReply } from 'fastify';
import { randomUUID } from 'node:crypto';
import { nowMs } from '../../postgres/sandbox/clock.ts';
import { londonDate } from '../../domain/time/london.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import type { Programme } from '../../domain/programme.ts';
import { capitalised } from '../../domain/words.ts';
import { listContacts } from '../../postgres/views/contacts.ts';
import type { Contact } from '../../postgres/views/contacts.ts';
import type { Db } from '../../postgres/database.ts';
import { deploymentsNamed } from '../../postgres/views/deployments-named.ts';
import { readPinnedProgramme } from '../../postgres/pinned/pinned.ts';
import { tookPartIn, workOfPerson } from '../../postgres/views/person-work.ts';
import type { PersonWork } from '../../postgres/views/person-work.ts';
import { ticked, typed } from '../answer/read-fields.ts';
import type { FormBody, FormProblem } from '../answer/read-fields.ts';
import { personWorkUrl } from '../changes/change-urls.ts';
import { changeAll } from '../changes/change-all.ts';
import { fieldInputs } from '../changes/change-view.ts';
import { readChange, typedInto } from '../changes/read-change.ts';
import { WORK_FORMS, workForm } from '../changes/work-forms.ts';
import type { WorkForm } from '../changes/work-forms.ts';
import { mayChoose } from '../shared/choosing.ts';
import { LONG_FORM_BYTES } from '../shared/body-limits.ts';
import { canExist } from '../shared/desk-urls.ts';
import { navigationFor } from '../shared/navigation.ts';
import { renderView } from '../shared/render.ts';
import { may } from '../shared/roles.ts';
import type { User } from '../shared/roles.ts';
import { scopeCondition } from '../shared/scope.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { urls } from '../shared/urls.ts';
import { UUID } from '../shared/once.ts';

const MOVES = { config: { access: 'change-deployments' }, bodyLimit: LONG_FORM_BYTES } as const;

type OfPerson = { Params: { id: string } };
type OfWork = { Params: { id: string; kind: string }; Querystring: FormBody; Body: FormBody | null };
type Working = { readonly user: User; readonly person: Contact; readonly work: readonly Held[] };
/** One deployment with the roles that somebody holds in it. */
type Held = { readonly reference: string; readonly subject: string; readonly roles: readonly PersonWork[] };

/** Everything that one person has in running deployments, and the forms to move all of it at once. */
export function registerPersonWorkRoutes(app: FastifyInstance, services: Services): void {
  const { db } = services;
  app.get<OfPerson>('/people/:id/work', { config: { access: 'change-deployments' } }, async (request, reply) => {
    const working = await findWorking(db, signedIn(request), request.params.id);
    if (working === undefined) return reply.callNotFound();
    const { person, work } = working;
    return send(reply, 'person-work/work', working, {
      title: `All of ${person.name}’s work`,
      work: await workViews(db, work),
      sessionsHref: may(working.user, 'end-sessions') ? urls.sessionsOf(person.id) : null,
      ways: WORK_FORMS.map((form) => ({ text: form.title(person.name), href: hrefOf(person, form) })),
    });
  });

  app.get<OfWork>('/people/:id/work/:kind', { config: { access: 'change-deployments' } }, async (request, reply) => {
    const form = workForm(request.params.kind);
    const working = await findWorking(db, signedIn(request), request.params.id);
    if (form === undefined || working === undefined) return reply.callNotFound();
    return formPage(reply, working, form, {}, []);
  });

  app.post<OfWork>('/people/:id/work/:kind', MOVES, async (request, reply) => {
    const form = workForm(request.params.kind);
    const working = await findWorking(db, signedIn(request), request.params.id);
    if (form === undefined || working === undefined) return reply.callNotFound();
    const { user, person, work } = working;
    const body = request.body ?? {};
    const fields = form.fieldsOf(today());
    const read = await readChange(db, fields, body);
    if (typed(body, 'stage') === 'change') return formPage(reply, working, form, body, []);
    if (read.problems.length > 0) return formPage(reply.status(400), working, form, body, read.problems);
    const onceAs = typed(body, 'onceAs');
    if (typed(body, 'stage') !== 'confirm' || !UUID.test(onceAs)) {
      return send(reply, 'person-work/work-check', working, {
        title: `Check before it is done: ${form.title(person.name)}`,
        action: hrefOf(person, form),
        lines: read.lines,
        work: await workViews(db, work),
        shown: work.map(({ reference, roles }) => [reference, ...roles.map(({ role }) => role)].join('|')),
        given: typedInto(fields, body),
        onceAs: randomUUID(),
        button: form.button,
      });
    }
    // Change exactly what was shown, even on a second press, when the person no longer has it.
    const shown = ticked(body, 'deployment');
    const rolesIn = new Map(shown.map(readShown));
    const named = await deploymentsNamed(db, [...rolesIn.keys()], scopeCondition(user, 2, 'change-deployments'));
    const toChange = named.map(({ reference, subject }) => ({
      reference,
      subject,
      commands: form.commandsFrom(read.said, person.id, rolesIn.get(reference) ?? [], user.person),
    }));
    const reports = await changeAll(services, toChange, onceAs);
    const unreachable = reports.some(({ outcome }) => outcome === 'unreachable');
    const left = reports.filter(({ outcome }) => outcome !== 'done').length;
    return send(reply.status(unreachable ? 503 : 200), 'person-work/work-report', working, {
      title: `${left === 0 ? 'Done' : 'Not all of it is done'}: ${form.title(person.name)}`,
      done: left === reports.length ? null : `${reports.length - left} of ${reports.length} deployments are changed.`,
      reports: reports.map((report) => ({ ...report, href: urls.deployment(report.reference) })),
      again: unreachable ? { action: hrefOf(person, form), given: typedInto(fields, body), shown, onceAs } : null,
    });
  });
}

/**
 * A person with what they have, as far as the user may change it. Undefined when nobody has the contact id, and when the
 * person never took part in a deployment that the user may change. So nobody learns the name or the e-mail address of people of
 * other places, or whether there is such a person.
 */
async function findWorking(db: Db, user: User, id: string): Promise<Working | undefined> {
  const inScope = scopeCondition(user, 2, 'change-deployments');
  if (!canExist({ id }) || !(await tookPartIn(db, id, inScope))) return undefined;
  const [person] = await listContacts(db, [id]);
  if (person === undefined) return undefined;
  const work = new Map<string, Held>();
  for (const role of await workOfPerson(db, id, inScope)) {
    const { reference, subjectName: subject } = role;
    work.set(reference, { reference, subject, roles: [...(work.get(reference)?.roles ?? []), role] });
  }
  return { user, person, work: [...work.values()] };
}

/** One deployment and roles in it, as the check page holds them: `D00001|rdp|school`. */
function readShown(text: string): readonly [string, readonly string[]] {
  const [reference = '', ...roles] = text.split('|');
  return [reference, roles];
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

function hrefOf({ id }: Contact, { kind }: WorkForm): string {
  return `${personWorkUrl(id)}/${kind}`;
}

/** Today in London, in real time: the initial date of a form. */
function today(): PlainDate {
  return londonDate(nowMs());
}

function formPage(reply: FastifyReply, working: Working, form: WorkForm, body: FormBody, problems: readonly FormProblem[]): FastifyReply {
  const { person, work } = working;
  return send(mayChoose(reply), 'person-work/work-form', working, {
    title: form.title(person.name),
    lead: form.lead,
    deployments: work.length,
    action: hrefOf(person, form),
    fields: fieldInputs(form.fieldsOf(today()), body, problems),
    errors: problems.map(({ id, text }) => ({ text, href: `#${id}` })),
  });
}

function send(
  reply: FastifyReply,
  view: string,
  { user, person }: Working,
  data: { readonly title: string; readonly [name: string]: unknown },
): FastifyReply {
  const navigation = navigationFor(user, 'deployments');
  return reply.type('text/html').send(renderView(view, { ...data, user, navigation, person, backHref: personWorkUrl(person.id) }));
}
