import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import { findKnownPerson, listAreas } from '../../postgres/views/people.ts';
import type { KnownPerson } from '../../postgres/views/people.ts';
import { workOfPerson } from '../../postgres/views/person-work.ts';
import type { PersonWork } from '../../postgres/views/person-work.ts';
import { savePerson } from '../../register/save-person.ts';
import { typed } from '../answer/read-fields.ts';
import type { FormBody, FormProblem } from '../answer/read-fields.ts';
import { changeAll } from '../changes/change-all.ts';
import { LONG_FORM_BYTES } from '../shared/body-limits.ts';
import { mayChoose } from '../shared/choosing.ts';
import { canExist } from '../shared/desk-urls.ts';
import { findPerson } from '../shared/find-person.ts';
import { scopeCondition } from '../shared/scope.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { urls } from '../shared/urls.ts';
import { endedWords } from './ended-lines.ts';
import { changeLines, datedRole, roleName } from './person-form.ts';
import { staffPages } from '../shared/staff-pages.ts';
import { UUID } from '../shared/once.ts';

const send = staffPages('people');

const LONGEST_REASON = 500;
const MANAGES = { config: { access: 'manage-people' }, bodyLimit: LONG_FORM_BYTES } as const;

type OfPerson = { Params: { id: string }; Body: FormBody | null };
type Ending = { readonly person: KnownPerson; readonly work: readonly PersonWork[] };
/** What was typed, and who takes over; null where nobody has to. */
type Said = {
  readonly to: { readonly id: string; readonly words: string } | null;
  readonly because: string;
  readonly problems: readonly FormProblem[];
};

/**
 * Ending a person who has left: somebody takes over everything they have in running deployments, then every role of theirs ends, and with
 * it what they can open. Their name stays in the record of what they did.
 */
export function registerEndPersonRoutes(app: FastifyInstance, services: Services): void {
  const { db } = services;

  app.get<OfPerson>('/people/:id/end', MANAGES, async (request, reply) => {
    const ending = await findEnding(request);
    return ending === undefined ? reply.callNotFound() : formPage(request, reply, ending, {}, []);
  });

  app.post<OfPerson>('/people/:id/end', MANAGES, async (request, reply) => {
    const ending = await findEnding(request);
    if (ending === undefined) return reply.callNotFound();
    const { person, work } = ending;
    const body = request.body ?? {};
    if (typed(body, 'stage') === 'change') return formPage(request, reply, ending, body, []);
    const said = await readEnding(body, ending);
    if (said.problems.length > 0) return formPage(request, reply.status(400), ending, body, said.problems);
    const user = signedIn(request);
    const wanted = { ...person, roles: [] };
    const onceAs = typed(body, 'onceAs');
    if (typed(body, 'stage') !== 'confirm' || typed(body, 'seen') !== seenOf(ending) || !UUID.test(onceAs)) {
      return checkPage(request, reply, ending, said);
    }
    const { to, because } = said;
    const reports =
      to === null
        ? []
        : await changeAll(
            services,
            [...Map.groupBy(work, ({ reference }) => reference)].map(([reference, held]) => ({
              reference,
              subject: held[0]?.subjectName ?? '',
              commands: held.map(({ role }) => ({
                kind: 'change-person' as const,
                role,
                from: person.id,
                to: to.id,
                by: user.person,
                because,
              })),
            })),
            onceAs,
          );
    const left = reports.filter(({ outcome }) => outcome !== 'done');
    if (left.length > 0) {
      const [problem] = left;
      const text = `${reports.length - left.length} of ${reports.length} deployments are handed over, and ${person.name} is not ended yet. ${problem?.reference ?? ''}: ${problem?.words ?? 'it could not be reached'}. Try again in a few minutes: nothing is done twice`;
      return formPage(request, reply.status(503), (await findEnding(request)) ?? ending, body, [{ id: 'to', text }]);
    }
    const saved = await savePerson(db, { before: person, wanted, by: user.person }, false);
    if (!saved.ok)
      return formPage(request, reply.status(409), ending, body, [{ id: 'to', text: `${saved.reason.message}. ${saved.reason.remedy}` }]);
    return reply.redirect(`${urls.person(person.id)}?saved=ended`, 303);
  });

  async function findEnding(request: FastifyRequest<OfPerson>): Promise<Ending | undefined> {
    const { id } = request.params;
    const person = canExist({ id }) ? await findKnownPerson(db, id) : undefined;
    if (person === undefined) return undefined;
    return { person, work: await workOfPerson(db, id, scopeCondition(signedIn(request), 2, 'manage-people')) };
  }

  async function readEnding(body: FormBody, { person, work }: Ending): Promise<Said> {
    if (work.length === 0) return { to: null, because: '', problems: [] };
    const problems: FormProblem[] = [];
    const given = typed(body, 'to');
    const found = given === '' ? null : await findPerson(db, given);
    if (found === null) problems.push({ id: 'to', text: 'Enter who takes over' });
    else if (!found.ok) problems.push({ id: 'to', text: `${found.reason.message}. ${found.reason.remedy}` });
    else if (found.value.id === person.id) problems.push({ id: 'to', text: `Enter somebody other than ${person.name}` });
    const because = typed(body, 'because');
    if (because === '') problems.push({ id: 'because', text: 'Enter the reason' });
    else if (because.length > LONGEST_REASON)
      problems.push({ id: 'because', text: `The reason must be ${LONGEST_REASON} characters or fewer` });
    return { to: found?.ok === true ? found.value : null, because, problems };
  }

  async function checkPage(request: FastifyRequest<OfPerson>, reply: FastifyReply, ending: Ending, said: Said): Promise<FastifyReply> {
    const { person, work } = ending;
    const tried = await savePerson(db, { before: person, wanted: { ...person, roles: [] }, by: signedIn(request).person }, true);
    if (!tried.ok) return formPage(request, reply.status(409), ending, {}, [{ id: 'to', text: tried.reason.message }]);
    return send(reply, signedIn(request), 'people/end-check', {
      title: `Check before ${person.name} is ended`,
      person,
      lines: changeLines(person, tried.value.person, await listAreas(db)),
      ended: tried.value.ended.flatMap(endedWords),
      work: work.map(workLine),
      said,
      to: typed(request.body ?? {}, 'to'),
      seen: seenOf(ending),
      onceAs: randomUUID(),
      action: `${urls.person(person.id)}/end`,
      backHref: urls.person(person.id),
    });
  }

  function formPage(
    request: FastifyRequest<OfPerson>,
    reply: FastifyReply,
    { person, work }: Ending,
    body: FormBody,
    problems: readonly FormProblem[],
  ): FastifyReply {
    return send(mayChoose(reply), signedIn(request), 'people/end', {
      title: `End ${person.name}`,
      person,
      work: work.map(workLine),
      form: { to: typed(body, 'to'), because: typed(body, 'because') },
      errors: problems.map(({ id, text }) => ({ text, href: work.length === 0 ? '#continue' : `#${id}` })),
      faults: Object.fromEntries(problems.map(({ id, text }) => [id, { text }])),
      action: `${urls.person(person.id)}/end`,
      backHref: urls.person(person.id),
    });
  }
}

/** "2 open steps, 1 call, 1 escalation" */
function workLine({ reference, subjectName, role, openSteps, calls, escalations }: PersonWork) {
  const counted = (number: number, one: string) => (number === 0 ? [] : [`${number} ${one}${number === 1 ? '' : 's'}`]);
  const parts = [...counted(openSteps, 'open step'), ...counted(calls, 'call'), ...counted(escalations, 'escalation')];
  return {
    reference,
    subject: subjectName,
    href: urls.deployment(reference),
    words: `${roleName(role)}: ${parts.join(', ') || 'nothing open now'}`,
  };
}

/** What was known when the check page was made. */
function seenOf({ person, work }: Ending): string {
  return JSON.stringify([person.email, person.roles.map(datedRole), work.map(({ reference, role }) => `${reference}|${role}`)]);
}
