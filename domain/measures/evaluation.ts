/**
 * The measures of the evaluation of the school improvement offer of 2019 to 2020, M1 to M24, as data. What the evaluation asked in interviews
 * is counted here from the record. docs/product.md, "Measures of the evaluation", tells how to read them.
 */
import type { MomentId } from './moments.ts';
import type { Timed } from './spells.ts';
import type { CountedDays } from './timeliness.ts';
import { TALLIES } from './tallies.ts';
import type { TallyId } from './tallies.ts';

/** `source`: the evaluation names the quantity. `rebuilt`: it names the topic, and what is counted is ours. `design`: ours. */
export const MARKS = {
  source: 'The evaluation names it',
  rebuilt: 'The evaluation names the topic; how it is counted is ours',
  design: 'Ours',
} as const;
export type Mark = keyof typeof MARKS;

/** How a measure can be broken down. */
export const STRATA = {
  all: 'All together',
  tier: 'Tier',
  hub: 'Region of the Teaching Schools Council',
  region: 'Region',
  phase: 'Phase',
  type: 'Kind of school',
  group: 'In a trust or not',
  surroundings: 'Rural or urban',
  programme: 'Programme and version',
  year: 'School year in which it began',
  flow: 'Begun in this school year or before',
} as const;
export type Stratum = keyof typeof STRATA;
/** What the sources ask for besides, and the record does not hold. */
export const STRATA_NOT_KEPT = ['size band', 'Opportunity Area', 'judgements before the last'] as const;

/** So many days of a kind within which something was to be reached, and what they stand for. */
export type Limit = { readonly days: number; readonly kind: CountedDays; readonly words: string };

export type Part =
  | { readonly kind: 'time'; readonly title: string; readonly timed: Timed; readonly limits: readonly Limit[] }
  | { readonly kind: 'tally'; readonly tally: TallyId }
  /** How many deployments each leader has. */
  | { readonly kind: 'leaders' }
  /** How many other deployments the school had at once. */
  | { readonly kind: 'at-once' }
  /** Who cannot be reached, by role and age of the trouble. */
  | { readonly kind: 'unreachable' }
  /** What had gone out before an answer. */
  | { readonly kind: 'followed' };

export type Measure = {
  readonly id: MeasureId;
  readonly title: string;
  readonly definition: string;
  /** What is counted once each. */
  readonly unit: string;
  readonly start: string;
  readonly end: string;
  readonly censoring: string;
  readonly strata: readonly Stratum[];
  /** Where the evaluation speaks of it, and what it says. */
  readonly source: string;
  readonly mark: Mark;
  /** None: no programme keeps what it needs. */
  readonly parts: readonly Part[];
  /** The figure that a sentence is made of, with its words after "Most (7 of 10)"; absent where there is none. */
  readonly said?: { readonly tally: TallyId; readonly figure: string; readonly words: string };
};

export const MEASURE_IDS = [
  'M1',
  'M2',
  'M3',
  'M4',
  'M5',
  'M6',
  'M7',
  'M8',
  'M9',
  'M10',
  'M11',
  'M12',
  'M13',
  'M14',
  'M15',
  'M16',
  'M17',
  'M18',
  'M19',
  'M20',
  'M21',
  'M22',
  'M23',
  'M24',
] as const;
export type MeasureId = (typeof MEASURE_IDS)[number];

const EVERY_STRATUM = Object.keys(STRATA) as readonly Stratum[];
/** What is known of a request is where it was, not of which kind its school is. */
const OF_REQUESTS = ['all', 'region', 'programme'] as const satisfies readonly Stratum[];
const CENSORED =
  'What has not come yet counts as far as it was followed. What cannot come about any more, because the deployment ended, counts up to that day (Kaplan and Meier).';
const COUNTED_ONCE = 'None: what had happened by the day of the report is counted.';
const weeks = (n: number): Limit => ({ days: 7 * n, kind: 'calendar', words: `${n} weeks` });
const time = (title: string, from: MomentId, to: MomentId, more: Partial<Timed> = {}, limits: readonly Limit[] = []): Part => ({
  kind: 'time',
  title,
  timed: { from, to, each: 'first', endsWithRematch: false, ...more },
  limits,
});
const tally = (id: TallyId): Part => ({ kind: 'tally', tally: id });
const month = (n: number, days: number): Limit => ({ days, kind: 'calendar', words: n === 1 ? '1 month' : `${n} months` });

const DEFINITIONS: Readonly<Record<MeasureId, Omit<Measure, 'id'>>> = {
  M1: {
    title: 'From the judgement to the first offer',
    definition: 'How long after the publication of its judgement a school was first contacted with the offer.',
    unit: 'a deployment whose date of publication is known',
    start: 'The last judgement of requires improvement is published, as said at the start of the deployment.',
    end: 'The local authority or trust says that it has contacted the school for the first time.',
    censoring: CENSORED,
    strata: EVERY_STRATUM,
    source:
      'Schools that declined: one was contacted “six months after their RI grading”; of others the inspection was “six months to one year ago”.',
    mark: 'source',
    parts: [time('From the judgement to the first offer', 'judged', 'offered', {}, [month(3, 91), month(6, 182), month(12, 365)])],
  },
  M2: {
    title: 'From taking up the offer to the first visit',
    definition: 'How long after a school took up the offer the leader first visited it.',
    unit: 'a deployment that was taken up',
    start: 'The school says that it takes part, for the first time.',
    end: 'The first visit, on the day that its answer names.',
    censoring: CENSORED,
    strata: EVERY_STRATUM,
    source: '“Many schools experienced delays of between two to three months from the initial engagement and the NLE’s first visit.”',
    mark: 'source',
    parts: [time('From taking up the offer to the first visit', 'engaged', 'visited', {}, [month(1, 30), month(2, 61), month(3, 91)])],
  },
  M3: {
    title: 'From the match to the first contact',
    definition: 'How long after a match the leader was first in contact with the school.',
    unit: 'a match; a second match in a deployment counts anew',
    start: 'The school agrees to the match.',
    end: 'The first contact, on the day that its answer names.',
    censoring: `${CENSORED} Another leader ends the wait.`,
    strata: EVERY_STRATUM,
    source: 'Interview schedule, question 60: “2 weeks making contact”.',
    mark: 'source',
    parts: [time('From the match to the first contact', 'matched', 'contacted', { each: 'every', endsWithRematch: true }, [weeks(2)])],
  },
  M4: {
    title: 'From the match to an agreed date',
    definition: 'How long after a match a date of the first visit was agreed.',
    unit: 'a match; a second match in a deployment counts anew',
    start: 'The school agrees to the match.',
    end: 'Somebody says that a date is agreed.',
    censoring: `${CENSORED} Another leader ends the wait.`,
    strata: EVERY_STRATUM,
    source: 'Interview schedule, question 60: “in 4 weeks have a date agreed”.',
    mark: 'source',
    parts: [time('From the match to an agreed date', 'matched', 'date-agreed', { each: 'every', endsWithRematch: true }, [weeks(4)])],
  },
  M5: {
    title: 'From taking up the offer to the match',
    definition: 'How long a school had to wait for its first match, how many leaders were asked, and who refused.',
    unit: 'a deployment that was taken up',
    start: 'The school says that it takes part, for the first time.',
    end: 'The first match is agreed.',
    censoring: CENSORED,
    strata: EVERY_STRATUM,
    source: '“Some just take longer to match than others because of their characteristics and who they are prepared to work with.”',
    mark: 'rebuilt',
    parts: [time('From taking up the offer to the match', 'engaged', 'matched'), tally('leaders-asked'), tally('who-refused')],
    said: { tally: 'leaders-asked', figure: '1', words: 'deployments needed to ask one leader only' },
  },
  M6: {
    title: 'Why leaders refuse',
    definition: 'The reasons for which leaders declined a match.',
    unit: 'a refusal by a leader',
    start: 'A leader is asked to accept.',
    end: 'The leader declines.',
    censoring: COUNTED_ONCE,
    strata: EVERY_STRATUM,
    source: 'Interview schedule, question 32, with its list: time or capacity; not suitable; knows the school in another capacity.',
    mark: 'source',
    parts: [tally('leader-reasons')],
    said: { tally: 'leader-reasons', figure: 'time-or-capacity', words: 'refusals were for time or capacity' },
  },
  M7: {
    title: 'How well leader and school fit',
    definition: 'Whether the matched leader knows the phase and the surroundings of the school, works in its region, and knew it before.',
    unit: 'a match',
    start: 'The school agrees to the match.',
    end: 'The same day; what was known of the leader by then.',
    censoring:
      'None. Where nothing is kept of a leader, or the register does not say, the match is left out of the figure. Specialism and size are not compared: the record has neither of the school.',
    strata: EVERY_STRATUM,
    source:
      'Matching: by phase, then expertise, then location; “loaned” leaders of other regions; two small rural schools were not satisfied.',
    mark: 'rebuilt',
    parts: [tally('match-fit')],
    said: { tally: 'match-fit', figure: 'phase', words: 'matches were with a leader who knows the phase' },
  },
  M8: {
    title: 'Deployments of each leader',
    definition: 'How many deployments each leader was matched with.',
    unit: 'a leader who was matched at least once; in each tier in which they were',
    start: 'The first match.',
    end: 'The day of the report.',
    censoring: COUNTED_ONCE,
    strata: EVERY_STRATUM,
    source: '“Most NLEs appear to have been matched with just one or two schools.”',
    mark: 'source',
    parts: [{ kind: 'leaders' }],
  },
  M9: {
    title: 'Take-up of the offer',
    definition: 'How many schools took up the offer, declined or did not answer; when, why and by whose decision they declined.',
    unit: 'a deployment in which the school was asked',
    start: 'The school is asked to take up the offer.',
    end: 'Its answer; a later refusal counts as a refusal.',
    censoring: 'Schools that have not answered are counted as such.',
    strata: EVERY_STRATUM,
    source: 'Interview schedule, question 47, with its list of reasons; Tier 3 was harder to engage.',
    mark: 'source',
    parts: [tally('take-up'), tally('decline-point'), tally('decline-reasons'), tally('decline-decided-by'), tally('decline-helped')],
    said: { tally: 'take-up', figure: 'engaged', words: 'schools that were asked take part' },
  },
  M10: {
    title: 'Forms sent back',
    definition: 'How many first forms the Teaching Schools Council sent back, how often forms were sent, and which parts were the reason.',
    unit: 'a Recommended Action Form, one a deployment',
    start: 'The form is sent for the first time.',
    end: 'The Council’s first answer.',
    censoring: 'Forms that were not checked yet are left out of the first figure.',
    strata: EVERY_STRATUM,
    source: '“Nearly all RAFs are returned to NLEs” on the first submission.',
    mark: 'source',
    parts: [tally('first-form'), tally('form-rounds'), tally('returned-parts'), tally('refused-parts')],
    said: { tally: 'first-form', figure: 'returned', words: 'first forms were sent back' },
  },
  M11: {
    title: 'The same gap again',
    definition: 'How often a form came back with a part for which it had just been sent back.',
    unit: 'a second or later return of a form',
    start: 'A form is sent back.',
    end: 'It is sent back again, or sent on as it is.',
    censoring: COUNTED_ONCE,
    strata: EVERY_STRATUM,
    source: '“I get the RAF back, sometimes unchanged, and I have no other recourse than to forward it on to the DfE.”',
    mark: 'source',
    parts: [tally('returned-again'), tally('forwarded-unmended')],
    said: { tally: 'returned-again', figure: 'any', words: 'further returns were for a part that had just been sent back' },
  },
  M12: {
    title: 'How long the Department takes to decide',
    definition: 'How long a form lay with the Department until it was approved or refused.',
    unit: 'a form that was sent on; each round counts',
    start: 'The form is with the Department.',
    end: 'It is approved or refused.',
    censoring: CENSORED,
    strata: EVERY_STRATUM,
    source: '“The DfE takes two weeks to respond”; some schools waited four.',
    mark: 'source',
    parts: [time('From the Council to the decision', 'decision-asked', 'decided', { each: 'every' }, [weeks(2), weeks(4)])],
  },
  M13: {
    title: 'From the first form to its approval',
    definition: 'How long it took from the first sending of the form to its approval, and with whom it lay.',
    unit: 'a Recommended Action Form, one a deployment',
    start: 'The form is sent for the first time.',
    end: 'The Department approves it for the first time.',
    censoring: CENSORED,
    strata: EVERY_STRATUM,
    source: 'No form was approved at the time of the interviews; the process “started over again” with each rejection.',
    mark: 'source',
    parts: [
      time('From the first form to its approval', 'form-sent', 'approved', {}, [weeks(4), weeks(8), weeks(12)]),
      tally('form-courts'),
      tally('form-courts-by-round'),
    ],
  },
  M14: {
    title: 'Forms approved by date',
    definition: 'How many forms had been approved by the end of each month.',
    unit: 'a Recommended Action Form, one a deployment',
    start: 'The form is sent for the first time.',
    end: 'The Department approves it for the first time.',
    censoring: 'Forms that are not approved are in the number of all forms.',
    strata: EVERY_STRATUM,
    source: '“Very few RAFs had been approved before January 2020.”',
    mark: 'source',
    parts: [tally('approvals')],
  },
  M15: {
    title: 'Interventions from the list and tailored',
    definition: 'Where interventions come from, how many of each kind are approved, and what they cost by area.',
    unit: 'an intervention in a form',
    start: 'The form is sent.',
    end: 'The Department decides, for the share that is approved.',
    censoring: 'Interventions in forms that were not decided are left out of the share that is approved.',
    strata: EVERY_STRATUM,
    source: 'The list of approved programmes was found too restrictive; leaders brokered tailored solutions.',
    mark: 'rebuilt',
    parts: [tally('intervention-sources'), tally('approval-rates'), tally('cost-by-area')],
    said: { tally: 'intervention-sources', figure: 'approved-list', words: 'interventions are from the approved list' },
  },
  M16: {
    title: 'What the leader’s own school delivers',
    definition: 'The share of the cost of interventions that the leader’s own school delivers, and forms in which it is over half.',
    unit: 'the newest form of a deployment',
    start: 'The form is sent.',
    end: 'The day of the report.',
    censoring: COUNTED_ONCE,
    strata: EVERY_STRATUM,
    source: 'The leader’s own school may deliver up to 50% of the interventions.',
    mark: 'source',
    parts: [tally('own-school-cost'), tally('over-half-own')],
  },
  M17: {
    title: 'Interventions begun before the approval',
    definition: 'How many deployments began interventions before the Department approved them, and the money at risk.',
    unit: 'a deployment in which interventions were begun; pounds for the money',
    start: 'Interventions begin, on the day that is named.',
    end: 'The Department approves the form.',
    censoring: 'Forms that are not approved count as at risk once an intervention was planned to begin.',
    strata: EVERY_STRATUM,
    source: 'Some schools paid for interventions themselves before their form was approved.',
    mark: 'rebuilt',
    parts: [tally('begun-early'), tally('money-at-risk')],
  },
  M18: {
    title: 'What was missing in the first form',
    definition:
      'How many interventions of first forms had no cost, no date or no measure. The forms of Chaser cannot be sent without them.',
    unit: 'an intervention in the first form of a deployment',
    start: 'The form is sent for the first time.',
    end: 'The same day.',
    censoring: COUNTED_ONCE,
    strata: EVERY_STRATUM,
    source: '“Specifics around the cost of training, dates for the completion of training, and SMART measures were missing.”',
    mark: 'source',
    parts: [tally('missing-at-first')],
  },
  M19: {
    title: 'Who cannot be reached',
    definition:
      'Addresses that are refused, people without a telephone number, roles that nobody holds, calls without an answer and open escalations, by role and by age.',
    unit: 'such a trouble, in one deployment',
    start: 'It was noticed.',
    end: 'It was settled.',
    censoring: 'Those that are open on the day of the report are counted, by how long they had been.',
    strata: OF_REQUESTS,
    source: 'Asked of the record of an offer: who is unreachable.',
    mark: 'design',
    parts: [{ kind: 'unreachable' }],
  },
  M20: {
    title: 'What the answers followed',
    definition: 'The furthest that had gone out before an answer came: an e-mail, a reminder, an overdue notice, a call or an escalation.',
    unit: 'an answer of a person to a step that must be done',
    start: 'The step is opened.',
    end: 'Its answer.',
    censoring: 'Steps without an answer are left out. Answers that were taken back since are left out, also as known then.',
    strata: OF_REQUESTS,
    source: 'Feedback of 2021 to 2022: a telephone call “tended to persuade them”.',
    mark: 'rebuilt',
    parts: [{ kind: 'followed' }],
  },
  M21: {
    title: 'Declined in the record, willing in person',
    definition:
      'Deployments recorded as declined in which the school itself had said yes, somebody else recorded the refusal, or the deployment was opened again.',
    unit: 'a deployment that is, or was, recorded as declined',
    start: 'The refusal is recorded.',
    end: 'The day of the report.',
    censoring: COUNTED_ONCE,
    strata: EVERY_STRATUM,
    source: 'Schools on the Department’s list of those not engaged said that they took part, or were waiting for a leader.',
    mark: 'rebuilt',
    parts: [tally('disagreements')],
  },
  M22: {
    title: 'Days given',
    definition: 'How many of the leader’s three days were given, and over how long.',
    unit: 'a deployment in which days were reported',
    start: 'The first visit.',
    end: 'The last day, where the support is finished (Tier 1).',
    censoring: CENSORED,
    strata: EVERY_STRATUM,
    source: '“Three days was felt to be insufficient.”',
    mark: 'source',
    parts: [
      tally('days-given'),
      tally('days-used-up'),
      time('From the first visit to the last day', 'visited', 'days-finished', {}, [weeks(4), weeks(12)]),
    ],
    said: { tally: 'days-used-up', figure: 'three', words: 'deployments used all three days' },
  },
  M23: {
    title: 'Other deployments at once',
    definition: 'How many other deployments the same school or trust had that were running on the day on which this one began.',
    unit: 'a deployment',
    start: 'The deployment begins.',
    end: 'The same day.',
    censoring: 'None. Programmes that are not in this record are not known.',
    strata: EVERY_STRATUM,
    source: 'Without coordination, “engagement ran the risk of overloading schools with support”.',
    mark: 'rebuilt',
    parts: [{ kind: 'at-once' }],
  },
  M24: {
    title: 'Referrals to English and maths hubs',
    definition: 'How many referrals to hubs were asked for, accepted, and refused for want of capacity.',
    unit: 'a referral',
    start: 'A hub is asked.',
    end: 'It accepts or refuses.',
    censoring: 'Not counted.',
    strata: EVERY_STRATUM,
    source: '“Some schools struggled to access support from hubs due to capacity issues.”',
    mark: 'source',
    parts: [],
  },
};

export const MEASURES: readonly Measure[] = MEASURE_IDS.map((id) => ({ id, ...DEFINITIONS[id] }));

/** The measure with this id; undefined where there is none. */
export function measureNamed(id: string): Measure | undefined {
  return MEASURES.find((one) => one.id === id);
}

/** What a part asks of a programme. Parts that count in every programme ask nothing. */
export function needsOf(part: Part): readonly MomentId[] {
  switch (part.kind) {
    case 'time':
      return [part.timed.from, part.timed.to];
    case 'tally':
      return TALLIES[part.tally].needs;
    case 'leaders':
      return ['matched'];
    case 'at-once':
    case 'unreachable':
    case 'followed':
      return [];
    default:
      return part satisfies never;
  }
}
