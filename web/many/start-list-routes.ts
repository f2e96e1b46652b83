import type { FastifyInstance, FastifyReply } from 'fastify';
import { randomUUID } from 'node:crypto';
import { programmeOnOffer, programmesForRegions, programmesOnOffer } from '../../desk/programmes-on-offer.ts';
import { workMany } from '../../desk/work-many.ts';
import type { Programme } from '../../domain/programme.ts';
import { longDate } from '../../domain/time/plain-date.ts';
import { makeJob } from '../../postgres/desk/many.ts';
import type { NewLine } from '../../postgres/desk/many.ts';
import { keepProgramme } from '../../postgres/pinned/pinned.ts';
import { schoolsNamed } from '../../postgres/views/search-subjects.ts';
import { readUrnList } from '../../register/read-urn-list.ts';
import type { ListedUrn } from '../../register/read-urn-list.ts';
import { answerChoices } from '../answer/field-inputs.ts';
import { readFields, typed } from '../answer/read-fields.ts';
import type { FormBody, FormProblem } from '../answer/read-fields.ts';
import { readEligibilityQuery } from '../eligibility/eligibility-query.ts';
import { findEligible } from '../eligibility/find-eligible.ts';
import { askedOfAll, factsOf, pilotWords, versionGiven } from '../eligibility/start-facts.ts';
import { remedyOnPage } from '../shared/remedies.ts';
import type { User } from '../shared/roles.ts';
import { scopeCondition } from '../shared/scope.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { takesUpload, uploadedText } from '../shared/uploaded-file.ts';
import { urls } from '../shared/urls.ts';
import { manyDeskOf } from './many-desk.ts';
import { AT_ONCE_MS } from './routes.ts';
import { keyOfForm } from '../shared/once.ts';
import { staffPages } from '../shared/staff-pages.ts';

const sendPage = staffPages('start');

const STARTS = {
  config: { access: 'start-deployment' },
  ...takesUpload(['Nothing is started.', 'Go back and send a shorter list: 2,000 schools can be started in one go.']),
} as const;

type School = {
  readonly urn: string;
  readonly name: string;
  readonly facts: Readonly<Record<string, string>>;
  readonly warnings: readonly string[];
  /** The version that counts in its region; null where none does yet. */
  readonly programme: Programme | null;
};

/** Starting deployments from a list of URNs, pasted or from a file: each line is looked at first, and then confirmed. */
export function registerStartListRoutes(app: FastifyInstance, services: Services): void {
  const { db } = services;

  app.get('/many/start', { config: { access: 'start-deployment' } }, async (request, reply) =>
    listPage(reply, signedIn(request), { programme: typed(request.query as FormBody, 'programme'), urns: '' }, []),
  );

  app.post<{ Body: FormBody | null }>('/many/start', STARTS, async (request, reply) => {
    const user = signedIn(request);
    const body = request.body ?? {};
    const given = { programme: typed(body, 'programme'), urns: typed(body, 'urns') };
    const programme = await programmeOnOffer(db, given.programme);
    const problems: FormProblem[] = programme.ok ? [] : [{ id: 'programme', text: 'Select the programme' }];
    const file = request.uploadedFile === null ? null : uploadedText(request.uploadedFile);
    if (file !== null && given.urns !== '') problems.push({ id: 'urns', text: 'Enter the URNs or choose a file, not both' });
    const text = file ?? { ok: true as const, value: given.urns };
    const entries = text.ok ? readUrnList(text.value) : text;
    if (!entries.ok) problems.push({ id: file === null ? 'urns' : 'file', text: `${entries.reason.message} ${entries.reason.remedy}` });
    if (!programme.ok || !entries.ok || problems.length > 0) return listPage(reply.status(400), user, given, problems);

    const schools = await schoolsIn(user, programme.value, entries.value);
    const form = askedOfAll(
      programme.value,
      [...schools.values()].flatMap(({ urn, facts, programme: begun }) =>
        begun === null ? [] : [{ subject: { kind: 'school', urn }, facts, programme: begun }],
      ),
    );
    const asks = form.fields.length > 0;
    const read = readFields(form, body);
    if (asks && (typed(body, 'asked') !== 'yes' || read.problems.length > 0)) {
      return factsPage(typed(body, 'asked') === 'yes' ? reply.status(400) : reply, user, programme.value, entries.value, {
        fields: answerChoices([form], '', body, typed(body, 'asked') === 'yes' ? read.problems : [])[0]?.fields ?? [],
        problems: typed(body, 'asked') === 'yes' ? read.problems : [],
      });
    }
    const begun = [...schools.values()].flatMap((school) => school.programme ?? []);
    for (const one of new Map([programme.value, ...begun].map((each) => [each.version, each])).values()) await keepProgramme(db, one);
    const id = keyOfForm(typed(body, 'onceAs'));
    await makeJob(
      db,
      {
        id,
        kind: 'start',
        by: user.person,
        said: read.fields,
        words: [
          { label: 'Programme', value: programme.value.title },
          ...form.fields.flatMap(({ id: field, label }) =>
            read.fields[field] === undefined ? [] : [{ label, value: read.fields[field] }],
          ),
        ],
        programme: programme.value.id,
        programmeVersion: programme.value.version,
      },
      linesFrom(programme.value, entries.value, schools),
    );
    await workMany(manyDeskOf(services), { job: id, forMs: AT_ONCE_MS });
    return reply.redirect(urls.manyJob(id), 303);
  });

  /** The schools of the list that somebody may start, with what is known of them. */
  async function schoolsIn(user: User, programme: Programme, entries: readonly ListedUrn[]): Promise<ReadonlyMap<string, School>> {
    const found = await schoolsNamed(
      db,
      scopeCondition(user, 1, 'start-deployment'),
      entries.map(({ urn }) => urn),
    );
    const eligible = await findEligible(db, user, readEligibilityQuery({ programme: programme.id }), 'start-deployment');
    const regions = await programmesForRegions(
      db,
      programme.id,
      found.map(({ region }) => region),
    );
    return new Map(
      found.map(({ urn, name, region }) => {
        const line = eligible.ok ? eligible.value.list.lineOf({ kind: 'school', urn }) : undefined;
        const begun = (regions.ok ? regions.value.get(region) : undefined) ?? null;
        const warns = eligible.ok && (line === undefined || line.grounds.length === 0);
        const warnings = warns
          ? [`Warning: not eligible on ${longDate(eligible.value.on)} by what Chaser knows. ${line?.why ?? ''}`.trim()]
          : [];
        const differs = begun !== null && begun.version !== programme.version ? [pilotWords(begun, region)] : [];
        const facts = line === undefined || begun === null ? {} : factsOf(begun, line);
        return [urn, { urn, name, facts, warnings: [...warnings, ...differs], programme: begun }];
      }),
    );
  }

  async function listPage(
    reply: FastifyReply,
    user: User,
    given: { readonly programme: string; readonly urns: string },
    problems: readonly FormProblem[],
  ): Promise<FastifyReply> {
    const programmes = await programmesOnOffer(db);
    return send(reply, user, 'many/start', {
      title: 'Start deployments from a list of URNs',
      given,
      programmes: programmes.map(({ id, title }) => ({ value: id, text: title, checked: id === given.programme })),
      errors: problems.map(({ id, text }) => ({ text: remedyOnPage(text), href: `#${id}` })),
      faults: Object.fromEntries(problems.map(({ id, text }) => [id, { text: remedyOnPage(text) }])),
    });
  }

  async function factsPage(
    reply: FastifyReply,
    user: User,
    programme: Programme,
    entries: readonly ListedUrn[],
    { fields, problems }: { readonly fields: readonly unknown[]; readonly problems: readonly FormProblem[] },
  ): Promise<FastifyReply> {
    return send(reply, user, 'many/start-facts', {
      title: 'What you say at the start of all of them',
      programme,
      urns: entries.map(({ text }) => text).join('\n'),
      count: entries.length,
      fields,
      errors: problems.map(({ id, text }) => ({ text, href: `#${id}` })),
    });
  }
}

/** The lines of the job: what cannot be a school to start says so at once; the rest is looked at. */
function linesFrom(programme: Programme, entries: readonly ListedUrn[], schools: ReadonlyMap<string, School>): readonly NewLine[] {
  const firstAt = new Map<string, number>();
  return entries.map(({ line, text, urn }): NewLine => {
    const school = schools.get(urn);
    const named = firstAt.get(urn);
    if (urn !== '' && named === undefined) firstAt.set(urn, line);
    const fault =
      urn === ''
        ? `Line ${line}: “${text}” is not a URN. A URN has six digits.`
        : named !== undefined
          ? `Line ${line}: named before, in line ${named}. It is started once.`
          : school === undefined
            ? `Line ${line}: no school of the places you look after has this URN. Check it, or ask an administrator to bring the register of schools up to date.`
            : school.programme === null
              ? `Line ${line}: the programme is a pilot, and deployments in the region of this school cannot begin with it yet.`
              : null;
    return {
      target: urn === '' ? text : urn,
      name: school?.name ?? '',
      given: school === undefined ? {} : { facts: school.facts, warnings: school.warnings, ...versionGiven(programme, school.programme) },
      state: fault === null ? 'to-check' : 'not-possible',
      outcome: fault,
    };
  });
}

function send(
  reply: FastifyReply,
  user: User,
  view: string,
  data: { readonly title: string; readonly [name: string]: unknown },
): FastifyReply {
  return sendPage(reply, user, view, {
    ...data,
    action: urls.manyStart(),
    onceAs: randomUUID(),
    backHref: urls.startDeployment(),
  });
}
