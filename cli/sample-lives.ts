import type { Happening, SampleLife } from './sample-days.ts';

const answer = (step: string, given: string, more: { by?: string; fields?: Readonly<Record<string, string>> } = {}): Happening => ({
  step,
  answer: given,
  ...more,
});
const days = (count: number): Happening => ({ days: count });

const CONFIRMED = [
  answer('contact-school', 'contacted'),
  days(1),
  answer('confirm-participation', 'accepts'),
  answer('provide-details', 'provided'),
];
const proposed = (leader: string) =>
  answer('engage-system-leader', 'contacted', { fields: { systemLeader: leader, capacity: 'ten-days', conflict: 'none' } });
const MATCHED = [
  ...CONFIRMED,
  proposed('gwendolyn-starling'),
  days(1),
  answer('confirm-ability', 'yes', { fields: { capacity: 'ten-days', conflict: 'no' } }),
  answer('contact-school-about-match', 'contacted'),
  answer('confirm-system-leader', 'agrees'),
  days(1),
  answer('report-agreement', 'reported'),
  answer('approve-match', 'approves'),
  days(1),
];

/** The sample deployments, each at a different point of its chronology when all are over. */
export const SAMPLES: readonly SampleLife[] = [
  // Just begun: the regional team is asked.
  { urn: '990001', life: [days(1)] },
  // The school is silent: reminded, overdue, telephoned, escalated.
  { urn: '990005', life: [days(1), answer('contact-school', 'contacted'), days(21)] },
  // The first system leader declined; the second is silent.
  {
    urn: '990010',
    life: [
      days(1),
      ...CONFIRMED,
      proposed('hyacinth-moorcroft'),
      days(1),
      answer('confirm-ability', 'no', { fields: { reasons: 'time-or-capacity', reason: 'We support three schools already.' } }),
      proposed('marcus-threlkeld-adair'),
      days(8),
    ],
  },
  // Matched: the first meeting is to be arranged.
  { urn: '990007', life: [days(1), ...MATCHED] },
  // Declined.
  {
    urn: '990020',
    life: [
      days(1),
      answer('contact-school', 'contacted'),
      days(1),
      answer('confirm-participation', 'declines', { fields: { reasons: 'other-support', reason: 'We have found help already.' } }),
    ],
  },
  // Accepted: a system leader is to be chosen from the shortlist.
  { urn: '990002', life: [days(1), ...CONFIRMED] },
];
