/** What measures count in one deployment at a time: refusals and their reasons, forms sent back, interventions, what was declined and by whom. */
import { linesIn } from '../forms/form-values.ts';
import type { Phase } from '../matching/profile.ts';
import { dateIn, endOf, holdersOf } from './known-life.ts';
import type { GivenAnswer, KnownLife, OpenedStep } from './known-life.ts';
import { MOMENTS, occurrencesOf } from './moments.ts';
import type { MomentId, Occurrence } from './moments.ts';
import type { PlainDate } from '../time/plain-date.ts';
import { addDays, daysBetween } from '../time/plain-date.ts';

/** The figure of a tally that all its others are a part of, where it has one. It is not shown by itself. */
export const ALL = 'all';

/** One addition to a figure of a report: so much, of so much. */
export type Increment = { readonly figure: string; readonly value: number; readonly base: number };

/** What the register knows of the school, and of the trust the school that stands for it. '' and null: not known. */
export type School = {
  readonly region: string;
  readonly phase: Phase | null;
  readonly type: string;
  readonly surroundings: 'rural' | 'urban' | null;
  readonly inTrust: boolean | null;
};

/** What was known of a leader when they were matched. */
export type MatchedLeader = {
  readonly phases: readonly Phase[];
  readonly contexts: readonly string[];
  readonly regions: readonly string[];
  readonly trainedOn: PlainDate | null;
  /** Something was declared between them and the school that speaks for them, or that warns. */
  readonly knowsSchool: boolean;
};

export type TallyOf = {
  readonly life: KnownLife;
  readonly asOf: PlainDate;
  readonly school: School;
  /** What was known of a leader on a day; null where no profile was kept. */
  readonly leaderOn: (person: string, on: PlainDate) => MatchedLeader | null;
};

export type Tally = {
  readonly title: string;
  /** What the second number of each figure counts. */
  readonly base: string;
  readonly unit: 'count' | 'pence' | 'tenths-of-days' | 'days';
  readonly needs: readonly MomentId[];
  /** Figures in their order. A figure that is not named here is shown under its id, after these. */
  readonly figures: Readonly<Record<string, string>>;
  /** Figures are months, and each counts all up to its end. */
  readonly cumulative?: true;
  readonly of: (given: TallyOf) => readonly Increment[];
};

const LEADER_REASONS = {
  'time-or-capacity': 'Time or capacity',
  'not-suitable': 'Not a suitable match',
  'known-otherwise': 'Knows the school in another capacity',
  other: 'Something else',
  'not-given': 'No reason given or kept',
} as const;
const DECLINE_REASONS = {
  'time-or-capacity': 'Time or capacity',
  'no-suitable-match': 'No suitable match',
  'other-support': 'Support already from others',
  'change-of-leadership': 'Change of leadership',
  'perceived-risk': 'Perceived risk',
  'nature-of-offer': 'The nature of the offer',
  other: 'Something else',
  'not-given': 'No reason given or kept',
} as const;
const DECIDED_BY = {
  headteacher: 'The headteacher',
  governors: 'The governors',
  trust: 'The trust',
  'leadership-team': 'The leadership team',
  'not-given': 'Not given or kept',
} as const;
const WOULD_HAVE_HELPED = {
  matching: 'The matching',
  offer: 'The support on offer',
  timing: 'The timing',
  other: 'Something else',
  'not-given': 'Not given or kept',
} as const;
const FORM_PARTS = {
  what: 'What is done',
  provider: 'Provider',
  tailored: 'Why it is tailored',
  cost: 'Cost',
  'own-school': 'Own-school share',
  cover: 'Cover and travel',
  dates: 'Completion dates',
  justification: 'Justification',
  measures: 'SMART measures',
  'not-given': 'No part named or kept',
} as const;
const AREAS = {
  leadership: 'Leadership',
  governance: 'Governance',
  curriculum: 'Curriculum and teaching',
  reading: 'Reading',
  maths: 'Maths',
  behaviour: 'Behaviour',
  computing: 'Computing',
  science: 'Science',
  send: 'Special educational needs',
  workforce: 'Workforce',
  other: 'Something else',
  'not-given': 'No area given or kept',
} as const;
const HOW_MANY = { '1': 'One', '2': 'Two', '3': 'Three', '4-or-more': 'Four or more' } as const;

const howMany = (n: number): string => (n >= 4 ? '4-or-more' : String(n));

/** A figure for each option: whether it was ticked, of one answer. None ticked is a figure of its own. */
function ticked(options: Readonly<Record<string, string>>, value: string | undefined): readonly Increment[] {
  const known = linesIn(value ?? '').filter((line) => Object.hasOwn(options, line));
  return Object.keys(options).map((option) => ({
    figure: option,
    value: (option === 'not-given' ? known.length === 0 : known.includes(option)) ? 1 : 0,
    base: 1,
  }));
}

/** One of the figures is so; the others are not. */
function oneOf(figures: Readonly<Record<string, string>>, which: string): readonly Increment[] {
  return Object.keys(figures).map((figure) => ({ figure, value: figure === which ? 1 : 0, base: 1 }));
}

const yes = (figure: string, is: boolean): Increment => ({ figure, value: is ? 1 : 0, base: 1 });
const at = ({ life, asOf }: TallyOf, id: MomentId): readonly Occurrence[] => occurrencesOf(life, id, asOf);
const answersOf = (given: TallyOf, id: MomentId): readonly GivenAnswer[] => at(given, id).flatMap(({ answer }) => answer ?? []);

/** One intervention of a Recommended Action Form. Money in pence; null where it is missing. */
export type Intervention = {
  readonly source: string;
  readonly area: string;
  readonly cost: number | null;
  readonly ownSchoolCost: number;
  readonly startsOn: PlainDate | null;
  readonly completedBy: PlainDate | null;
  readonly measure: string;
};

/** The interventions of a form that was sent. */
function interventionsOf({ fields }: Pick<GivenAnswer, 'fields'>): readonly Intervention[] {
  const numbers = new Set(Object.keys(fields).flatMap((path) => /^interventions\.(\d+)\./.exec(path)?.[1] ?? []));
  return [...numbers].map((number) => {
    const value = (id: string) => (fields[`interventions.${number}.${id}`] ?? '').trim();
    return {
      source: value('source'),
      area: value('area'),
      cost: value('cost') === '' ? null : Number(value('cost')),
      ownSchoolCost: value('ownSchool') === 'yes' ? Number(value('ownSchoolCost')) : 0,
      startsOn: dateIn(value('startsOn')),
      completedBy: dateIn(value('completedBy')),
      measure: value('measure'),
    };
  });
}

const costOf = (interventions: readonly Intervention[]): number => interventions.reduce((sum, { cost }) => sum + (cost ?? 0), 0);
const lastForm = (given: TallyOf): readonly Intervention[] => {
  const last = answersOf(given, 'form-sent').at(-1);
  return last === undefined ? [] : interventionsOf(last);
};

/** Whose step the form waits for. */
const COURTS: Readonly<Record<string, string>> = {
  'prepare-raf': 'leader',
  'agree-raf': 'school',
  'check-raf': 'council',
  'decide-raf': 'department',
  'pass-on-refusal': 'council',
};
const COURT_TITLES = {
  leader: 'National leader',
  school: 'School',
  council: 'Teaching Schools Council',
  department: 'Department',
  nobody: 'Nobody asked',
} as const;

/** Days in which a form lay with each: from the first sending to the approval, or the end, or the day of the report. */
function formDays(given: TallyOf, figureOf: (step: OpenedStep | undefined, day: PlainDate) => string): readonly Increment[] {
  const { life, asOf } = given;
  const [first] = at(given, 'form-sent');
  if (first === undefined) return [];
  const approved = at(given, 'approved').find(({ order }) => order > first.order);
  const until = approved?.on ?? endOf(life)?.on ?? asOf;
  const steps = life.steps.filter(({ step }) => COURTS[step] !== undefined);
  const days = new Map<string, number>();
  for (let day = addDays(first.on, 1); day <= until; day = addDays(day, 1)) {
    const figure = figureOf(
      steps.find(({ on, closedOn }) => on < day && (closedOn === null || day <= closedOn)),
      day,
    );
    days.set(figure, (days.get(figure) ?? 0) + 1);
  }
  const base = daysBetween(first.on, until);
  return [...[...days].map(([figure, value]) => ({ figure, value, base: 0 })), { figure: ALL, value: base, base: 0 }];
}

const POINT_FIGURES = {
  offer: 'When asked to take up the offer',
  introduction: 'When the programme was introduced',
  match: 'When asked about the match',
} as const;
/** At which point a school declines, by the step in which it does. */
const POINTS: Readonly<Record<string, keyof typeof POINT_FIGURES>> = {
  engage: 'offer',
  'take-up-offer': 'offer',
  'confirm-participation': 'offer',
  'introduce-programme': 'introduction',
  'agree-match': 'match',
  'confirm-match': 'match',
  'confirm-system-leader': 'match',
};

/** The refusal of a school that stands: the last, unless it took part after it. */
function refusalOf(given: TallyOf): GivenAnswer | undefined {
  const refusal = answersOf(given, 'declined').at(-1);
  if (refusal === undefined) return undefined;
  const after = [...at(given, 'engaged'), ...at(given, 'matched')].some(({ order }) => order > refusal.order);
  return after ? undefined : refusal;
}

const ROUNDS = { 'round-1': 'First round', 'round-2': 'Second round', 'round-3-or-more': 'Third round or later' } as const;

const TAKE_UP = {
  engaged: 'Takes part',
  declined: 'Declined',
  waiting: 'No answer yet',
  'ended-unanswered': 'Ended without an answer',
} as const;
const FIRST_FORM = { returned: 'Sent back', forwarded: 'Sent on' } as const;
const SOURCES = { 'approved-list': 'The approved list', tailored: 'Tailored', 'not-given': 'Not given or kept' } as const;
const OWN_SHARE = { over: 'Over 50% of the cost', some: 'Some, at most 50%', none: 'None' } as const;
const DAYS_USED = { three: 'All three', fewer: 'Fewer' } as const;

export const TALLIES = {
  'leaders-asked': {
    title: 'Leaders asked for each deployment',
    base: 'deployments for which somebody was asked',
    unit: 'count',
    needs: ['leader-asked'],
    figures: HOW_MANY,
    of: (given) => {
      const asked = at(given, 'leader-asked').length;
      return asked === 0 ? [] : oneOf(HOW_MANY, howMany(asked));
    },
  },
  'who-refused': {
    title: 'Who refused a match',
    base: 'times that a leader, or a school, was asked',
    unit: 'count',
    needs: ['leader-asked', 'leader-declined', 'school-asked-about-match', 'school-wants-another'],
    figures: { leader: 'Refused by the leader', school: 'The school wanted another' },
    of: (given) => [
      { figure: 'leader', value: at(given, 'leader-declined').length, base: at(given, 'leader-asked').length },
      { figure: 'school', value: at(given, 'school-wants-another').length, base: at(given, 'school-asked-about-match').length },
    ],
  },
  'leader-reasons': {
    title: 'Reasons that leaders gave',
    base: 'refusals of leaders; one may give several reasons',
    unit: 'count',
    needs: ['leader-declined'],
    figures: LEADER_REASONS,
    of: (given) => answersOf(given, 'leader-declined').flatMap(({ fields }) => ticked(LEADER_REASONS, fields['reasons'])),
  },
  'match-fit': {
    title: 'Whether leader and school fit',
    base: 'matches of which both are known',
    unit: 'count',
    needs: ['matched'],
    figures: {
      phase: 'The leader knows the phase',
      surroundings: 'The leader knows such surroundings',
      'other-region': 'The leader works in other regions only',
      known: 'Knew the school before',
      trained: 'Trained for the offer by then',
      'no-profile': 'Nothing is kept of the leader',
    },
    of: (given) => {
      const { life, school, leaderOn } = given;
      const role = MOMENTS[life.programme]?.leader ?? '';
      return at(given, 'matched').flatMap(({ order, on }) =>
        holdersOf(life, role, order).flatMap((person) => {
          const leader = leaderOn(person, on);
          if (leader === null) return [yes('no-profile', true)];
          const { phase, surroundings, region } = school;
          return [
            yes('no-profile', false),
            ...(phase === null ? [] : [yes('phase', leader.phases.includes(phase))]),
            ...(surroundings === null ? [] : [yes('surroundings', leader.contexts.includes(surroundings))]),
            ...(region === '' ? [] : [yes('other-region', leader.regions.length > 0 && !leader.regions.includes(region))]),
            yes('known', leader.knowsSchool),
            yes('trained', leader.trainedOn !== null && leader.trainedOn <= on),
          ];
        }),
      );
    },
  },
  'take-up': {
    title: 'What became of the offer',
    base: 'deployments in which the school was asked to take it up',
    unit: 'count',
    needs: ['asked-to-take-up', 'engaged', 'declined', 'matched'],
    figures: TAKE_UP,
    of: (given) => {
      if (at(given, 'asked-to-take-up').length === 0) return [];
      if (refusalOf(given) !== undefined) return oneOf(TAKE_UP, 'declined');
      if (at(given, 'engaged').length > 0) return oneOf(TAKE_UP, 'engaged');
      return oneOf(TAKE_UP, endOf(given.life) === null ? 'waiting' : 'ended-unanswered');
    },
  },
  'decline-reasons': {
    title: 'Reasons for which schools declined',
    base: 'schools that declined; one may give several reasons',
    unit: 'count',
    needs: ['declined', 'engaged', 'matched'],
    figures: DECLINE_REASONS,
    of: (given) => {
      const refusal = refusalOf(given);
      return refusal === undefined ? [] : ticked(DECLINE_REASONS, refusal.fields['reasons']);
    },
  },
  'decline-point': {
    title: 'When schools declined',
    base: 'schools that declined',
    unit: 'count',
    needs: ['declined', 'engaged', 'matched'],
    figures: POINT_FIGURES,
    of: (given) => {
      const refusal = refusalOf(given);
      return refusal === undefined ? [] : oneOf(POINT_FIGURES, POINTS[refusal.step] ?? '');
    },
  },
  'decline-decided-by': {
    title: 'Who decided to decline',
    base: 'schools that declined',
    unit: 'count',
    needs: ['declined', 'engaged', 'matched'],
    figures: DECIDED_BY,
    of: (given) => {
      const refusal = refusalOf(given);
      return refusal === undefined ? [] : ticked(DECIDED_BY, refusal.fields['decidedBy']);
    },
  },
  'decline-helped': {
    title: 'What could have been different',
    base: 'schools that declined; one may name several',
    unit: 'count',
    needs: ['declined', 'engaged', 'matched'],
    figures: WOULD_HAVE_HELPED,
    of: (given) => {
      const refusal = refusalOf(given);
      return refusal === undefined ? [] : ticked(WOULD_HAVE_HELPED, refusal.fields['wouldHaveHelped']);
    },
  },
  'first-form': {
    title: 'The first form that the Teaching Schools Council checked',
    base: 'deployments in which a form was checked',
    unit: 'count',
    needs: ['form-checked', 'form-returned'],
    figures: FIRST_FORM,
    of: (given) => {
      const [first] = answersOf(given, 'form-checked');
      if (first === undefined) return [];
      const returned = answersOf(given, 'form-returned').some(({ order }) => order === first.order);
      return oneOf(FIRST_FORM, returned ? 'returned' : 'forwarded');
    },
  },
  'form-rounds': {
    title: 'Times that a form was sent',
    base: 'deployments in which a form was sent',
    unit: 'count',
    needs: ['form-sent'],
    figures: HOW_MANY,
    of: (given) => {
      const sent = at(given, 'form-sent').length;
      return sent === 0 ? [] : oneOf(HOW_MANY, howMany(sent));
    },
  },
  'returned-parts': {
    title: 'Parts for which the Council sent a form back',
    base: 'times that it was sent back; several parts may be named',
    unit: 'count',
    needs: ['form-returned'],
    figures: FORM_PARTS,
    of: (given) => answersOf(given, 'form-returned').flatMap(({ fields }) => ticked(FORM_PARTS, fields['parts'])),
  },
  'refused-parts': {
    title: 'Parts for which the Department refused a form',
    base: 'refusals; several parts may be named',
    unit: 'count',
    needs: ['refused'],
    figures: FORM_PARTS,
    of: (given) => answersOf(given, 'refused').flatMap(({ fields }) => ticked(FORM_PARTS, fields['parts'])),
  },
  'returned-again': {
    title: 'The same part sent back twice in a row',
    base: 'times that a form was sent back a second time or later',
    unit: 'count',
    needs: ['form-returned'],
    figures: { any: 'At least one part', ...FORM_PARTS },
    of: (given) => {
      const parts = answersOf(given, 'form-returned').map(({ fields }) => linesIn(fields['parts'] ?? ''));
      return parts.slice(1).flatMap((now, place) => {
        const again = now.filter((part) => (parts[place] ?? []).includes(part));
        return [
          yes('any', again.length > 0),
          ...Object.keys(FORM_PARTS).flatMap((part) => (part === 'not-given' ? [] : [yes(part, again.includes(part))])),
        ];
      });
    },
  },
  'forwarded-unmended': {
    title: 'Forms sent on with a gap that had come back',
    base: 'times that the Council checked a form',
    unit: 'count',
    needs: ['form-checked', 'form-forwarded-unmended'],
    figures: { unmended: 'Sent on unmended' },
    of: (given) => [{ figure: 'unmended', value: at(given, 'form-forwarded-unmended').length, base: at(given, 'form-checked').length }],
  },
  'form-courts': {
    title: 'With whom the form lay',
    base: 'calendar days from the first sending to the approval, the end or the day of the report',
    unit: 'days',
    needs: ['form-opened', 'form-sent', 'approved'],
    figures: COURT_TITLES,
    of: (given) => formDays(given, (step) => COURTS[step?.step ?? ''] ?? 'nobody'),
  },
  'form-courts-by-round': {
    title: 'In which round the form was',
    base: 'calendar days from the first sending to the approval, the end or the day of the report',
    unit: 'days',
    needs: ['form-opened', 'form-sent', 'approved'],
    figures: ROUNDS,
    of: (given) => {
      const sent = at(given, 'form-sent');
      return formDays(given, (_, day) => {
        const round = sent.filter(({ on }) => on < day).length;
        return round >= 3 ? 'round-3-or-more' : `round-${Math.max(1, round)}`;
      });
    },
  },
  approvals: {
    title: 'Forms approved by the end of each month',
    base: 'forms that were sent by the day of the report',
    unit: 'count',
    needs: ['form-sent', 'approved'],
    figures: {},
    cumulative: true,
    of: (given) => {
      if (at(given, 'form-sent').length === 0) return [];
      const [approved] = at(given, 'approved');
      const all = { figure: ALL, value: 1, base: 0 };
      return approved === undefined ? [all] : [all, { figure: approved.on.slice(0, 7), value: 1, base: 0 }];
    },
  },
  'intervention-sources': {
    title: 'Where interventions come from',
    base: 'interventions in the newest form of each deployment',
    unit: 'count',
    needs: ['form-sent'],
    figures: SOURCES,
    of: (given) => lastForm(given).flatMap(({ source }) => ticked(SOURCES, source)),
  },
  'approval-rates': {
    title: 'Approved by the Department',
    base: 'interventions of such a kind in forms that were decided',
    unit: 'count',
    needs: ['form-sent', 'decided', 'approved'],
    figures: { 'approved-list': 'From the approved list', tailored: 'Tailored' },
    of: (given) => {
      const forms = answersOf(given, 'form-sent');
      const approvals = answersOf(given, 'approved');
      return answersOf(given, 'decided').flatMap((decision) => {
        const form = forms.findLast(({ order }) => order < decision.order);
        const approved = approvals.some(({ order }) => order === decision.order);
        return form === undefined ? [] : interventionsOf(form).flatMap(({ source }) => (source === '' ? [] : [yes(source, approved)]));
      });
    },
  },
  'cost-by-area': {
    title: 'Cost by area',
    base: 'the cost of all interventions in the newest form of each deployment',
    unit: 'pence',
    needs: ['form-sent'],
    figures: AREAS,
    of: (given) => {
      const interventions = lastForm(given);
      const all = costOf(interventions);
      return Object.keys(AREAS).map((area) => ({
        figure: area,
        value: costOf(interventions.filter((one) => (Object.hasOwn(AREAS, one.area) ? one.area : 'not-given') === area)),
        base: all,
      }));
    },
  },
  'own-school-cost': {
    title: 'Cost of what the leader’s own school delivers',
    base: 'the cost of all interventions in the newest form of each deployment',
    unit: 'pence',
    needs: ['form-sent'],
    figures: { own: 'Own school' },
    of: (given) => {
      const interventions = lastForm(given);
      return [{ figure: 'own', value: interventions.reduce((sum, one) => sum + one.ownSchoolCost, 0), base: costOf(interventions) }];
    },
  },
  'over-half-own': {
    title: 'More than half from the leader’s own school',
    base: 'newest forms of each deployment',
    unit: 'count',
    needs: ['form-sent'],
    figures: OWN_SHARE,
    of: (given) => {
      const interventions = lastForm(given);
      if (interventions.length === 0) return [];
      const own = interventions.reduce((sum, one) => sum + one.ownSchoolCost, 0);
      return oneOf(OWN_SHARE, own === 0 ? 'none' : own * 2 > costOf(interventions) ? 'over' : 'some');
    },
  },
  'begun-early': {
    title: 'Interventions begun before the approval',
    base: 'deployments in which interventions were begun',
    unit: 'count',
    needs: ['interventions-begun', 'approved'],
    figures: { early: 'Begun before the approval' },
    of: (given) => {
      const [begun] = at(given, 'interventions-begun');
      if (begun === undefined) return [];
      const approved = at(given, 'approved').findLast(({ order }) => order < begun.order);
      return [yes('early', approved === undefined || begun.on < approved.on)];
    },
  },
  'money-at-risk': {
    title: 'Money at risk',
    base: 'the cost of all interventions in the newest form of each deployment',
    unit: 'pence',
    needs: ['form-sent', 'approved'],
    figures: { risk: 'Planned to begin before the approval, or not approved yet and planned to have begun' },
    of: (given) => {
      const interventions = lastForm(given);
      const approvedOn = at(given, 'approved').at(-1)?.on;
      const risky = interventions.filter(
        ({ startsOn }) => startsOn !== null && (approvedOn === undefined ? startsOn <= given.asOf : startsOn < approvedOn),
      );
      return [{ figure: 'risk', value: costOf(risky), base: costOf(interventions) }];
    },
  },
  'missing-at-first': {
    title: 'What was missing in the first form',
    base: 'interventions in the first form of each deployment',
    unit: 'count',
    needs: ['form-sent'],
    figures: { cost: 'No cost', dates: 'No completion date', measure: 'No measure', nothing: 'None of them missing' },
    of: (given) => {
      const [first] = answersOf(given, 'form-sent');
      return (first === undefined ? [] : interventionsOf(first)).flatMap(({ cost, completedBy, measure }) => [
        yes('cost', cost === null),
        yes('dates', completedBy === null),
        yes('measure', measure === ''),
        yes('nothing', cost !== null && completedBy !== null && measure !== ''),
      ]);
    },
  },
  disagreements: {
    title: 'What the record says against what the school says',
    base: 'deployments that are, or were, recorded as declined',
    unit: 'count',
    needs: ['declined', 'engaged', 'matched'],
    figures: {
      'said-yes': 'The school itself had last said yes',
      'by-another': 'Somebody else recorded the refusal',
      reopened: 'Opened again',
    },
    of: (given) => {
      const { life } = given;
      const refusal = answersOf(given, 'declined').at(-1);
      const ended = life.ends.findIndex(({ end }) => end === 'declined');
      if (refusal === undefined && ended < 0) return [];
      const byAnother = refusal === undefined || !bySchool(life, refusal);
      const saidYes = [...answersOf(given, 'engaged'), ...answersOf(given, 'matched')].some((yesSaid) => bySchool(life, yesSaid));
      return [
        yes('said-yes', byAnother && saidYes),
        yes('by-another', byAnother),
        yes('reopened', ended >= 0 && life.ends.slice(ended + 1).some(({ end }) => end === null)),
      ];
    },
  },
  'days-given': {
    title: 'Days of the leader',
    base: 'days that three a deployment allow, where days were reported',
    unit: 'tenths-of-days',
    needs: ['days-finished', 'form-sent'],
    figures: { given: 'Days given' },
    of: (given) => {
      const days = reportedDays(given);
      return days === null ? [] : [{ figure: 'given', value: days, base: ALLOWED_TENTHS }];
    },
  },
  'days-used-up': {
    title: 'Whether all days were used',
    base: 'deployments in which days were reported',
    unit: 'count',
    needs: ['days-finished', 'form-sent'],
    figures: DAYS_USED,
    of: (given) => {
      const days = reportedDays(given);
      return days === null ? [] : oneOf(DAYS_USED, days >= ALLOWED_TENTHS ? 'three' : 'fewer');
    },
  },
} satisfies Readonly<Record<string, Tally>>;

export type TallyId = keyof typeof TALLIES;

/** Three days for each deployment, in every tier. */
const ALLOWED_TENTHS = 30;

/** The leader's days in tenths: those of the support that is finished, else those that the newest form names; null where none does. */
function reportedDays(given: TallyOf): number | null {
  const finished = answersOf(given, 'days-finished').at(-1)?.fields['days'];
  const soFar = answersOf(given, 'form-sent').at(-1)?.fields['nleDays'];
  const days = finished ?? soFar;
  return days === undefined || days === '' ? null : Math.round(Number(days) * 10);
}

/** Whether somebody of the school gave an answer themselves. */
function bySchool(life: KnownLife, { by, onBehalfOf, order }: GivenAnswer): boolean {
  return onBehalfOf === null && holdersOf(life, 'school', order).includes(by);
}
