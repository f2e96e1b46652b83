/**
 * Where each programme records what measures speak of. A programme that does not record it is left out of the measure, and the report says
 * so. A programme that is new gets its lines here.
 */
import type { AnswerId, FactId, FieldId, RoleId, StepId } from '../programme.ts';
import type { PlainDate } from '../time/plain-date.ts';
import { dateIn } from './known-life.ts';
import type { GivenAnswer, KnownLife } from './known-life.ts';

export const MOMENT_IDS = [
  'judged',
  'offered',
  'asked-to-take-up',
  'engaged',
  'declined',
  'leader-asked',
  'leader-declined',
  'school-asked-about-match',
  'school-wants-another',
  'matched',
  'contacted',
  'date-agreed',
  'visited',
  'days-finished',
  'form-opened',
  'form-sent',
  'form-agreed',
  'form-checked',
  'form-passed-on',
  'form-returned',
  'form-forwarded-unmended',
  'decision-asked',
  'decided',
  'approved',
  'refused',
  'refusal-passed-on',
  'interventions-begun',
] as const;
export type MomentId = (typeof MOMENT_IDS)[number];

/** `field`: holds the day on which it happened, which may be before the answer. `fact`: remembers that day, and may be corrected. */
type AnswerMoment = {
  readonly kind: 'answer';
  readonly of: readonly { readonly step: StepId; readonly answers: readonly AnswerId[] }[];
  readonly field?: FieldId;
  readonly fact?: FactId;
};
export type Moment =
  AnswerMoment | { readonly kind: 'opened'; readonly steps: readonly StepId[] } | { readonly kind: 'fact'; readonly fact: FactId };

export type Moments = {
  /** The role of the leader who is matched. */
  readonly leader: RoleId;
  /** The fact that tells the tier, and that of the region of the Teaching Schools Council; absent where there is none. */
  readonly tier?: FactId;
  readonly hubRegion?: FactId;
  readonly at: Readonly<Partial<Record<MomentId, Moment>>>;
};

const answer = (step: StepId, answers: readonly AnswerId[], more: Pick<AnswerMoment, 'field' | 'fact'> = {}): Moment => ({
  kind: 'answer',
  of: [{ step, answers }],
  ...more,
});
const answers = (...of: readonly (readonly [StepId, AnswerId])[]): Moment => ({
  kind: 'answer',
  of: of.map(([step, id]) => ({ step, answers: [id] })),
});
const opened = (...steps: readonly StepId[]): Moment => ({ kind: 'opened', steps });

export const MOMENTS: Readonly<Record<string, Moments>> = {
  'si-2019-20': {
    leader: 'nle',
    tier: 'tier',
    hubRegion: 'tscRegion',
    at: {
      judged: { kind: 'fact', fact: 'judgedOn' },
      offered: answer('contact-school', ['contacted']),
      'asked-to-take-up': opened('engage'),
      engaged: answer('engage', ['engages']),
      declined: answers(['engage', 'declines'], ['introduce-programme', 'declines'], ['agree-match', 'declines']),
      'leader-asked': opened('accept-deployment'),
      'leader-declined': answer('accept-deployment', ['declines']),
      'school-asked-about-match': answer('agree-match', ['agrees', 'another-nle', 'declines']),
      'school-wants-another': answer('agree-match', ['another-nle']),
      matched: answer('agree-match', ['agrees'], { fact: 'matchedOn' }),
      contacted: answer('make-contact', ['contacted'], { field: 'contactedOn' }),
      'date-agreed': answer('agree-date', ['agreed']),
      visited: answer('visit-school', ['visited'], { field: 'visitedOn', fact: 'firstVisitOn' }),
      'days-finished': answer('finish-days', ['finished'], { field: 'finishedOn' }),
      'form-opened': opened('prepare-raf', 'agree-raf', 'check-raf', 'decide-raf', 'pass-on-refusal'),
      'form-sent': answer('prepare-raf', ['sent']),
      'form-agreed': answer('agree-raf', ['agrees']),
      'form-checked': answer('check-raf', ['forwards', 'forwards-unmended', 'returns']),
      'form-passed-on': answer('check-raf', ['forwards', 'forwards-unmended']),
      'form-returned': answer('check-raf', ['returns']),
      'form-forwarded-unmended': answer('check-raf', ['forwards-unmended']),
      'decision-asked': opened('decide-raf'),
      decided: answer('decide-raf', ['approves', 'refuses']),
      approved: answer('decide-raf', ['approves']),
      refused: answer('decide-raf', ['refuses']),
      'refusal-passed-on': answer('pass-on-refusal', ['passed-on']),
      'interventions-begun': answer('begin-interventions', ['begun'], { field: 'begunOn', fact: 'interventionsBegunOn' }),
    },
  },
  'tsi-2021-22': {
    leader: 'system-leader',
    at: {
      offered: answer('offer-support', ['offered']),
      'asked-to-take-up': opened('take-up-offer'),
      engaged: answer('take-up-offer', ['accepts']),
      declined: answers(['take-up-offer', 'declines'], ['confirm-match', 'declines']),
      'leader-asked': opened('confirm-availability'),
      'leader-declined': answer('confirm-availability', ['no']),
      'school-asked-about-match': answer('confirm-match', ['agrees', 'another-system-leader', 'declines']),
      'school-wants-another': answer('confirm-match', ['another-system-leader']),
      matched: answer('confirm-match', ['agrees']),
      contacted: {
        kind: 'answer',
        of: [
          { step: 'make-contact', answers: ['contacted'] },
          { step: 'make-contact-in-autumn', answers: ['contacted'] },
        ],
        field: 'contactedOn',
      },
      'date-agreed': answers(['agree-start', 'agreed'], ['agree-start-in-autumn', 'agreed']),
    },
  },
  'tsi-2022-23': {
    leader: 'system-leader',
    at: {
      'asked-to-take-up': opened('confirm-participation'),
      engaged: answer('confirm-participation', ['accepts']),
      declined: answers(['confirm-participation', 'declines'], ['confirm-system-leader', 'declines']),
      'leader-asked': opened('confirm-ability'),
      'leader-declined': answer('confirm-ability', ['no']),
      'school-asked-about-match': answer('confirm-system-leader', ['agrees', 'another-system-leader', 'declines']),
      'school-wants-another': answer('confirm-system-leader', ['another-system-leader']),
      matched: answer('approve-match', ['approves']),
      'date-agreed': answer('arrange-first-meeting', ['arranged']),
      visited: {
        kind: 'answer',
        of: [{ step: 'first-visit', answers: ['visited', 'visited-form-follows'] }],
        field: 'visitedOn',
        fact: 'firstVisitOn',
      },
    },
  },
};

/** One time that a moment came about. `order`: its place in the log; a fact of the start comes before everything. */
export type Occurrence = {
  readonly order: number;
  readonly on: PlainDate;
  readonly step: StepId | null;
  readonly round: number;
  readonly answer: GivenAnswer | null;
};

/** Each time that a moment came about by the end of a day, in the order of the log; none where the programme does not record it. */
export function occurrencesOf(life: KnownLife, id: MomentId, asOf: PlainDate): readonly Occurrence[] {
  const moment = MOMENTS[life.programme]?.at[id];
  if (moment === undefined) return [];
  switch (moment.kind) {
    case 'fact': {
      const on = dateIn(life.facts[moment.fact]);
      return on === null || on > asOf ? [] : [{ order: -1, on, step: null, round: 0, answer: null }];
    }
    case 'opened':
      return life.steps
        .filter(({ step }) => moment.steps.includes(step))
        .map(({ order, on, step, round }) => ({ order, on, step, round, answer: null }));
    case 'answer': {
      const given = life.answers.filter((one) => moment.of.some(({ step, answers: ids }) => step === one.step && ids.includes(one.answer)));
      return given.flatMap((one, at) => {
        const on = dateOf(life, moment, one, given[at + 1]?.order ?? Infinity);
        return on <= asOf ? [{ order: one.order, on, step: one.step, round: one.round, answer: one }] : [];
      });
    }
    default:
      return moment satisfies never;
  }
}

/** The day of an answer: that of the correction of its fact, else that in its field, else that on which it was given. */
function dateOf({ corrections }: KnownLife, { field, fact }: AnswerMoment, given: GivenAnswer, before: number): PlainDate {
  const corrected = corrections.findLast((one) => one.fact === fact && one.order > given.order && one.order < before);
  return dateIn(corrected?.to) ?? (field === undefined ? null : dateIn(given.fields[field])) ?? given.on;
}

/** Whether a programme records all of these moments. Every programme records none: what asks for no moment counts in all of them. */
export function records(programme: string, ids: readonly MomentId[]): boolean {
  return ids.every((id) => MOMENTS[programme]?.at[id] !== undefined);
}

/** The steps by which any programme records these moments. */
export function stepsOfMoments(ids: readonly MomentId[]): readonly StepId[] {
  const steps = Object.values(MOMENTS).flatMap(({ at }) =>
    ids.flatMap((id) => {
      const moment = at[id];
      if (moment === undefined || moment.kind === 'fact') return [];
      return moment.kind === 'opened' ? moment.steps : moment.of.map(({ step }) => step);
    }),
  );
  return [...new Set(steps)];
}
