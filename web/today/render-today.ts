import { nowMs } from '../../postgres/sandbox/clock.ts';
import type { Db } from '../../postgres/database.ts';
import { fewAtOnce } from '../../postgres/few-at-once.ts';
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
import { answeredSinceYesterday, callsInFull, openEscalations, stepsWaitingFor } from '../../postgres/views/worklist.ts';
import { countWaitingForLeader } from '../../postgres/views/matching.ts';
import { may } from '../shared/roles.ts';
import type { User } from '../shared/roles.ts';
import { calendarWarnings } from './calendar-warnings.ts';
import { postWarnings } from './post-warnings.ts';
import { changedSchools, closedSchools } from './closed-schools.ts';
import { navigationFor } from '../shared/navigation.ts';
import { onPage } from '../shared/paging.ts';
import { renderView } from '../shared/render.ts';
import { urls } from '../shared/urls.ts';
import { capitalised } from '../../domain/words.ts';
import { replyItem } from '../replies/view.ts';
import { scopeCondition, scopeOf } from '../shared/scope.ts';
import type { Services } from '../shared/services.ts';
import { passOnItem, promiseItem, timeItem } from '../asked/lines.ts';
import { openPassOns, openPromises, openTimeRequests } from '../../postgres/views/asked-for.ts';
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
import { formOf } from './call-form.ts';
import type { Attempt } from './call-form.ts';
import { callsOf } from './calls-of.ts';
import { CALLS_PER_PAGE, listOf, pageOf, partsOf, PER_PAGE } from './lists.ts';
import type { Pages } from './lists.ts';

/** So many of its queries are asked at once. */
const AT_ONCE = 4;

/** The calls that somebody may make, with what each helps. */
async function callsWithHelp(db: Db, user: User) {
  const calls = await callsOf(db, user);
  return { calls, helpOf: await readCallHelp(db, calls) };
}

/** Today as somebody sees it. */
export async function renderToday(
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
    [{ calls, helpOf }, waiting, toTakeOn, standing, stops, contacts, answered, due, late],
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
      mayAnswer ? countWaitingForLeader(db, scopeCondition(user, 1, 'record-answer')) : 0,
    ]),
  ]);
  const mayChange = may(user, 'change-deployments');
  const order = pages.order ?? 'help';
  const forToday = callsForToday(calls, attempt?.key ?? null, order, helpOf);
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
    helps: helpView(helpOf({ ...call, step: call.step.id })),
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
    withoutLeader,
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
