import type { Reach, RegionMoved } from '../domain/reach.ts';
import { inWords } from '../domain/words.ts';
import type { ReachDecision, Touched } from '../postgres/pinned/programme-versions.ts';
import { REGIONS } from '../register/regions.ts';

/** "all regions", "London and South West only", "no region: it is withdrawn" */
export function reachInWords(reach: Reach): string {
  if (reach === 'everywhere') return 'all regions';
  return reach === 'nowhere' ? 'no region: it is withdrawn' : `${inWords(reach)} only`;
}

/** A decision and what it was, by what had been decided on the version before: "Published as a pilot in London". */
export type DecisionInWords = ReachDecision & { readonly what: string };

/** Decisions, the newest first, each with what it was. */
export function decisionsInWords(decisions: readonly ReachDecision[]): readonly DecisionInWords[] {
  return decisions.map((decision, at) => {
    const before = decisions.slice(at + 1).find(({ version }) => version === decision.version)?.reach;
    return { ...decision, what: whatOf(decision.reach, before) };
  });
}

function whatOf(reach: Reach, before: Reach | undefined): string {
  if (reach === 'nowhere') return 'Withdrawn';
  const where = reach === 'everywhere' ? 'in all regions' : `as a pilot in ${inWords(reach)}`;
  if (before === undefined) return `Published ${where}`;
  return before === 'nowhere'
    ? `Published again ${where}`
    : reach === 'everywhere'
      ? 'Widened to all regions'
      : `Widened to ${inWords(reach)}`;
}

/**
 * In which regions new deployments begin with another version, a sentence for each pair of versions: "New deployments in London begin
 * with version 2 instead of version 1."
 */
export function movedInWords(moved: readonly RegionMoved[]): readonly string[] {
  const pairs = Map.groupBy(moved, ({ before, after }) => `${before}/${after}`);
  return [...pairs.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const { before, after } = first;
    const instead = before === null ? '' : ` instead of version ${before}`;
    return `New deployments ${whereOf(same.map(({ region }) => region))} ${
      after === null ? `cannot begin any more with version ${before}` : `begin with version ${after}${instead}`
    }.`;
  });
}

/** What a change of reach leaves as it is, in sentences. */
export function keptInWords({ running, prepared }: Touched): readonly string[] {
  const versions = Map.groupBy(running, ({ version }) => version);
  return [
    ...[...versions].map(([version, lines]) => {
      const count = lines.reduce((sum, line) => sum + line.count, 0);
      const where = inWords(lines.map((line) => `${line.count} in ${line.region === '' ? 'a region that is not known' : line.region}`));
      return `${count} running ${count === 1 ? 'deployment keeps' : 'deployments keep'} version ${version}: ${where}.`;
    }),
    ...prepared.map(
      ({ version, count }) =>
        `${count} ${count === 1 ? 'start that is prepared in a list keeps' : 'starts that are prepared in lists keep'} version ${version}.`,
    ),
  ];
}

function whereOf(regions: readonly string[]): string {
  const named = regions.filter((region) => region !== '');
  if (named.length === REGIONS.length) return 'in all regions';
  return `in ${inWords([...named, ...(named.length < regions.length ? ['regions that are not known'] : [])])}`;
}
