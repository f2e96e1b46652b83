import { percentOf } from '../percent.ts';
import { countResponses, EVERYBODY } from './count-responses.ts';
import type { CountedResponse } from './count-responses.ts';
import { hiddenRegions } from './suppress.ts';
import type { Survey } from './survey.ts';
import { NET } from './tabulate.ts';
import type { WaveFigures } from './wave-figures.ts';

/** A valid response with its region; null: none is told with it. */
export type RegionResponse = CountedResponse & { readonly region: string | null };

/** How many of one region gave the answers that are shown together, of those who answered. */
export type RegionRow = {
  readonly title: string;
  readonly audience: string;
  readonly audienceTitle: string;
  readonly region: string;
  readonly base: number;
  readonly count: number;
  readonly percent: number;
};

/** The regions of one question. `net` are the answers that are shown together: "Were satisfied or very satisfied". */
export type RegionTable = { readonly id: string; readonly title: string; readonly net: string; readonly rows: readonly RegionRow[] };

/** Whether a region is told of an audience: at least ten of it answered there, and at least ten did not. */
export type ToldRegions = (audience: string, region: string) => boolean;

/**
 * The answers that are shown together, by region: of each row whose sum `figures` shows, and of no other, so that no region follows from a sum
 * that is not said. What is left out of a row is left out with so much else that nothing follows from the sum (`hiddenRegions`). Single answers are
 * not counted by region. Empty where no response tells its region, as in a survey at the end of deployments.
 */
export function regionFigures(
  survey: Survey,
  responses: readonly RegionResponse[],
  figures: WaveFigures,
  told: ToldRegions,
): readonly RegionTable[] {
  const byRegion = [...Map.groupBy(responses, ({ region }) => region).entries()]
    .toSorted(([one], [other]) => ((one ?? '') < (other ?? '') ? -1 : 1))
    .map(([region, of]) => ({ region, counted: countResponses(survey, of) }));
  const isTold = (audience: string, region: string) =>
    audience === EVERYBODY ? survey.audiences.every(({ id }) => told(id, region)) : told(audience, region);
  return figures.tables.flatMap(({ id, title, rows }) => {
    const net = byRegion[0]?.counted.find(({ table }) => table.id === id)?.table.net;
    if (net === undefined || net === null) return [];
    const shown = rows.flatMap((row): readonly RegionRow[] => {
      if (typeof row.cells.find((cell) => cell.id === NET)?.count !== 'number') return [];
      const groups = byRegion.map(({ region, counted }) => {
        const found = counted
          .find(({ table }) => table.id === id)
          ?.table.rows.find((one) => one.title === row.title && one.audience === row.audience);
        const count = net.of.reduce((sum, option) => sum + (found?.counts[option] ?? 0), 0);
        return { region, base: found?.base ?? 0, count, told: region !== null && isTold(row.audience, region) };
      });
      const hidden = hiddenRegions(groups);
      const { title: of, audience, audienceTitle } = row;
      return groups.flatMap(({ region, base, count }) =>
        region === null || hidden.has(region)
          ? []
          : [{ title: of, audience, audienceTitle, region, base, count, percent: percentOf(count, base) }],
      );
    });
    return shown.length === 0 ? [] : [{ id, title, net: net.title, rows: shown }];
  });
}
