import type { Calendar } from '../../domain/time/calendar.ts';
import { givenAndCounted } from '../../desk/given-and-counted.ts';
import { findStep, stopOf } from '../../domain/chronology/chronology.ts';
import { countDays } from '../../domain/time/days.ts';
import type { ChronologyEvent } from '../../domain/chronology/events.ts';
import { londonDate } from '../../domain/time/london.ts';
import { longDate, longDateWithWeekday } from '../../domain/time/plain-date.ts';
import { ownersOf } from '../../domain/programme.ts';
import type { Programme } from '../../domain/programme.ts';
import { capitalised } from '../../domain/words.ts';
import type { CallNoteLine } from '../../postgres/desk/call-notes.ts';
import type { DeploymentHead, OpenTask, RoleHolder } from '../../postgres/views/deployment-page.ts';
import type { DeploymentLine, MessageLine, StepLine } from '../../postgres/views/deployments.ts';
import type { CountedAnswer } from '../../postgres/desk/kept-answers.ts';
import { personWorkUrl } from '../changes/change-urls.ts';
import type { Standing } from '../changes/change-form.ts';
import { recordAnswerUrl } from '../shared/desk-urls.ts';
import { urls } from '../shared/urls.ts';
import { eventInWords } from '../../letters/event-words.ts';
import type { Wording } from '../../letters/teller.ts';
import { latenessOf } from '../../domain/chronology/lateness.ts';
import { letterParts } from './letter-text.ts';
import { deputyWords, movedWords } from './standing-view.ts';
import { CALL_OUTCOMES, CONTACT_PROBLEMS, DUE_TAGS, messageTag, STAGE_TAGS } from '../shared/status-tags.ts';
import type { StageState } from '../shared/status-tags.ts';
import { telLink } from '../today/today-view.ts';

/** In whose court the ball is and for how long; for an ended deployment, how it ended. */
export function courtWords(
  head: DeploymentHead,
  court: DeploymentLine['court'],
  programme: Programme,
  calendar: Calendar,
  { chronology }: Pick<Standing, 'chronology'>,
): string {
  if (head.status !== 'running') {
    const end = programme.ends[head.endedAs ?? '']?.title ?? capitalised(head.status);
    const on = head.endedAt === null ? '' : ` Since ${longDate(londonDate(Date.parse(head.endedAt)))}.`;
    return `${end}.${on}${head.endedBecause === null ? '' : ` ${head.endedBecause}`}`;
  }
  if (court === null) return 'Nobody is waited for. Only optional steps are open.';
  const role = programme.roles[court.role]?.title ?? court.role;
  const who = court.people.length === 0 ? `the ${role}, a role that nobody holds yet` : `${court.people.join(' and ')} (${role})`;
  const since = londonDate(Date.parse(court.since));
  if (stopOf(chronology, court)) return `In the court of ${who} since ${longDateWithWeekday(since)}: clock stopped.`;
  const days = countDays(calendar, 'working', since, londonDate(Date.parse(head.itsNow)));
  const howLong = !days.ok ? '' : days.value === 0 ? ': today' : `: ${days.value} working ${days.value === 1 ? 'day' : 'days'}`;
  return `In the court of ${who} since ${longDateWithWeekday(since)}${howLong}.`;
}

/** The stages of a programme in order, each with how far it has come. */
export function stageLine(programme: Programme, steps: readonly StepLine[], status: DeploymentHead['status']) {
  return programme.stages.map(({ id, number, title }) => {
    const own = steps.filter(({ stage }) => stage === id);
    const open = own.some(({ state }) => state === 'open');
    const state: StageState = open ? 'now' : own.length > 0 ? 'done' : status === 'running' ? 'to-come' : 'not-reached';
    return { number, title, tag: STAGE_TAGS[state], current: state === 'now' };
  });
}

/** The open steps, the earliest due date first, with why each date is what it is. */
export function openStepViews(
  head: DeploymentHead,
  programme: Programme,
  calendars: ReadonlyMap<string, Calendar>,
  steps: readonly StepLine[],
  { chronology }: Pick<Standing, 'chronology'>,
) {
  const today = londonDate(Date.parse(head.itsNow));
  return steps
    .filter(({ state }) => state === 'open')
    .toSorted(
      (one, other) => Number(one.optional) - Number(other.optional) || (one.dueOn < other.dueOn ? -1 : Number(one.dueOn > other.dueOn)),
    )
    .map((open) => {
      const { step, round, dueOn, originalDueOn, explanation, optional } = open;
      const stopped = stopOf(chronology, open) !== undefined;
      const known = programme.steps[step];
      const calendar = calendars.get(open.calendarVersion);
      const late = today > dueOn && calendar !== undefined ? latenessOf(programme, calendar, step, dueOn, today).words : null;
      return {
        title: known?.title ?? step,
        round: round > 1 ? round : null,
        owners: [open.owner, ...open.jointOwners].map((role) => programme.roles[role]?.title ?? role).join(' and '),
        openedOn: open.openedOn,
        dueOn,
        moved: movedWords(dueOn, originalDueOn, (findStep(chronology, open)?.extension ?? null) !== null),
        late: optional || stopped ? null : late,
        tag: DUE_TAGS[stopped ? 'stopped' : optional ? 'optional' : today > dueOn ? 'late' : today === dueOn ? 'today' : 'ahead'],
        why: explanation.map(({ text }) => text),
        // Explanations of newer dates include it.
        assumption: explanation.some(({ text }) => text === known?.assumption) ? null : (known?.assumption ?? null),
        answerHref: recordAnswerUrl(head.reference, step),
      };
    });
}

/** What is open besides the steps: calls with their notes, and contact tasks. */
export function taskViews(programme: Programme, tasks: readonly OpenTask[], notes: readonly CallNoteLine[]) {
  const title = (step: string) => programme.steps[step]?.title ?? step;
  return tasks.map((task) => {
    const on = longDate(londonDate(Date.parse(task.openedAt)));
    switch (task.kind) {
      case 'call':
        return {
          title: `Call to make: ${title(task.step)}`,
          text: `${task.person ?? 'Nobody is named who'} ${task.person === null ? 'telephones' : 'was asked to telephone'}. Open since ${on}.`,
          notes: notes.filter((note) => note.step === task.step && note.round === task.round && note.rung === task.rung).map(noteWords),
        };
      case 'contact':
        return {
          title: `Contact to mend: ${task.person ?? 'nobody'}, ${programme.roles[task.role]?.title ?? task.role}`,
          text: `${CONTACT_PROBLEMS[task.problem]}. ${task.detail}`,
          notes: [],
        };
      default:
        return task satisfies never;
    }
  });
}

function noteWords({ outcome, by, at, callAgainOn, note }: CallNoteLine): string {
  const again = callAgainOn === null ? '' : ` on ${longDateWithWeekday(callAgainOn)}`;
  return `${CALL_OUTCOMES[outcome]}${again}: ${by}, ${longDate(londonDate(Date.parse(at)))}.${note === null ? '' : ` “${note}”`}`;
}

/** The people by role, in the order in which the roles first own a step. Unfilled roles are included. */
export function peopleViews(
  programme: Programme,
  holders: readonly RoleHolder[],
  standing: Standing,
  mayChange: boolean,
  reference: string,
) {
  const inTurn = programme.stages.flatMap(({ steps }) => steps).flatMap((id) => (programme.steps[id] ? ownersOf(programme.steps[id]) : []));
  return [...new Set([...inTurn, ...Object.keys(programme.roles)])].map((role) => ({
    role: capitalised(programme.roles[role]?.title ?? role),
    people: holders
      .filter((holder) => holder.role === role)
      .map(({ person, name, email, telephone, addressRefused }) => ({
        name: name ?? person,
        known: name !== null,
        email,
        telephone,
        tel: telLink(telephone),
        addressRefused,
        deputies: deputyWords(standing, person),
        workHref: mayChange && name !== null ? personWorkUrl(person) : null,
        correctHref: mayChange && name !== null ? urls.contact(person, urls.deployment(reference)) : null,
      })),
  }));
}

/** What happened, the newest first. */
export function timeline(events: readonly ChronologyEvent[], wording: Wording, counted: readonly CountedAnswer[] = []) {
  return events.map((event) => {
    const { title, lines } = eventInWords(event, wording);
    return { at: event.at, title, lines: [...lines, ...added(event, wording), ...privateNote(event), ...keptMeanwhile(event, counted)] };
  });
}

/** Who was added to the people Chaser knows for a change. */
function added(event: ChronologyEvent, { nameOf }: Wording): readonly string[] {
  return 'adds' in event && event.adds !== undefined ? [`${nameOf(event.adds)} was new to Chaser, and was added.`] : [];
}

/** What was said to nobody by e-mail. Whoever sees this page looks after the deployment. */
function privateNote(event: ChronologyEvent): readonly string[] {
  return 'note' in event && event.note !== undefined ? [`Private note: ${event.note}`] : [];
}

/** When an answer was given that had to be kept for a while before it counted. */
function keptMeanwhile(event: ChronologyEvent, counted: readonly CountedAnswer[]): readonly string[] {
  if (event.type !== 'step-answered') return [];
  const { step, round, answer } = event;
  const own = counted.find((each) => each.step === step && each.round === round && each.answer === answer);
  const words = own === undefined ? null : givenAndCounted(own.givenAt, own.countedAt);
  return words === null ? [] : [words];
}

const WHAT: Readonly<Record<string, string>> = {
  request: 'Request',
  notice: 'Notice',
  reminder: 'Reminder',
  overdue: 'Overdue notice',
  call: 'Call to make',
  escalation: 'Escalation',
  'escalation-notice': 'Word of an escalation',
  news: 'Word of a change',
};

/** Every message, the newest first: as it was sent, or why it was not. */
export function messageViews(programme: Programme, messages: readonly MessageLine[]) {
  return messages.toReversed().map(({ kind, name, person, step, round, state, writtenAt, subject, text, reason }) => ({
    what: WHAT[kind] ?? kind,
    to: name ?? person,
    step: `${programme.steps[step]?.title ?? step}${round > 1 ? `, round ${round}` : ''}`,
    tag: messageTag(state),
    writtenAt,
    subject,
    // The stored text holds no links for answering (postgres/ledger/ledger.ts), so everybody who sees the page may read
    // it.
    text: text === null ? null : letterParts(text),
    // The mail server's words on accepting a message tell a reader nothing.
    reason: state === 'accepted' || state === 'delivered' ? null : reason,
  }));
}
