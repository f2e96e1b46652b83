import type { Calendar, Season } from '../../domain/time/calendar.ts';
import { plainDate } from '../../domain/time/plain-date.ts';
import type { Answer, Field, Programme, Role, Rung, Step } from '../../domain/programme.ts';

/** Small invented programmes and calendars for the tests of the core. None of this is shipped to users. */

const role = (title: string, over: Partial<Role> = {}): Role => ({
  title,
  days: 'working',
  informedOnly: false,
  calledBy: 'rdp',
  escalatesTo: 'regional-team',
  escalationTells: [],
  ...over,
});

export const answer = (id: string, over: Partial<Answer> = {}): Answer => ({
  id,
  label: id,
  fields: [],
  opens: [],
  closes: [],
  ends: null,
  records: [],
  ...over,
});

export const field = (id: string, over: Partial<Field> = {}): Field => ({
  id,
  label: id,
  hint: null,
  kind: 'text',
  required: true,
  names: null,
  records: null,
  ...over,
});

export const REQUEST: Rung = { id: 'request', kind: 'request', at: 'opening', days: 'working', to: null, text: null };

export const rung = (kind: Rung['kind'], daysFromDue: number, days: Rung['days'] = 'working'): Rung => ({
  id: `${kind}${daysFromDue > 0 ? '+' : ''}${daysFromDue}`,
  kind,
  at: { daysFromDue },
  days,
  to: null,
  text: null,
});

export const ladder = (days: Rung['days'] = 'working'): readonly Rung[] => [
  { ...REQUEST, days },
  rung('reminder', 0, days),
  rung('overdue', 1, days),
  rung('call', 2, days),
  rung('escalation', 3, days),
];

export const step = (id: string, owner: string, answers: readonly Answer[], over: Partial<Step> = {}): Step => ({
  id,
  stage: 'only',
  title: id,
  owner,
  with: [],
  ask: `Please ${id}.`,
  askWith: {},
  next: 'We go on.',
  allowed: { unit: 'working-days', count: 3 },
  assumption: null,
  source: 'invented',
  countsFrom: 'opening',
  answers,
  ladder: ladder(over.with?.includes('school') || owner === 'school' ? 'school' : 'working'),
  optional: false,
  automatic: null,
  explainsOffer: false,
  ...over,
});

export function programmeOf(begins: readonly string[], steps: readonly Step[]): Programme {
  return {
    id: 'invented',
    version: 1,
    title: 'An invented programme',
    source: 'invented',
    offer: 'An offer.',
    roles: {
      'regional-team': role('regional team', { escalatesTo: 'regional-senior', escalationTells: ['rdp'] }),
      'regional-senior': role('regional senior', { calledBy: null, escalatesTo: null }),
      rdp: role('RDP coordinator', { calledBy: null }),
      'system-leader': role('system leader'),
      school: role('headteacher', { days: 'school' }),
      'local-authority': role('local authority', { informedOnly: true, calledBy: null, escalatesTo: null }),
    },
    sendingHours: { fromMinute: 8 * 60, toMinute: 18 * 60 },
    dailyCap: 5,
    assumedTermCalendars: [],
    begins,
    stages: [{ id: 'only', number: 1, title: 'The only stage', steps: steps.map(({ id }) => id) }],
    steps: Object.fromEntries(steps.map((each) => [each.id, each])),
    ends: {
      done: { title: 'Completed', outcome: 'completed' },
      declined: { title: 'Declined', outcome: 'declined' },
      withdrawn: { title: 'Withdrawn', outcome: 'withdrawn' },
    },
    completesAs: 'done',
  };
}

export const PARTIES = {
  'regional-team': ['p-region'],
  'regional-senior': ['p-senior'],
  rdp: ['p-coordinator'],
  'system-leader': ['p-leader'],
  school: ['p-head'],
} as const;

type TermRow = readonly [season: Season, year: number, startsOn: string, endsOn: string, halfTerm: string, halfTermEnds: string];

/** A calendar of invented terms and holidays, known from 1 January of one year to 31 December of another. */
export function inventedCalendar(options: {
  readonly version: string;
  readonly years: readonly [from: number, to: number];
  readonly holidays: readonly (readonly [on: string, name: string])[];
  readonly terms: readonly TermRow[];
}): Calendar {
  const { version, years, holidays, terms } = options;
  return {
    version,
    bankHolidays: {
      knownFrom: plainDate(`${years[0]}-01-01`),
      knownTo: plainDate(`${years[1]}-12-31`),
      days: holidays.map(([on, name]) => ({ on: plainDate(on), name })),
    },
    terms: {
      id: 'testshire',
      name: 'Testshire',
      source: 'invented',
      closures: [],
      terms: terms.map(([season, year, startsOn, endsOn, half, halfEnds]) => ({
        season,
        year,
        startsOn: plainDate(startsOn),
        endsOn: plainDate(endsOn),
        halfTerm: { startsOn: plainDate(half), endsOn: plainDate(halfEnds) },
      })),
    },
  };
}

/** Autumn 2022 to summer 2024, much like the terms of Lancashire and Waltham Forest. */
export const CALENDAR = inventedCalendar({
  version: 'test',
  years: [2022, 2024],
  holidays: [
    ['2022-12-26', 'Boxing Day'],
    ['2022-12-27', 'Christmas Day (substitute day)'],
    ['2023-01-02', 'New Year’s Day (substitute day)'],
    ['2023-04-07', 'Good Friday'],
    ['2023-04-10', 'Easter Monday'],
    ['2023-05-01', 'Early May bank holiday'],
  ],
  terms: [
    ['autumn', 2022, '2022-09-01', '2022-12-16', '2022-10-24', '2022-10-28'],
    ['spring', 2023, '2023-01-03', '2023-03-31', '2023-02-13', '2023-02-17'],
    ['summer', 2023, '2023-04-17', '2023-07-21', '2023-05-29', '2023-06-02'],
    ['autumn', 2023, '2023-09-04', '2023-12-21', '2023-10-23', '2023-10-27'],
    ['spring', 2024, '2024-01-08', '2024-03-28', '2024-02-12', '2024-02-16'],
    ['summer', 2024, '2024-04-15', '2024-07-24', '2024-05-28', '2024-05-31'],
  ],
});
