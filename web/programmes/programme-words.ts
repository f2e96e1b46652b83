import { callerOf, factCountedFrom, fillPlaceholders, ownersOf, ROUND_BEFORE } from '../../domain/programme.ts';
import type { Field, FieldKind, Programme, Rung, Step } from '../../domain/programme.ts';
import { describeTimeAllowed } from '../../domain/time/time-allowed.ts';
import { wordsOf } from '../../domain/chronology/opening.ts';
import { capitalised } from '../../domain/words.ts';
import { titleOf } from '../../letters/teller.ts';

/** "System leader, together with the school or trust" */
export function ownersInWords(programme: Programme, step: Step): string {
  const [owner = '', ...joint] = ownersOf(step).map((role) => titleOf(programme, role));
  return capitalised([owner, ...joint.map((title) => `together with the ${title}`)].join(', '));
}

/** "5 school days"; "The end of the following term, counted from the day that is recorded as matched on" */
export function timeInWords(step: Step): string {
  const fact = factCountedFrom(step);
  const recorded = fact === null ? '' : `, counted from the day recorded as “${wordsOf(fact)}”`;
  const from = step.countsFrom === ROUND_BEFORE ? ', each round counted from the due date of the one before' : recorded;
  return capitalised(`${describeTimeAllowed(step.allowed)}${from}`);
}

/** How a step differs from one that an answer opens and somebody must answer; null when it does not. */
export function mannerOf(programme: Programme, { optional, automatic, raised }: Step): string | null {
  if (raised !== undefined) {
    const after = raised.after === null ? null : (programme.steps[raised.after]?.title ?? raised.after);
    return `May be raised at any time${after === null ? '' : ` once “${after}” has been answered`}`;
  }
  if (optional) return 'Optional';
  return automatic === null ? null : 'Done by Chaser itself';
}

/** A text of the programme with the names of its gaps: "[RDP coordinator] contacts a system leader". */
export function textInWords(programme: Programme, text: string): string {
  return fillPlaceholders(text, (placeholder) => {
    if (placeholder.kind === 'subject') return '[name of the school or trust]';
    const title = titleOf(programme, placeholder.role);
    return placeholder.kind === 'name' ? `[${title}]` : `[${title}, with e-mail and telephone]`;
  });
}

/** One chase in words: "A reminder 3 working days before the due date". */
export function rungInWords(programme: Programme, step: Step, rung: Rung): string {
  return `${whatOf(programme, step, rung)} ${whenOf(rung)}`;
}

function whatOf(programme: Programme, step: Step, rung: Rung): string {
  const owner = programme.roles[step.owner];
  switch (rung.kind) {
    case 'request':
      return 'A request';
    case 'reminder':
      return 'A reminder';
    case 'overdue':
      return 'An overdue notice';
    case 'notice':
      return rung.to === null ? 'A notice' : `A notice to the ${titleOf(programme, rung.to)}`;
    case 'call': {
      const caller = callerOf(programme, step);
      return caller === null ? 'A call task' : `A call task: the ${titleOf(programme, caller)} is asked to telephone,`;
    }
    case 'escalation': {
      const told = (owner?.escalationTells ?? []).map((role) => `the ${titleOf(programme, role)}`).join(' and ');
      const to = owner?.escalatesTo ? ` to the ${titleOf(programme, owner.escalatesTo)}` : '';
      return `An escalation${to}${told === '' ? '' : `, of which ${told} is told,`}`;
    }
    default:
      return rung.kind satisfies never;
  }
}

function whenOf({ at, days }: Rung): string {
  if (at === 'opening') return 'when the step opens';
  if (at.daysFromDue === 0) return 'on the due date';
  const count = Math.abs(at.daysFromDue);
  return `${count} ${days} ${count === 1 ? 'day' : 'days'} ${at.daysFromDue < 0 ? 'before' : 'after'} the due date`;
}

/** A question of a form and what may be answered: "Tier (one of: Tier 2, Tier 3)", "Date of the visit (a date; may be left empty)". */
export function fieldInWords({ label, kind, options = [], required }: Field): string {
  const choices = options.map((option) => option.label).join(', ');
  const what = kind === 'choice' ? `one of: ${choices}` : kind === 'choices' ? `any of: ${choices}` : KINDS[kind];
  return `${label} (${what}${required ? '' : '; may be left empty'})`;
}

const KINDS: Readonly<Record<Exclude<FieldKind, 'choice' | 'choices'>, string>> = {
  text: 'a line of text',
  'long-text': 'text',
  date: 'a date',
  money: 'an amount in pounds',
  number: 'a number',
  'yes-no': 'yes or no',
  files: 'names of files',
  declaration: 'a declaration to be signed',
  group: 'entries, as many as there are',
  person: 'the name of a person',
};
