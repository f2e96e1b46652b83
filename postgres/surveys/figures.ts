import type { IntervalRule } from '../../domain/surveys/interval.ts';
import { EVERYBODY } from '../../domain/surveys/count-responses.ts';
import { responseRates } from '../../domain/surveys/response-rates.ts';
import type { ResponseRate } from '../../domain/surveys/response-rates.ts';
import { splitFigures } from '../../domain/surveys/split-figures.ts';
import type { AskedGroup, SplitResponse, SplitTable } from '../../domain/surveys/split-figures.ts';
import { splitsOf } from '../../domain/surveys/splits.ts';
import { waveFigures, withIntervals } from '../../domain/surveys/wave-figures.ts';
import type { WaveFigures } from '../../domain/surveys/wave-figures.ts';
import type { NetRule } from '../../domain/surveys/survey.ts';
import type { Db } from '../database.ts';
import { readKeptSurvey, readProgress, TOLD_FROM } from './waves.ts';
import type { Wave } from './waves.ts';

/** The figures of a wave that has ended, of everybody and by its splits, and how many answered of those whom it reached. */
export type FiguresOfWave = WaveFigures & {
  readonly splits: readonly SplitTable[];
  readonly rates: readonly ResponseRate[];
  readonly intervals: IntervalRule;
};

/** How figures are asked for. `net` null: as the survey says. */
export type FiguresAsked = { readonly net: NetRule | null; readonly intervals: IntervalRule };

/** Whether a wave has ended, so that no answer joins it any more. Before that, figures of two days would tell what came between. */
export function hasEnded({ state }: Pick<Wave, 'state'>): boolean {
  return state === 'closed' || state === 'called-off';
}

/** What counts of a wave, and of no other: its valid responses, in no order. */
async function readValidResponses(db: Db, wave: number): Promise<readonly SplitResponse[]> {
  const { rows } = await db.query<SplitResponse>(
    `SELECT audiences, answers, strata FROM survey_responses WHERE wave = $1 AND excluded_because IS NULL`,
    [wave],
  );
  return rows;
}

/**
 * How many of each audience and group of the record a wave asked, and whether enough of them answered and enough did not. The groups are those
 * that are told with responses.
 */
async function readAskedGroups(db: Db, wave: number): Promise<readonly AskedGroup[]> {
  const { rows } = await db.query<AskedGroup>(
    `SELECT audience, told.stratum, told.value, count(*)::int AS asked,
            count(*) FILTER (WHERE i.state = 'submitted') >= $2 AND count(*) FILTER (WHERE i.state <> 'submitted') >= $2 AS told
     FROM survey_members m CROSS JOIN unnest(m.audiences || $3::text) AS audience CROSS JOIN jsonb_each_text(m.strata) AS told (stratum, value)
     JOIN survey_invitations i ON i.wave = m.wave AND i.person = m.person
     WHERE m.wave = $1 AND m.left_out IS NULL GROUP BY audience, told.stratum, told.value`,
    [wave, TOLD_FROM, EVERYBODY],
  );
  return rows;
}

/** How many people a wave asked, each once. */
async function countAsked(db: Db, wave: number): Promise<number> {
  const { rows } = await db.query<{ asked: number }>(
    'SELECT count(*)::int AS asked FROM survey_members WHERE wave = $1 AND left_out IS NULL',
    [wave],
  );
  return rows[0]?.asked ?? 0;
}

/** The figures of a wave. Throws for one that has not ended: whoever asks looks first (`hasEnded`). */
export async function readWaveFigures(db: Db, wave: Wave, { net, intervals }: FiguresAsked): Promise<FiguresOfWave> {
  if (!hasEnded(wave)) throw new Error(`Wave ${wave.id} has not ended.`);
  const [survey, responses, progress, groups, everybody, titles] = [
    await readKeptSurvey(db, wave.survey, wave.version),
    await readValidResponses(db, wave.id),
    await readProgress(db, wave.id),
    await readAskedGroups(db, wave.id),
    await countAsked(db, wave.id),
    await readProgrammeTitles(db, wave.programmes),
  ];
  const told = new Set<string>(progress.flatMap(({ audience, submitted }) => (submitted === null ? [] : [audience])));
  const figures = waveFigures(survey, responses, told, net ?? survey.net);
  const askedOf = (audience: string) =>
    audience === EVERYBODY ? everybody : (progress.find((one) => one.audience === audience)?.asked ?? null);
  return {
    ...withIntervals(figures, intervals, askedOf),
    intervals,
    rates: responseRates(survey, progress),
    splits: splitFigures(survey, responses, figures, splitsOf(survey, wave.firstSplit), groups, intervals).map((table) =>
      table.by === 'programme'
        ? { ...table, rows: table.rows.map((row) => ({ ...row, groupTitle: titles.get(row.group) ?? row.group })) }
        : table,
    ),
  };
}

/** What people call programmes, by their ids: the newest title of each. */
async function readProgrammeTitles(db: Db, programmes: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const { rows } = await db.query<{ id: string; title: string }>(
    `SELECT DISTINCT ON (id) id, document ->> 'title' AS title FROM programmes WHERE id = ANY ($1::text[]) ORDER BY id, version DESC`,
    [programmes],
  );
  return new Map(rows.map(({ id, title }) => [id, title]));
}
