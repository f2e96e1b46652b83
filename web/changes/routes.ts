import type { FastifyInstance, FastifyReply } from 'fastify';
import { randomUUID } from 'node:crypto';
import { nowMs } from '../../postgres/sandbox/clock.ts';
import { changeDeployment, previewChange } from '../../desk/change-deployment.ts';
import type { ChangeRefusal } from '../../desk/change-deployment.ts';
import { changeMade } from '../../desk/change-made.ts';
import { toldIfMade } from '../../domain/chronology/preview.ts';
import type { Refusal } from '../../domain/chronology/refusal.ts';
import { peopleIn } from '../../letters/event-words.ts';
import { readChronology } from '../../postgres/pinned/chronology.ts';
import type { Db } from '../../postgres/database.ts';
import { findDeploymentHead } from '../../postgres/views/deployment-page.ts';
import type { DeploymentHead } from '../../postgres/views/deployment-page.ts';
import { namesOf } from '../../postgres/views/people-called.ts';
import { typed } from '../answer/read-fields.ts';
import type { FormBody, FormProblem } from '../answer/read-fields.ts';
import { changeUrl } from './change-urls.ts';
import { changeForm } from './change-forms.ts';
import { commandOf, fieldsOf, standingOf } from './change-form.ts';
import type { ChangeField, ChangeForm, Standing } from './change-form.ts';
import { fieldInputs, letterViews, peopleInPreview, previewView } from './change-view.ts';
import { idOf, readChange, typedInto } from './read-change.ts';
import type { ReadChange } from './read-change.ts';
import { refusalWords } from './refusal-words.ts';
import { takesChanges } from './takes-changes.ts';
import { addPerson } from '../../register/new-person.ts';
import { canExist } from '../shared/desk-urls.ts';
import { LONG_FORM_BYTES } from '../shared/body-limits.ts';
import { movedClockWords } from '../shared/moved-clock.ts';
import { mayChoose } from '../shared/choosing.ts';
import type { User } from '../shared/roles.ts';
import { scopeCondition } from '../shared/scope.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { urls } from '../shared/urls.ts';
import { UUID } from '../shared/once.ts';
import { staffPages } from '../shared/staff-pages.ts';

const sendPage = staffPages('deployments');

/** Nobody waits longer than this for a page. */
const DEADLINE_MS = 8_000;

const CHANGES = { config: { access: 'change-deployments' }, bodyLimit: LONG_FORM_BYTES } as const;

type OfChange = { Params: { reference: string; kind: string }; Querystring: FormBody; Body: FormBody | null };
/** A deployment that somebody may change, and the form of the change. */
type Changing = { readonly user: User; readonly head: DeploymentHead; readonly form: ChangeForm; readonly standing: Standing };
type Form = Changing & { readonly fields: readonly ChangeField[] };

/**
 * Every change of a running deployment: a form, a page that shows what the change would bring about, and then the
 * change itself.
 */
export function registerChangeRoutes(app: FastifyInstance, services: Services): void {
  const { db, temporal } = services;

  app.get<OfChange>('/deployments/:reference/change/:kind', { config: { access: 'change-deployments' } }, async (request, reply) => {
    const changing = await findChanging(db, signedIn(request), request.params);
    if (changing === undefined) return reply.callNotFound();
    const fields = fieldsOf(changing.form, changing.standing);
    if (fields === null) return notPossible(reply, changing);
    return formPage(reply, { ...changing, fields }, request.query, []);
  });

  app.post<OfChange>('/deployments/:reference/change/:kind', CHANGES, async (request, reply) => {
    const changing = await findChanging(db, signedIn(request), request.params);
    if (changing === undefined) return reply.callNotFound();
    const { form, standing, user, head } = changing;
    const { reference } = head;
    const body = request.body ?? {};
    const given = typed(body, 'onceAs');
    const onceAs = UUID.test(given) ? given : null;
    const done = () => reply.redirect(`${urls.deployment(reference)}?changed=${form.kind}`, 303);
    const doneBefore = async () =>
      onceAs !== null && typed(body, 'stage') === 'confirm' && (await withDeadline(() => changeMade(temporal, reference, onceAs)));

    const fields = fieldsOf(form, standing);
    if (fields === null) return (await doneBefore()) ? done() : notPossible(reply, changing);
    const asked = { ...changing, fields };
    if (typed(body, 'stage') === 'change') return formPage(reply, asked, body, []);
    const read = await readChange(db, fields, body);
    if (read.problems.length > 0) return (await doneBefore()) ? done() : formPage(reply.status(400), asked, body, read.problems);
    if (typed(body, 'stage') !== 'confirm' || onceAs === null)
      return checkPage(reply, asked, body, read, { away: null, onceAs: randomUUID() });
    if (!(await takesChanges(services))) return checkPage(reply.status(503), asked, body, read, { away: 'not-sent', onceAs });
    if (read.newcomer !== null && !(await addPerson(db, read.newcomer))) {
      return formPage(reply.status(409), asked, body, [
        { id: 'newEmail', text: 'This address now belongs to somebody else. Look at it again' },
      ]);
    }
    try {
      const counted = await withDeadline(() =>
        changeDeployment({ db, client: temporal }, reference, commandOf(form, read.said, user.person, addsOf(read)), onceAs),
      );
      return await (counted.ok ? done() : refusedPage(reply, asked, body, counted.reason));
    } catch (error) {
      process.stderr.write(`${form.kind} of ${reference} could not be made: ${error instanceof Error ? error.message : String(error)}\n`);
      return checkPage(reply.status(503), asked, body, read, { away: 'no-word', onceAs });
    }
  });

  function withDeadline<T>(ask: () => Promise<T>): Promise<T> {
    return temporal.withDeadline(Date.now() + DEADLINE_MS, ask);
  }

  /** Shows what the change would bring about, before it is made. */
  async function checkPage(
    reply: FastifyReply,
    asked: Form,
    body: FormBody,
    read: ReadChange,
    { away, onceAs }: { readonly away: Away | null; readonly onceAs: string },
  ): Promise<FastifyReply> {
    const { form, standing, user, fields } = asked;
    const command = commandOf(form, read.said, user.person, addsOf(read));
    const preview = await previewChange(db, asked.head.reference, command);
    if (!preview.ok) return refusedPage(reply, asked, body, preview.reason);
    const told = toldIfMade(preview.value.chronology, command, standing.now);
    const names = await namesOf(db, [...peopleInPreview(preview.value), ...told.flatMap(({ event }) => peopleIn(event))]);
    const { newcomer } = read;
    const nameOf = (person: string) => (person === newcomer?.id ? newcomer.name : (names[person] ?? standing.nameOf(person)));
    const known = { ...standing, nameOf };
    return send(reply, 'changes/check', asked, {
      title: `${away === null ? 'Check before it is done' : AWAY[away].title}: ${form.title}`,
      lines: read.lines,
      preview: previewView(preview.value, known, command),
      letters: letterViews(told, known, asked.head.subject),
      given: typedInto(fields, body),
      onceAs,
      away: away === null ? null : AWAY[away],
      button: form.button,
    });
  }
}

/** The contact id of somebody whom the change adds to the people Chaser knows. */
function addsOf({ newcomer }: ReadChange): string | null {
  return newcomer === null || newcomer.known ? null : newcomer.id;
}

/** 'not-sent': nothing was changed. 'no-word': the change was sent, and its outcome is not known. */
type Away = 'not-sent' | 'no-word';

const AWAY: Readonly<Record<Away, { readonly title: string; readonly banner: string; readonly text: string }>> = {
  'not-sent': {
    title: 'Not done',
    banner: 'Nothing was changed',
    text: 'The part of Chaser that makes changes does not reply, and a change is never kept for later. What you said is below. Try again in a few minutes.',
  },
  'no-word': {
    title: 'Not confirmed',
    banner: 'We do not know whether this was done',
    text: 'The part of Chaser that makes changes has not replied in time, so this change may still be made. Look at the page of the deployment in a few minutes, or press again: however often you press, it is done once.',
  },
};

/**
 * The deployment, if somebody may change it, and the form. Undefined when there is no such deployment or no such
 * change.
 */
async function findChanging(db: Db, user: User, params: OfChange['Params']): Promise<Changing | undefined> {
  const form = changeForm(params.kind);
  if (form === undefined || !canExist(params)) return undefined;
  const head = await findDeploymentHead(db, params.reference, scopeCondition(user, 2, 'change-deployments'));
  const stored = head && (await readChronology(db, head.reference));
  if (head === undefined || stored === undefined) return undefined;
  const { chronology, now } = stored;
  const people = [...Object.values(chronology.parties).flat(), ...chronology.deputies.map(({ deputy }) => deputy)];
  const answered = chronology.steps.flatMap(({ state }) => (state.kind === 'answered' ? [state.by, state.onBehalfOf ?? state.by] : []));
  const names = await namesOf(db, [...people, ...answered]);
  return { user, head, form, standing: standingOf(chronology, now, (person) => names[person] ?? person) };
}

function refusedPage(reply: FastifyReply, asked: Form, body: FormBody, refusal: ChangeRefusal): FastifyReply {
  const { fields, form, standing } = asked;
  const at = isOfDeployment(refusal) ? form.faultAt(refusal) : undefined;
  const field = fields.find(({ id }) => id === at) ?? fields[0];
  const problem = { id: field === undefined ? 'main-content' : idOf(field), text: refusalWords(refusal, standing) };
  return formPage(reply.status(400), asked, body, [problem]);
}

function isOfDeployment(refusal: ChangeRefusal): refusal is Refusal {
  return refusal.kind !== 'unknown-deployment' && refusal.kind !== 'over';
}

function formPage(reply: FastifyReply, asked: Form, body: FormBody, problems: readonly FormProblem[]): FastifyReply {
  const { form, fields, standing } = asked;
  const choosing = fields.some(({ kind }) => kind === 'person');
  return send(choosing ? mayChoose(reply) : reply, 'changes/form', asked, {
    choosing,
    title: form.title,
    lead: form.lead(standing),
    fields: fieldInputs(fields, body, problems),
    errors: problems.map(({ id, text }) => ({ text, href: `#${id}` })),
  });
}

function notPossible(reply: FastifyReply, changing: Changing): FastifyReply {
  return send(reply.status(409), 'changes/not-possible', changing, { title: `Not possible now: ${changing.form.title}` });
}

function send(
  reply: FastifyReply,
  view: string,
  { user, head, form, standing }: Changing,
  data: { readonly title: string; readonly [name: string]: unknown },
): FastifyReply {
  return sendPage(reply, user, view, {
    ...data,
    head,
    movedClock: movedClockWords(standing.now, nowMs()),
    action: changeUrl(head.reference, form.kind),
    backHref: urls.deployment(head.reference),
  });
}
