import type { MeasuredEvent } from '../../domain/measures/known-life.ts';
import { plainDate } from '../../domain/time/plain-date.ts';
import { CALENDAR } from './programmes.ts';

/**
 * Events of an invented deployment of the offer of 2019 to 2020, as measures read them. Each is recorded at ten in the morning of the day that
 * is named.
 */
type Of<K extends MeasuredEvent['type']> = Extract<MeasuredEvent, { readonly type: K }>;

const at = (on: string): string => `${on}T10:00:00.000Z`;
const change = { change: 1, by: 'p', because: 'so', about: { step: 'engage', round: 1 } } as const;

export function began(
  on: string,
  facts: Readonly<Record<string, string>> = { tier: 'tier-2' },
  reference = 'D1',
  over: Partial<Of<'deployment-began'>> = {},
): MeasuredEvent {
  return {
    type: 'deployment-began',
    at: at(on),
    reference,
    subject: { kind: 'school', urn: '1' },
    programme: { id: 'si-2019-20', version: 2 },
    calendarVersion: CALENDAR.version,
    parties: { school: ['p-head'], tsc: ['p-tsc'], nle: ['p-nle'] },
    facts,
    ...over,
  };
}

export function opened(step: string, on: string, dueOn = '2022-12-01', round = 1, over: Partial<Of<'step-opened'>> = {}): MeasuredEvent {
  const day = plainDate(on);
  return {
    type: 'step-opened',
    at: at(on),
    on: day,
    dayZero: day,
    dueOn: plainDate(dueOn),
    calendarVersion: CALENDAR.version,
    openedBy: null,
    step,
    round,
    ...over,
  };
}

export function said(
  step: string,
  answer: string,
  on: string,
  fields: Readonly<Record<string, string>> = {},
  round = 1,
  over: Partial<Of<'step-answered'>> = {},
): MeasuredEvent {
  return { type: 'step-answered', at: at(on), step, round, answer, by: 'p-head', onBehalfOf: null, via: 'link', fields, ...over };
}

export const overtaken = (step: string, on: string, round = 1): MeasuredEvent => ({
  type: 'step-overtaken',
  at: at(on),
  step,
  round,
  because: 'so',
});
export const lapsed = (step: string, on: string, round = 1): MeasuredEvent => ({ type: 'step-lapsed', at: at(on), step, round });
export const ended = (end: string, on: string): MeasuredEvent => ({ type: 'deployment-ended', at: at(on), end, because: null });
export const reopened = (on: string): MeasuredEvent => ({ ...change, type: 'deployment-reopened', at: at(on) });

export function takenBack(
  step: string,
  answer: string,
  on: string,
  over: Partial<Pick<Of<'answer-taken-back'>, 'facts' | 'parties' | 'round'>> = {},
): MeasuredEvent {
  return { ...change, type: 'answer-taken-back', at: at(on), step, round: 1, answer, facts: {}, parties: {}, ...over };
}

export function corrected(fact: string, from: string, to: string, on: string): MeasuredEvent {
  return { ...change, type: 'fact-corrected', at: at(on), fact, from, to };
}

export function stopped(stop: number, from: string, scope: Of<'clock-stopped'>['scope'] = null): MeasuredEvent {
  return {
    ...change,
    type: 'clock-stopped',
    at: at(from),
    stop,
    scope,
    category: 'school-closed',
    from: plainDate(from),
    expectedEnd: plainDate('2022-10-01'),
  };
}

export const resumed = (stop: number, on: string): MeasuredEvent => ({
  ...change,
  type: 'clock-resumed',
  at: at(on),
  stop,
  on: plainDate(on),
});

export function moved(
  step: string,
  on: string,
  dueOn: string,
  { originalDueOn = null, round = 1 }: { readonly originalDueOn?: string | null; readonly round?: number } = {},
): MeasuredEvent {
  return {
    type: 'due-date-moved',
    at: at(on),
    change: 1,
    step,
    round,
    dayZero: plainDate('2022-09-20'),
    dueOn: plainDate(dueOn),
    originalDueOn: originalDueOn === null ? null : plainDate(originalDueOn),
    calendarVersion: CALENDAR.version,
    rearms: [],
    inTime: true,
  };
}

export const named = (role: string, person: string, on: string): MeasuredEvent => ({ type: 'party-named', at: at(on), role, person });
export const handedOver = (role: string, from: string | null, to: string, on: string): MeasuredEvent => ({
  ...change,
  type: 'party-changed',
  at: at(on),
  role,
  from,
  to,
});
export const merged = (from: string, to: string, on: string): MeasuredEvent => ({ ...change, type: 'person-merged', at: at(on), from, to });
export const rematched = (on: string, to: string | null = null): MeasuredEvent => ({
  ...change,
  type: 'rematched',
  at: at(on),
  role: 'nle',
  from: ['p-nle'],
  to,
});
export const adopted = (to: string, on: string): MeasuredEvent => ({
  ...change,
  type: 'calendar-adopted',
  at: at(on),
  from: CALENDAR.version,
  to,
});
