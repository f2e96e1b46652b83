import { eventsAskedBy } from '../domain/measures/asked-events.ts';
import { measureNamed } from '../domain/measures/evaluation.ts';
import type { Measure, MeasureId, Stratum } from '../domain/measures/evaluation.ts';
import type { Reading } from '../domain/measures/known-life.ts';
import { quantifier } from '../domain/measures/quantifiers.ts';
import { beginCounting, linesByStratum, TOGETHER } from '../domain/measures/report.ts';
import type { Section } from '../domain/measures/report.ts';
import type { Figure } from '../domain/measures/spells.ts';
import { APPROACHES } from '../domain/measures/timeliness.ts';
import { capitalised } from '../domain/words.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import type { Db } from '../postgres/database.ts';
import { countLogs } from '../postgres/counting/count-logs.ts';
import type { CountingOptions } from '../postgres/counting/count-logs.ts';
import type { MeasureJob } from '../postgres/counting/counts.ts';
import { readProgramme } from '../postgres/pinned/pinned.ts';
import type { FiguresOf } from '../postgres/views/figures.ts';
import { listTroubles, readKeptLeaders, TROUBLES } from '../postgres/views/measures.ts';
import type { AlikeTroubles, Trouble } from '../postgres/views/measures.ts';
import { followedOfLines } from '../postgres/views/timeliness.ts';
import type { FollowedOfLine } from '../postgres/views/timeliness.ts';

/** Which measure, of which deployments, broken down by what, and read on which day. */
export type MeasureOf = FiguresOf & Reading & { readonly measure: Measure; readonly by: Stratum };

export type MeasureReport = {
  readonly id: MeasureId;
  /** Deployments that were counted, whether or not anything of the measure came about in them; null where it is not counted from deployments. */
  readonly deployments: number | null;
  readonly sections: readonly Section[];
  /** What the measure says in one sentence, with its numbers; null where it has none, or nothing is counted yet. */
  readonly sentence: string | null;
  /** Programmes that do not keep what the measure needs, by their titles, with the number of deployments that are left out. */
  readonly notKept: readonly { readonly programme: string; readonly deployments: number }[];
};

/**
 * A measure of the evaluation, read from the record as it stood on a day and as it was known on a day. It is counted anew from the events each
 * time; nothing is kept for it.
 */
export async function reportMeasure(db: Db, of: MeasureOf, options: CountingOptions = {}): Promise<MeasureReport> {
  const { measure } = of;
  const { id, parts } = measure;
  const counted = parts.some(({ kind }) => kind !== 'unreachable' && kind !== 'followed');
  const fromEvents = counted ? await countEvents(db, of, options) : null;
  const others: Section[] = [];
  for (const { kind } of parts) {
    if (kind === 'unreachable') others.push(...(await countUnreachable(db, of)));
    if (kind === 'followed') others.push(...(await countFollowed(db, of)));
  }
  const sections = [...(fromEvents?.sections ?? []), ...others];
  return {
    id,
    deployments: fromEvents?.deployments ?? null,
    sections,
    sentence: sentenceOf(measure, sections),
    notKept: fromEvents?.notKept ?? [],
  };
}

async function countEvents(
  db: Db,
  of: MeasureOf,
  options: CountingOptions,
): Promise<Pick<MeasureReport, 'sections' | 'notKept'> & { readonly deployments: number }> {
  const { measure, by, asOf, knownAt } = of;
  const fits = measure.parts.some((part) => part.kind === 'tally' && part.tally === 'match-fit');
  const job: MeasureJob = {
    kind: 'measure',
    measure,
    by,
    asOf,
    knownAt,
    leaders: fits ? await readKeptLeaders(db) : null,
    events: eventsAskedBy(measure),
  };
  const counting = beginCounting(of);
  for (const counted of await countLogs(db, of, job, options)) counting.addCounted(counted);
  const notKept = await Promise.all(
    [...counting.notKept()].map(async ([programme, { deployments, version }]) => {
      const { title } = await readProgramme(db, programme, version);
      return { programme: title, deployments };
    }),
  );
  return { deployments: counting.deployments(), sections: counting.sections(), notKept };
}

/** "Most (7 of 10) first forms were sent back." Of fewer than ten: "7 of 8 first forms were sent back." */
function sentenceOf({ said }: Measure, sections: readonly Section[]): string | null {
  const figure = sections.find(({ id }) => id === said?.tally)?.lines.find(({ stratum }) => stratum === TOGETHER)?.figures[
    said?.figure ?? ''
  ];
  if (said === undefined || figure === undefined || figure.value === null || figure.base === 0) return null;
  const { value, base } = figure;
  const word = quantifier(value, base);
  return word === null ? `${value} of ${base} ${said.words}.` : `${capitalised(word)} (${value} of ${base}) ${said.words}.`;
}

const TROUBLE_TITLES: Readonly<Record<Trouble, string>> = {
  'address-refused': 'Address refused',
  'letter-refused': 'E-mail refused',
  'unknown-contact': 'Contact not known',
  'not-the-right-person': 'Not the right person',
  'no-text-number': 'No number for texts',
  'nobody-holds-the-role': 'Nobody holds the role',
  'no-telephone': 'No telephone number',
  'call-unanswered': 'Call without an answer',
  'escalation-open': 'Escalation open',
};
const AGES: Readonly<Record<AlikeTroubles['age'], string>> = {
  week: 'Under a week',
  month: '1 to under 4 weeks',
  older: '4 weeks or more',
};

/** The role of a trouble in words. */
const roleOf = ({ role }: AlikeTroubles): string => capitalised(role.replaceAll('-', ' '));

/** A table of troubles: how many of each line are of one kind. Each number is of all troubles of its line. */
function troublesSection(
  troubles: readonly AlikeTroubles[],
  lineOf: (one: AlikeTroubles) => string | null,
  { id, title, figures, figureOf }: Pick<Section, 'id' | 'title' | 'figures'> & { readonly figureOf: (one: AlikeTroubles) => string },
): Section {
  const sum = (all: readonly AlikeTroubles[]) => all.reduce((total, { count }) => total + count, 0);
  return {
    id,
    title,
    base: 'problems of all kinds',
    unit: 'count',
    figures,
    lines: linesByStratum(troubles, lineOf, (some) => {
      const base = sum(some);
      return Object.fromEntries(
        figures.map((figure) => [figure.id, { value: sum(some.filter((one) => figureOf(one) === figure.id)), base }]),
      );
    }),
  };
}

const KINDS_OF_TROUBLE = {
  id: 'troubles',
  title: 'What is in the way',
  figures: TROUBLES.map((id) => ({ id, title: TROUBLE_TITLES[id] })),
  figureOf: ({ trouble }: AlikeTroubles) => trouble,
};

/** Who could not be reached at the end of a day, by what keeps them from it: a line for each role, region or programme and version. */
export async function reportUnreachable(
  db: Db,
  of: FiguresOf & { readonly asOf: PlainDate; readonly by: 'role' | 'region' | 'programme' },
): Promise<Section> {
  const lineOf = {
    role: roleOf,
    region: ({ region }: AlikeTroubles) => region,
    programme: ({ programme, version }: AlikeTroubles) => `${programme} ${version}`,
  }[of.by];
  return troublesSection(await listTroubles(db, of), lineOf, KINDS_OF_TROUBLE);
}

/** Who cannot be reached, by what keeps them from it, by role and by age. */
async function countUnreachable(db: Db, of: MeasureOf): Promise<readonly Section[]> {
  const troubles = await listTroubles(db, of);
  const lineOf = ({ region, programme, version }: AlikeTroubles) =>
    of.by === 'all' ? null : of.by === 'region' ? region : of.by === 'programme' ? `${programme} ${version}` : TOGETHER;
  const roles = new Map(troubles.map((one) => [one.role, roleOf(one)]));
  return [
    troublesSection(troubles, lineOf, KINDS_OF_TROUBLE),
    troublesSection(troubles, lineOf, {
      id: 'trouble-roles',
      title: 'Which role',
      figures: [...roles].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([id, title]) => ({ id, title })),
      figureOf: ({ role }) => role,
    }),
    troublesSection(troubles, lineOf, {
      id: 'trouble-ages',
      title: 'For how long',
      figures: Object.entries(AGES).map(([id, title]) => ({ id, title })),
      figureOf: ({ age }) => age,
    }),
  ];
}

const FOLLOWED = {
  nothing: 'Nothing yet',
  request: 'The request',
  reminder: 'A reminder',
  overdue: 'The overdue notice',
  call: 'A call',
  escalation: 'An escalation',
} as const;
/** What answers followed, counted as in the report on timeliness. */
async function countFollowed(db: Db, of: MeasureOf): Promise<readonly Section[]> {
  const found = await followedOfLines(db, of);
  const lineOf = ({ region, programme, version }: FollowedOfLine) =>
    of.by === 'all' ? null : of.by === 'region' ? region : `${programme} ${version}`;
  return [
    {
      id: 'followed',
      title: 'What the answers followed',
      base: 'people’s answers',
      unit: 'count',
      figures: APPROACHES.map((approach) => ({ id: approach, title: FOLLOWED[approach] })),
      lines: linesByStratum(found, lineOf, (some) => {
        const counts = APPROACHES.map((approach) => [approach, some.reduce((sum, { followed }) => sum + followed[approach], 0)] as const);
        const base = counts.reduce((sum, [, count]) => sum + count, 0);
        return Object.fromEntries(counts.map(([approach, value]): [string, Figure] => [approach, { value, base }]));
      }),
    },
  ];
}

/** The measure with this id, however it is written: "m7" is M7. Undefined where there is none. */
export function measureCalled(id: string): Measure | undefined {
  return measureNamed(id.trim().toUpperCase());
}
