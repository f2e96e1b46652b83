import { responseRates } from '../../domain/surveys/response-rates.ts';
import type { ResponseRate } from '../../domain/surveys/response-rates.ts';
import { regionFigures } from '../../domain/surveys/region-figures.ts';
import type { RegionResponse, RegionTable } from '../../domain/surveys/region-figures.ts';
import { waveFigures } from '../../domain/surveys/wave-figures.ts';
import type { WaveFigures } from '../../domain/surveys/wave-figures.ts';
import type { NetRule } from '../../domain/surveys/survey.ts';
import type { Db } from '../database.ts';
import { readKeptSurvey, readProgress, TOLD_FROM } from './waves.ts';
import type { Wave } from './waves.ts';

/** The figures of a wave that has ended, of everybody and by region, and how many answered of those whom it reached. */
export type FiguresOfWave = WaveFigures & { readonly regions: readonly RegionTable[]; readonly rates: readonly ResponseRate[] };

/** Whether a wave has ended, so that no answer joins it any more. Before that, figures of two days would tell what came between. */
export function hasEnded({ state }: Pick<Wave, 'state'>): boolean {
  return state === 'closed' || state === 'called-off';
}

/** What counts of a wave, and of no other: its valid responses, in no order. */
async function readValidResponses(db: Db, wave: number): Promise<readonly RegionResponse[]> {
  const { rows } = await db.query<RegionResponse>(
    `SELECT audiences, answers, strata ->> 'region' AS region FROM survey_responses WHERE wave = $1 AND excluded_because IS NULL`,
    [wave],
  );
  return rows;
}

/**
 * The audiences and regions of a wave of which enough answered and enough did not, as JSON arrays of both. The regions are those that are told with
 * responses.
 */
async function readToldRegions(db: Db, wave: number): Promise<ReadonlySet<string>> {
  const { rows } = await db.query<{ audience: string; region: string }>(
    `SELECT audience, m.strata ->> 'region' AS region
     FROM survey_members m CROSS JOIN unnest(m.audiences) AS audience JOIN survey_invitations i ON i.wave = m.wave AND i.person = m.person
     WHERE m.wave = $1 AND m.left_out IS NULL AND m.strata ? 'region' GROUP BY audience, m.strata ->> 'region'
     HAVING count(*) FILTER (WHERE i.state = 'submitted') >= $2 AND count(*) FILTER (WHERE i.state <> 'submitted') >= $2`,
    [wave, TOLD_FROM],
  );
  return new Set(rows.map(({ audience, region }) => JSON.stringify([audience, region])));
}

/**
 * The figures of a wave. `net` null: as its survey says. Throws for a wave that has not ended: whoever asks looks first (`hasEnded`).
 */
export async function readWaveFigures(db: Db, wave: Wave, net: NetRule | null): Promise<FiguresOfWave> {
  if (!hasEnded(wave)) throw new Error(`Wave ${wave.id} has not ended.`);
  const [survey, responses, progress, regions] = [
    await readKeptSurvey(db, wave.survey, wave.version),
    await readValidResponses(db, wave.id),
    await readProgress(db, wave.id),
    await readToldRegions(db, wave.id),
  ];
  const told = new Set<string>(progress.flatMap(({ audience, submitted }) => (submitted === null ? [] : [audience])));
  const figures = waveFigures(survey, responses, told, net ?? survey.net);
  return {
    ...figures,
    rates: responseRates(survey, progress),
    regions: regionFigures(survey, responses, figures, (audience, region) => regions.has(JSON.stringify([audience, region]))),
  };
}
