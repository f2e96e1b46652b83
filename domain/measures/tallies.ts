/** What measures count in one deployment at a time: refusals and their reasons, what was declined and by whom, days, and all of its forms. */
import { FORM_TALLIES } from './form-tallies.ts';
import { endOf, holdersOf } from './known-life.ts';
import type { GivenAnswer, KnownLife } from './known-life.ts';
import { MOMENTS } from './moments.ts';
import { answersOf, at, HOW_MANY, howMany, oneOf, ticked, yes } from './tally.ts';
import type { Tally, TallyOf } from './tally.ts';

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

const TAKE_UP = {
  engaged: 'Takes part',
  declined: 'Declined',
  waiting: 'No answer yet',
  'ended-unanswered': 'Ended without an answer',
} as const;
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
    asksPeople: true,
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
  ...FORM_TALLIES,
  disagreements: {
    title: 'What the record says against what the school says',
    base: 'deployments that are, or were, recorded as declined',
    unit: 'count',
    needs: ['declined', 'engaged', 'matched'],
    asksPeople: true,
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
