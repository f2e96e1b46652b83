import { stepOf } from '../domain/chronology/chronology.ts';
import { startForm } from '../domain/chronology/decide.ts';
import { rungNamed } from '../domain/chasing/rung-names.ts';
import type { Programme } from '../domain/programme.ts';
import { rehearsedSubject } from './cast.ts';
import { play } from './play.ts';
import type { Play, Stage } from './play.ts';
import { scenarioTo, turnsOf } from './routes.ts';

/** What the plays so far have reached. */
export type Covered = {
  /** Steps that opened. */
  readonly steps: ReadonlySet<string>;
  /** Answers given, as `step/answer`. */
  readonly answers: ReadonlySet<string>;
  /** Rungs that were sent, as `step/rung`. */
  readonly rungs: ReadonlySet<string>;
};

/** What these plays have reached together. */
export function coveredBy(programme: Programme, plays: readonly Play[]): Covered {
  const steps = new Set<string>();
  const answers = new Set<string>();
  const rungs = new Set<string>();
  for (const { events } of plays) {
    for (const event of events) {
      if (event.type === 'step-opened') steps.add(event.step);
      if (event.type === 'step-answered') answers.add(`${event.step}/${event.answer}`);
      if (event.type === 'rung-reached')
        rungs.add(`${event.step}/${rungNamed(stepOf(programme, event.step), event.rung)?.id ?? event.rung}`);
    }
  }
  return { steps, answers, rungs };
}

/**
 * The plays needed besides the standard ones: one for each answer that none has given so far, and one for each step of
 * which some chase has not been sent, in which everybody before it answers at once.
 */
export function playsTowardsTheRest(stage: Stage, played: readonly Play[]): readonly Play[] {
  const plays: Play[] = [];
  const given = new Set(coveredBy(stage.programme, played).answers);
  for (const turn of turnsOf(stage)) {
    if (given.has(keyOf(turn))) continue;
    // When the calendar ends before people who answer late get there, people who answer at once may get there.
    for (const pace of ['late', 'at-once'] as const) {
      if (given.has(keyOf(turn))) break;
      const scenario = scenarioTo(stage, turn, pace);
      const result = scenario === null ? null : play(stage, scenario);
      if (result?.ok !== true) continue;
      plays.push(result.value);
      for (const answer of coveredBy(stage.programme, [result.value]).answers) given.add(answer);
    }
  }
  const firsts = new Map(
    turnsOf(stage)
      .toReversed()
      .map((turn) => [turn.step, turn]),
  );
  const unsent = neverReached(stage.programme, coveredBy(stage.programme, [...played, ...plays])).rungs;
  for (const step of new Set(unsent.map((rung) => rung.step.id))) {
    const turn = firsts.get(step);
    const scenario = turn === undefined ? null : scenarioTo(stage, turn, 'at-once');
    const result = scenario === null ? null : play(stage, scenario);
    if (result?.ok === true) plays.push(result.value);
  }
  return plays;
}

/** More kinds of deployment than any programme distinguishes. */
const MOST_VARIANTS = 24;

/**
 * The same stage for every kind of deployment that the programme distinguishes: for schools and trusts, and for each
 * choice at its start.
 */
export function variantsOf(stage: Stage): readonly Stage[] {
  const { programme } = stage;
  const subjects = [stage.subject, rehearsedSubject(stage.subject.kind === 'school' ? 'trust' : 'school').subject];
  const stages = subjects.flatMap((subject) => {
    let said: readonly Stage['facts'][] = [{}];
    for (const { id, kind, options = [] } of startForm(programme, subject).fields) {
      const values = kind === 'yes-no' ? ['yes', 'no'] : kind === 'choice' ? options.map((option) => option.id) : [];
      if (values.length > 0) said = said.flatMap((facts) => values.map((value) => ({ ...facts, [id]: value })));
    }
    return said.map((facts): Stage => ({ ...stage, subject, facts }));
  });
  return [stage, ...stages].slice(0, MOST_VARIANTS);
}

/** Steps, answers and rungs of a programme that none of the plays has reached. */
export function neverReached(programme: Programme, covered: Covered) {
  const steps = Object.values(programme.steps);
  const reached = steps.filter(({ id }) => covered.steps.has(id));
  return {
    steps: steps.filter(({ id }) => !covered.steps.has(id)),
    answers: reached.flatMap((step) =>
      step.answers.filter(({ id }) => !covered.answers.has(`${step.id}/${id}`)).map((answer) => ({ step, answer })),
    ),
    rungs: reached.flatMap((step) =>
      step.ladder.filter(({ id }) => !covered.rungs.has(`${step.id}/${id}`)).map((rung) => ({ step, rung })),
    ),
  };
}

function keyOf({ step, answer }: { readonly step: string; readonly answer: string }): string {
  return `${step}/${answer}`;
}
