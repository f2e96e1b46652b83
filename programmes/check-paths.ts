import type { Answer, Programme, Step, StepId } from '../domain/programme.ts';
import { answersFor, stepApplies } from '../domain/chronology/applies.ts';
import { factCountedFrom, ownersOf, SUBJECT_FACT } from '../domain/programme.ts';
import type { Path, Report } from './finding.ts';

/** More combinations than a programme that people can follow would have; the largest so far has a few hundred. */
const MOST_STATES = 20_000;

/** A state of a deployment: the steps that are open, and the facts known by then. */
type State = {
  readonly open: readonly StepId[];
  readonly facts: readonly string[];
  readonly held: readonly string[];
  readonly ended: boolean;
};

/** How a step came to be opened: by `answer` of `step`; null: at the start, or because somebody raised it. */
type Opener = { readonly step: StepId; readonly answer: string } | null;

/**
 * Walks every way that a deployment can take through a programme whose names are all known. Reports a step that cannot
 * be reached, one that is asked of a role before anybody can hold it, one that is counted from a fact before it is
 * recorded, and loops with no way out. Withdrawing a deployment by command does not count as a way out.
 */
export function checkPaths(programme: Programme, placeOf: (step: StepId) => Path, report: Report): void {
  const reported = new Set<string>();
  const once: Report = (path, what, ...rest) => {
    const key = JSON.stringify([path, what]);
    if (!reported.has(key)) report(path, what, ...rest);
    reported.add(key);
  };

  // The step that decides on an extension can be opened at any time, by a request for one.
  const reached = new Set<StepId>([programme.changes?.extension?.approval ?? []].flat());
  const walked = new Set<string>();
  for (const facts of everyKindOf(programme)) {
    const variant = partOf(programme, facts);
    // What a trust wishes for changes nothing for schools: each way through is walked once.
    const same = JSON.stringify(Object.values(variant.steps).map(({ id, answers }) => [stepApplies(programme, id, facts), answers]));
    if (walked.has(same)) continue;
    walked.add(same);
    const onOpening: OnOpening = (step, state, opener) => {
      reached.add(step.id);
      checkOpening({ programme: variant, step, state, opener }, placeOf, once);
    };
    const main = walkAll(variant, { begins: variant.begins, known: NOTHING_KNOWN }, onOpening);
    const walks = [main, ...raisedWalks(variant, facts, main, onOpening)];
    for (const walk of walks) {
      if (walk === null) {
        report(
          ['stages'],
          `More than ${MOST_STATES.toLocaleString('en-GB')} combinations of open steps: too many to check`,
          'Let fewer steps run beside each other.',
          'key',
        );
        return;
      }
      for (const loop of loopsWithoutExit(variant, walk)) {
        const [first = ''] = loop;
        once(
          placeOf(first),
          `A loop with no way out: ${[...loop, first].join(' → ')}`,
          'Give one of these steps an answer that ends the deployment or leads on, or let a step beside it close it.',
          'key',
        );
      }
    }
    checkDeadEnds(programme, variant, facts, placeOf, once);
  }
  for (const id of Object.keys(programme.steps)) {
    if (!reached.has(id)) {
      report(placeOf(id), `Nobody can reach "${id}": no answer that can be given opens it`, 'Let an answer open it, or remove it.', 'key');
    }
  }
}

type Facts = Readonly<Record<string, string>>;

/** Every combination of the facts on which this programme's steps and answers depend: a school in Tier 1, a trust in Tier 3, … */
function everyKindOf(programme: Programme): readonly Facts[] {
  const steps = Object.values(programme.steps);
  const conditions = [...steps, ...steps.flatMap(({ answers }) => answers)].flatMap(({ when }) => (when === undefined ? [] : [when]));
  let kinds: readonly Facts[] = [{}];
  for (const fact of new Set(conditions.flatMap((when) => Object.keys(when)))) {
    const asked = programme.starts?.find(({ id }) => id === fact) ?? recordingField(programme, fact);
    const values =
      fact === SUBJECT_FACT ? ['school', 'trust'] : asked?.kind === 'yes-no' ? ['yes', 'no'] : (asked?.options ?? []).map(({ id }) => id);
    kinds = kinds.flatMap((kind) => values.map((value) => ({ ...kind, [fact]: value })));
  }
  return kinds;
}

/** The field of an answer that is kept as this fact. */
function recordingField(programme: Programme, fact: string) {
  const fields = Object.values(programme.steps).flatMap(({ answers }) => answers.flatMap((answer) => answer.fields));
  return fields.find(({ records }) => records === fact);
}

/** The programme as a deployment with these facts goes through it. */
function partOf(programme: Programme, facts: Facts): Programme {
  const applying = (ids: readonly StepId[]) => ids.filter((id) => stepApplies(programme, id, facts));
  return {
    ...programme,
    begins: applying(programme.begins),
    steps: Object.fromEntries(
      Object.entries(programme.steps).map(([id, step]) => [
        id,
        { ...step, answers: answersFor(step, facts).map((answer) => ({ ...answer, opens: applying(answer.opens) })) },
      ]),
    ),
  };
}

/** An answer that opens only steps that do not apply: the deployment would stop there without an end. */
function checkDeadEnds(programme: Programme, variant: Programme, facts: Facts, placeOf: (step: StepId) => Path, report: Report): void {
  for (const [id, step] of Object.entries(variant.steps)) {
    if (!stepApplies(programme, id, facts)) continue;
    for (const answer of step.answers) {
      const written = programme.steps[id]?.answers.find((other) => other.id === answer.id);
      if (answer.opens.length > 0 || answer.ends !== null || (written?.opens.length ?? 0) === 0) continue;
      const kind = Object.entries(facts).map(([fact, value]) => `${fact} is ${value}`);
      report(
        [...placeOf(id), 'answers', answer.id, 'then'],
        `Where ${kind.join(' and ')}, "${answer.id}" leads nowhere: no step that it opens applies`,
        'Let it open a step that applies there too, or give those deployments an answer of their own.',
      );
    }
  }
}

/** A step that is about to open, the answer that opens it, and what is known by then. */
type Opening = { readonly programme: Programme; readonly step: Step; readonly state: State; readonly opener: Opener };

function checkOpening({ programme, step, state, opener }: Opening, placeOf: (step: StepId) => Path, report: Report): void {
  const begins = programme.begins.includes(step.id) ? 'when a deployment begins' : 'when somebody raises it';
  const when = opener === null ? begins : `when "${opener.step}" is answered "${opener.answer}"`;
  for (const role of ownersOf(step)) {
    if (programme.roles[role]?.namedLater && !state.held.includes(role)) {
      report(
        [...placeOf(step.id), role === step.owner ? 'owner' : 'with'],
        `"${step.id}" is asked of "${role}" before anybody can hold that role: ${when}`,
        `Let an earlier answer name its holder: a required field of kind person with "names: ${role}".`,
      );
    }
  }
  const fact = factCountedFrom(step);
  if (fact !== null && !state.facts.includes(fact)) {
    report(
      [...placeOf(step.id), 'countsFrom'],
      `"${fact}" is not known yet ${when}, which opens "${step.id}"`,
      `Let every answer on the way there record it, or count "${step.id}" from its opening.`,
    );
  }
}

type Known = Pick<State, 'facts' | 'held'>;

const NOTHING_KNOWN: Known = { facts: [], held: [] };

type OnOpening = (step: Step, state: State, opener: Opener) => void;

/**
 * The ways that lead on from each step that may be raised, walked by themselves: with what is known for certain at the
 * earliest moment at which it may be, and nothing else open.
 */
function raisedWalks(programme: Programme, facts: Facts, main: Walk | null, onOpening: OnOpening): readonly (Walk | null)[] {
  if (main === null) return [];
  return Object.values(programme.steps).flatMap((step) => {
    if (step.raised === undefined || !stepApplies(programme, step.id, facts)) return [];
    const { after } = step.raised;
    const known = after === null ? NOTHING_KNOWN : main.knownAfter.get(after);
    return known === undefined ? [] : [walkAll(programme, { begins: [step.id], known }, onOpening)];
  });
}

type Walk = {
  readonly states: ReadonlyMap<string, State>;
  /** The states that can follow each state, by key. */
  readonly next: ReadonlyMap<string, readonly string[]>;
  /** What is known for certain once a step has been answered, whichever way led to it. */
  readonly knownAfter: ReadonlyMap<StepId, Known>;
};

function walkAll(
  programme: Programme,
  start: { readonly begins: readonly StepId[]; readonly known: Known },
  onOpening: OnOpening,
): Walk | null {
  const knownAfter = new Map<StepId, Known>();
  const states = new Map<string, State>();
  const next = new Map<string, readonly string[]>();
  const waiting: (readonly [key: string, state: State])[] = [];
  const visit = (state: State): string => {
    const key = JSON.stringify(state);
    if (!states.has(key)) {
      states.set(key, state);
      waiting.push([key, state]);
    }
    return key;
  };
  /** Opens steps. One that Chaser answers itself waits for nobody: what it opens opens at once, unless it goes round to itself. */
  const open = (state: State, ids: readonly StepId[], opener: Opener, passed: readonly StepId[] = []): State => {
    let after = state;
    for (const id of ids) {
      if (after.ended) return after;
      const step = programme.steps[id];
      if (step !== undefined) onOpening(step, state, opener);
      const answer = passed.includes(id) ? undefined : step?.answers.find((each) => each.id === step.automatic);
      if (answer === undefined) after = { ...after, open: union(after.open, [id]) };
      else {
        after = afterAnswer(after, answer);
        if (!after.ended) after = open(after, answer.opens, { step: id, answer: answer.id }, [...passed, id]);
      }
    }
    return after;
  };

  visit(open({ open: [], ...start.known, ended: false }, start.begins, null));
  for (let due = waiting.pop(); due !== undefined; due = waiting.pop()) {
    if (states.size > MOST_STATES) return null;
    const [key, from] = due;
    const following: string[] = [];
    for (const id of from.open) {
      const step = programme.steps[id];
      const rest = { ...from, open: from.open.filter((other) => other !== id) };
      for (const answer of step?.answers ?? []) {
        const after = afterAnswer(rest, answer);
        if (!after.ended) knownAfter.set(id, inBoth(knownAfter.get(id), after));
        following.push(visit(after.ended ? after : open(after, answer.opens, { step: id, answer: answer.id })));
      }
      if (step?.optional) following.push(visit(rest));
    }
    next.set(key, following);
  }
  return { states, next, knownAfter };
}

function inBoth(some: Known | undefined, others: Known): Known {
  if (some === undefined) return { facts: others.facts, held: others.held };
  return {
    facts: some.facts.filter((fact) => others.facts.includes(fact)),
    held: some.held.filter((role) => others.held.includes(role)),
  };
}

function afterAnswer(state: State, answer: Answer): State {
  if (answer.ends !== null) return { open: [], facts: [], held: [], ended: true };
  const required = answer.fields.filter((field) => field.required && field.when === undefined);
  return {
    open: state.open.filter((id) => !answer.closes.includes(id)),
    facts: union(state.facts, [...answer.records, ...required.flatMap(({ records }) => records ?? [])]),
    held: union(
      state.held,
      required.flatMap(({ names }) => names ?? []),
    ),
    ended: false,
  };
}

/**
 * The loops that hold a deployment for ever, each as the shortest way round. A state is trapped when no end can be
 * reached from it. The fault lies with steps that keep opening each other there and have no answer that leaves them.
 */
function loopsWithoutExit(programme: Programme, walk: Walk): readonly (readonly StepId[])[] {
  const trapped = new Set(trappedStates(walk).flatMap(({ open }) => open));
  const ids = Object.keys(programme.steps).filter((id) => trapped.has(id));
  const answersOf = (id: StepId) => programme.steps[id]?.answers ?? [];
  const opensOf = (id: StepId) => answersOf(id).flatMap((answer) => answer.opens);

  const loops: { readonly way: readonly StepId[]; readonly ring: readonly StepId[]; readonly leaves: boolean }[] = [];
  for (const id of ids) {
    const way = shortestWayBack(id, opensOf);
    if (way === null || loops.some(({ ring }) => ring.includes(id))) continue;
    const ring = ids.filter((other) => reaches(id, other, opensOf) && reaches(other, id, opensOf));
    const leaves = ring.flatMap(answersOf).some((answer) => answer.ends !== null || !answer.opens.some((opened) => ring.includes(opened)));
    loops.push({ way, ring, leaves });
  }
  const closed = loops.filter(({ leaves }) => !leaves);
  // A loop can also open new steps faster than its answers close them. Then every loop in the trapped states is
  // suspect, and the first is reported.
  return (closed.length > 0 ? closed : loops.slice(0, 1)).map(({ way }) => way);
}

function trappedStates({ states, next }: Walk): readonly State[] {
  const before = new Map<string, string[]>();
  for (const [from, following] of next) {
    for (const to of following) {
      const earlier = before.get(to);
      if (earlier === undefined) before.set(to, [from]);
      else earlier.push(from);
    }
  }
  const free = new Set([...states].filter(([, { open }]) => open.length === 0).map(([key]) => key));
  // A set may grow while it is iterated: what is added is visited too.
  for (const key of free) {
    for (const earlier of before.get(key) ?? []) free.add(earlier);
  }
  return [...states].filter(([key]) => !free.has(key)).map(([, state]) => state);
}

/** The steps of the shortest loop from a step back to itself, beginning with it; null when there is none. */
function shortestWayBack(id: StepId, opensOf: (id: StepId) => readonly StepId[]): StepId[] | null {
  const ways: StepId[][] = [[id]];
  const seen = new Set<StepId>();
  for (const way of ways) {
    for (const opened of opensOf(way.at(-1) ?? id)) {
      if (opened === id) return way;
      if (!seen.has(opened)) ways.push([...way, opened]);
      seen.add(opened);
    }
  }
  return null;
}

function reaches(from: StepId, to: StepId, opensOf: (id: StepId) => readonly StepId[]): boolean {
  const reached = new Set(opensOf(from));
  for (const id of reached) {
    for (const opened of opensOf(id)) reached.add(opened);
  }
  return reached.has(to);
}

/** Both together, sorted; `some` is sorted already. Most answers add nothing to what is known, and then nothing is made anew. */
function union(some: readonly string[], more: readonly string[]): readonly string[] {
  if (more.every((each) => some.includes(each))) return some;
  return [...new Set([...some, ...more])].toSorted();
}
