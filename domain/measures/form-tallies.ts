/** What measures count of Recommended Action Forms: how often they were sent back, where they lay, and what their interventions cost. */
import { linesIn } from '../forms/form-values.ts';
import { dateIn, endOf } from './known-life.ts';
import type { GivenAnswer, OpenedStep } from './known-life.ts';
import { ALL, answersOf, at, HOW_MANY, howMany, oneOf, ticked, yes } from './tally.ts';
import type { Increment, Tally, TallyOf } from './tally.ts';
import type { PlainDate } from '../time/plain-date.ts';
import { daysBetween } from '../time/plain-date.ts';

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
/** One intervention of a Recommended Action Form. Money in pence; null where it is missing. */
type Intervention = {
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
  const sent = at(given, 'form-sent');
  const [first] = sent;
  if (first === undefined) return [];
  const approved = at(given, 'approved').find(({ order }) => order > first.order);
  const until = approved?.on ?? endOf(life)?.on ?? asOf;
  const steps = life.steps.filter(({ step }) => COURTS[step] !== undefined);
  // Where it lies changes on the day after one of these. In between it lies where it lay, however long that is.
  const changes = [first.on, until, ...steps.flatMap(({ on, closedOn }) => [on, closedOn ?? until]), ...sent.map(({ on }) => on)];
  const edges = [...new Set(changes)].filter((day) => day >= first.on && day <= until).toSorted();
  const days = new Map<string, number>();
  for (const [at, edge] of edges.slice(1).entries()) {
    const figure = figureOf(
      steps.find(({ on, closedOn }) => on < edge && (closedOn === null || edge <= closedOn)),
      edge,
    );
    days.set(figure, (days.get(figure) ?? 0) + daysBetween(edges[at] ?? edge, edge));
  }
  const base = daysBetween(first.on, until);
  return [...[...days].map(([figure, value]) => ({ figure, value, base: 0 })), { figure: ALL, value: base, base: 0 }];
}

const ROUNDS = { 'round-1': 'First round', 'round-2': 'Second round', 'round-3-or-more': 'Third round or later' } as const;

const FIRST_FORM = { returned: 'Sent back', forwarded: 'Sent on' } as const;
const SOURCES = { 'approved-list': 'The approved list', tailored: 'Tailored', 'not-given': 'Not given or kept' } as const;
const OWN_SHARE = { over: 'Over 50% of the cost', some: 'Some, at most 50%', none: 'None' } as const;
export const FORM_TALLIES = {
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
    looksAtSteps: true,
    figures: COURT_TITLES,
    of: (given) => formDays(given, (step) => COURTS[step?.step ?? ''] ?? 'nobody'),
  },
  'form-courts-by-round': {
    title: 'In which round the form was',
    base: 'calendar days from the first sending to the approval, the end or the day of the report',
    unit: 'days',
    needs: ['form-opened', 'form-sent', 'approved'],
    looksAtSteps: true,
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
} satisfies Readonly<Record<string, Tally>>;
