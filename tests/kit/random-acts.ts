import assert from 'node:assert/strict';
import fc from 'fast-check';
import { answersFor, knownFacts } from '../../domain/chronology/applies.ts';
import type { Calendar } from '../../domain/time/calendar.ts';
import type { ChangeCommand } from '../../domain/changes/change.ts';
import { openSteps, stepOf } from '../../domain/chronology/chronology.ts';
import { decide } from '../../domain/chronology/decide.ts';
import type { StepRef } from '../../domain/chronology/events.ts';
import { londonDate } from '../../domain/time/london.ts';
import { addDays, plainDate } from '../../domain/time/plain-date.ts';
import { nthDay } from '../../domain/time/days.ts';
import { daysOf, ownersOf } from '../../domain/programme.ts';
import { sameStep } from '../../domain/chronology/step-refs.ts';
import { completeAnswer } from './forms.ts';
import { attempt, carryOut, iso, passUntil } from './random-lives.ts';
import type { Life } from './random-lives.ts';

type Act = fc.Command<object, Life>;

/** Time passes, and everything that falls due on the way is carried out. */
class Pass implements Act {
  readonly #hours: number;
  constructor(hours: number) {
    this.#hours = hours;
  }
  check = () => true;
  run(_: object, life: Life): void {
    if (life.nowMs < life.lastMs) passUntil(life, life.nowMs + this.#hours * 3_600_000);
  }
  toString = () => `${this.#hours} hours pass`;
}

/** Somebody who was asked answers one of the open steps. */
class Reply implements Act {
  readonly #which: number;
  readonly #what: number;
  readonly #chances: readonly number[];
  constructor(which: number, what: number, chances: readonly number[]) {
    this.#which = which;
    this.#what = what;
    this.#chances = chances;
  }
  check = () => true;
  run(_: object, life: Life): void {
    const { chronology } = life;
    const open = openSteps(chronology);
    const record = open[this.#which % Math.max(open.length, 1)];
    if (record === undefined || life.nowMs >= life.lastMs) return;
    const step = stepOf(chronology.programme, record.step);
    const answers = answersFor(step, knownFacts(chronology));
    const chosen = answers[this.#what % answers.length];
    assert.ok(chosen, `${step.id} can be answered`);
    const [by] = ownersOf(step).flatMap((role) => chronology.parties[role] ?? []);
    assert.ok(by, `${step.id} is asked of somebody`);
    const today = londonDate(life.nowMs);
    const fields = completeAnswer(chosen.fields, this.#chances, { dates: [addDays(today, -3), today, addDays(today, 10)] });
    const { round } = record;
    const events = attempt(life, { kind: 'answer', step: step.id, round, answer: chosen.id, by, onBehalfOf: null, via: 'link', fields });
    if ('kind' in events) assert.equal(events.kind, 'beyond-horizon', `an owner may always answer: ${events.message}`);
    carryOut(life);
  }
  toString = () => `answer ${this.#what} to open step ${this.#which} (${this.#chances.join(',')})`;
}

/** Every kind of change that a person can make. */
export const KINDS = [
  'stop-clock',
  'prolong-stop',
  'resume-clock',
  'extend',
  'rematch',
  'raise',
  'change-person',
  'name-deputy',
  'end-deputy',
  'withdraw',
  'reopen',
  'correct-fact',
  'take-back-answer',
  'acknowledge',
  'hand-over',
  'send-back',
  'chase-now',
  'skip-rung',
  'set-pace',
  'adopt-calendar',
  'promise',
  'ask-for-time',
  'grant-time',
  'refuse-time',
] as const satisfies readonly ChangeCommand['kind'][];

type Kind = (typeof KINDS)[number];
/** Picks one of each list; every list must hold something. */
type Numbers = readonly [number, number, number];

/** Somebody makes a change, sensible or not. */
class Intervene implements Act {
  readonly #kind: Kind;
  readonly #numbers: Numbers;
  readonly #made: Made;
  constructor(kind: Kind, numbers: Numbers, made: Made) {
    this.#kind = kind;
    this.#numbers = numbers;
    this.#made = made;
  }
  check = () => true;
  run(_: object, life: Life): void {
    if (life.nowMs >= life.lastMs) return;
    const command = commandOf(this.#kind, this.#numbers, life);
    const before = life.chronology;
    const events = attempt(life, command);
    if ('kind' in events) return;
    this.#made.set(command.kind, (this.#made.get(command.kind) ?? 0) + 1);
    assert.notEqual(events.length, 0, 'a change that counted is in the record');
    const now = iso(life.nowMs);
    if (command.kind === 'stop-clock') {
      const stop = life.chronology.stops.at(-1);
      assert.ok(stop);
      const undone = decide(life.chronology, { kind: 'resume-clock', stop: stop.stop, on: stop.from, by: 'p', because: 'at once' }, now);
      assert.ok(undone.ok);
      assert.deepEqual(
        undone.value.filter(({ type }) => type === 'due-date-moved'),
        [],
        'resume at once changes no date',
      );
    }
    if (command.kind === 'promise' || command.kind === 'ask-for-time') {
      const dates = ({ steps }: Life['chronology']) => steps.map(({ dueOn, extension }) => [dueOn, extension]);
      assert.deepEqual(dates(life.chronology), dates(before), 'the due date and the lateness stay');
      const again = decide(life.chronology, command, now);
      assert.ok(!again.ok, 'the same promise and a second request are refused');
    }
    if (command.kind === 'correct-fact') {
      const again = decide(life.chronology, command, now);
      assert.ok(!again.ok && again.reason.kind === 'nothing-changes', 'a correction to the same changes nothing');
    }
    carryOut(life);
  }
  toString = () => `${this.#kind} ${this.#numbers.join(',')}`;
}

function commandOf(kind: Kind, [a, b, c]: Numbers, { chronology, nowMs }: Pick<Life, 'chronology' | 'nowMs'>): ChangeCommand {
  const { programme, parties, facts, steps, stops, deputies } = chronology;
  const pick = <T>(all: readonly T[], n: number, otherwise: T): T => all[n % Math.max(all.length, 1)] ?? otherwise;
  const today = londonDate(nowMs);
  const [first = ''] = programme.begins;
  const { step, round } = pick<StepRef>(a % 5 === 0 ? steps : openSteps(chronology), b, { step: first, round: 1 });
  const people = Object.values(parties).flat();
  const person = pick([...people, 'p-another', 'p-newcomer', 'p-deputy'], b, 'p-another');
  const by = pick(people, c, 'p-region');
  const said = { by, because: a === 99 ? ' ' : 'for a reason' };
  const running = stops.filter(({ resumed }) => resumed === null);
  const escalation = pick(chronology.escalations, b, undefined);
  const holder = escalation?.holders[0]?.person ?? by;
  const ref = escalation === undefined ? { step, round } : { step: escalation.step, round: escalation.round };
  switch (kind) {
    case 'stop-clock': {
      const scope = a % 2 === 0 ? null : { step, round };
      return { kind, ...said, scope, category: 'illness', from: addDays(today, 2 - (b % 20)), expectedEnd: addDays(today, c - 2) };
    }
    case 'prolong-stop':
      return { kind, ...said, stop: pick(running, a, undefined)?.stop ?? null, expectedEnd: addDays(today, c - 2) };
    case 'resume-clock':
      return { kind, ...said, stop: pick(running, a, undefined)?.stop ?? null, on: addDays(today, 1 - (b % 4)) };
    case 'extend': {
      const due = steps.find((record) => sameStep(record, { step, round }))?.dueOn ?? today;
      return { kind, ...said, step, round, dueOn: addDays(due, c - 5), agreedWith: null };
    }
    case 'raise': {
      // Most often one that can be raised; sometimes any step.
      const raisable = Object.values(programme.steps).flatMap(({ id, raised }) => (raised === undefined ? [] : [id]));
      return { kind, ...said, step: a % 5 === 0 ? step : pick(raisable, b, step) };
    }
    case 'rematch':
      return { kind, ...said, to: a % 2 === 0 ? null : person };
    case 'change-person': {
      const role = pick(Object.keys(programme.roles), a, '');
      return { kind, ...said, role, from: c % 4 === 0 ? null : pick(parties[role] ?? [], c, 'p-nobody'), to: person };
    }
    case 'name-deputy':
      return {
        kind,
        ...said,
        person,
        deputy: pick(['p-deputy', ...people], a, ''),
        from: addDays(today, (b % 8) - 2),
        to: addDays(today, c),
      };
    case 'end-deputy':
      return { kind, ...said, person: pick<{ readonly person: string }>(deputies, b, { person }).person };
    case 'withdraw':
      return { kind, ...said, because: c < 8 ? said.because : '', end: pick(Object.keys(programme.ends), a, '') };
    case 'reopen':
      return { kind, ...said };
    case 'correct-fact':
      return { kind, ...said, fact: pick(Object.keys(facts), a, ''), value: addDays(today, 2 - b) };
    case 'take-back-answer': {
      const answered = steps.filter(({ state }) => state.kind === 'answered');
      return { kind, ...said, ...refOf(pick<StepRef>(answered.slice(-2), b, { step: first, round: 1 })) };
    }
    case 'acknowledge':
      return { kind, ...ref, by: holder, onBehalfOf: null, via: 'web', because: 'I telephone.', promisedOn: addDays(today, c % 9) };
    case 'hand-over':
      return { kind, ...ref, by: holder, because: 'Hers.', to: person };
    case 'send-back':
      return { kind, ...ref, by: holder, because: 'Not mine.' };
    case 'chase-now':
      return { kind, step, round, by };
    case 'skip-rung':
      return { kind, ...said, step, round };
    case 'set-pace':
      return { kind, ...said, pace: pick(['less', 'usual', 'more'], a, 'usual') };
    case 'adopt-calendar':
      return { kind, ...said, calendar: pick(variantsOf(chronology.calendar), a, chronology.calendar) };
    case 'promise': {
      const who = asked(chronology, step, c);
      return { kind, step, round, by: who, onBehalfOf: null, via: 'link', promisedOn: addDays(today, (a % 9) - 1), words: '' };
    }
    case 'ask-for-time': {
      const due = steps.find((record) => sameStep(record, { step, round }))?.dueOn ?? today;
      const day = nthDay(chronology.calendar, daysOf(programme, stepOf(programme, step)), due > today ? due : today, 1 + (c % 12));
      const dueOn = c > 35 || !day.ok ? addDays(today, -1) : day.value;
      return { kind, step, round, by: asked(chronology, step, a), onBehalfOf: null, via: 'link', dueOn, because: said.because };
    }
    case 'grant-time':
      if (waiting(chronology).length === 0) return commandOf('ask-for-time', [a, b, c], { chronology, nowMs });
      return { kind, ...refOf(pick<StepRef>(waiting(chronology), b, { step, round })), by, words: a % 2 === 0 ? '' : 'Agreed.' };
    case 'refuse-time':
      if (waiting(chronology).length === 0) return commandOf('ask-for-time', [a, b, c], { chronology, nowMs });
      return { kind, ...said, ...refOf(pick<StepRef>(waiting(chronology), b, { step, round })) };
    default:
      return kind satisfies never;
  }
}

/** Somebody who is asked for a step. */
function asked({ programme, parties }: Life['chronology'], step: string, n: number): string {
  const owners = ownersOf(stepOf(programme, step)).flatMap((role) => parties[role] ?? []);
  return owners[n % Math.max(owners.length, 1)] ?? 'p-nobody';
}

/** The open steps for which somebody waits for more time. */
function waiting(chronology: Life['chronology']): readonly StepRef[] {
  return openSteps(chronology).filter(({ timeAsked }) => timeAsked !== null);
}

function refOf({ step, round }: StepRef): StepRef {
  return { step, round };
}

/** The same calendar, then with snow on some days, then with half terms a week later. */
function variantsOf(calendar: Calendar): readonly Calendar[] {
  const { terms } = calendar;
  const known = calendar.version.replace(/ with .*/, '');
  const snow = ['2022-09-20', '2022-10-06', '2022-11-14', '2022-11-15', '2023-01-18', '2023-03-08'];
  const later = terms.terms.map(({ halfTerm, ...term }) =>
    halfTerm === undefined ? term : { ...term, halfTerm: { startsOn: addDays(halfTerm.startsOn, 7), endsOn: addDays(halfTerm.endsOn, 7) } },
  );
  return [
    { ...calendar, version: known },
    {
      ...calendar,
      version: `${known} with snow`,
      terms: { ...terms, closures: snow.map((on) => ({ on: plainDate(on), name: 'snow' })) },
    },
    { ...calendar, version: `${known} with later half terms`, terms: { ...terms, terms: later } },
  ];
}

/** How often each kind of change was made, over all lives. */
export type Made = Map<string, number>;

/** What happens in a life: time passes, people answer, and now and then somebody makes a change. */
export function randomActs(options: {
  readonly mostActs: number;
  readonly mostHours: number;
  /** How many changes there are for each passing of time; none by default. */
  readonly changes?: number;
  readonly made?: Made;
  readonly besides?: readonly fc.Arbitrary<Act>[];
}): ReturnType<typeof fc.commands<object, Life>> {
  const { mostActs, mostHours, changes = 0, made = new Map<string, number>(), besides = [] } = options;
  const numbers = fc.tuple(fc.nat(99), fc.nat(99), fc.nat(40));
  return fc.commands<object, Life>(
    [
      fc.integer({ min: 1, max: mostHours }).map((hours): Act => new Pass(hours)),
      fc
        .tuple(fc.nat(3), fc.nat(5), fc.array(fc.nat(99), { minLength: 1, maxLength: 4 }))
        .map(([which, what, chances]): Act => new Reply(which, what === 1 ? 1 : what === 2 ? 2 : 0, chances)),
      ...Array.from({ length: changes }, () =>
        fc.tuple(fc.constantFrom(...KINDS), numbers).map(([kind, given]): Act => new Intervene(kind, given, made)),
      ),
      ...besides,
    ],
    { maxCommands: mostActs, size: 'max' },
  );
}

/** Lives one life through. Returns its state at the end. */
export function live(begins: () => Life, acts: Iterable<Act>): Life {
  let life: Life | undefined;
  fc.modelRun(() => ({ model: {}, real: (life = begins()) }), acts);
  assert.ok(life);
  return life;
}
