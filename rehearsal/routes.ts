import { knownFacts } from '../domain/chronology/applies.ts';
import type { ChronologyEvent } from '../domain/chronology/events.ts';
import { nthDay } from '../domain/time/days.ts';
import { londonDate } from '../domain/time/london.ts';
import { addDays } from '../domain/time/plain-date.ts';
import { changeRulesOf } from '../domain/programme.ts';
import type { Condition, Programme, RoleId, StepId } from '../domain/programme.ts';
import { play } from './play.ts';
import type { Stage } from './play.ts';
import type { Conduct, Scenario, ScenarioAnswer, ScenarioChange } from './scenario.ts';

/** An answer of a step. */
type Turn = { readonly step: StepId; readonly answer: string };

/**
 * In school days: longer than most extensions that need no approval. Shorter ones are used when the calendar ends
 * before.
 */
const MUCH_LONGER_DAYS = [150, 100, 60, 40];

/** Every answer that somebody could give in such a deployment, of the steps that answers or changes of plan lead to. */
export function turnsOf(stage: Stage): readonly Turn[] {
  const programme = asOn(stage);
  return [...shortestWays(programme).keys()].flatMap((step) => answersOf(programme, step).map((answer) => ({ step, answer })));
}

/**
 * The programme as deployments like the one on stage go through it. Whatever is not given at its start may have any
 * value.
 */
function asOn({ programme, subject, facts }: Stage): Programme {
  const known = knownFacts({ facts, subject });
  const applies = ({ when }: { readonly when?: Condition }) =>
    Object.entries(when ?? {}).every(([fact, values]) => known[fact] === undefined || values.includes(known[fact]));
  const steps = Object.values(programme.steps).filter(applies);
  const applying = (ids: readonly StepId[]) => ids.filter((id) => steps.some((step) => step.id === id));
  return {
    ...programme,
    begins: applying(programme.begins),
    steps: Object.fromEntries(
      steps.map((step) => [
        step.id,
        { ...step, answers: step.answers.filter(applies).map((answer) => ({ ...answer, opens: applying(answer.opens) })) },
      ]),
    ),
  };
}

/**
 * A scenario that leads to a step by the shortest way and gives it this answer, at the pace with the most chases; null
 * when nothing leads to the step. On the way everybody answers `late` or `at-once`. With `at-once`, a step whose date
 * is not counted from its opening has all its chases before it.
 */
export function scenarioTo(stage: Stage, { step, answer }: Turn, onTheWay: 'late' | 'at-once' = 'late'): Scenario | null {
  const { calendar, startsOn } = stage;
  const programme = asOn(stage);
  const way = shortestWays(programme).get(step);
  if (way === undefined) return null;
  const turn = (to: Turn, conduct: Conduct): ScenarioAnswer => ({
    ...to,
    round: 1,
    when: { kind: 'conduct', conduct },
    by: null,
    toldTo: null,
    fields: {},
  });
  // An optional step lapses before anybody could be late.
  const late = (id: StepId) => (programme.steps[id]?.optional === true ? 'on-time' : 'late');
  const answers = [
    ...way.map((to) => turn(to, onTheWay === 'late' ? late(to.step) : onTheWay)),
    turn({ step, answer }, onTheWay === 'at-once' && programme.steps[step]?.optional === true ? 'silent' : late(step)),
  ];
  const said = { because: 'Rehearsed', by: null };
  const changes: ScenarioChange[] = [{ on: startsOn, change: { kind: 'chase', pace: 'more', ...said } }];
  const [first] = programme.begins;
  if (step === approvalOf(programme) && first !== undefined) {
    const to = MUCH_LONGER_DAYS.map((count) => nthDay(calendar, 'school', startsOn, count)).find((day) => day.ok);
    const by = askerOf(programme, step);
    if (to?.ok) changes.push({ on: startsOn, change: { kind: 'extend', step: first, to: to.value, because: 'Rehearsed', by } });
    // Once the step is done, nobody needs to decide on more time for it.
    answers.push(turn({ step: first, answer: programme.steps[first]?.answers[0]?.id ?? '' }, 'silent'));
  }
  const scenario: Scenario = {
    title: `By the shortest way to ${step}`, // An owner who repeats a step at once would go round and round.
    everyone: onTheWay === 'late' ? 'late' : 'on-time',
    roles: {},
    answers,
    changes,
  };
  return [...way.map((to) => to.step), step].reduce((so, id) => raisedIn(stage, so, id), scenario);
}

/** The scenario in which a step is raised on the day after it may be; the same when no one need raise it. */
function raisedIn(stage: Stage, scenario: Scenario, id: StepId): Scenario {
  const { raised } = stage.programme.steps[id] ?? {};
  if (raised === undefined) return scenario;
  const { after } = raised;
  const played = play(stage, scenario);
  const events = played.ok ? played.value.events : [];
  if (events.some((event) => event.type === 'step-opened' && event.step === id)) return scenario;
  const come = events.find((event) => (after === null ? event.type === 'deployment-began' : isAnswered(event, after)));
  if (come === undefined) return scenario;
  const on = addDays(londonDate(Date.parse(come.at)), 1);
  return { ...scenario, changes: [...scenario.changes, { on, change: { kind: 'raise', step: id, because: 'Rehearsed', by: null } }] };
}

function isAnswered(event: ChronologyEvent, step: StepId): boolean {
  return event.type === 'step-answered' && event.step === step;
}

/**
 * The fewest answers that lead to each step that can be reached, by step. A step that may be raised comes after the
 * answer from which it may be.
 */
function shortestWays(programme: Programme): ReadonlyMap<StepId, readonly Turn[]> {
  const ways = new Map<StepId, readonly Turn[]>(programme.begins.map((step) => [step, []]));
  const approval = approvalOf(programme);
  if (approval !== null) ways.set(approval, []);
  const raised = Object.values(programme.steps).filter((step) => step.raised !== undefined);
  for (const step of raised) if (step.raised?.after === null) ways.set(step.id, []);
  // A map may grow while it is iterated: what is added is visited too.
  for (const [step, way] of ways) {
    for (const answer of programme.steps[step]?.answers ?? []) {
      if (!answersOf(programme, step).includes(answer.id)) continue;
      for (const opened of answer.opens) {
        if (!ways.has(opened)) ways.set(opened, [...way, { step, answer: answer.id }]);
      }
    }
    const goesOn = programme.steps[step]?.answers.find((answer) => answer.ends === null && answersOf(programme, step).includes(answer.id));
    if (goesOn === undefined) continue;
    for (const { id } of raised.filter((other) => other.raised?.after === step)) {
      if (!ways.has(id)) ways.set(id, [...way, { step, answer: goesOn.id }]);
    }
  }
  return ways;
}

/** The step that only an extension opens. */
function approvalOf(programme: Programme): StepId | null {
  return changeRulesOf(programme).extension?.approval ?? null;
}

/** Somebody who is there from the start and has to ask, because somebody else decides. */
function askerOf({ roles, steps }: Programme, approval: StepId): RoleId | null {
  const asker = Object.entries(roles).find(([id, role]) => id !== steps[approval]?.owner && role.namedLater !== true && !role.informedOnly);
  return asker?.[0] ?? null;
}

/** The answers that can be given. An automatic step has only its own. */
function answersOf(programme: Programme, id: StepId): readonly string[] {
  const step = programme.steps[id];
  if (step === undefined) return [];
  return step.automatic === null ? step.answers.map((answer) => answer.id) : [step.automatic];
}
