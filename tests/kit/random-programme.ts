/* oxlint-disable unicorn/no-thenable -- `then` is a key of the programme's file; it never holds a function. */
import fc from 'fast-check';
import { anyCondition, anyFields } from './random-forms.ts';
import type { StartFacts } from './random-forms.ts';
import { anyLadder, anyLength, chancesFrom, defaultLadders } from './random-ladders.ts';
import type { Chances } from './random-ladders.ts';

type Written = Readonly<Record<string, unknown>>;

/**
 * The ways in which a chronology goes on: with one step, with several that are open side by side, or with steps that
 * are for some only.
 */
const SHAPES = [
  'plain',
  'refusable',
  'loop',
  'side',
  'beside',
  'joined',
  'either',
  'some',
  'automatic',
  'answered-by-kind',
  'raised',
] as const;
type Shape = (typeof SHAPES)[number];

/** A programme in the words of its file, sound by construction. */
export type RandomProgramme = { readonly text: string; readonly file: string };

/** Programmes of two to a dozen steps that use everything in the language. Shrinking takes steps away first. */
export const anyProgramme: fc.Arbitrary<RandomProgramme> = fc
  .record({
    head: numbers(20),
    blocks: fc.array(fc.record({ shape: fc.constantFrom(...SHAPES), made: numbers(60) }), { minLength: 2, maxLength: 6 }),
  })
  .map(({ head, blocks }) => {
    const document = programmeOf(chancesFrom(head), blocks);
    return { text: JSON.stringify(document, null, 2), file: 'random.yaml' };
  });

function numbers(howMany: number): fc.Arbitrary<readonly number[]> {
  return fc.array(fc.nat(999), { minLength: howMany, maxLength: howMany });
}

/** What each part of a programme must know of the whole. */
type World = {
  readonly facts: StartFacts;
  /** The block whose answers name the helper; null when somebody holds that role from the start. */
  readonly namedIn: number | null;
  readonly schoolIsCalled: boolean;
  /** How each block records its fact: as the day of the answer, as a date in a field, or not at all. */
  readonly records: readonly ('answer' | 'field' | null)[];
  /** The steps at which each block begins. Nothing follows the last block. */
  readonly entriesOf: (block: number) => readonly string[];
};

type Block = { readonly shape: Shape; readonly made: readonly number[] };

function programmeOf(chances: Chances, blocks: readonly Block[]): Written {
  const { below, once, oneOf } = chances;
  const facts: StartFacts = {
    subject: ['school', 'trust'],
    ...(once(2) ? { tier: ['tier-1', 'tier-2', 'tier-3'] } : {}),
    ...(once(3) ? { governed: ['yes', 'no'] } : {}),
  };
  const namedIn = once(2) ? below(blocks.length - 1) : null;
  const shapes = blocks.map(({ shape }, index) => (index === namedIn && hasManySteps(shape) ? 'refusable' : shape));
  const world: World = {
    facts,
    namedIn,
    schoolIsCalled: once(2),
    records: blocks.map(() => oneOf([null, 'answer', 'field'])),
    entriesOf: (block) => entriesOf(shapes[block], block),
  };
  const hasChanges = once(2);
  const steps = blocks.map(({ made }, index) => stepsOf(world, index, shapes[index] ?? 'plain', chancesFrom(made)));
  const approve = hasChanges && once(2);
  const stages = stagesOf([...steps, ...(approve ? [{ approve: approval() }] : [])], 1 + below(4));
  return {
    programme: 'random',
    version: 1 + below(3),
    title: 'A random offer',
    source: 'Made up at random',
    offer: 'Help, freely given.',
    sendingHours: oneOf(['08:00 to 18:00', '07:30 to 12:00', '09:00 to 09:30', '00:00 to 23:59']),
    dailyCap: 1 + below(5),
    roles: rolesOf(chances, world),
    ladders: defaultLadders(chances),
    ...(hasChanges ? { changes: changesOf(chances, world, blocks.length, approve) } : {}),
    starts: startsOf(facts),
    begins: world.entriesOf(0),
    completesAs: 'completed',
    ends: {
      completed: { title: 'Completed', outcome: 'completed' },
      declined: { title: 'Declined', outcome: 'declined' },
      withdrawn: { title: 'Withdrawn', outcome: 'withdrawn' },
    },
    stages,
  };
}

function rolesOf({ once, oneOf }: Chances, world: World): Written {
  const escalatesTo = oneOf(['desk', 'chief']);
  return {
    desk: {
      title: 'desk',
      heldBy: 'rdp',
      days: 'working',
      escalatesTo: 'chief',
      ...(once(2) ? { escalationTells: ['diocese', 'chief'] } : {}),
    },
    chief: { title: 'chief', heldBy: 'regional-team', days: 'working', ...(once(2) ? { escalatesTo: 'minister' } : {}) },
    minister: { title: 'minister', heldBy: 'regional-senior', days: 'working' },
    helper: {
      title: 'helper',
      days: oneOf(['working', 'school']),
      ...(world.namedIn === null ? { heldBy: 'local-authority' } : { namedLater: true }),
      calledBy: 'desk',
      escalatesTo,
      escalationTells: once(2) ? ['school'] : [],
    },
    school: { title: 'school', days: 'school', ...(world.schoolIsCalled ? { calledBy: 'desk' } : {}), escalatesTo },
    diocese: { title: 'diocese', days: 'working', informedOnly: true },
  };
}

function startsOf(facts: StartFacts): Written {
  return {
    ...(facts['tier'] ? { tier: { label: 'Tier', kind: 'choice', options: { 'tier-1': 'One', 'tier-2': 'Two', 'tier-3': 'Three' } } } : {}),
    ...(facts['governed'] ? { governed: { label: 'Is it governed?', kind: 'yes-no' } } : {}),
    remarks: { label: 'Remarks', kind: 'long-text', required: false },
  };
}

function changesOf({ below, once }: Chances, world: World, blocks: number, approve: boolean): Written {
  const { namedIn } = world;
  const [opens] = world.entriesOf(namedIn ?? 0);
  const after = world.entriesOf((namedIn ?? 0) + 1);
  const [until] = world.entriesOf(blocks - 1);
  return {
    ...(once(4) ? {} : { acknowledgeWithin: `${1 + below(3)} working days` }),
    ...(once(2) ? { askAgainAfter: '4 working days', reopenWithin: '15 working days' } : {}),
    ...(approve ? { extension: { upTo: '5 working days', approval: 'approve' } } : {}),
    ...(namedIn !== null && once(2)
      ? { rematch: { role: 'helper', opens, ...(after.length === 1 && once(2) ? { whenNamed: after[0] } : {}), until } }
      : {}),
  };
}

function approval(): Written {
  return {
    title: 'Agree to more time',
    owner: 'desk',
    source: 'Made up',
    allowed: '3 working days',
    ask: 'Please decide.',
    next: 'They are told.',
    answers: {
      agrees: { label: 'Yes', then: { extension: 'agrees' } },
      refuses: {
        label: 'No',
        fields: { why: { label: 'Why', kind: 'text', required: false } },
        then: { extension: 'refuses' },
      },
    },
  };
}

/** The blocks in this many stages, or fewer when there are not enough blocks. */
function stagesOf(blocks: readonly Written[], howMany: number): readonly Written[] {
  const size = Math.ceil(blocks.length / howMany);
  return Array.from({ length: Math.ceil(blocks.length / size) }, (_, index) => ({
    number: 2 * index + 1,
    id: `stage-${index + 1}`,
    title: `Stage ${index + 1}`,
    steps: Object.assign({}, ...blocks.slice(index * size, (index + 1) * size)) as Written,
  }));
}

function hasManySteps(shape: Shape): boolean {
  return shape === 'beside' || shape === 'joined' || shape === 'either' || shape === 'some' || shape === 'automatic';
}

function entriesOf(shape: Shape | undefined, block: number): readonly string[] {
  if (shape === undefined) return [];
  if (shape === 'beside' || shape === 'joined' || shape === 'either' || shape === 'some') return [`step-${block}`, `other-${block}`];
  return [`step-${block}`];
}

/**
 * The steps of one block. Each way through it leads to the next block, records what the block records, and names whom
 * the block names.
 */
function stepsOf(world: World, block: number, shape: Shape, chances: Chances): Written {
  const { below, once, oneOf } = chances;
  const recordsBy = world.records[block] ?? null;
  const next = world.entriesOf(block + 1);
  const onward = (label: string, besides: readonly string[] = [], closes: readonly string[] = []): Written => {
    const opens = [...next, ...besides];
    const consequence = {
      ...(opens.length > 0 ? { open: opens } : {}),
      ...(closes.length > 0 ? { close: closes } : {}),
      ...(recordsBy === 'answer' ? { record: `fact${block}` } : {}),
    };
    return {
      label,
      fields: {
        ...(block === world.namedIn ? { helper: { label: 'Who', kind: 'person', names: 'helper' } } : {}),
        ...(recordsBy === 'field' ? { on: { label: 'When', kind: 'date', records: `fact${block}` } } : {}),
        ...anyFields(chances, world.facts),
      },
      then: Object.keys(consequence).length === 0 ? 'done' : consequence,
    };
  };
  const id = `step-${block}`;
  const other = `other-${block}`;
  const done = { label: 'Done', then: 'done' };
  const step = (answers: Written, over: Written = {}, mayBeOptional = false) =>
    anyStep(world, block, chances, answers, over, mayBeOptional);
  switch (shape) {
    case 'plain':
      return { [id]: step({ yes: onward('Yes') }) };
    case 'refusable':
      return { [id]: step({ yes: onward('Yes'), no: { label: 'No', then: { end: 'declined' } } }) };
    case 'loop': {
      const back = world.entriesOf(below(block + 1));
      return {
        [id]: step({ yes: onward('Yes'), back: { label: 'Again', fields: anyFields(chances, world.facts), then: { open: back } } }),
      };
    }
    case 'side': {
      const again = once(2) ? { again: { label: 'Again', then: { open: other } } } : {};
      const rhythm = once(2) ? { countsFrom: 'round-before', allowed: oneOf(RHYTHMS), ladder: undefined } : {};
      return { [id]: step({ yes: onward('Yes', [other]) }), [other]: step({ ...again, done }, rhythm, true) };
    }
    case 'beside':
      return { [id]: step({ yes: onward('Yes', [], once(2) ? [other] : []) }), [other]: step({ done }, {}, true) };
    case 'joined':
      return { [id]: step({ yes: onward('Yes') }), [other]: step({ yes: onward('Yes') }) };
    case 'either': {
      const [when, otherwise] = anyCondition(chances, world.facts);
      return { [id]: step({ yes: onward('Yes') }, { when }), [other]: step({ yes: onward('Yes') }, { when: otherwise }) };
    }
    case 'some': {
      const [when] = anyCondition(chances, world.facts);
      return { [id]: step({ yes: onward('Yes') }), [other]: step({ done }, { when }, true) };
    }
    case 'automatic': {
      const { fields: _, ...answer } = onward('Done');
      // Chaser fills in no field, so the block records the day.
      const recorded = recordsBy === 'field' ? withRecord(answer, `fact${block}`) : answer;
      return { [id]: step({ told: recorded }, { automatic: 'told' }) };
    }
    case 'answered-by-kind': {
      const [when, otherwise] = anyCondition(chances, world.facts);
      return { [id]: step({ yes: { ...onward('Yes'), when }, so: { ...onward('So be it'), when: otherwise } }) };
    }
    case 'raised': {
      // What may be raised at any time is asked of somebody who is there from the beginning, and counted from its opening.
      const anytime = { raised: 'anytime', owner: 'desk', with: undefined, askWith: undefined, countsFrom: undefined, ladder: undefined };
      const again = once(3) ? { again: { label: 'Again', then: { open: other } } } : {};
      const answers = { ...again, ...(once(2) ? { stops: { label: 'Stop', then: { end: 'declined' } } } : {}), done };
      return { [id]: step({ yes: onward('Yes') }), [other]: step(answers, once(2) ? anytime : { raised: { after: id } }, true) };
    }
    default:
      return shape satisfies never;
  }
}

/** Times after which a step that repeats comes again, each counted from the due date of the round before. */
const RHYTHMS = ['end of following term', 'end of next whole term', '3 weeks', '10 school days', '7 calendar days'] as const;

function withRecord(answer: Written, fact: string): Written {
  const consequence = answer['then'] === 'done' ? {} : (answer['then'] as Written);
  return { ...answer, then: { ...consequence, record: fact } };
}

/** One step of a block. Its owners are held by then, it counts from what is known by then, and its ladder is random. */
function anyStep(world: World, block: number, chances: Chances, answers: Written, over: Written, mayBeOptional: boolean): Written {
  const { below, once, oneOf } = chances;
  const automatic = 'automatic' in over;
  const optional = mayBeOptional && once(3);
  const helped = world.namedIn === null || world.namedIn < block;
  const owner = oneOf(['desk', 'school', helped ? 'helper' : 'desk', automatic || optional ? 'minister' : 'school']);
  const others = ['school', 'desk', ...(helped ? ['helper'] : [])].filter((role) => role !== owner);
  const joint = once(3) ? (others[below(others.length)] ?? null) : null;
  const length = anyLength(chances);
  const called = owner === 'helper' || (owner === 'school' && world.schoolIsCalled);
  const own = once(2) && !automatic;
  const told = ['diocese', 'helper', 'chief'].filter(() => once(4));
  const noticed = automatic && told.length === 0 ? ['diocese'] : told;
  const latest = optional ? 1 : 4;
  return {
    title: 'Do it',
    owner,
    ...(joint === null ? {} : { with: joint, ...(once(2) ? { askWith: { [joint]: 'Please help {subject}.' } } : {}) }),
    source: 'Made up',
    allowed: length.allowed,
    ...(once(3) ? countedFrom(world, block, chances) : {}),
    ...(once(6) ? { notBefore: oneOf(['2022-09-12', '2023-01-09', '2022-10-29']) } : {}),
    ...(once(5) ? { assumption: 'Working days are meant.' } : {}),
    ask: 'Please do it for {subject} with {school contact}.',
    next: 'We go on.',
    answers,
    notices: noticed.map((to) => ({
      to,
      text: 'It is being done for {subject}.',
      ...(once(2) ? { at: Math.max(length.earliest, below(6) - 6 + latest) } : {}),
    })),
    ...(own ? { ladder: once(4) ? 'by-name' : anyLadder(chances, { ...length, called, optional, early: true }) } : {}),
    optional,
    explainsOffer: once(8),
    ...over,
  };
}

/** A fact that an earlier block records on every way through it. */
function countedFrom({ records }: World, block: number, { below }: Chances): Written {
  const known = records.slice(0, block).flatMap((how, index) => (how === null ? [] : [`fact${index}`]));
  const fact = known[below(Math.max(known.length, 1))];
  return fact === undefined ? {} : { countsFrom: fact };
}
