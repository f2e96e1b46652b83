import { nowMs } from '../../postgres/sandbox/clock.ts';
import { waitedWords } from '../../desk/standing-words.ts';
import { LONGEST_DEPLOYMENT_NOTE } from '../../desk/note-deployment.ts';
import { changeRulesOf } from '../../domain/programme.ts';
import type { Calendar } from '../../domain/time/calendar.ts';
import { londonDate } from '../../domain/time/london.ts';
import { peopleIn } from '../../letters/event-words.ts';
import { readChronology } from '../../postgres/pinned/chronology.ts';
import { readCalendar, readProgramme } from '../../postgres/pinned/pinned.ts';
import type { Db } from '../../postgres/database.ts';
import { listCallNotes } from '../../postgres/desk/call-notes.ts';
import { listDeploymentNotes } from '../../postgres/desk/deployment-notes.ts';
import { watchedAmong } from '../../postgres/desk/watches.ts';
import { listBegun } from '../../postgres/desk/answer-drafts.ts';
import { listIncomingOf } from '../../postgres/views/incoming.ts';
import { listProblems } from '../../postgres/desk/problems.ts';
import { listCountedAnswers } from '../../postgres/desk/kept-answers.ts';
import { findDeploymentHead, listEvents, listOpenTasks, listRoleHolders, namesOf } from '../../postgres/views/deployment-page.ts';
import type { DeploymentHead } from '../../postgres/views/deployment-page.ts';
import { listVoices } from '../../postgres/desk/voices.ts';
import { findDeployment, listMessages, listSteps } from '../../postgres/views/deployments.ts';
import { quieterIn } from '../../postgres/views/quieter.ts';
import { listEscalations } from '../../postgres/views/escalations.ts';
import { closedWords, listRunningOfClosed } from '../../register/school-standing.ts';
import { listToDecide } from '../../register/to-decide.ts';
import { DECIDED } from '../asked/routes.ts';
import { askedForLines } from '../asked/lines.ts';
import { changeForm } from '../changes/change-forms.ts';
import { standingOf } from '../changes/change-form.ts';
import { incomingLines } from '../replies/lines.ts';
import { escalationLines } from '../escalation/section.ts';
import { movedClockWords } from '../shared/moved-clock.ts';
import { navigationFor } from '../shared/navigation.ts';
import { renderView } from '../shared/render.ts';
import { may } from '../shared/roles.ts';
import type { Action, User } from '../shared/roles.ts';
import { scopeCondition } from '../shared/scope.ts';
import { DEPLOYMENT_TAGS } from '../shared/status-tags.ts';
import { urls } from '../shared/urls.ts';
import { courtWords, openStepViews, peopleViews, problemTasks, stageLine, taskViews } from './deployment-view.ts';
import { standingView } from './standing-view.ts';
import { MOST_ROWS, stepDates, stepPicture } from './step-picture.ts';
import { STORY_FILTERS, storyFilter, storyOf } from './story.ts';
import type { StoryFilter } from './story.ts';

/** Lines of the story that are shown at once. The rest is a click away. */
const NEWEST_LINES = 4;

/** What an address asks of the page of a deployment: what was just done, and which part of its story is shown. */
export type Asked = Readonly<Partial<Record<'recorded' | 'changed' | 'started' | 'noted' | 'told' | 'decided' | 'show' | 'all', unknown>>>;

/** A note that could not be kept, as it was typed. */
export type NoteAttempt = { readonly words: string; readonly problem: string };

const TOLD_WORDS: ReadonlyMap<string, string> = new Map([
  ['watched', 'You watch this deployment from now on.'],
  ['unwatched', 'You no longer watch this deployment.'],
  ['saved', 'What you wrote is kept. It has not been recorded. Go on with it under “Record an answer”.'],
]);

/** The button with which the reader watches a deployment, or no longer does. */
async function watchOf(db: Db, user: User, reference: string): Promise<{ readonly text: string; readonly href: string }> {
  const watches = (await watchedAmong(db, user.person, [reference])).length > 0;
  return {
    text: watches ? 'Stop watching' : 'Watch this deployment',
    href: `${urls.deployment(reference)}/${watches ? 'unwatch' : 'watch'}`,
  };
}

/** Whether somebody may do something in one deployment. */
async function mayIn(db: Db, user: User, action: Action, reference: string): Promise<boolean> {
  return may(user, action) && (await findDeploymentHead(db, reference, scopeCondition(user, 2, action))) !== undefined;
}

/** The page of one deployment, as one person sees it. */
export async function renderDeployment(
  db: Db,
  user: User,
  head: DeploymentHead,
  { asked, attempt }: { readonly asked: Asked; readonly attempt: NoteAttempt | null },
): Promise<string> {
  const { reference } = head;
  const running = head.status === 'running';
  const [mayChange, mayAnswer, mayOwnEscalations, mayCallAll] = await Promise.all([
    mayIn(db, user, 'change-deployments', reference),
    mayIn(db, user, 'record-answer', reference),
    mayIn(db, user, 'own-escalation', reference),
    mayIn(db, user, 'record-call', reference),
  ]);
  const mayCall = (person: string | null) => mayCallAll || (person === user.person && may(user, 'record-own-call'));
  const page = await readPage(db, head, {
    mayChange,
    mayCall,
    mayDeal: mayAnswer,
    show: storyFilter(asked.show),
    all: asked.all === 'yes',
  });
  const told = page.steps.some(({ step }) => step === asked.recorded)
    ? `The answer to “${page.programme.steps[String(asked.recorded)]?.title}” is recorded.`
    : asked.started === 'yes'
      ? 'The deployment is started. Whoever owns its first steps is asked by e-mail in the next sending hours.'
      : asked.noted === 'yes'
        ? 'The note is kept.'
        : (TOLD_WORDS.get(String(asked.told)) ?? DECIDED.get(String(asked.decided)) ?? changeForm(String(asked.changed))?.done ?? null);
  return renderView('deployment/page', {
    ...page,
    title: `${head.subject}, ${reference}`,
    user,
    watch: await watchOf(db, user, reference),
    navigation: navigationFor(user, 'deployments'),
    closed: running ? await closedOf(db, reference) : null,
    toDecide: running ? await toDecideOf(db, reference) : [],
    askedFor: running ? await askedForLines(db, reference, mayChange) : [],
    mayAnswer: running && mayAnswer,
    shortlistHref: changeRulesOf(page.programme).rematch !== null && mayAnswer ? urls.shortlist(reference) : null,
    mayOwnEscalations,
    forecastHref: running ? urls.forecast(reference) : null,
    emailLinks: running
      ? [
          ...(may(user, 'see-today') ? [{ text: 'What goes out next', href: urls.postTomorrow(reference) }] : []),
          ...((await mayIn(db, user, 'hold-post', reference)) ? [{ text: 'Hold its e-mails', href: urls.postHolding(reference) }] : []),
        ]
      : [],
    told,
    noteForm: mayAnswer
      ? {
          action: `${urls.deployment(reference)}/notes`,
          onceAs: crypto.randomUUID(),
          longest: LONGEST_DEPLOYMENT_NOTE,
          words: attempt?.words ?? '',
          error: attempt?.problem ?? null,
        }
      : null,
    errors: attempt === null ? [] : [{ text: attempt.problem, href: '#words' }],
  });
}

type Shown = {
  readonly mayChange: boolean;
  readonly mayCall: (person: string | null) => boolean;
  /** Whether the reader may say how a problem was dealt with. */
  readonly mayDeal: boolean;
  readonly show: StoryFilter;
  readonly all: boolean;
};

async function readPage(db: Db, head: DeploymentHead, { mayChange, mayCall, mayDeal, show, all }: Shown) {
  const { reference } = head;
  const [
    programme,
    line,
    steps,
    events,
    holders,
    tasks,
    callNotes,
    notes,
    messages,
    counted,
    stored,
    escalations,
    problems,
    begun,
    voices,
    quieter,
    incoming,
  ] = await Promise.all([
    readProgramme(db, head.programme, head.version),
    findDeployment(db, reference),
    listSteps(db, reference),
    listEvents(db, reference),
    listRoleHolders(db, reference),
    listOpenTasks(db, reference),
    listCallNotes(db, reference),
    listDeploymentNotes(db, reference),
    listMessages(db, reference),
    listCountedAnswers(db, reference),
    readChronology(db, reference),
    listEscalations(db, reference),
    listProblems(db, reference),
    listBegun(db, reference),
    listVoices(db, reference),
    quieterIn(db, reference),
    listIncomingOf(db, reference),
  ]);
  if (stored === undefined) throw new Error(`${reference} has no events.`);
  const calendars = new Map<string, Calendar>();
  for (const version of new Set(steps.map(({ calendarVersion }) => calendarVersion)))
    calendars.set(version, await readCalendar(db, version));
  const names = await namesOf(db, events.flatMap(peopleIn));
  const wording = { programme, subject: head.subject, nameOf: (person: string) => names.get(person) ?? person };
  const story = storyOf({ events, messages, callNotes, notes, counted, problems, voices, quieter, incoming }, wording);
  const [first] = calendars.values();
  const held = new Map(holders.map(({ person, name }) => [person, name]));
  const standing = standingOf(stored.chronology, stored.now, (person) => names.get(person) ?? held.get(person) ?? person);
  const dates = stepDates(stored.chronology, new Map(steps.map(({ step, round, originalDueOn }) => [`${step}/${round}`, originalDueOn])));
  return {
    head,
    programme,
    steps,
    movedClock: movedClockWords(stored.now, nowMs()),
    tag: DEPLOYMENT_TAGS[head.status],
    waited: waitedWords(stored.chronology, standing.today),
    court: first === undefined ? '' : courtWords(head, line?.court ?? null, programme, first, standing),
    ...stageLine(programme, steps, head.status),
    open: openStepViews(head, programme, calendars, steps, holders, standing, mayChange, begun),
    tasks: [...problemTasks(problems, mayDeal), ...taskViews(standing, programme, tasks, callNotes, mayCall)],
    incoming: incomingLines(incoming, { mayRead: mayDeal, mayChange, today: standing.today }),
    escalations: escalationLines(reference, escalations, { programme, calendar: stored.chronology.calendar, now: stored.now }),
    people: peopleViews(programme, holders, standing, mayChange, reference),
    dates,
    picture: stepPicture(dates, head.endedAt === null ? standing.today : londonDate(Date.parse(head.endedAt))),
    notDrawn: Math.max(0, dates.length - MOST_ROWS),
    ...shownOf(reference, story, show, all),
    standing: standingView(standing, mayChange),
  };
}

/** The lines of the story that a filter lets through, and the addresses of the other filters. */
function shownOf(reference: string, story: ReturnType<typeof storyOf>, show: StoryFilter, all: boolean) {
  const of = (id: StoryFilter) => story.filter(({ kinds }) => id === '' || kinds.includes(id));
  const wanted = of(show);
  const href = (query: Readonly<Record<string, string>>) => {
    const text = new URLSearchParams(query).toString();
    return `${urls.deployment(reference)}${text === '' ? '' : `?${text}`}#events`;
  };
  const filter = (id: StoryFilter): Record<string, string> => (id === '' ? {} : { show: id });
  return {
    filters: STORY_FILTERS.map(({ id, text }) => ({ text: `${text} (${of(id).length})`, href: href(filter(id)), current: id === show })),
    story: all ? wanted : wanted.slice(0, NEWEST_LINES),
    more: all || wanted.length <= NEWEST_LINES ? null : { count: wanted.length, href: href({ ...filter(show), all: 'yes' }) },
  };
}

/** What became known of its school or trust since it began. */
async function toDecideOf(db: Db, reference: string): Promise<readonly string[]> {
  const told = await listToDecide(db, { sql: 'd.reference = $1', values: [reference] }, londonDate(nowMs()));
  return told.map(({ text }) => text);
}

/** What is to be said of a deployment whose school has closed or is to close; null when it is simply open. */
async function closedOf(db: Db, reference: string): Promise<string | null> {
  const [found] = await listRunningOfClosed(db, { sql: 'd.reference = $1', values: [reference] });
  return found === undefined ? null : closedWords(found, londonDate(nowMs()));
}
