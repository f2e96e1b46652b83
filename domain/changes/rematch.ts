import { holdersOf, latestRound, openSteps, stepOf } from '../chronology/chronology.ts';
import type { Chronology } from '../chronology/state.ts';
import { finish, openNext, overtake, startDraft } from '../chronology/draft.ts';
import type { Decision } from '../chronology/draft.ts';
import type { Instant } from '../chronology/events.ts';
import { londonDate } from '../time/london.ts';
import { longDate } from '../time/plain-date.ts';
import { changeRulesOf } from '../programme.ts';
import type { PersonId, Programme } from '../programme.ts';
import { notRunning } from '../chronology/refusal.ts';
import { refused } from '../result.ts';
import { concerned, lacksReason, mainStep, recordChange } from './common.ts';
import type { Said } from './common.ts';

export type Rematch = Said & {
  readonly kind: 'rematch';
  /** The new holder, when somebody is ready to be asked; null when one is still to be found. */
  readonly to: PersonId | null;
};

/**
 * Finds another system leader, at any time before completion. What is open closes as overtaken, the former one is
 * thanked, and the next round begins where the programme says.
 */
export function decideRematch(chronology: Chronology, command: Rematch, now: Instant): Decision {
  if (chronology.status.kind !== 'running') return refused(notRunning(chronology));
  const { programme } = chronology;
  const rule = changeRulesOf(programme).rematch;
  if (rule === null) {
    return refused({
      kind: 'not-in-programme',
      message: `${programme.title} has nobody to replace like this.`,
      remedy: 'Change the person who holds a role instead.',
    });
  }
  const missing = lacksReason(command);
  if (missing) return refused(missing);
  const title = programme.roles[rule.role]?.title ?? rule.role;
  const until = latestRound(chronology, rule.until);
  if (until?.state.kind === 'answered') {
    return refused({
      kind: 'too-late',
      message: `"${stepOf(programme, rule.until).title}" was answered on ${longDate(londonDate(Date.parse(until.state.at)))}; another can be found only before that.`,
      remedy: 'If that answer was wrong, take it back first.',
    });
  }
  const from = chronology.parties[rule.role] ?? [];
  if (from.length === 0) {
    return refused({
      kind: 'role-not-held',
      message: `Nobody is named as ${title} yet, so there is nobody to replace.`,
      remedy: `Answer "${stepOf(programme, rule.opens).title}" with the name of one.`,
    });
  }
  if (command.to !== null && from.includes(command.to)) {
    return refused({ kind: 'same-person', message: `That is the ${title} already.`, remedy: 'Name somebody else, or nobody.' });
  }

  const draft = startDraft(chronology);
  const overtaken = openSteps(chronology);
  const tells = concerned(chronology, overtaken, now, [rule.role]);
  const old = holdersOf(chronology, [rule.role]).filter(({ person }) => !tells.some((told) => told.person === person));
  const stopped = recordChange(draft, now, command, { about: mainStep(chronology), tells: [...tells, ...old] }, (change) => ({
    ...change,
    type: 'rematched',
    role: rule.role,
    from,
    to: command.to,
  }));
  if (stopped) return stopped;
  for (const record of overtaken) overtake(draft, record, rematchWords(programme, now), now);
  const opens = command.to === null ? rule.opens : (rule.whenNamed ?? rule.opens);
  return openNext(draft, opens, now) ?? finish(draft, now);
}

/** Why a step that was open at a rematch closed; empty when there was no rematch. */
export function rematchWords(programme: Programme, at: Instant): string {
  const role = changeRulesOf(programme).rematch?.role;
  if (role === undefined) return '';
  return `Another ${programme.roles[role]?.title ?? role} is matched since ${longDate(londonDate(Date.parse(at)))}.`;
}
