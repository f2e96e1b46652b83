import { ok, refused } from '../result.ts';
import type { Reason, Result } from '../result.ts';
import { longDate } from '../time/plain-date.ts';
import type { PlainDate } from '../time/plain-date.ts';
import { OFFER_2019 } from './offer-2019.ts';
import { OFFER_2021 } from './offer-2021.ts';
import { OFFER_2022 } from './offer-2022.ts';
import { asOf } from './schools.ts';
import type { Known } from './schools.ts';
import type { Rule, Verdict } from './verdict.ts';

const RULES: Readonly<Record<string, Rule>> = { 'si-2019-20': OFFER_2019, 'tsi-2021-22': OFFER_2021, 'tsi-2022-23': OFFER_2022 };

export type EligibilityRefusal = Reason & { readonly kind: 'no-rule' | 'outside-the-offer' };

/** The programmes of which a rule of eligibility is known. */
export function programmesWithRule(): readonly string[] {
  return Object.keys(RULES);
}

/** The rule by which schools and trusts are eligible for a programme. Refused when none is known. */
export function ruleOf(programme: string): Result<Rule, EligibilityRefusal> {
  const rule = Object.hasOwn(RULES, programme) ? RULES[programme] : undefined;
  if (rule !== undefined) return ok(rule);
  return refused({
    kind: 'no-rule',
    message: `No rule of eligibility is known for ${programme}.`,
    remedy: `Choose one of: ${programmesWithRule().join(', ')}. Deployments of ${programme} are started one by one.`,
  });
}

/** The rule of a programme, for a day. Refused when none is known, and when the day is outside the academic year of its offer. */
export function ruleOn(programme: string, on: PlainDate): Result<Rule, EligibilityRefusal> {
  const found = ruleOf(programme);
  if (!found.ok) return found;
  const { from, to } = found.value;
  if (on >= from && on <= to) return found;
  return refused({
    kind: 'outside-the-offer',
    message: `${longDate(on)} is outside the offer, which ran from ${longDate(from)} to ${longDate(to)}.`,
    remedy: `Give a day from ${from} to ${to}.`,
  });
}

/** A verdict on every school and on every multi-academy trust, as of a day. Refused as `ruleOn` refuses. */
export function verdictsOn(programme: string, known: Known, on: PlainDate): Result<readonly Verdict[], EligibilityRefusal> {
  const rule = ruleOn(programme, on);
  return rule.ok ? ok(rule.value.judge(asOf(known, on))) : rule;
}

/** The day to ask of when nobody names one: today, or the nearest day of the offer. */
export function dayWithin({ from, to }: Pick<Rule, 'from' | 'to'>, today: PlainDate): PlainDate {
  return today < from ? from : today > to ? to : today;
}
