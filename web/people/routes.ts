import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { findKnownPerson, listAreas, listPeople, listPersonChanges, takesPartIn } from '../../postgres/views/people.ts';
import type { KnownPerson } from '../../postgres/views/people.ts';
import { listMerges } from '../../postgres/access/merges.ts';
import { quieterLine } from '../../desk/quieter.ts';
import { quieterOf } from '../../postgres/views/quieter.ts';
import { tracesOf } from '../../postgres/views/person-traces.ts';
import { traceLines } from './trace-lines.ts';
import { REGIONS } from '../../register/regions.ts';
import { savePerson } from '../../register/save-person.ts';
import type { PersonRefusal } from '../../register/save-person.ts';
import { ticked, typed } from '../answer/read-fields.ts';
import type { FormBody } from '../answer/read-fields.ts';
import { personWorkUrl } from '../changes/change-urls.ts';
import { SMALL_BODY_BYTES } from '../shared/body-limits.ts';
import { canExist } from '../shared/desk-urls.ts';
import { onPage, pageAsked, pagingOf } from '../shared/paging.ts';
import { remedyOnPage } from '../shared/remedies.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { urls } from '../shared/urls.ts';
import { endedWords } from './ended-lines.ts';
import { changeLines, datedRole, formOf, readPersonForm, roleName, ROLE_OPTIONS, roleValue, roleWords } from './person-form.ts';
import { staffPages } from '../shared/staff-pages.ts';

const send = staffPages('people');

const ON_A_PAGE = 50;
const DATE_INPUTS = ['from', 'until'].flatMap((name) => ['day', 'month', 'year'].map((part) => `${name}-${part}`));
const MANAGES = { config: { access: 'manage-people' }, bodyLimit: SMALL_BODY_BYTES } as const;

type OfList = { Querystring: FormBody };
type OfPerson = { Params: { id: string }; Querystring: { saved?: unknown }; Body: FormBody | null };
type Typed = { readonly body: FormBody; readonly faults: readonly PersonRefusal[] };

/** Everybody whom Chaser knows: looked up, added and changed without a file. */
export function registerPeopleRoutes(app: FastifyInstance, { db }: Services): void {
  app.get<OfList>(urls.people(), MANAGES, async (request, reply) => {
    const said = (name: string) => typed(request.query, name).slice(0, 200);
    const asked = { words: said('q'), role: said('role') };
    const areas = await listAreas(db);
    const { people, all, page } = await onPage(pageAsked(request.query['page']) ?? 1, ON_A_PAGE, (some) => listPeople(db, asked, some));
    const href = (to: number) =>
      `${urls.people()}?${new URLSearchParams({ q: asked.words, role: asked.role, page: String(to) }).toString()}`;
    return send(reply, signedIn(request), 'people/list', {
      title: 'People',
      asked,
      all,
      people: people.map((person) => ({
        ...person,
        href: urls.person(person.id),
        roles: person.roles.map((role) => roleWords(role, areas)),
      })),
      roles: [{ value: '', text: 'Any role' }, ...ROLE_OPTIONS],
      paging: pagingOf(page, all, ON_A_PAGE, href),
      addHref: `${urls.people()}/add`,
      importHref: `${urls.people()}/import`,
    });
  });

  app.get<OfPerson>(`${urls.people()}/add`, MANAGES, (request, reply) => formPage(request, reply, null, null));
  app.post<OfPerson>(`${urls.people()}/add`, MANAGES, (request, reply) => saved(request, reply, null));

  app.get<OfPerson>(`${urls.people()}/:id`, MANAGES, async (request, reply) => {
    const person = await known(request.params.id);
    if (person === undefined) return reply.callNotFound();
    const [areas, parts, changes, merges, traces, quieter] = await Promise.all([
      listAreas(db),
      takesPartIn(db, person.id),
      listPersonChanges(db, person.id),
      listMerges(db, person.id),
      tracesOf(db, person.id),
      quieterOf(db, person.id),
    ]);
    const goneInto = merges.find(({ merged }) => merged === person.id);
    const said = request.query.saved;
    return send(reply, signedIn(request), 'people/person', {
      title: person.name,
      told:
        said === 'added'
          ? `${person.name} is added.`
          : said === 'changed'
            ? 'The change is saved.'
            : said === 'ended'
              ? `The roles of ${person.name} have ended.`
              : said === 'merged'
                ? 'The two entries are one now.'
                : null,
      person,
      roles: person.roles.map((role) => roleWords(role, areas)),
      parts: parts.map(({ role, ...part }) => ({ ...part, role: roleName(role), href: urls.deployment(part.reference) })),
      changes: changes.map(({ before, after, byName, at }) => ({
        byName,
        at,
        lines: changeLines(before, after, areas),
        added: before === null,
      })),
      traces: traceLines(traces),
      quieter: quieter.map((choice) => ({ ...choice, text: quieterLine(choice), href: urls.deployment(choice.reference) })),
      goneInto: goneInto === undefined ? null : { ...goneInto, href: urls.person(goneInto.kept) },
      merges: merges.filter(({ kept }) => kept === person.id).map((line) => ({ ...line, href: urls.person(line.merged) })),
      editHref: `${urls.person(person.id)}/edit`,
      mergeHref: `${urls.person(person.id)}/merge`,
      endHref: person.roles.length > 0 || parts.length > 0 ? `${urls.person(person.id)}/end` : null,
      workHref: parts.length > 0 ? personWorkUrl(person.id) : null,
      sessionsHref: urls.sessionsOf(person.id),
    });
  });

  app.get<OfPerson>(`${urls.people()}/:id/edit`, MANAGES, async (request, reply) => {
    const person = await stillKnown(request.params.id);
    return person === undefined ? reply.callNotFound() : formPage(request, reply, person, null);
  });
  app.post<OfPerson>(`${urls.people()}/:id/edit`, MANAGES, async (request, reply) => {
    const person = await stillKnown(request.params.id);
    return person === undefined ? reply.callNotFound() : saved(request, reply, person);
  });

  async function known(id: string): Promise<KnownPerson | undefined> {
    return canExist({ id }) ? findKnownPerson(db, id) : undefined;
  }

  /** Whoever can still be changed: nobody whose entry was merged with another. */
  async function stillKnown(id: string): Promise<KnownPerson | undefined> {
    const person = await known(id);
    return person === undefined || (await listMerges(db, person.id)).some(({ merged }) => merged === person.id) ? undefined : person;
  }

  /** Shows what would happen; carries it out when that was confirmed and nobody has changed the person meanwhile. */
  async function saved(request: FastifyRequest<OfPerson>, reply: FastifyReply, before: KnownPerson | null): Promise<FastifyReply> {
    const body = request.body ?? {};
    if (typed(body, 'stage') === 'change') return formPage(request, reply, before, { body, faults: [] });
    const areas = await listAreas(db);
    if (datesWithoutRole(body)) {
      const message = 'Select which role the dates belong to, or add a role';
      return formPage(request, reply.status(400), before, { body, faults: [{ kind: 'role', message, remedy: '' }] });
    }
    const wanted = readPersonForm(body, before, areas);
    const by = signedIn(request).person;
    const carriesOut = typed(body, 'stage') === 'confirm' && typed(body, 'seen') === seenOf(before);
    const result = await savePerson(db, { before, wanted, by }, !carriesOut);
    if (!result.ok) {
      const { faults = [result.reason] } = result;
      return formPage(request, reply.status(result.reason.kind === 'changed' ? 409 : 400), before, { body, faults });
    }
    const { person, ended, warnings } = result.value;
    if (carriesOut) {
      return reply.redirect(`${urls.person(person.id)}?saved=${before === null ? 'added' : 'changed'}`, 303);
    }
    const lines = changeLines(before, person, areas);
    return send(reply, signedIn(request), 'people/check', {
      title: before === null ? `Check before ${person.name} is added` : `Check before ${before.name} is changed`,
      person: before,
      lines,
      ended: ended.flatMap(endedWords),
      warnings,
      parts: before === null ? [] : await takesPartIn(db, before.id),
      given: Object.entries(body).flatMap(([name, value]) =>
        ['csrf', 'stage', 'seen'].includes(name)
          ? []
          : [value].flat().flatMap((one) => (typeof one === 'string' ? [{ name, value: one }] : [])),
      ),
      seen: seenOf(before),
      action: actionOf(before),
      backHref: before === null ? urls.people() : urls.person(before.id),
    });
  }

  async function formPage(
    request: FastifyRequest<OfPerson>,
    reply: FastifyReply,
    before: KnownPerson | null,
    again: Typed | null,
  ): Promise<FastifyReply> {
    const areas = await listAreas(db);
    const kept = again === null ? null : new Set(ticked(again.body, 'keep'));
    const form =
      again === null
        ? formOf(before)
        : Object.fromEntries(
            [...Object.keys(formOf(null)), 'role', 'region', 'area', 'urn', 'trust', 'authority', 'diocese', 'dated', ...DATE_INPUTS].map(
              (name) => [name, typed(again.body, name)],
            ),
          );
    const errors = (again?.faults ?? []).map(({ kind, message, remedy }) => ({
      text: [message, remedyOnPage(remedy)].filter((part) => part !== '').join('. '),
      href: kind === 'changed' ? '#name' : `#${kind}`,
    }));
    return send(reply, signedIn(request), 'people/edit', {
      title: before === null ? 'Add a person' : `Change ${before.name}`,
      action: actionOf(before),
      form,
      errors,
      faults: Object.fromEntries(errors.map(({ text, href }) => [href.slice(1), { text }])),
      held: (before?.roles ?? []).map((role) => ({
        value: roleValue(role),
        text: roleWords(role, areas),
        checked: kept === null || kept.has(roleValue(role)),
      })),
      dated: [
        { value: '', text: 'The role that is added' },
        ...(before?.roles ?? []).map((role) => ({ value: roleValue(role), text: roleWords(role, areas) })),
      ],
      roles: [{ value: '', text: 'No further role' }, ...ROLE_OPTIONS],
      regions: [{ value: '', text: 'Choose a region' }, ...REGIONS.map((region) => ({ value: region, text: region }))],
      areas: [{ value: '', text: 'The whole region' }, ...areas.map(({ id, name, region }) => ({ value: id, text: `${name}, ${region}` }))],
      backHref: before === null ? urls.people() : urls.person(before.id),
    });
  }
}

/** Whether somebody gave dates and did not say of which role. */
function datesWithoutRole(body: FormBody): boolean {
  return DATE_INPUTS.some((name) => typed(body, name) !== '') && typed(body, 'dated') === '' && typed(body, 'role') === '';
}

function actionOf(person: KnownPerson | null): string {
  return person === null ? `${urls.people()}/add` : `${urls.person(person.id)}/edit`;
}

/** What was known when the change was checked. Another value when it is confirmed means that somebody changed the person between. */
function seenOf(person: KnownPerson | null): string {
  return person === null ? '' : JSON.stringify([person.name, person.email, person.telephone, person.jobTitle, person.roles.map(datedRole)]);
}
