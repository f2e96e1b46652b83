import { findStep, holdersOf, latestRound, stepOf, stopOf } from '../chronology/chronology.ts';
import type { Chronology } from '../chronology/state.ts';
import { countDays, isOpen, onOrAfter } from '../time/days.ts';
import { finish, openNext, startDraft } from '../chronology/draft.ts';
import type { Decision, Draft } from '../chronology/draft.ts';
import type { ChronologyEvent, ExtensionAsked, Instant, Recipient, StepRef } from '../chronology/events.ts';
import { londonDate } from '../time/london.ts';
import { dueOf } from '../chronology/opening.ts';
import { longDate, longDateWithWeekday } from '../time/plain-date.ts';
import type { PlainDate } from '../time/plain-date.ts';
import { changeRulesOf, daysOf, ownersOf } from '../programme.ts';
import type { PersonId } from '../programme.ts';
import { notOpen, notRunning, unknownStep } from '../chronology/refusal.ts';
import { refused } from '../result.ts';
import { concerned, givenDate, lacksReason, noteIn, recordChange } from './common.ts';
import type { Said } from './common.ts';

export type Extend = Said &
  StepRef & {
    readonly kind: 'extend';
    readonly dueOn: string;
    /** Who at the Department agreed to it, when it was one of the people Chaser knows. */
    readonly agreedWith: PersonId | null;
  };

/**
 * Sets a later due date, agreed with the Department. The original is kept for the reports. An extension beyond the
 * programme's limit becomes a step for the regional team to decide, unless one of them asks for it.
 */
export function decideExtend(chronology: Chronology, command: Extend, now: Instant): Decision {
  return extend(chronology, command, now, false);
}

/** Records a later due date that was agreed before, however long it is: nobody is asked to decide on it. */
export function recordAgreedExtension(chronology: Chronology, command: Extend, now: Instant): Decision {
  return extend(chronology, command, now, true);
}

function extend(chronology: Chronology, command: Extend, now: Instant, agreed: boolean): Decision {
  if (chronology.status.kind !== 'running') return refused(notRunning(chronology));
  const record = findStep(chronology, command);
  if (record === undefined) return refused(unknownStep(chronology, command));
  if (record.state.kind !== 'open') return refused(notOpen(chronology, record));
  const missing = lacksReason(command);
  if (missing) return refused(missing);
  const given = givenDate(command.dueOn, 'The new date');
  if (!given.ok) return given;
  const dueOn = given.value;
  const stop = stopOf(chronology, record);
  if (stop) {
    return refused({
      kind: 'clock-stopped',
      message: `This has been paused since ${longDate(stop.from)}. The due date is not known until the pause ends.`,
      remedy: 'End the pause first. Its days are then added to the due date.',
    });
  }
  const original = dueOf(chronology, { ...record, extension: null });
  if (!original.ok) return original;
  const today = londonDate(Date.parse(now));
  // Giving the date without it undoes an extension, even when that date has passed since.
  const undoes = record.extension !== null && dueOn === original.value.dueOn;
  if (dueOn < original.value.dueOn || (dueOn < today && !undoes && !agreed)) {
    const past = dueOn >= original.value.dueOn;
    return refused({
      kind: 'too-early',
      message: past
        ? `${longDate(dueOn)} is in the past.`
        : `${longDate(dueOn)} is earlier than ${longDate(original.value.dueOn)}, the date without an extension.`,
      remedy: `Give a date from ${original.value.dueOn > today ? original.value.dueOn : today} on.`,
    });
  }
  if (dueOn === record.dueOn) {
    return refused({ kind: 'nothing-changes', message: `It is due on ${longDate(dueOn)} already.`, remedy: 'Nothing was changed.' });
  }
  const { programme, calendar } = chronology;
  const kind = daysOf(programme, stepOf(programme, record.step));
  const open = isOpen(calendar, kind, dueOn);
  if (!open.ok) return open;
  if (!open.value) {
    const next = onOrAfter(calendar, kind, dueOn);
    return refused({
      kind: 'bad-date',
      message: `${longDateWithWeekday(dueOn)} is not a ${kind} day.`,
      remedy: next.ok ? `The next one is ${longDateWithWeekday(next.value)} (${next.value}).` : 'Give another date.',
    });
  }
  const asked: ExtensionAsked = {
    step: record.step,
    round: record.round,
    dueOn,
    agreedWith: command.agreedWith,
    by: command.by,
    because: command.because.trim(),
  };
  const limit = limitPassed(chronology, original.value.dueOn, dueOn);
  if (!limit.ok) return limit;
  const approver = limit.value === null ? null : stepOf(programme, limit.value);
  const approves = approver !== null && holdersOf(chronology, ownersOf(approver)).some(({ person }) => person === command.by);
  const draft = startDraft(chronology);
  if (approver !== null && !approves && !agreed) return askForApproval(draft, asked, approver.id, command, now);
  return agree(draft, asked, command, now) ?? finish(draft, now);
}

type StepAnswered = Extract<ChronologyEvent, { type: 'step-answered' }>;

/** What follows from the answer of the step that decides on an extension. */
export function applyExtensionAnswer(draft: Draft, answered: StepAnswered, how: 'agrees' | 'refuses'): Decision | null {
  const asked = findStep(draft.state(), answered)?.decides ?? null;
  const target = asked === null ? undefined : findStep(draft.state(), asked);
  if (asked === null || target?.state.kind !== 'open') return null;
  const by = answered.onBehalfOf ?? answered.by;
  if (how === 'agrees') return agree(draft, { ...asked, agreedWith: by, by }, {}, answered.at);
  const tells = withAsker(concerned(draft.state(), [asked], answered.at), asked, draft.state());
  const because = Object.values(answered.fields).find((value) => value.trim() !== '') ?? 'The extension was not agreed.';
  return recordChange(draft, answered.at, { by, because }, { about: asked, tells }, (change) => ({
    ...change,
    type: 'extension-refused',
    step: asked.step,
    round: asked.round,
    dueOn: asked.dueOn,
  }));
}

/** What is kept of who said it besides the extension itself. */
type Beside = Pick<Said, 'note'>;

function agree(draft: Draft, asked: ExtensionAsked, beside: Beside, at: Instant): Decision | null {
  const { step, round, dueOn, agreedWith } = asked;
  const plan = { about: asked, tells: concerned(draft.state(), [asked], at) };
  const said = { ...asked, ...noteIn(beside) };
  return recordChange(draft, at, said, plan, (change) => ({ ...change, type: 'extension-agreed', step, round, dueOn, agreedWith }));
}

function askForApproval(draft: Draft, asked: ExtensionAsked, approval: string, beside: Beside, at: Instant): Decision {
  const before = latestRound(draft.state(), approval);
  if (before?.state.kind === 'open') {
    return refused({
      kind: 'asked-already',
      message: 'A request for more time is waiting for a decision already.',
      remedy: 'Wait for the decision, or ask for it to be answered first.',
    });
  }
  const plan = { about: asked, tells: [] };
  const stopped = recordChange(draft, at, { ...asked, ...noteIn(beside) }, plan, (change) => ({
    ...change,
    type: 'extension-asked',
    asked,
    approval: { step: approval, round: (before?.round ?? 0) + 1 },
  }));
  return stopped ?? openNext(draft, approval, at, { decides: asked }) ?? finish(draft, at);
}

/**
 * The step whose owner must agree, when a date lies further from the original than the programme allows without asking.
 */
function limitPassed(chronology: Chronology, original: PlainDate, dueOn: PlainDate) {
  const { extension } = changeRulesOf(chronology.programme);
  const days = countDays(chronology.calendar, 'working', original, dueOn);
  if (!days.ok) return days;
  return { ok: true as const, value: extension !== null && days.value > extension.upTo ? extension.approval : null };
}

function withAsker(tells: readonly Recipient[], { by }: ExtensionAsked, { parties }: Chronology): readonly Recipient[] {
  if (tells.some(({ person }) => person === by)) return tells;
  const role = Object.entries(parties).find(([, people]) => people.includes(by))?.[0];
  return role === undefined ? tells : [...tells, { role, person: by }];
}
