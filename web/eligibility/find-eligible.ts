import { nowMs } from '../../postgres/sandbox/clock.ts';
import { listEligibility, withDeployments } from '../../desk/list-eligible.ts';
import type { EligibilityList, JudgedLine } from '../../desk/list-eligible.ts';
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
import { isInList } from './eligibility-query.ts';
import type { EligibilityQuery } from './eligibility-query.ts';

/** What a query finds: the day that is asked of, the rule, and a verdict on every school and trust in scope. */
export type FoundEligible = { readonly on: PlainDate; readonly rule: Rule; readonly list: EligibilityList };

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
  const list = await listEligibility(db, query.programme, on, scopeCondition(user, 1, action));
  return list.ok ? ok({ on, rule: rule.value, list: list.value }) : list;
}

/** The lines that a query asks for, by name. */
export async function listedBy(db: Db, query: EligibilityQuery, { list }: FoundEligible): Promise<readonly JudgedLine[]> {
  const listed = list.lines(query.because === 'not' ? 'not-eligible' : 'eligible').filter((line) => isInList(query, line));
  if (query.running === '') return listed;
  return (await withDeployments(db, query.programme, listed)).filter(
    ({ deployment }) => (query.running === 'yes') === (deployment?.status === 'running'),
  );
}
