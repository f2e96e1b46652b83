import type { FastifyInstance } from 'fastify';
import { nowMs } from '../../postgres/sandbox/clock.ts';
import { londonDate } from '../../domain/time/london.ts';
import { addDays, longDateWithWeekday, parsePlainDate } from '../../domain/time/plain-date.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import { ok, refused } from '../../domain/result.ts';
import type { Reason, Result } from '../../domain/result.ts';
import type { Db } from '../../postgres/database.ts';
import { fewAtOnce } from '../../postgres/few-at-once.ts';
import { findCall, keepCallNote } from '../../postgres/desk/call-notes.ts';
import type { CallNote, CallOutcome, FoundCall } from '../../postgres/desk/call-notes.ts';
import { daysInWords } from '../../desk/closed-days.ts';
import { listOpenClosedDays } from '../../postgres/desk/closed-days.ts';
import { countStanding, overdueStops } from '../../postgres/views/clock-stops.ts';
import { openPrints } from '../../postgres/desk/print-letters.ts';
import { listAway, someRepliesToRead } from '../../postgres/views/incoming.ts';
import { openProblems } from '../../postgres/desk/problems.ts';
import { openContactTasks } from '../../postgres/desk/contact-tasks.ts';
import { dueThisWeek, lateByTurn } from '../../postgres/views/overview.ts';
import type { DueStep } from '../../postgres/views/overview.ts';
import { readCallHelp } from '../../postgres/views/forecasts.ts';
import { readProgramme } from '../../postgres/pinned/pinned.ts';
import type { InScope } from '../../postgres/views/place.ts';
import { readWhatIsOpen } from '../../postgres/views/what-is-open.ts';
import type { WhatIsOpen } from '../../postgres/views/what-is-open.ts';
import { answeredSinceYesterday, callsInFull, openCalls, openEscalations, stepsWaitingFor } from '../../postgres/views/worklist.ts';
import { listWaitingForLeader } from '../../postgres/views/matching.ts';
import { may } from '../shared/roles.ts';
import type { User } from '../shared/roles.ts';
import { typed, typedDate } from '../answer/read-fields.ts';
import type { FormBody } from '../answer/read-fields.ts';
import { calendarWarnings } from './calendar-warnings.ts';
import { postWarnings } from './post-warnings.ts';
import { changedSchools, closedSchools } from './closed-schools.ts';
import { canExist } from '../shared/desk-urls.ts';
import { navigationFor } from '../shared/navigation.ts';
import { onPage, pageAsked, pageWithin, pagingOf } from '../shared/paging.ts';
import { renderView } from '../shared/render.ts';
import { urls } from '../shared/urls.ts';
import { capitalised } from '../../domain/words.ts';
import { replyItem } from '../replies/view.ts';
import { scopeCondition, scopeOf } from '../shared/scope.ts';
import type { Services } from '../shared/services.ts';
import { passOnItem, promiseItem, timeItem } from '../asked/lines.ts';
import { openPassOns, openPromises, openTimeRequests } from '../../postgres/views/asked-for.ts';
import { signedIn } from '../shared/signed-in.ts';
import {
  callsForToday,
  callView,
  contactItem,
  dueThisWeekItem,
  escalationItem,
  helpView,
  overdueStopItem,
  printItem,
  problemItem,
  waitingItem,
} from './today-view.ts';
import type { CallOrder } from './today-view.ts';
import { staffPages } from '../shared/staff-pages.ts';

const send = staffPages('today');

/** Each list shows this many lines on a page. */
const PER_PAGE = 50;
/** As many calls as anybody makes in a morning. Each comes with its form, and with more the page would be slow to load on a telephone. */
const CALLS_PER_PAGE = 20;
/** So many of its thirty queries are asked at once. */
const AT_ONCE = 4;
const perPage = (list: ListName): number => (list === 'calls' ? CALLS_PER_PAGE : PER_PAGE);
const LISTS = [
  'calls',
  'escalations',
  'replies',
  'problems',
  'prints',
  'promises',
  'requests',
  'waiting',
  'due',
  'stops',
  'contacts',
  'changed',
  'answered',
] as const;
type ListName = (typeof LISTS)[number];
/** A date further ahead is more likely a slip than a promise. */
const LONGEST_PROMISE_DAYS = 60;
const LONGEST_NOTE = 500;

const RECORDED: Readonly<Record<CallOutcome, string>> = {
  'no-answer': 'Recorded: no answer. The call stays on this page.',
  'left-message': 'Recorded: you left a message. The call stays on this page.',
  'call-again': 'Recorded: the call comes back on the day you chose.',
  'wrong-person': 'Recorded: wrong person. It is among the contact details to fix.',
};

type CallParams = { reference: string; step: string; round: string; rung: string };
type CallProblem = { readonly field: 'outcome' | 'again-day' | 'note'; readonly text: string };
type Attempt = {
  readonly key: string;
  readonly body: FormBody;
  readonly problems: readonly CallProblem[];
};

/**
 * The coordinator's day: calls worth making, escalations and promises, what waits for them, what is due this week, what is late by
 * whose turn it is, pauses, contact details, and what was answered. One call also has a page of its own.
 */
export function registerTodayRoutes(app: FastifyInstance, services: Services): void {
  const { db } = services;

  app.get<{ Querystring: Readonly<Record<string, unknown>> }>('/', { config: { access: 'see-today' } }, async (request, reply) => {
    const { recorded } = request.query;
    const told = typeof recorded === 'string' && Object.hasOwn(RECORDED, recorded) ? RECORDED[recorded as CallOutcome] : null;
    return reply
      .type('text/html')
      .send(await renderToday(services, signedIn(request), { told, attempt: null, pages: pagesIn(request.query) }));
  });

  app.get<{ Params: CallParams }>(
    '/calls/:reference/:step/:round/:rung',
    { config: { access: 'record-own-call' } },
    async (request, reply) => {
      const user = signedIn(request);
      const { reference, step, round, rung } = request.params;
      if (!canExist(request.params)) return reply.callNotFound();
      const key = [reference, step, round, rung].join('/');
      const open = (await callsOf(db, user, reference)).filter(({ standing }) => standing.key === key);
      const [call] = await callsInFull(db, open);
      if (call === undefined) return reply.callNotFound();
      return send(reply, user, 'today/one-call', {
        title: `Call about ${call.subject}`,
        call: {
          ...callView(call, user, 1, await listAway(db, [reference])),
          helps: helpView((await readCallHelp(db, open)).get(`${reference}/${step}/${round}`) ?? null),
          attempt: null,
        },
        recordsAnswers: may(user, 'record-answer'),
        backHref: urls.deployment(reference),
      });
    },
  );

  app.post<{ Params: CallParams; Body: FormBody | null }>(
    '/calls/:reference/:step/:round/:rung',
    { config: { access: 'record-own-call' } },
    async (request, reply) => {
      const user = signedIn(request);
      const { reference, step, rung } = request.params;
      const round = Number(request.params.round);
      if (!canExist(request.params) || !Number.isInteger(round) || round < 1 || round > 1_000_000) return reply.callNotFound();
      const key = { reference, step, round, rung };
      const found = await findCall(db, key, scopeCondition(user, 5, 'record-own-call'));
      if (found === undefined || !(may(user, 'record-call') || found.caller === user.person)) return reply.callNotFound();

      const body = request.body ?? {};
      const read = readCallForm(body, found);
      if (found.open && !read.ok) {
        const attempt: Attempt = {
          key: [reference, step, round, rung].join('/'),
          body,
          problems: read.reason.problems,
        };
        return reply
          .status(400)
          .type('text/html')
          .send(await renderToday(services, user, { told: null, attempt, pages: orderIn(body) }));
      }
      if (read.ok && (await keepCallNote(db, { ...key, ...read.value, by: user.person }))) {
        // The order that was chosen stays.
        return reply.redirect(`/?${new URLSearchParams({ recorded: read.value.outcome, ...orderIn(body) }).toString()}`, 303);
      }
      return send(reply.status(409), user, 'shared/message', {
        title: 'This call is no longer needed',
        paragraphs: [
          'The step was answered or closed while you were on this page. Nothing was recorded.',
          'Go to Today to see what is left.',
        ],
      });
    },
  );
}

/** The calls that somebody may make, of one deployment or of all: coordinators all of their place, others those that are theirs. */
async function callsOf(db: Db, user: User, only: string | null = null) {
  if (may(user, 'record-call')) return openCalls(db, scopeCondition(user, 2, 'record-call'), only);
  if (!may(user, 'record-own-call')) return [];
  const calls = await openCalls(db, scopeCondition(user, 2, 'record-own-call'), only);
  return calls.filter(({ callerId }) => callerId === user.person);
}

/** The same, with what each call helps. */
async function callsWithHelp(db: Db, user: User) {
  const calls = await callsOf(db, user);
  return { calls, help: await readCallHelp(db, calls) };
}

type Said = Pick<CallNote, 'outcome' | 'callAgainOn' | 'note' | 'wrongPerson'>;
type NotSaid = Reason & { readonly problems: readonly CallProblem[] };

/**
 * The outcome of a call as a coordinator gives it, or everything that is wrong with the form. A wrong person is one of the owners:
 * `wrong-person/head`.
 */
function readCallForm(body: FormBody, call: FoundCall): Result<Said, NotSaid> {
  const outcome = typed(body, 'outcome');
  const note = typed(body, 'note');
  const wrongPerson = call.owners.find(({ person }) => outcome === `wrong-person/${person}`) ?? null;
  const again = outcome === 'call-again' ? readAgain(body, londonDate(Date.parse(call.itsNow))) : { on: null, problems: [] };
  const known = wrongPerson !== null || outcome === 'no-answer' || outcome === 'left-message' || outcome === 'call-again';
  const problems: readonly CallProblem[] = [
    ...(known ? [] : [{ field: 'outcome' as const, text: 'Select the outcome of the call' }]),
    ...again.problems.map((text) => ({ field: 'again-day' as const, text })),
    ...(note.length > LONGEST_NOTE ? [{ field: 'note' as const, text: `The note must be ${LONGEST_NOTE} characters or fewer` }] : []),
  ];
  if (problems.length > 0) {
    const message = problems.map(({ text }) => text).join('. ');
    return refused({ kind: 'form', message, remedy: message, problems });
  }
  const said = { callAgainOn: again.on, note: note === '' ? null : note, wrongPerson };
  return ok({ ...said, outcome: wrongPerson === null ? (outcome as CallOutcome) : 'wrong-person' });
}

/** The day on which to call again, after today and not too far ahead. */
function readAgain(body: FormBody, today: PlainDate): { readonly on: PlainDate | null; readonly problems: readonly string[] } {
  const day = typedDate(body, 'again');
  const on = parsePlainDate(day);
  const not = (text: string) => ({ on: null, problems: [text] });
  if (day === '') return not('Enter the day on which to call again');
  if (on === undefined) return not('The day on which to call again must be a real date');
  if (on <= today) return not(`The day on which to call again must be after today, ${longDateWithWeekday(today)}`);
  if (on > lastPromise(today)) return not(`The day on which to call again must be by ${longDateWithWeekday(lastPromise(today))}`);
  return { on, problems: [] };
}

function lastPromise(today: PlainDate): PlainDate {
  return addDays(today, LONGEST_PROMISE_DAYS);
}

async function renderToday(
  services: Services,
  user: User,
  { told, attempt, pages }: { readonly told: string | null; readonly attempt: Attempt | null; readonly pages: Pages },
): Promise<string> {
  const db = fewAtOnce(services.db, AT_ONCE);
  const inScope = scopeCondition(user, 1, 'see-today');
  const makesCalls = may(user, 'record-call');
  const mayOwn = may(user, 'own-escalation');
  const regions = user.roles
    .filter(({ role, region }) => (role === 'regional-team' || role === 'regional-senior') && region !== '')
    .map(({ region }) => region);
  const addressed = {
    person: user.person,
    regions,
    coordinates: makesCalls ? (first: number) => scopeCondition(user, first, 'record-call') : null,
  };
  const mayAnswer = may(user, 'record-answer');
  const now = nowMs();
  const whatIsOpen = readWhatIsOpen(db);
  /** Asks for what is open of a kind, where there is any. */
  const allOpen = async <T>(kind: keyof WhatIsOpen, read: (db: Db, inScope: InScope) => Promise<readonly T[]>): Promise<readonly T[]> =>
    (await whatIsOpen)[kind] ? read(db, inScope) : [];
  const [
    [{ calls, help }, waiting, toTakeOn, standing, stops, contacts, answered, due, late],
    [problems, promises, times, passOns, prints, replies],
    [dates, ofPost, closedDays, closed, changed, withoutLeader],
  ] = await Promise.all([
    Promise.all([
      callsWithHelp(db, user),
      stepsWaitingFor(db, user.person),
      onPage(pages.escalations ?? 1, PER_PAGE, (some) => openEscalations(db, addressed, { promised: false, ...some })),
      makesCalls ? whatIsOpen.then(({ stops: any }) => (any ? countStanding(db, scopeCondition(user, 1, 'record-call')) : 0)) : 0,
      allOpen('stops', overdueStops),
      allOpen('contacts', openContactTasks),
      answeredSinceYesterday(db, inScope, { page: pages.answered ?? 1, perPage: PER_PAGE }),
      onPage(pages.due ?? 1, PER_PAGE, (some) => dueThisWeek(db, inScope, some)),
      lateByTurn(db, inScope),
    ]),
    Promise.all([
      allOpen('problems', openProblems),
      onPage(pages.promises ?? 1, PER_PAGE, async (some) => promisesOnPage(db, await whatIsOpen, inScope, addressed, mayOwn, some)),
      allOpen('timeRequests', openTimeRequests),
      allOpen('passOns', openPassOns),
      allOpen('prints', openPrints),
      onPage(pages.replies ?? 1, PER_PAGE, (some) =>
        mayAnswer
          ? someRepliesToRead(db, scopeOf(user, 'record-answer').all, scopeCondition(user, 1, 'record-answer'), some)
          : Promise.resolve({ all: 0, lines: [] }),
      ),
    ]),
    Promise.all([
      calendarWarnings(db, user, now),
      postWarnings(db, user),
      allOpen('closedDays', listOpenClosedDays),
      closedSchools(db, user, now),
      changedSchools(db, user, now),
      mayAnswer ? listWaitingForLeader(db, scopeCondition(user, 1, 'record-answer')) : [],
    ]),
  ]);
  const mayChange = may(user, 'change-deployments');
  const order = pages.order ?? 'help';
  const helpOf = (reference: string, step: string, round: number) => help.get(`${reference}/${step}/${round}`) ?? null;
  const forToday = callsForToday(calls, attempt?.key ?? null, order, ({ reference, step, round }) => helpOf(reference, step, round));
  // After a mistake in the form of a call, the page that comes back is the one that holds the call.
  const attempted = forToday.findIndex(({ standing }) => standing.key === attempt?.key);
  const at = attempted < 0 ? pages : { ...pages, calls: Math.floor(attempted / CALLS_PER_PAGE) + 1 };
  const callsPage = listOf('calls', at, forToday, (call) => call);
  const away = await listAway(
    db,
    callsPage.shown.map(({ reference }) => reference),
  );
  const shown = (await callsInFull(db, callsPage.shown)).map((call, number) => ({
    ...callView(call, user, callsPage.from + number, away),
    helps: helpView(helpOf(call.reference, call.step.id, call.round)),
    attempt: call.standing.key === attempt?.key ? formOf(attempt) : null,
    order: pages.order ?? null,
  }));
  const failed = shown.find((call) => call.attempt !== null);
  const page = {
    title: 'Today',
    user,
    warnings: [...ofPost, ...dates.now],
    datesToSeeTo: dates.soon,
    closedDays: closedDays.map(({ id, subjectName, personName, name, days }) => ({
      href: urls.closedDays(id),
      text: `${subjectName}: ${name}, ${daysInWords(days)}, entered by ${personName}`,
    })),
    closedSchools: closed,
    changedSchools: listOf('changed', at, changed, (line) => line),
    navigation: navigationFor(user, 'today'),
    told,
    errors: failed && attempt ? attempt.problems.map(({ text, field }) => ({ text, href: `#${failed.id}-${field}` })) : [],
    makesCalls: makesCalls || calls.length > 0,
    standing,
    looksAfter: makesCalls || regions.length > 0,
    recordsAnswers: mayAnswer,
    withoutLeader: withoutLeader.length,
    proposedHref: urls.assignment(),
    calls: {
      ...callsPage,
      shown,
      putOff: calls.length - forToday.length,
      order,
      otherOrderHref: order === 'help' ? '/?order=late#calls' : '/#calls',
    },
    waiting: listOf('waiting', at, waiting, waitingItem),
    escalations: {
      ...pageOf('escalations', at, toTakeOn.page, toTakeOn.all),
      shown: toTakeOn.lines.map((line) => escalationItem(line, mayOwn)),
    },
    replies: { ...pageOf('replies', at, replies.page, replies.all), shown: replies.lines.map(replyItem) },
    repliesHref: urls.replies(),
    problems: listOf('problems', at, problems, (line) => problemItem(line, may(user, 'record-answer'))),
    prints: listOf('prints', at, prints, (line) => printItem(line, may(user, 'record-answer'))),
    promises: { ...pageOf('promises', at, promises.page, promises.all), shown: promises.items },
    requests: listOf(
      'requests',
      at,
      [...times.map((line) => timeItem(line, mayChange)), ...passOns.map((line) => passOnItem(line, mayChange))],
      (line) => line,
    ),
    due: { ...pageOf('due', at, due.page, due.all), shown: await Promise.all(due.steps.map((step) => dueItem(db, step))) },
    late: await Promise.all(
      late.map(async ({ owner, count, programme, version }) => ({
        title: capitalised((await readProgramme(db, programme, version)).roles[owner]?.title ?? owner),
        count,
        href: `${urls.deployments()}?late=yes&sort=late&court=${encodeURIComponent(owner)}`,
      })),
    ),
    lateHref: `${urls.deployments()}?late=yes&sort=late`,
    stops: listOf('stops', at, stops, overdueStopItem),
    contacts: listOf('contacts', at, contacts, (line) => contactItem(line, mayChange)),
    answered: { ...pageOf('answered', at, answered.page, answered.all), shown: answered.steps },
    lateAll: late.reduce((sum, { count }) => sum + count, 0),
  };
  return renderView('today/index', { ...page, parts: partsOf(page) });
}

type Counted = { readonly all: number };

/** The parts of the page in its order, each with how many lines it has; links lead to them. */
function partsOf(
  page: {
    readonly makesCalls: boolean;
    readonly lateAll: number;
    readonly closedDays: readonly object[];
    readonly closedSchools: readonly object[];
    readonly datesToSeeTo: readonly string[];
  } & Readonly<Record<Exclude<ListName, 'changed'> | 'changedSchools', Counted>>,
) {
  const [closed, changed] = [page.closedSchools.length, page.changedSchools.all];
  return [
    ...(page.makesCalls ? [{ id: 'calls', text: 'Calls worth making', count: page.calls.all }] : []),
    { id: 'escalations', text: 'Escalations to take on', count: page.escalations.all },
    { id: 'replies', text: 'Replies to read', count: page.replies.all },
    { id: 'problems', text: 'Problems people told us about', count: page.problems.all },
    // Few programmes send letters on paper.
    ...(page.prints.all > 0 ? [{ id: 'prints', text: 'Letters to print and post', count: page.prints.all }] : []),
    { id: 'promises', text: 'Promises', count: page.promises.all },
    { id: 'requests', text: 'Requests to decide', count: page.requests.all },
    { id: 'waiting', text: 'Waiting for me', count: page.waiting.all },
    { id: 'due', text: 'Due this week', count: page.due.all },
    { id: 'late', text: 'Late', count: page.lateAll },
    { id: 'stops', text: 'Pauses that should have ended', count: page.stops.all },
    { id: 'contacts', text: 'Contact details to fix', count: page.contacts.all },
    ...(page.closedDays.length > 0 ? [{ id: 'closed-days', text: 'Closed days to decide on', count: page.closedDays.length }] : []),
    ...(closed > 0 ? [{ id: 'closed', text: 'Schools that have closed or are going to close', count: closed }] : []),
    ...(changed > 0 ? [{ id: 'changed', text: 'Changes to schools and trusts', count: changed }] : []),
    { id: 'answered', text: 'Answered since yesterday', count: page.answered.all },
    ...(page.datesToSeeTo.length > 0 ? [{ id: 'dates', text: 'Term dates to check', count: page.datesToSeeTo.length }] : []),
  ];
}

/** Which page of each list is shown, and how the calls are ordered. A list that is not named shows its first page. */
type Pages = Readonly<Partial<Record<ListName, number>>> & { readonly order?: CallOrder };

/** The pages that an address asks for: `?calls=2&answered=3&order=late`. Anything that makes no sense is ignored. */
function pagesIn(query: Readonly<Record<string, unknown>>): Pages {
  const pages = Object.fromEntries(
    LISTS.flatMap((list) => {
      const page = pageAsked(query[list]);
      return page === null ? [] : [[list, page]];
    }),
  );
  return { ...pages, ...orderIn(query) };
}

/** The order that an address or a form asks for, where it is another than the usual one. */
function orderIn(asked: Readonly<Record<string, unknown>>): { readonly order?: CallOrder } {
  return asked['order'] === 'late' ? { order: 'late' } : {};
}

/** One page of a list, with the lines it shows and links to the other pages. */
function listOf<T, Item>(list: ListName, pages: Pages, lines: readonly T[], itemOf: (line: T) => Item) {
  const page = pageWithin(pages[list] ?? 1, lines.length, perPage(list));
  const first = (page - 1) * perPage(list);
  return { ...pageOf(list, pages, page, lines.length), shown: lines.slice(first, first + perPage(list)).map(itemOf) };
}

/** Where one page of a list stands, with links to the other pages. */
function pageOf(list: ListName, pages: Pages, page: number, all: number) {
  const first = (page - 1) * perPage(list);
  const hrefOf = (number: number) => {
    const asked = Object.entries({ ...pages, [list]: number }).map(([each, of]): [string, string] => [each, String(of)]);
    return `/?${new URLSearchParams(asked).toString()}#${list}`;
  };
  return {
    all,
    /** Counted from 1. */
    from: first + 1,
    to: Math.min(first + perPage(list), all),
    paging: pagingOf(page, all, perPage(list), hrefOf),
  };
}

/** Some of the promises: first those for escalations, then those of the asked to answer. */
async function promisesOnPage(
  db: Db,
  any: WhatIsOpen,
  inScope: InScope,
  addressed: Parameters<typeof openEscalations>[1],
  mayOwn: boolean,
  { limit, offset }: { readonly limit: number; readonly offset: number },
) {
  const [{ all, lines }, said] = await Promise.all([
    any.promisedEscalations ? openEscalations(db, addressed, { promised: true, limit, offset }) : { all: 0, lines: [] },
    any.promises ? openPromises(db, inScope) : [],
  ]);
  const from = Math.max(0, offset - all);
  const ofTheAsked = said.slice(from, from + limit - lines.length);
  return { all: all + said.length, items: [...lines.map((line) => escalationItem(line, mayOwn)), ...ofTheAsked.map(promiseItem)] };
}

async function dueItem(db: Db, due: DueStep) {
  return dueThisWeekItem(due, await readProgramme(db, due.programme, due.version));
}

function formOf({ body, problems }: Attempt) {
  return {
    outcome: typed(body, 'outcome'),
    note: typed(body, 'note'),
    day: typed(body, 'again-day'),
    month: typed(body, 'again-month'),
    year: typed(body, 'again-year'),
    errors: Object.fromEntries(problems.map(({ field, text }) => [field, { text }])),
  };
}
