import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import { keyOf, withDeployments } from '../../desk/list-eligible.ts';
import type { EligibilityLine } from '../../desk/list-eligible.ts';
import { programmeOnOffer, programmesForRegions } from '../../desk/programmes-on-offer.ts';
import { planMany } from '../../desk/plan-starts.ts';
import { workMany } from '../../desk/work-many.ts';
import type { StartRefusal, StartRequest } from '../../desk/start-deployment.ts';
import { startForm } from '../../domain/chronology/decide.ts';
import type { FactId, Programme } from '../../domain/programme.ts';
import { makeJob } from '../../postgres/desk/many.ts';
import { keepProgramme } from '../../postgres/pinned/pinned.ts';
import { answerChoices } from '../answer/field-inputs.ts';
import { readFields, ticked } from '../answer/read-fields.ts';
import type { FormBody, FormProblem } from '../answer/read-fields.ts';
import { manyDeskOf } from '../many/many-desk.ts';
import { AT_ONCE_MS } from '../many/routes.ts';
import { LONG_FORM_BYTES } from '../shared/body-limits.ts';
import { remedyOnPage } from '../shared/remedies.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { urls } from '../shared/urls.ts';
import { eligibilityAddress, readEligibilityQuery } from './eligibility-query.ts';
import type { EligibilityQuery } from './eligibility-query.ts';
import { findEligible, listedBy } from './find-eligible.ts';
import { askedOfAll, factsOf, pilotWords, versionGiven } from './start-facts.ts';
import { staffPages } from '../shared/staff-pages.ts';

const send = staffPages('eligible');

/** How many are planned on the page and looked at in one job. The rest stay in the list. */
const MOST_AT_ONCE = 50;
const STARTS = { config: { access: 'start-deployment' }, bodyLimit: LONG_FORM_BYTES } as const;

type Line = EligibilityLine & {
  /** The version that counts in its region. */
  readonly programme: Programme;
};
type Chosen = {
  readonly query: EligibilityQuery;
  /** As pages show it. */
  readonly programme: Programme;
  readonly lines: readonly Line[];
  /** Those in whose region no version counts yet. */
  readonly elsewhere: readonly EligibilityLine[];
};
type Typed = { readonly body: FormBody; readonly problems: readonly FormProblem[] };

/** Starting many deployments from the list: a preview of who begins and who is left out and why, and a job of many that looks at each once more and starts them. */
export function registerStartManyRoutes(app: FastifyInstance, services: Services): void {
  app.get('/eligible/start', { config: { access: 'start-deployment' } }, async (request, reply) => {
    const chosen = await chosenBy(services, request);
    return chosen === undefined
      ? reply.redirect(backHref(request), 303)
      : preview(request, reply, services, chosen, { body: {}, problems: [] });
  });

  app.post('/eligible/start', STARTS, async (request, reply) => {
    const chosen = await chosenBy(services, request);
    if (chosen === undefined) return reply.redirect(backHref(request), 303);
    const body: FormBody = typeof request.body === 'object' ? { ...request.body } : {};
    const subjects = new Set(ticked(body, 'subject'));
    const picked = chosen.lines.filter(({ subject }) => subjects.has(keyOf(subject))).slice(0, MOST_AT_ONCE);
    const read = readFields(askedOfAll(chosen.programme, picked), body);
    const problems = picked.length === 0 ? [{ id: 'subject', text: 'Choose at least one school or trust' }] : read.problems;
    if (problems.length > 0) return preview(request, reply.status(422), services, chosen, { body, problems });
    const { db } = services;
    const id = randomUUID();
    for (const one of new Map([chosen, ...picked].map(({ programme }) => [programme.version, programme])).values()) {
      await keepProgramme(db, one);
    }
    await makeJob(
      db,
      {
        id,
        kind: 'start',
        by: signedIn(request).person,
        said: read.fields,
        words: [{ label: 'Programme', value: chosen.programme.title }],
        programme: chosen.programme.id,
        programmeVersion: chosen.programme.version,
      },
      picked.map((line) => ({
        target: line.id,
        name: line.name,
        given: {
          kind: line.subject.kind,
          facts: factsOf(line.programme, line),
          warnings: versionWords(chosen.programme, line),
          ...versionGiven(chosen.programme, line.programme),
        },
        state: 'to-check',
        outcome: null,
      })),
    );
    await workMany(manyDeskOf(services), { job: id, forMs: AT_ONCE_MS });
    return reply.redirect(urls.manyJob(id), 303);
  });
}

function backHref(request: FastifyRequest): string {
  return eligibilityAddress(readEligibilityQuery(request.query), { page: 1 });
}

/** The eligible schools and trusts of the list that somebody may start. Undefined when no programme or no rule is there for it. */
async function chosenBy({ db }: Services, request: FastifyRequest): Promise<Chosen | undefined> {
  const query = readEligibilityQuery(request.query);
  const programme = await programmeOnOffer(db, query.programme);
  const found = await findEligible(db, signedIn(request), query, 'start-deployment');
  if (!programme.ok || !found.ok) return undefined;
  // Nobody starts those that are not eligible.
  const listed = query.because === 'not' ? [] : await listedBy(db, query, found.value);
  const all = await withDeployments(db, query.programme, listed);
  const regions = await programmesForRegions(
    db,
    query.programme,
    all.map(({ region }) => region),
  );
  if (!regions.ok) return undefined;
  const lines = all.flatMap((line) => {
    const begun = regions.value.get(line.region);
    return begun === undefined ? [] : [{ ...line, programme: begun }];
  });
  const elsewhere = all.filter(({ region }) => !regions.value.has(region));
  return { query: { ...query, on: found.value.on }, programme: programme.value, lines, elsewhere };
}

function versionWords(shown: Programme, { programme, region }: Line): readonly string[] {
  return programme.version === shown.version ? [] : [pilotWords(programme, region)];
}

function requestFor(line: Line, typed: Readonly<Record<FactId, string>>): StartRequest {
  const { programme } = line;
  const asked = new Set(startForm(programme, line.subject).fields.map(({ id }) => id));
  const said = Object.fromEntries(Object.entries(typed).filter(([id]) => asked.has(id)));
  return { subject: line.subject, programme, facts: { ...said, ...factsOf(programme, line) } };
}

/** What is asked at the start is asked on the page, so it is no reason to be left out. */
function leavesOut({ kind }: StartRefusal): boolean {
  return !['missing-field', 'bad-field', 'unknown-field'].includes(kind);
}

async function preview(request: FastifyRequest, reply: FastifyReply, { db }: Services, chosen: Chosen, { body, problems }: Typed) {
  const user = signedIn(request);
  const { programme, lines, elsewhere, query } = chosen;
  const running = lines.filter(({ deployment }) => deployment?.status === 'running');
  const others = lines.filter(({ deployment }) => deployment?.status !== 'running');
  const now = others.slice(0, MOST_AT_ONCE);
  const plans = await planMany(
    { db },
    now.map((line) => requestFor(line, {})),
  );
  const planned = now.map((line, index) => ({ line, plan: plans[index] }));
  const begins = planned.filter(({ plan }) => plan?.ok === true || (plan !== undefined && !leavesOut(plan.reason)));
  const form = askedOfAll(
    programme,
    begins.map(({ line }) => line),
  );
  const ticks = ticked(body, 'subject');
  return send(reply, user, 'eligibility/start', {
    title: 'Start deployments of those who are eligible',
    programme,
    programmeHref: urls.programme(programme.id),
    on: query.on,
    action: eligibilityAddress(query, 'start'),
    backHref: eligibilityAddress(query, { page: 1 }),
    errors: problems.map(({ id, text }) => ({ text, href: `#${id}` })),
    error: problems.find(({ id }) => id === 'subject')?.text ?? null,
    begins: begins.map(({ line, plan }) => ({
      value: keyOf(line.subject),
      text: line.name,
      hint: {
        text: [
          `${line.subject.kind === 'school' ? `School, URN ${line.id}` : `Trust, code ${line.id}`}, ${line.authority}, ${line.region}.`,
          ...(line.deployment === null ? [] : [`It had ${line.deployment.reference}, ${line.deployment.status}.`]),
          ...versionWords(programme, line),
          ...(plan?.ok === true ? plan.value.notes : []),
        ].join(' '),
      },
      // One that had a deployment of this programme before is started only by whoever ticks it.
      checked: problems.length > 0 || ticks.length > 0 ? ticks.includes(keyOf(line.subject)) : line.deployment === null,
    })),
    leftOut: [
      ...running.map((line) => ({
        name: line.name,
        words: `Deployment ${line.deployment?.reference} is running already.`,
        href: urls.deployment(line.deployment?.reference ?? ''),
      })),
      ...elsewhere.map((line) => ({
        name: line.name,
        words: 'The programme is a pilot, and deployments in its region cannot begin with it yet.',
        href: null,
      })),
      ...planned.flatMap(({ line, plan }) =>
        plan === undefined || plan.ok || !leavesOut(plan.reason)
          ? []
          : [{ name: line.name, words: `${plan.reason.message} ${remedyOnPage(plan.reason.remedy)}`, href: null }],
      ),
    ],
    later: others.length - now.length,
    fields: answerChoices([form], '', body, problems)[0]?.fields ?? [],
  });
}
