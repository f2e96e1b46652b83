/**
 * Where each programme records money, and days that were claimed, in its own terms. A programme that does not record a kind is left out of it, and
 * the report says so. A programme that is new gets its lines here. ADR 0052.
 */
import type { AnswerId, FieldId, Programme, StepId } from '../programme.ts';

export const MONEY_KINDS = ['committed', 'claimed', 'paid', 'days-claimed'] as const;
export type MoneyKind = (typeof MONEY_KINDS)[number];

/**
 * One thing that is agreed, claimed or paid once in a deployment: of several rounds the last answer stands. Of its fields each deployment has one, by
 * tier or by whether a school or a trust is supported.
 */
export type MoneyTerm = {
  readonly kind: MoneyKind;
  readonly of: readonly (readonly [StepId, AnswerId])[];
  readonly fields: readonly FieldId[];
  /** Holds the day on which it was agreed or paid; without it that is the day of the answer. */
  readonly on?: FieldId;
};

export const MONEY: Readonly<Record<string, readonly MoneyTerm[]>> = {
  'si-2019-20': [
    { kind: 'committed', of: [['decide-raf', 'approves']], fields: ['grantedTier2', 'grantedTier3'] },
    { kind: 'paid', of: [['complete-interventions', 'completed']], fields: ['spentTier2', 'spentTier3'], on: 'completedOn' },
  ],
  'tsi-2021-22': [
    { kind: 'committed', of: [['send-grant-offer', 'sent']], fields: ['schoolFunding', 'trustFunding'], on: 'sentOn' },
    { kind: 'committed', of: [['decide-trust-partnership', 'agrees']], fields: ['credit'] },
    { kind: 'claimed', of: everyForm(), fields: ['schoolAmount', 'trustAmount'] },
    { kind: 'days-claimed', of: everyForm(), fields: ['schoolDays', 'trustDays'] },
    { kind: 'paid', of: [['send-remittance', 'paid']], fields: ['schoolPayment', 'trustPayment'], on: 'paidOn' },
    { kind: 'paid', of: [['pay-trust-partnership', 'paid']], fields: ['amount'], on: 'paidOn' },
  ],
  // The guidance has no rate for a day: what is claimed are days, and no money is committed.
  'tsi-2022-23': [
    { kind: 'days-claimed', of: [['complete-form', 'sent-to-school']], fields: ['daysClaimed'] },
    { kind: 'paid', of: [['pay-support', 'paid']], fields: ['amount'], on: 'paidOn' },
  ],
  // Nothing is claimed or paid through Chaser. The band is what the plan may cost at most.
  'rise-2026-27': [
    { kind: 'committed', of: [['request-planning-grant', 'requested']], fields: ['amount'], on: 'requestedOn' },
    { kind: 'committed', of: [['review-plan', 'cleared']], fields: ['finalBand'] },
  ],
};

/** The form of the offer of 2021 to 2022 is sent once in time or later, and again when it was sent back. */
function everyForm(): MoneyTerm['of'] {
  return [
    ['complete-form', 'sent'],
    ['complete-form-later', 'sent'],
    ['mend-form', 'sent'],
  ];
}

/** The terms of a programme that this version of it can record. A version that renamed a step or a field records none of them. */
export function moneyTermsOf({ id, steps }: Pick<Programme, 'id' | 'steps'>): readonly MoneyTerm[] {
  return (MONEY[id] ?? []).filter(({ of, fields }) =>
    of.every(([step, answer]) => {
      const asked = steps[step]?.answers.find((one) => one.id === answer)?.fields ?? [];
      return fields.every((field) => asked.some(({ id: known }) => known === field));
    }),
  );
}

/** "Grant offer letter: Agreed funding": a term in the words of its programme, without the same words twice. */
export function moneyWords({ steps }: Pick<Programme, 'steps'>, { of, fields }: MoneyTerm): string {
  const [[step, answer] = ['', '']] = of;
  const asked = steps[step];
  const labels = fields.map((id) => asked?.answers.find((one) => one.id === answer)?.fields.find((field) => field.id === id)?.label ?? id);
  return `${asked?.title ?? step}: ${[...new Set(labels)].join(', ')}`;
}
