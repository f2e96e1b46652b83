import type { Chronology } from '../chronology/state.ts';
import type { Decision } from '../chronology/draft.ts';
import type { Instant } from '../chronology/events.ts';
import { decideAskAnew } from './ask-anew.ts';
import type { AskAnew } from './ask-anew.ts';
import { decideAdoptCalendar } from './calendar.ts';
import type { AdoptCalendar } from './calendar.ts';
import { decideChaseNow, decideSetPace, decideSkipRung } from './chase.ts';
import type { ChaseNow, SetPace, SkipRung } from './chase.ts';
import { onCalendar } from './common.ts';
import { decideCorrectFact, decideTakeBack } from './correct.ts';
import type { CorrectFact, TakeBackAnswer } from './correct.ts';
import { decideReopen, decideWithdraw } from './ends.ts';
import type { Reopen, Withdraw } from './ends.ts';
import { decideAcknowledge, decideHandOver, decideSendBack } from './escalation.ts';
import type { Acknowledge, HandOver, SendBack } from './escalation.ts';
import { decideExtend } from './extension.ts';
import type { Extend } from './extension.ts';
import { decideMergePerson } from './merge.ts';
import type { MergePerson } from './merge.ts';
import { decideChangePerson, decideEndDeputy, decideNameDeputy } from './people.ts';
import type { ChangePerson, EndDeputy, NameDeputy } from './people.ts';
import { decidePromise } from './promise.ts';
import type { MakePromise } from './promise.ts';
import { decideRaise } from './raise.ts';
import type { Raise } from './raise.ts';
import { decideRematch } from './rematch.ts';
import type { Rematch } from './rematch.ts';
import { decideAskForTime, decideGrantTime, decideRefuseTime } from './time-asked.ts';
import type { AskForTime, GrantTime, RefuseTime } from './time-asked.ts';
import { decideProlong, decideResume, decideStop } from './stop-clock.ts';
import type { ProlongStop, ResumeClock, StopClock } from './stop-clock.ts';

/** Every change of plan in a running deployment. A file of its own, beside this one, decides each kind. */
export type ChangeCommand =
  | StopClock
  | ProlongStop
  | ResumeClock
  | Extend
  | Rematch
  | ChangePerson
  | NameDeputy
  | EndDeputy
  | Withdraw
  | Reopen
  | CorrectFact
  | TakeBackAnswer
  | Acknowledge
  | HandOver
  | SendBack
  | ChaseNow
  | SkipRung
  | SetPace
  | AdoptCalendar
  | AskAnew
  | MergePerson
  | Raise
  | MakePromise
  | AskForTime
  | GrantTime
  | RefuseTime;

export function decideChange(chronology: Chronology, command: ChangeCommand, now: Instant): Decision {
  switch (command.kind) {
    case 'stop-clock':
      return decideStop(chronology, command, now);
    case 'prolong-stop':
      return decideProlong(chronology, command, now);
    case 'resume-clock':
      return decideResume(chronology, command, now);
    case 'extend':
      return decideExtend(chronology, command, now);
    case 'rematch':
      return decideRematch(chronology, command, now);
    case 'change-person':
      return decideChangePerson(chronology, command, now);
    case 'name-deputy':
      return decideNameDeputy(chronology, command, now);
    case 'end-deputy':
      return decideEndDeputy(chronology, command, now);
    case 'withdraw':
      return decideWithdraw(chronology, command, now);
    case 'reopen':
      return decideReopen(chronology, command, now);
    case 'correct-fact':
      return decideCorrectFact(chronology, command, now);
    case 'take-back-answer':
      return decideTakeBack(chronology, command, now);
    case 'acknowledge':
      return decideAcknowledge(chronology, command, now);
    case 'hand-over':
      return decideHandOver(chronology, command, now);
    case 'send-back':
      return decideSendBack(chronology, command, now);
    case 'chase-now':
      return decideChaseNow(chronology, command, now);
    case 'skip-rung':
      return decideSkipRung(chronology, command, now);
    case 'set-pace':
      return decideSetPace(chronology, command, now);
    case 'adopt-calendar':
      return decideAdoptCalendar(chronology, command, now);
    case 'ask-anew':
      return decideAskAnew(chronology, command, now);
    case 'merge-person':
      return decideMergePerson(chronology, command, now);
    case 'raise':
      return decideRaise(chronology, command, now);
    case 'promise':
      return decidePromise(chronology, command, now);
    case 'ask-for-time':
      return decideAskForTime(chronology, command, now);
    case 'grant-time':
      return decideGrantTime(chronology, command, now);
    case 'refuse-time':
      return decideRefuseTime(chronology, command, now);
    default:
      return command satisfies never;
  }
}

/**
 * The chronology on which the events of a decided change are folded. It is the same one, except after a change of
 * calendar: the calendar is too large to store in its event.
 */
export function readyFor(chronology: Chronology, command: { readonly kind: string } | AdoptCalendar): Chronology {
  return command.kind === 'adopt-calendar' && 'calendar' in command ? onCalendar(chronology, command.calendar) : chronology;
}
