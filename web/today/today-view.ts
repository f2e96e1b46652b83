import { compareByHelp } from '../../domain/chasing/call-help.ts';
import type { CallHelp } from '../../domain/chasing/call-help.ts';
import { compareCalls, isForToday } from '../../domain/chasing/call-order.ts';
import { londonDate } from '../../domain/time/london.ts';
import { ageWords, callHelpWords } from '../../letters/forecast-words.ts';
import { begunNotSent, begunWords } from '../../letters/begun-words.ts';
import { STOP_WORDS } from '../../letters/kind-words.ts';
import { longDate, longDateWithWeekday } from '../../domain/time/plain-date.ts';
import { capitalised } from '../../domain/words.ts';
import type { Programme } from '../../domain/programme.ts';
import type { Away } from '../../postgres/views/incoming.ts';
import type { StandingHelp } from '../../postgres/views/forecasts.ts';
import type { DueStep } from '../../postgres/views/overview.ts';
import type { OverdueStop } from '../../postgres/views/clock-stops.ts';
import type { Call, Lateness, OpenCall, OpenEscalation, WaitingStep } from '../../postgres/views/worklist.ts';
import type { PrintLetter } from '../../postgres/desk/print-letters.ts';
import type { Problem } from '../../postgres/desk/problems.ts';
import type { ContactTask } from '../../postgres/desk/contact-tasks.ts';
import { may } from '../shared/roles.ts';
import type { User } from '../shared/roles.ts';
import { changeUrl } from '../changes/change-urls.ts';
import { callUrl, recordAnswerUrl } from '../shared/desk-urls.ts';
import { escalationTag, promiseWords } from '../escalation/tags.ts';
import { escalationUrl } from '../escalation/urls.ts';
import { CALL_OUTCOMES, CONTACT_PROBLEMS, DUE_TAGS } from '../shared/status-tags.ts';
import type { Tag } from '../shared/status-tags.ts';
import { urls } from '../shared/urls.ts';

/** A line of GOV.UK's task list. */
export type TaskItem = {
  readonly title: { readonly text: string };
  readonly href: string;
  readonly hint: { readonly text: string };
  readonly status: { readonly tag?: Tag; readonly text?: string };
};

/** What calls are ordered by: where they help most, or how late they are. */
export type CallOrder = 'help' | 'late';

/** The calls for today in their order, each with what it helps. The call `keep` is shown whatever its day. */
export function callsForToday<Of extends Pick<OpenCall, 'standing' | 'today'>, Help extends CallHelp>(
  calls: readonly Of[],
  keep: string | null,
  order: CallOrder,
  helpOf: (call: Of) => Help | null,
): readonly (Of & { readonly help: Help | null })[] {
  return calls
    .filter(({ standing, today }) => standing.key === keep || isForToday(standing, today))
    .map((call) => ({ ...call, help: helpOf(call) }))
    .toSorted(order === 'help' ? compareByHelp : (one, other) => compareCalls(one.standing, other.standing));
}

/** Why a call helps, and how old that is. */
export function helpView(help: StandingHelp | null) {
  if (help === null) return { reasons: ['It is not worked out yet how much a call would help.'], age: null };
  return { reasons: callHelpWords(help), age: ageWords(help) };
}

/** A call in the words of the page. `number` makes the ids of its inputs unique. */
export function callView(call: Call, user: User, number: number, away: readonly Away[] = []) {
  const { reference, step, programme, owners, standing, lastNote } = call;
  const absent = away.find((each) => each.reference === reference && owners.some(({ person }) => person === each.person));
  const declining = step.answers.find(({ ends }) => ends !== null && programme.ends[ends]?.outcome === 'declined');
  const record = recordAnswerUrl(reference, step.id);
  const begun = begunWords(call.begun, null);
  return {
    id: `call-${number}`,
    subject: call.subject,
    reference,
    href: urls.deployment(reference),
    messagesHref: `${urls.deployment(reference)}?show=messages#events`,
    step: step.title,
    late: `Due on ${longDateWithWeekday(call.dueOn)}. ${capitalised(lateWords(call))}.`,
    owners: owners.map(({ name, role, telephone, email, person }) => ({
      person,
      name,
      email,
      role: programme.roles[role]?.title ?? role,
      telephone,
      tel: telLink(telephone),
      correctHref: may(user, 'change-deployments') ? urls.contact(person, urls.today()) : null,
    })),
    roles: [step.owner, ...step.with].map((role) => programme.roles[role]?.title ?? role).join(' or '),
    sent:
      call.lastSentAt === null
        ? 'Nothing was sent.'
        : `Asked ${timesWords(standing.chasesUnanswered)} by e-mail, the last on ${longDate(londonDate(Date.parse(call.lastSentAt)))}.`,
    silentBefore: standing.silentBefore === 0 ? null : `A call was needed ${timesWords(standing.silentBefore)} before.`,
    lastNote: lastNote && {
      text: `${CALL_OUTCOMES[lastNote.outcome]}: ${lastNote.by} on ${longDate(londonDate(Date.parse(lastNote.at)))}.`,
      note: lastNote.note,
    },
    promised:
      call.promised === null ? null : `${call.promised.by} said that they would answer by ${longDateWithWeekday(call.promised.on)}.`,
    promiseHref: may(user, 'change-deployments')
      ? changeUrl(reference, 'promise', { step: `${step.id}/${call.round}/${owners[0]?.person ?? ''}` })
      : null,
    away: absent === undefined ? null : awayView(absent, owners.find(({ person }) => person === absent.person)?.name ?? absent.person),
    callAgainOn: standing.callAgainOn,
    otherCaller: call.caller === null || call.caller.person === user.person ? null : call.caller.name,
    begun: begunNotSent(call.begun),
    say:
      begun === null
        ? `“Hello, I am ${user.name}. I am calling about ${call.subject}. By ${longDateWithWeekday(call.dueOn)} we asked you to answer this: ${step.title}. What is your answer? If you cannot say yet, by which day can you?”`
        : `“Hello, I am ${user.name}. I am calling about ${call.subject}, and this: ${step.title}.” ${begun.say}`,
    answers: step.answers.map(({ label }) => label),
    action: callUrl({ reference, step: step.id, round: call.round, rung: call.rung }),
    answeredHref: record,
    declinedHref: declining === undefined ? null : `${record}?answer=${encodeURIComponent(declining.id)}`,
  };
}

/** What an automatic reply says of somebody who is to be called, and the day that is proposed for the call. */
function awayView({ returnsOn, incoming }: Away, name: string) {
  const [year = '', month = '', day = ''] = returnsOn.split('-');
  return {
    text: `${name} is away and back on ${longDateWithWeekday(returnsOn)}, as an automatic reply says. Call somebody else, or call again then.`,
    href: urls.reply(incoming),
    day: String(Number(day)),
    month: String(Number(month)),
    year,
  };
}

/** An open step as a line of a list. */
export function waitingItem(waiting: WaitingStep): TaskItem {
  const { step, subject, dueOn, daysLate, today, stopped } = waiting;
  return {
    title: { text: `${step.title}: ${subject}` },
    href: recordAnswerUrl(waiting.reference, step.id),
    hint: { text: `Due on ${longDateWithWeekday(dueOn)}. ${daysLate > 0 && !stopped ? `${capitalised(lateWords(waiting))}.` : ''}`.trim() },
    status: {
      tag: DUE_TAGS[stopped ? 'stopped' : today > dueOn ? 'late' : step.optional ? 'optional' : today === dueOn ? 'today' : 'ahead'],
    },
  };
}

/** A step that is due this week as a line of a list. */
export function dueThisWeekItem(due: DueStep, programme: Programme): TaskItem {
  const { reference, subject, step, round, owner, dueOn, today } = due;
  return {
    title: { text: `${programme.steps[step]?.title ?? step}${round > 1 ? `, round ${round}` : ''}: ${subject}` },
    href: urls.deployment(reference),
    hint: { text: `Due on ${longDateWithWeekday(dueOn)}. Waiting for: ${programme.roles[owner]?.title ?? owner}.` },
    status: { tag: DUE_TAGS[today === dueOn ? 'today' : 'ahead'] },
  };
}

/** An escalation as a line of a list. */
export function escalationItem(escalation: OpenEscalation, mayOwn = false): TaskItem {
  const { step, subject } = escalation;
  const promise = promiseWords(escalation);
  return {
    title: { text: `${step.title}: ${subject}` },
    href: mayOwn ? escalationUrl({ ...escalation, step: step.id }) : urls.deployment(escalation.reference),
    hint: {
      text: `${whereItIs(escalation)}${escalation.stopped ? '' : ` ${capitalised(lateWords(escalation))}.`}${promise === null ? '' : ` ${promise}`}`,
    },
    status: { tag: escalationTag(escalation, escalation.calendar, escalation.today) },
  };
}

/** “Escalated to Rosa Region on Monday 3 October 2022.” Once it has gone on, also since when whoever has it now has had it. */
export function whereItIs({ to, openedAt, since }: Pick<OpenEscalation, 'to' | 'openedAt' | 'since'>): string {
  const opened = londonDate(Date.parse(openedAt));
  const came = londonDate(Date.parse(since));
  const who = to ?? 'nobody, because nobody holds the role,';
  return opened === came
    ? `Escalated to ${who} on ${longDateWithWeekday(opened)}.`
    : `Escalated on ${longDateWithWeekday(opened)}, and with ${who} since ${longDateWithWeekday(came)}.`;
}

/** A pause past its expected end as a line of a list. */
export function overdueStopItem({ reference, subject, category, because, from, expectedEnd }: OverdueStop): TaskItem {
  return {
    title: { text: subject },
    href: urls.deployment(reference),
    hint: {
      text: `Paused since ${longDate(from)}: ${STOP_WORDS[category]}. ${because} The pause should have ended on ${longDateWithWeekday(expectedEnd)}.`,
    },
    status: { tag: DUE_TAGS.stopped },
  };
}

/** As much of a problem as a line of a list holds. The rest is on its page. */
const LONGEST_HINT = 200;

/** A problem that somebody told the coordinator as a line of a list. */
export function problemItem({ id, title, subject, reference, by, role, words, at }: Problem, mayDeal: boolean): TaskItem {
  const signs = Array.from(words.replaceAll(/\s+/gu, ' '));
  const shown = signs.length <= LONGEST_HINT ? signs.join('') : `${signs.slice(0, LONGEST_HINT).join('').trimEnd()}…`;
  return {
    title: { text: `${title}: ${subject}` },
    href: mayDeal ? urls.problem(id) : urls.deployment(reference),
    hint: { text: `${by.name}, ${role}, on ${longDate(londonDate(Date.parse(at)))}: “${shown}”` },
    status: { text: 'To deal with' },
  };
}

/** A letter to print and post as a line of a list. */
export function printItem({ id, title, subject, reference, name, writtenAt }: PrintLetter, mayPost: boolean): TaskItem {
  return {
    title: { text: `${title}: ${subject}` },
    href: mayPost ? urls.letterToPrint(id) : urls.deployment(reference),
    hint: { text: `To ${name}, written on ${longDate(londonDate(Date.parse(writtenAt)))}` },
    status: { text: 'To post' },
  };
}

/** A contact task as a line of a list. */
export function contactItem({ person, role, subject, reference, problem, detail, place }: ContactTask, mayChange: boolean): TaskItem {
  return {
    title: { text: `${person ?? 'Nobody'}, ${role}: ${subject}` },
    // Somebody who is not the one to ask, or a role that nobody holds, is mended by naming another.
    href:
      mayChange && (problem === 'not-the-right-person' || problem === 'nobody-holds-the-role')
        ? changeUrl(reference, 'change-person', { place: `${place.role}/${place.person}` })
        : mayChange && (problem === 'address-refused' || problem === 'letter-refused' || problem === 'no-text-number')
          ? urls.contact(place.person, urls.today())
          : `${urls.deployment(reference)}#people`,
    hint: { text: detail },
    status: { text: CONTACT_PROBLEMS[problem] },
  };
}

/** "3 school days late", "1 working day late"; "not late" on the due date and before. */
function lateWords({ daysLate, days }: Pick<Lateness, 'daysLate' | 'days'>): string {
  if (daysLate === 0) return 'not late';
  return `${daysLate} ${days} ${daysLate === 1 ? 'day' : 'days'} late`;
}

/** A telephone number that can be dialled as written, as a link. Null for anything else. */
export function telLink(telephone: string | null): string | null {
  const digits = (telephone ?? '').replaceAll(/[^\d+]/gu, '');
  return /^\+?\d{5,15}$/u.test(digits) ? `tel:${digits}` : null;
}

function timesWords(times: number): string {
  return times === 1 ? 'once' : times === 2 ? 'twice' : `${times} times`;
}
