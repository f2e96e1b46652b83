import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { findKnownPerson, listAreas } from '../../postgres/views/people.ts';
import type { KnownPerson } from '../../postgres/views/people.ts';
import { workOfPerson } from '../../postgres/views/person-work.ts';
import type { PersonWork } from '../../postgres/views/person-work.ts';
import { savePerson } from '../../register/save-person.ts';
import { typed } from '../answer/read-fields.ts';
import type { FormBody } from '../answer/read-fields.ts';
import { personWorkUrl } from '../changes/change-urls.ts';
import { LONG_FORM_BYTES } from '../shared/body-limits.ts';
import { canExist } from '../shared/desk-urls.ts';
import { scopeCondition } from '../shared/scope.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { urls } from '../shared/urls.ts';
import { endedWords } from './ended-lines.ts';
import { changeLines, datedRole, roleName } from './person-form.ts';
import { staffPages } from '../shared/staff-pages.ts';

const send = staffPages('people');

const MANAGES = { config: { access: 'manage-people' }, bodyLimit: LONG_FORM_BYTES } as const;

type OfPerson = { Params: { id: string }; Body: FormBody | null };
type Ending = { readonly person: KnownPerson; readonly work: readonly PersonWork[] };

/**
 * Ending a person who has left: every role of theirs ends, and with it what they can open. Whoever has work in running deployments cannot
 * be ended: it is handed over first, as a job of many (web/person-work/routes.ts). Their name stays in the record of what they did.
 */
export function registerEndPersonRoutes(app: FastifyInstance, services: Services): void {
  const { db } = services;

  app.get<OfPerson>('/people/:id/end', MANAGES, async (request, reply) => {
    const ending = await findEnding(request);
    return ending === undefined ? reply.callNotFound() : formPage(request, reply, ending, []);
  });

  app.post<OfPerson>('/people/:id/end', MANAGES, async (request, reply) => {
    const ending = await findEnding(request);
    if (ending === undefined) return reply.callNotFound();
    const { person, work } = ending;
    const body = request.body ?? {};
    if (work.length > 0) return formPage(request, reply.status(409), ending, [`Hand over ${person.name}’s work first`]);
    if (typed(body, 'stage') !== 'confirm' || typed(body, 'seen') !== seenOf(ending)) return checkPage(request, reply, ending);
    const saved = await savePerson(db, { before: person, wanted: { ...person, roles: [] }, by: signedIn(request).person }, false);
    if (!saved.ok) return formPage(request, reply.status(409), ending, [`${saved.reason.message}. ${saved.reason.remedy}`]);
    return reply.redirect(`${urls.person(person.id)}?saved=ended`, 303);
  });

  async function findEnding(request: FastifyRequest<OfPerson>): Promise<Ending | undefined> {
    const { id } = request.params;
    const person = canExist({ id }) ? await findKnownPerson(db, id) : undefined;
    if (person === undefined) return undefined;
    return { person, work: await workOfPerson(db, id, scopeCondition(signedIn(request), 2, 'manage-people')) };
  }

  async function checkPage(request: FastifyRequest<OfPerson>, reply: FastifyReply, ending: Ending): Promise<FastifyReply> {
    const { person } = ending;
    const tried = await savePerson(db, { before: person, wanted: { ...person, roles: [] }, by: signedIn(request).person }, true);
    if (!tried.ok) return formPage(request, reply.status(409), ending, [tried.reason.message]);
    return send(reply, signedIn(request), 'people/end-check', {
      title: `Check before the roles of ${person.name} end`,
      person,
      lines: changeLines(person, tried.value.person, await listAreas(db)),
      ended: tried.value.ended.flatMap(endedWords),
      seen: seenOf(ending),
      action: `${urls.person(person.id)}/end`,
      backHref: urls.person(person.id),
    });
  }

  function formPage(
    request: FastifyRequest<OfPerson>,
    reply: FastifyReply,
    { person, work }: Ending,
    problems: readonly string[],
  ): FastifyReply {
    return send(reply, signedIn(request), 'people/end', {
      title: `End the roles of ${person.name}`,
      person,
      work: work.map(workLine),
      moveHref: `${personWorkUrl(person.id)}/move`,
      errors: problems.map((text) => ({ text, href: '#continue' })),
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
