import type { Calendar } from '../../domain/time/calendar.ts';
import { findStep, stopOf } from '../../domain/chronology/chronology.ts';
import { countDays } from '../../domain/time/days.ts';
import { londonDate } from '../../domain/time/london.ts';
import { longDate, longDateWithWeekday } from '../../domain/time/plain-date.ts';
import { ownersOf } from '../../domain/programme.ts';
import type { Programme } from '../../domain/programme.ts';
import { capitalised } from '../../domain/words.ts';
import type { StepRef } from '../../domain/chronology/events.ts';
import { begunNotSent } from '../../letters/begun-words.ts';
import type { BegunBy } from '../../postgres/desk/answer-drafts.ts';
import type { Problem } from '../../postgres/desk/problems.ts';
import type { CallNoteLine } from '../../postgres/desk/call-notes.ts';
import type { DeploymentHead, OpenTask, RoleHolder } from '../../postgres/views/deployment-page.ts';
import type { DeploymentLine, StepLine } from '../../postgres/views/deployments.ts';
import { possibleChanges } from '../changes/change-forms.ts';
import { changeUrl, personWorkUrl } from '../changes/change-urls.ts';
import { refText } from '../changes/change-form.ts';
import type { Standing } from '../changes/change-form.ts';
import { callUrl, recordAnswerUrl } from '../shared/desk-urls.ts';
import { urls } from '../shared/urls.ts';
import { latenessOf } from '../../domain/chronology/lateness.ts';
import { callNoteWords } from './story.ts';
import { deputyWords, movedWords } from './standing-view.ts';
import { CONTACT_PROBLEMS, DUE_TAGS, STAGE_TAGS } from '../shared/status-tags.ts';
import type { StageState } from '../shared/status-tags.ts';
import { telLink } from '../today/today-view.ts';

/** Who is waited for and for how long: “Waiting for: Harry Head (school or trust) since …”. For an ended deployment, how it ended. */
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
  if (court === null) return 'Waiting for nobody: only optional steps are open.';
  const role = programme.roles[court.role]?.title ?? court.role;
  const who = court.people.length === 0 ? `the ${role}, a role that nobody holds yet` : `${court.people.join(' and ')} (${role})`;
  const since = londonDate(Date.parse(court.since));
  if (stopOf(chronology, court)) return `Waiting for: ${who} since ${longDateWithWeekday(since)}. Paused.`;
  const days = countDays(calendar, 'working', since, londonDate(Date.parse(head.itsNow)));
  const howLong = !days.ok ? '' : days.value === 0 ? ', today' : `, ${days.value} working ${days.value === 1 ? 'day' : 'days'}`;
  return `Waiting for: ${who} since ${longDateWithWeekday(since)}${howLong}.`;
}

/** The stages of a programme in order, each with how far it has come, and where it stands in one line: “Stage 7 of 12: Matching”. */
export function stageLine(programme: Programme, steps: readonly StepLine[], status: DeploymentHead['status']) {
  const stages = programme.stages.map(({ id, number, title }) => {
    const own = steps.filter(({ stage }) => stage === id);
    const open = own.some(({ state }) => state === 'open');
    const state: StageState = open ? 'now' : own.length > 0 ? 'done' : status === 'running' ? 'to-come' : 'not-reached';
    return { number, title, tag: STAGE_TAGS[state], current: state === 'now' };
  });
  const now = stages.filter(({ current }) => current);
  const reached = stages.findLast(({ tag }) => tag === STAGE_TAGS.done);
  const of = `of ${stages.length}`;
  if (now.length === 1 && now[0]) return { stages, summary: `Stage ${now[0].number} ${of}: ${now[0].title}` };
  if (now.length > 1) return { stages, summary: `Stages ${listed(now.map(({ number }) => String(number)))} ${of}` };
  return { stages, summary: reached === undefined ? `None ${of} stages was reached` : `Stage ${reached.number} ${of} was the last` };
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** The open steps, the earliest due date first, with why each date is what it is. */
export function openStepViews(
  head: DeploymentHead,
  programme: Programme,
  calendars: ReadonlyMap<string, Calendar>,
  steps: readonly StepLine[],
  holders: readonly RoleHolder[],
  standing: Standing,
  mayChange: boolean,
  begun: readonly (StepRef & { readonly begun: readonly BegunBy[] })[],
) {
  const { chronology } = standing;
  const actions = mayChange ? stepActions(standing) : [];
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
        people: [open.owner, ...open.jointOwners].flatMap((role) =>
          holders
            .filter((holder) => holder.role === role)
            .map(({ person, name, telephone }) => ({ name: name ?? person, telephone, tel: telLink(telephone) })),
        ),
        actions: actions
          .filter(({ ref }) => ref === refText(open))
          .map(({ kind, field, ref }) => ({ text: STEP_ACTIONS[kind], href: changeUrl(head.reference, kind, { [field]: ref }) })),
        dueOn,
        moved: movedWords(dueOn, originalDueOn, (findStep(chronology, open)?.extension ?? null) !== null),
        late: optional || stopped ? null : late,
        begun: begunNotSent(begun.find((each) => each.step === step && each.round === round)?.begun ?? []),
        tag: DUE_TAGS[stopped ? 'stopped' : optional ? 'optional' : today > dueOn ? 'late' : today === dueOn ? 'today' : 'ahead'],
        why: explanation.map(({ text }) => text),
        // Explanations of newer dates include it.
        assumption: explanation.some(({ text }) => text === known?.assumption) ? null : (known?.assumption ?? null),
        answerHref: recordAnswerUrl(head.reference, step),
      };
    });
}

/** The changes of plan that concern one step, as links beside it. */
const STEP_ACTIONS = { extend: 'More time', 'chase-now': 'Send a reminder now', 'stop-clock': 'Pause' } as const;

/** Which of them are possible now, for which step: the value that its form offers for it. */
function stepActions(standing: Standing) {
  return possibleChanges(standing).flatMap((form) => {
    const { kind } = form;
    if (!isStepAction(kind)) return [];
    const choices = (form.fieldsOf(standing) ?? []).filter(
      (field) => field.kind === 'choice' && (field.id === 'step' || field.id === 'scope'),
    );
    return choices.flatMap((field) =>
      'options' in field ? field.options.map(({ value }) => ({ kind, field: field.id, ref: value })) : [],
    );
  });
}

function isStepAction(kind: string): kind is keyof typeof STEP_ACTIONS {
  return Object.hasOwn(STEP_ACTIONS, kind);
}

/**
 * What is open besides the steps: calls with their notes, and contact details to fix. `mayCall` says whether somebody may record the call
 * of a person, and so sees its card.
 */
export function taskViews(
  { chronology }: Pick<Standing, 'chronology'>,
  programme: Programme,
  tasks: readonly OpenTask[],
  notes: readonly CallNoteLine[],
  mayCall: (person: string | null) => boolean,
) {
  const title = (step: string) => programme.steps[step]?.title ?? step;
  return tasks.map((task) => {
    const on = longDate(londonDate(Date.parse(task.openedAt)));
    switch (task.kind) {
      case 'call':
        return {
          title: `Call to make: ${title(task.step)}`,
          text: `${task.person ?? 'Nobody is named'} ${task.person === null ? 'to telephone' : 'was asked to telephone'}. Open since ${on}.${stopOf(chronology, task) ? ' Nobody is called during a pause.' : ''}`,
          notes: notes.filter((note) => note.step === task.step && note.round === task.round && note.rung === task.rung).map(noteWords),
          link:
            mayCall(task.personId) && stopOf(chronology, task) === undefined
              ? {
                  text: 'Make this call',
                  href: callUrl({ reference: chronology.reference, step: task.step, round: task.round, rung: task.rung }),
                }
              : null,
        };
      case 'contact':
        return {
          title: `Contact details to fix: ${task.person ?? 'nobody'}, ${programme.roles[task.role]?.title ?? task.role}`,
          text: `${CONTACT_PROBLEMS[task.problem]}. ${task.detail}`,
          notes: [],
          link: null,
        };
      default:
        return task satisfies never;
    }
  });
}

/** The problems that nobody has dealt with yet, the oldest first, each with its page where the reader may deal with it. */
export function problemTasks(problems: readonly Problem[], mayDeal: boolean) {
  return problems
    .filter(({ ended }) => ended === null)
    .toReversed()
    .map(({ id, title, by, at, words }) => ({
      title: `Problem to deal with: ${title}`,
      text: `${by.name} wrote on ${longDate(londonDate(Date.parse(at)))}: “${words}”`,
      notes: [],
      link: mayDeal ? { text: 'Deal with this problem', href: urls.problem(id) } : null,
    }));
}

function noteWords(note: CallNoteLine): string {
  const on = longDate(londonDate(Date.parse(note.at)));
  return `${callNoteWords(note).slice(0, -1)}, ${on}.${note.note === null ? '' : ` “${note.note}”`}`;
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
