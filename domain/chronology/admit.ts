import { lacksReason } from '../changes/common.ts';
import { tooFarAhead } from '../changes/escalation.ts';
import { dateProblems } from '../forms/date-limits.ts';
import { londonDate } from '../time/london.ts';
import { refused } from '../result.ts';
import { decide } from './decide.ts';
import type { AnswerCommand, Command, Decision } from './decide.ts';
import type { Instant } from './events.ts';
import type { Refusal } from './refusal.ts';
import type { Chronology } from './state.ts';
import { showsNothing } from '../unseen-characters.ts';

/**
 * What follows from a command that somebody gives now, or why it is refused. It refuses whatever `decide` refuses,
 * and also what earlier releases allowed and this one does not.
 *
 * Call it before a command is accepted: in the validator of an update, and for a preview. A validator runs before the
 * update enters the history and never on replay, so a rule that only refuses may be added here at any time. Never call
 * it in the handler. The handler replays old histories in which such commands were accepted, and there `decide` must
 * answer as it did. docs/decisions/0023 says where each kind of new rule belongs.
 */
export function admit(chronology: Chronology, command: Command, now: Instant): Decision {
  const decision = decide(chronology, command, now);
  const unwise = refusedByNow(chronology, command, decision, now);
  return unwise === null ? decision : refused(unwise);
}

function refusedByNow(chronology: Chronology, command: Command, decision: Decision, now: Instant): Refusal | null {
  // A day beyond the calendar is always too far ahead.
  const dateCounts = decision.ok || decision.reason.kind === 'beyond-horizon';
  if (command.kind === 'acknowledge' && dateCounts && tooFarAhead(command, now)) return tooFarAhead(command, now);
  if (command.kind === 'answer' && decision.ok) return unlikelyDate(chronology, command, now);
  // Zero-width spaces and their kind are no reason: nobody could read it.
  if (decision.ok && 'because' in command && showsNothing(command.because)) return lacksReason({ because: '' });
  return null;
}

/** The first date of an answer that lies before the deployment began, or further ahead than its programme lets it. */
function unlikelyDate(chronology: Chronology, { step, answer, fields }: AnswerCommand, now: Instant): Refusal | null {
  const known = chronology.programme.steps[step]?.answers.find(({ id }) => id === answer);
  const today = londonDate(Date.parse(now));
  const beganOn = chronology.steps[0]?.openedOn ?? today;
  const [problem] = known === undefined ? [] : dateProblems(known, fields, { beganOn, today });
  return problem === undefined ? null : { kind: 'bad-field', message: `${problem.message}.`, remedy: problem.remedy };
}
