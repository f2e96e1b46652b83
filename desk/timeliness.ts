import type { Section } from '../domain/measures/report.ts';
import { timelinessOf } from '../domain/measures/timeliness.ts';
import type { Timeliness } from '../domain/measures/timeliness.ts';
import { capitalised } from '../domain/words.ts';
import type { Db } from '../postgres/database.ts';
import { readProgramme } from '../postgres/pinned/pinned.ts';
import { requestsOfLines } from '../postgres/views/timeliness.ts';
import type { AskedOf, RequestsOfLine } from '../postgres/views/timeliness.ts';
import { reportUnreachable } from './measures.ts';

export type TimelinessLine = Timeliness & {
  /** A step, a role, a region or a programme: its id, and its title in words for people. */
  readonly id: string;
  readonly title: string;
  /** The programme of a step or a programme; '' where a line is about several. */
  readonly programme: string;
};

export type TimelinessReport = {
  readonly lines: readonly TimelinessLine[];
  readonly all: Timeliness;
  /** Who could not be reached at the end of the day: by region or programme where the lines are those, and else by role. */
  readonly unreachable: Section;
};

/**
 * How timely the requests of a period were answered, line by line, as they stood at the end of a day. A role or a region counts over all
 * programmes, a step within its own. Steps come in the order of their programme,
 * everything else in the order of its name.
 */
export async function reportTimeliness(db: Db, of: AskedOf): Promise<TimelinessReport> {
  const [requests, unreachable] = await Promise.all([
    requestsOfLines(db, of),
    reportUnreachable(db, { ...of, by: of.by === 'step' ? 'role' : of.by }),
  ]);
  const acrossProgrammes = of.by === 'role' || of.by === 'region';
  const byLine = Map.groupBy(requests, ({ line, programme }) => JSON.stringify(acrossProgrammes ? [line] : [line, programme]));
  const lines = await Promise.all(
    [...byLine.values()].map(async (some) => {
      const newest = some.reduce((one, other) => (other.version > one.version ? other : one));
      const { title, place } = await nameOf(db, of, newest);
      return { place, line: { id: newest.line, title, programme: acrossProgrammes ? '' : newest.programme, ...timelinessOf(some) } };
    }),
  );
  return {
    unreachable,
    lines: lines
      .toSorted(
        (one, other) =>
          one.line.programme.localeCompare(other.line.programme) ||
          one.place - other.place ||
          one.line.title.localeCompare(other.line.title, 'en-GB'),
      )
      .map(({ line }) => line),
    all: timelinessOf(requests),
  };
}

/** What a line is called in the newest version of its programme, and for a step its place there. */
async function nameOf(
  db: Db,
  { by }: AskedOf,
  { line, programme, version }: RequestsOfLine,
): Promise<{ readonly title: string; readonly place: number }> {
  if (by === 'region') return { title: line === '' ? 'No region known' : line, place: 0 };
  const { title, roles, steps } = await readProgramme(db, programme, version);
  switch (by) {
    case 'step':
      return { title: steps[line]?.title ?? line, place: Object.keys(steps).indexOf(line) };
    case 'role':
      return { title: capitalised(roles[line]?.title ?? line), place: 0 };
    case 'programme':
      return { title, place: 0 };
    default:
      return by satisfies never;
  }
}
