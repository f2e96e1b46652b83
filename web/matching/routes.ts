import type { FastifyInstance, FastifyReply } from 'fastify';
import { chooseLeader, matchDeployment, tellConsidered } from '../../desk/match-deployment.ts';
import type { Asked, Match } from '../../desk/match-deployment.ts';
import { CONTEXTS, PHASES, SPECIALISMS } from '../../domain/matching/profile.ts';
import type { Context, Specialism } from '../../domain/matching/profile.ts';
import type { Candidate } from '../../domain/matching/shortlist.ts';
import type { Programme, Step } from '../../domain/programme.ts';
import { capitalised, inWords } from '../../domain/words.ts';
import { readProgramme } from '../../postgres/pinned/pinned.ts';
import type { Db } from '../../postgres/database.ts';
import { findDeploymentHead, listRoleHolders, namesOf } from '../../postgres/views/deployment-page.ts';
import type { DeploymentHead } from '../../postgres/views/deployment-page.ts';
import { listChoices, listConsidered } from '../../postgres/views/matching.ts';
import { answerChoices } from '../answer/field-inputs.ts';
import { ticked, typed } from '../answer/read-fields.ts';
import type { FormBody, FormProblem } from '../answer/read-fields.ts';
import { takeForm } from '../answer/take-form.ts';
import { LONG_FORM_BYTES } from '../shared/body-limits.ts';
import { canExist } from '../shared/desk-urls.ts';
import { remedyOnPage } from '../shared/remedies.ts';
import type { User } from '../shared/roles.ts';
import { scopeCondition } from '../shared/scope.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { urls } from '../shared/urls.ts';
import { placeMap } from './place-map.ts';
import { readPlaces } from './read-places.ts';
import { staffPages } from '../shared/staff-pages.ts';

const send = staffPages('deployments');

/** How many candidates are shown at once. The rest is a click away. */
const FIRST = 12;
/** How many can be put in an order. */
const PLACES = 5;
const LONGEST_REASON = 2_000;
/** Nobody waits longer than this for a page. */
const DEADLINE_MS = 8_000;
const CHANGES = { config: { access: 'record-answer' }, bodyLimit: LONG_FORM_BYTES } as const;

type OfDeployment = { Params: { reference: string }; Querystring: FormBody; Body: FormBody | null };
type Found = { readonly head: DeploymentHead; readonly programme: Programme; readonly match: Match; readonly asked: Asked };

/** The shortlist of a deployment: who could be asked, the choice among them, and what was chosen before. */
export function registerMatchingRoutes(app: FastifyInstance, services: Services): void {
  const { db, temporal } = services;

  app.get<OfDeployment>('/deployments/:reference/shortlist', { config: { access: 'record-answer' } }, async (request, reply) => {
    const user = signedIn(request);
    const found = await find(user, request.params, request.query);
    if (found === undefined) return reply.callNotFound();
    const told = typed(request.query, 'told');
    return shortlistPage(reply, user, found, { body: request.query, told: toldWords(told) });
  });

  app.post<OfDeployment>('/deployments/:reference/shortlist/consider', CHANGES, async (request, reply) => {
    const user = signedIn(request);
    const body = request.body ?? {};
    const found = await find(user, request.params, body);
    if (found === undefined) return reply.callNotFound();
    const leaders = ticked(body, 'consider');
    if (leaders.length === 0) {
      const problems = [{ id: 'shortlist', text: 'Select whom to tell that they are being considered' }];
      return shortlistPage(reply.status(400), user, found, { body, problems });
    }
    const told = await tellConsidered(db, found.head, found.match, { leaders, by: user.person });
    return reply.redirect(`${urls.shortlist(found.head.reference)}?${askedQuery(found.asked)}told=${told}`, 303);
  });

  app.post<OfDeployment>('/deployments/:reference/shortlist/choose', CHANGES, async (request, reply) => {
    const user = signedIn(request);
    const body = request.body ?? {};
    const found = await find(user, request.params, body);
    if (found === undefined) return reply.callNotFound();
    const { head, programme, match } = found;
    const { reference } = head;
    if (match.round === null || typed(body, 'round') !== String(match.round)) {
      const problems = [{ id: 'shortlist', text: 'This shortlist is out of date. Look at it again before you choose' }];
      return shortlistPage(reply.status(409), user, found, { body, problems });
    }
    const { order, problems: ofOrder } = readPlaces(match.shortlist.candidates, (leader) => typed(body, `place-${leader}`));
    const days = Number(typed(body, 'days'));
    const because = typed(body, 'because');
    const step = stepWithout(programme, match);
    const taken = await takeForm(db, step, { ...body, answer: match.naming.answer.id }, { byName: true, reference });
    const holders = (await listRoleHolders(db, reference)).filter(({ role }) => [step.owner, ...step.with].includes(role));
    const own = holders.some(({ person }) => person === user.person);
    const [holder] = holders;
    const problems: FormProblem[] = [
      ...ofOrder,
      ...(days > 0 && days <= 90 && Number.isInteger(days * 2)
        ? []
        : [{ id: 'days', text: 'Enter how many days are planned, in whole or half days' }]),
      ...(because === '' ? [{ id: 'because', text: 'Enter why you chose them' }] : []),
      ...(because.length > LONGEST_REASON ? [{ id: 'because', text: `Use ${LONGEST_REASON} characters or fewer` }] : []),
      ...taken.problems,
      ...(holder === undefined ? [{ id: 'shortlist', text: 'Nobody holds the role that answers this step' }] : []),
    ];
    const [leader, ...thenLeaders] = order;
    if (problems.length > 0 || leader === undefined || holder === undefined) {
      return shortlistPage(reply.status(400), user, found, { body, problems });
    }
    try {
      const chosen = await temporal.withDeadline(Date.now() + DEADLINE_MS, () =>
        chooseLeader({ db, client: temporal }, head, found.asked, {
          leader,
          thenLeaders,
          days,
          because,
          fields: taken.fields,
          by: user.person,
          onBehalfOf: own ? null : holder.person,
        }),
      );
      if (chosen.ok) return await reply.redirect(`${urls.deployment(reference)}?recorded=${encodeURIComponent(step.id)}`, 303);
      const text = `${chosen.reason.message} ${remedyOnPage(chosen.reason.remedy)}`;
      return await shortlistPage(reply.status(400), user, found, { body, problems: [{ id: 'shortlist', text }] });
    } catch (error) {
      process.stderr.write(`A leader could not be chosen for ${reference}: ${error instanceof Error ? error.message : String(error)}\n`);
      const text = 'The part of Chaser that takes answers does not reply. Look at the page of the deployment before you send this again';
      return shortlistPage(reply.status(503), user, found, { body, problems: [{ id: 'shortlist', text }] });
    }
  });

  async function find(user: User, params: OfDeployment['Params'], body: FormBody): Promise<Found | undefined> {
    if (!canExist(params)) return undefined;
    const head = await findDeploymentHead(db, params.reference, scopeCondition(user, 2, 'record-answer'));
    if (head === undefined) return undefined;
    const asked = askedIn(body);
    const matched = await matchDeployment(db, head, asked);
    if (!matched.ok) return undefined;
    return { head, asked, match: matched.value, programme: await readProgramme(db, head.programme, head.version) };
  }

  async function shortlistPage(
    reply: FastifyReply,
    user: User,
    { head, programme, match, asked }: Found,
    {
      body,
      problems = [],
      told = null,
    }: { readonly body: FormBody; readonly problems?: readonly FormProblem[]; readonly told?: string | null },
  ): Promise<FastifyReply> {
    const { reference } = head;
    const { naming, need, round, shortlist } = match;
    const choices = await listChoices(db, reference);
    const considered = round === null ? [] : await listConsidered(db, { reference, step: naming.step, round });
    const { answer } = naming;
    const others = answerChoices([{ ...answer, fields: fieldsBeside(match) }], answer.id, body, problems)[0]?.fields ?? [];
    const all = typed(body, 'all') === 'yes';
    const next = placesFrom(choices[0]?.thenLeaders ?? [], shortlist.candidates);
    const errorOf = (id: string) => problems.find((problem) => problem.id === id)?.text;
    return send(reply, user, 'matching/shortlist', {
      title: `Shortlist for ${head.subject}`,
      head,
      told,
      round,
      term: match.term,
      needWords: needWords(match),
      filters: {
        specialisms: options(SPECIALISMS, asked.specialisms),
        contexts: options(CONTEXTS, need.contexts),
      },
      hidden: [
        ...asked.specialisms.map((value) => ({ name: 'specialism', value })),
        ...need.contexts.map((value) => ({ name: 'context', value })),
        { name: 'narrowed', value: 'yes' },
        ...(all ? [{ name: 'all', value: 'yes' }] : []),
      ],
      candidates: (all ? shortlist.candidates : shortlist.candidates.slice(0, FIRST)).map((candidate, at) => ({
        ...candidate,
        number: at + 1,
        href: urls.leader(candidate.leader),
        because: capitalised(candidate.because),
        told: considered.includes(candidate.leader),
        ticked: ticked(body, 'consider').includes(candidate.leader),
        error: errorOf(`place-${candidate.leader}`),
        places: placeOptions(typed(body, `place-${candidate.leader}`) || (next.get(candidate.leader) ?? '')),
      })),
      allHref: all || shortlist.candidates.length <= FIRST ? null : `${urls.shortlist(reference)}?${askedQuery(asked)}all=yes`,
      map: placeMap(match, all ? shortlist.candidates.length : FIRST),
      count: shortlist.candidates.length,
      barred: shortlist.barred.map((one) => ({ ...one, href: urls.leader(one.leader) })),
      fields: others,
      days: typed(body, 'days'),
      daysError: errorOf('days'),
      because: typed(body, 'because'),
      becauseError: errorOf('because'),
      stepTitle: programme.steps[naming.step]?.title ?? naming.step,
      choices: await choiceViews(db, choices),
      action: urls.shortlist(reference),
      backHref: urls.deployment(reference),
      errors: problems.map(({ id, text }) => ({ text, href: `#${id}` })),
    });
  }
}

/** The step with its one answer in which somebody is named, less the field for the name itself. */
function stepWithout(programme: Programme, match: Match): Step {
  const step = programme.steps[match.naming.step];
  if (step === undefined) throw new Error(`The programme has no step ${match.naming.step}.`);
  return { ...step, answers: [{ ...match.naming.answer, fields: fieldsBeside(match) }] };
}

function fieldsBeside({ naming }: Match) {
  return naming.answer.fields.filter(({ id }) => id !== naming.field);
}

/** What was ticked. A form that was never sent leaves it to the register what the school is like. */
function askedIn(body: FormBody): Asked {
  const specialisms = ticked(body, 'specialism').filter((said): said is Specialism => Object.hasOwn(SPECIALISMS, said));
  const contexts = ticked(body, 'context').filter((said): said is Context => Object.hasOwn(CONTEXTS, said));
  return typed(body, 'narrowed') === 'yes' ? { specialisms, contexts } : { specialisms };
}

/** The same question as part of an address, ending in "&" unless it is empty. */
function askedQuery({ specialisms, contexts }: Asked): string {
  const query = new URLSearchParams();
  for (const one of specialisms) query.append('specialism', one);
  for (const one of contexts ?? []) query.append('context', one);
  if (contexts !== undefined) query.append('narrowed', 'yes');
  return query.size === 0 ? '' : `${query.toString()}&`;
}

function options<T extends string>(words: Readonly<Record<T, string>>, chosen: readonly T[]) {
  return (Object.entries(words) as [T, string][]).map(([value, text]) => ({
    value,
    text: capitalised(text),
    checked: chosen.includes(value),
  }));
}

/** "Primary; rural; North West" */
function needWords({ need }: Match): string {
  const parts = [
    need.phases.length === 0 ? 'phase not known' : inWords(need.phases.map((phase) => PHASES[phase])),
    ...need.contexts.map((context) => CONTEXTS[context]),
    ...need.specialisms.map((specialism) => SPECIALISMS[specialism]),
    ...(need.region === '' ? [] : [need.region]),
  ];
  return capitalised(parts.join('; '));
}

function placeOptions(chosen: string) {
  return [
    { value: '', text: 'Not asked', selected: chosen === '' },
    ...Array.from({ length: PLACES }, (_, at) => ({
      value: String(at + 1),
      text: at === 0 ? '1: asked now' : `${at + 1}: asked if those before cannot`,
      selected: chosen === String(at + 1),
    })),
  ];
}

/** The order that was chosen before, of those who can still be asked. */
function placesFrom(order: readonly string[], candidates: readonly Candidate[]): ReadonlyMap<string, string> {
  const left = order.filter((leader) => candidates.some((candidate) => candidate.leader === leader));
  return new Map(left.map((leader, at) => [leader, String(at + 1)]));
}

async function choiceViews(db: Db, choices: Awaited<ReturnType<typeof listChoices>>) {
  const names = await namesOf(
    db,
    choices.flatMap(({ leader, thenLeaders }) => [leader, ...thenLeaders]),
  );
  const nameOf = (person: string) => names.get(person) ?? person;
  return choices.map((choice) => ({
    ...choice,
    name: nameOf(choice.leader),
    inOrder: inWords(choice.thenLeaders.map(nameOf)),
    candidates: choice.shortlist.candidates,
    barred: choice.shortlist.barred,
  }));
}

function toldWords(told: string): string | null {
  if (!/^\d{1,3}$/.test(told)) return null;
  if (told === '0') return 'They had been told before, so nobody was written to again.';
  return told === '1'
    ? 'One system leader is told by e-mail that they are being considered.'
    : `${told} system leaders are told by e-mail that they are being considered.`;
}
