import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import type { Parties, Subject } from '../../domain/chronology/events.ts';
import { plainDate } from '../../domain/time/plain-date.ts';
import type { Programme } from '../../domain/programme.ts';
import { findDeployment, listMessages, listSteps } from '../../postgres/views/deployments.ts';
import { loadProgramme } from '../../programmes/load-programmes.ts';
import { liveThrough } from '../support/live-through.ts';
import type { Choices, Raised } from '../support/live-through.ts';
import { PARTIES, URN } from '../support/people.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { deploymentWorkflowId } from '../../workflows/ids.ts';

const SCHOOL: Subject = { kind: 'school', urn: URN };
const TRUST: Subject = { kind: 'trust', trust: '99901' };
const NAMED = {
  'system-leader': 'leader',
  nle: 'leader',
  'offering-body': 'authority',
  adviser: 'leader',
  'responsible-body': 'authority',
  'supporting-organisation': 'leader-busy',
};

/** The roles of 2019 to 2020, held by the people whom the register has for them. */
const OF_2019: Parties = { 'regional-team': ['region'], 'regional-senior': ['senior'], tsc: ['coordinator'], school: ['head'] };

/** The roles of RISE, held by the people whom the register has for them. */
const OF_RISE: Parties = {
  'delivery-officer': ['coordinator'],
  'regional-team': ['region'],
  'regional-director': ['senior'],
  school: ['head'],
};

type Life = {
  readonly offer: string;
  readonly for: string;
  readonly programme: Programme;
  readonly subject: Subject;
  readonly parties?: Parties;
  readonly facts?: Readonly<Record<string, string>>;
  readonly choices: Choices;
  readonly raised?: readonly Raised[];
  /** Steps that must have been answered, not closed in another way. */
  readonly passes: readonly string[];
  /** Steps that do not apply to this life, and must never open. */
  readonly passesOver: readonly string[];
};

const EARLY = (answer: string): Choices => ({ 'recommend-early': [answer, 'nothing-further'] });
const BY_EXCEPTION = {
  route: 'self-identified',
  grounds: 'Its head asks for help.',
  agreedBy: 'Regional Director',
  agreedOn: '2040-10-01',
};
const TIERED = { tscRegion: 'north' };
const RAF = ['prepare-raf', 'agree-raf', 'check-raf', 'decide-raf', 'begin-interventions', 'complete-interventions'];
const MENDED: Choices = {
  'agree-match': ['another-nle', 'agrees'],
  'agree-raf': ['returns', 'agrees', 'agrees', 'agrees'],
  'check-raf': ['returns', 'forwards', 'forwards-unmended'],
  'decide-raf': ['refuses', 'approves'],
};

const LIVES: readonly Life[] = [
  {
    offer: 'tsi-2022-23',
    for: 'a standalone school, by exception',
    programme: programmeWith('tsi-2022-23'),
    subject: SCHOOL,
    facts: BY_EXCEPTION,
    choices: {
      ...EARLY('trust-partnership'),
      'confirm-system-leader': ['another-system-leader', 'agrees', 'agrees'],
      'approve-match': ['refuses', 'approves'],
      'first-visit': ['visited-form-follows'],
      'sign-form': ['returns', 'signs'],
    },
    passes: [
      'contact-school',
      'tell-not-chosen',
      'tell-not-approved',
      'complete-diagnostic',
      'follow-up-trust-partnership',
      'process-form',
      'pay-support',
      'send-remittance',
      'decide-partnership-wish',
      'update-regional-team',
      'collect-case-study',
    ],
    passesOver: ['contact-trust', 'governance-review'],
  },
  {
    offer: 'tsi-2022-23',
    for: 'a MAT',
    programme: programmeWith('tsi-2022-23'),
    subject: TRUST,
    choices: { 'recommend-early': ['governance-review', 'npqel', 'nothing-further'], 'review-form': ['returns', 'submits'] },
    passes: [
      'contact-trust',
      'governance-progress-review',
      'enrol-on-npqel',
      'process-form',
      'decide-governance-wish',
      'arrange-further-support',
    ],
    passesOver: ['contact-school', 'propose-trust-partnership', 'decide-partnership-wish'],
  },
  {
    offer: 'tsi-2021-22',
    for: 'a standalone school',
    programme: in2040(programmeWith('tsi-2021-22')),
    subject: SCHOOL,
    facts: { intake: 'flow' },
    choices: { ...EARLY('trust-partnership'), 'check-form': ['returns', 'complete'] },
    passes: ['agree-start', 'pay-trust-partnership', 'mend-form', 'send-grant-offer', 'send-remittance'],
    passesOver: ['governance-review', 'complete-form-later'],
  },
  {
    offer: 'tsi-2021-22',
    for: 'a MAT, by exception',
    programme: in2040(programmeWith('tsi-2021-22')),
    subject: TRUST,
    facts: { ...BY_EXCEPTION, route: 'judged-by-region', intake: 'stock' },
    choices: { 'recommend-early': ['nothing-further'], 'approve-form': ['approves-with-governance'] },
    passes: ['agree-start-in-autumn', 'brief-governance-leader', 'governance-progress-review', 'send-grant-offer', 'send-remittance'],
    passesOver: ['propose-trust-partnership', 'mend-form'],
  },
  {
    offer: 'rise-2026-27',
    for: 'an academy that is matched, with an engagement concern and two termly reviews',
    programme: programmeWith('rise-2026-27'),
    subject: SCHOOL,
    parties: OF_RISE,
    facts: { responsibleBody: 'trust', faith: 'none' },
    choices: {
      'engagement-concern': ['escalate'],
      'follow-mandation': ['information-powers', 'resolved'],
      'review-plan': ['changes-needed', 'cleared'],
      'termly-review': ['another-review', 'last-review'],
    },
    raised: [{ step: 'engagement-concern', with: 'arrange-visit', round: 1 }],
    passes: ['allocate-adviser', 'decide-mandation', 'confirm-planning-grant', 'confirm-improvement-grant', 'close-support'],
    passesOver: ['inform-diocese', 'progress-review', 'change-route', 'tell-not-eligible'],
  },
  {
    offer: 'rise-2026-27',
    for: 'a maintained Catholic school whose route changes in mid-flight',
    programme: programmeWith('rise-2026-27'),
    subject: SCHOOL,
    parties: OF_RISE,
    facts: { responsibleBody: 'local-authority', faith: 'catholic' },
    choices: {
      'record-diagnosis-decision': ['review-progress'],
      'progress-review': ['review-again', 'overtaken'],
      'change-route': ['to-matching'],
      'record-plan-decision': ['approved-unfunded'],
    },
    raised: [{ step: 'change-route', with: 'progress-review', round: 1 }],
    passes: ['inform-diocese', 'choose-supporting-organisation', 'enter-objectives', 'termly-review', 'close-support'],
    passesOver: ['engagement-concern', 'request-improvement-grant'],
  },
  ...(['trust', 'local-authority'] as const).flatMap((offeredBy) => [
    siLife('tier-1', offeredBy, {}, ['finish-days'], RAF),
    siLife('tier-2', offeredBy, MENDED, [...RAF, 'pass-on-refusal'], ['finish-days']),
    siLife('tier-3', offeredBy, {}, RAF, ['finish-days']),
  ]),
];

/** Each offer lived to its end on the real server, in skipped time: one answer a day, with each form filled in. */
describe('each offer, for every kind of school and trust', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
    await world.db.query("INSERT INTO trusts (id, name) VALUES ('99901', 'Hillside Learning Trust')");
    await world.db.query("UPDATE schools SET trust = '99901' WHERE urn = $1", [URN]);
  });
  afterAll(() => world.end());

  it('tsi-2022-23 tells system leader, RDP and regional team when the school declines at stage 4', async () => {
    const programme = programmeWith('tsi-2022-23');
    const options = { programme, subject: SCHOOL, parties: PARTIES, facts: BY_EXCEPTION };
    const reference = await liveThrough(world, options, { 'confirm-system-leader': ['declines'] }, NAMED);
    await world.postIsDone();
    assert.equal((await findDeployment(world.db, reference))?.status, 'declined');
    const told = (await listMessages(world.db, reference)).filter(({ step }) => step === 'tell-of-decline');
    assert.deepEqual(told.map(({ person, kind, state }) => `${person} ${kind} ${state}`).toSorted(), [
      'coordinator notice accepted',
      'leader notice accepted',
      'region notice accepted',
    ]);
  });

  for (const life of LIVES) {
    it(`${life.offer} comes to its end for ${life.for}`, async () => {
      const { programme, subject, parties = PARTIES, facts = {}, choices, raised = [] } = life;
      const reference = await liveThrough(world, { programme, subject, parties, facts }, choices, NAMED, raised);
      await world.postIsDone();

      assert.equal((await findDeployment(world.db, reference))?.status, 'completed');
      const steps = await listSteps(world.db, reference);
      const answered = steps.filter(({ state }) => state === 'answered').map(({ step }) => step);
      for (const step of life.passes) assert.ok(answered.includes(step), `${step} was not answered`);
      for (const step of life.passesOver) assert.ok(!steps.some((line) => line.step === step), `${step} was opened`);
      for (const [step, rounds] of Object.entries(choices)) {
        const given = steps.filter((line) => line.step === step).map(({ answer, state }) => answer ?? state);
        assert.deepEqual(given, rounds, step);
      }
      const letters = await listMessages(world.db, reference);
      assert.deepEqual(
        [...new Set(letters.map(({ state }) => state))].filter((state) => state !== 'accepted' && state !== 'suppressed'),
        [],
      );
      for (const { step, round } of steps.filter(({ state }) => state === 'answered')) {
        assert.ok(
          letters.some((letter) => letter.step === step && letter.round === round) || asksLater(programme, step),
          `nobody was asked to ${step}`,
        );
      }
      const { status } = await world.client.workflow.getHandle(deploymentWorkflowId(reference)).describe();
      assert.equal(status.name, 'COMPLETED');
    });
  }
});

/**
 * Whether the step's request comes only shortly before its due date, so that the step can be answered before it is
 * asked.
 */
function asksLater(programme: Programme, step: string): boolean {
  return programme.steps[step]?.ladder.some(({ kind, at }) => kind === 'request' && at !== 'opening') ?? false;
}

function siLife(
  tier: string,
  offeredBy: 'trust' | 'local-authority',
  choices: Choices,
  passes: readonly string[],
  passesOver: readonly string[],
): Life {
  const [asked, other] = offeredBy === 'trust' ? ['ask-trust', 'ask-authority'] : ['ask-authority', 'ask-trust'];
  return {
    offer: 'si-2019-20',
    for: `${offeredBy === 'trust' ? 'a school of a MAT' : 'a standalone school'}, ${tier}`,
    programme: programmeWith('si-2019-20'),
    subject: SCHOOL,
    parties: OF_2019,
    facts: { ...TIERED, tier, offeredBy },
    choices,
    passes: [asked, 'introduce-programme', ...passes, 'confirm-completion'],
    passesOver: [other, ...passesOver],
  };
}

function programmeWith(id: string): Programme {
  const loaded = loadProgramme(id);
  if (!loaded.ok) throw new Error(loaded.reason.message);
  return loaded.value;
}

/**
 * The clock of the tests runs in the 2040s, for which the Department has published no dates. This adds rows for those
 * years.
 */
function in2040(programme: Programme): Programme {
  const table = [
    { matchedIn: 'Autumn 2040', completeBy: plainDate('2041-04-05') },
    { matchedIn: 'Spring 2041', completeBy: plainDate('2041-07-23') },
  ];
  const steps = Object.values(programme.steps).map((step) =>
    step.allowed.unit === 'fixed-table' ? { ...step, allowed: { ...step.allowed, table } } : step,
  );
  return { ...programme, id: `${programme.id}-in-2040`, steps: Object.fromEntries(steps.map((step) => [step.id, step])) };
}
