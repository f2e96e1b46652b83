import { nowMs } from '../../postgres/sandbox/clock.ts';
import { listEligibility } from '../../desk/list-eligible.ts';
import type { EligibilityLine } from '../../desk/list-eligible.ts';
import { dayWithin, ruleOf } from '../../domain/eligibility/eligible.ts';
import type { Rule } from '../../domain/eligibility/verdict.ts';
import { ok, refused } from '../../domain/result.ts';
import type { Reason, Result } from '../../domain/result.ts';
import { londonDate } from '../../domain/time/london.ts';
import { longDate, parsePlainDate } from '../../domain/time/plain-date.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import type { Db } from '../../postgres/database.ts';
import type { Action, User } from '../shared/roles.ts';
import { scopeCondition } from '../shared/scope.ts';
import type { EligibilityQuery } from './eligibility-query.ts';

/** What a query finds: the day that is asked of, the rule, and a verdict on every school and trust in scope. */
export type FoundEligible = { readonly on: PlainDate; readonly rule: Rule; readonly lines: readonly EligibilityLine[] };

/** Finds the verdicts on everything in the places where somebody may do something. Refused when no rule is known, or the day is none. */
export async function findEligible(db: Db, user: User, query: EligibilityQuery, action: Action): Promise<Result<FoundEligible, Reason>> {
  const rule = ruleOf(query.programme);
  if (!rule.ok) return rule;
  const on = query.on === '' ? dayWithin(rule.value, londonDate(nowMs())) : parsePlainDate(query.on);
  if (on === undefined) {
    return refused({
      kind: 'no-date',
      message: 'What you entered is not a date.',
      remedy: `Enter a day from ${longDate(rule.value.from)} to ${longDate(rule.value.to)}.`,
    });
  }
  const lines = await listEligibility(db, query.programme, on, scopeCondition(user, 1, action));
  return lines.ok ? ok({ on, rule: rule.value, lines: lines.value }) : lines;
}
