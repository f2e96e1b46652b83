import { createHash } from 'node:crypto';
import type { CountedResponse } from '../../domain/surveys/count-responses.ts';
import { waveFigures } from '../../domain/surveys/wave-figures.ts';
import type { WaveFigures } from '../../domain/surveys/wave-figures.ts';
import type { NetRule } from '../../domain/surveys/survey.ts';
import type { Db } from '../database.ts';
import { readKeptSurvey, readProgress } from './waves.ts';
import type { Wave } from './waves.ts';

/** The figures of a wave that has ended, and the hash by which whoever has them can tell that they are the same. */
export type FiguresOfWave = WaveFigures & {
  /** SHA-256, in hexadecimal digits, of what is shown: of what is hidden it must tell nothing. */
  readonly hash: string;
};

/** Whether a wave has ended, so that no answer joins it any more. Before that, figures of two days would tell what came between. */
export function hasEnded({ state }: Pick<Wave, 'state'>): boolean {
  return state === 'closed' || state === 'called-off';
}

/** What counts of a wave: its valid responses, in no order. */
async function readValidResponses(db: Db, wave: number): Promise<readonly CountedResponse[]> {
  const { rows } = await db.query<CountedResponse>(
    'SELECT audiences, answers FROM survey_responses WHERE wave = $1 AND excluded_because IS NULL',
    [wave],
  );
  return rows;
}

/**
 * The figures of a wave. `net` null: as its survey says. Throws for a wave that has not ended: whoever asks looks first (`hasEnded`).
 */
export async function readWaveFigures(db: Db, wave: Wave, net: NetRule | null): Promise<FiguresOfWave> {
  if (!hasEnded(wave)) throw new Error(`Wave ${wave.id} has not ended.`);
  const [survey, responses, progress] = [
    await readKeptSurvey(db, wave.survey, wave.version),
    await readValidResponses(db, wave.id),
    await readProgress(db, wave.id),
  ];
  const told = new Set<string>(progress.flatMap(({ audience, submitted }) => (submitted === null ? [] : [audience])));
  const figures = waveFigures(survey, responses, told, net ?? survey.net);
  return { ...figures, hash: createHash('sha256').update(JSON.stringify(figures)).digest('hex') };
}
