import { percentOf } from '../percent.ts';
import { audienceTitles } from './count-responses.ts';
import type { Survey } from './survey.ts';

/** How many of an audience answered, of those whom the invitation reached. Somebody of two audiences counts in both. */
export type ResponseRate = {
  readonly audience: string;
  readonly audienceTitle: string;
  readonly asked: number;
  /** Whose invitation left and did not come back. */
  readonly reached: number;
  /** Null, and no percentage: fewer than ten answered, or fewer than ten did not. */
  readonly submitted: number | null;
  readonly percent: number | null;
};

type Progress = Pick<ResponseRate, 'audience' | 'asked' | 'reached' | 'submitted'>;

/**
 * The response rates of a wave, in the order of its progress: submitted over reached, in whole per cent, a half upwards. 40 answered of 60 asked, of
 * whom 10 could not be reached: 40 of 50, 80%. Nobody reached has no percentage.
 */
export function responseRates(survey: Survey, progress: readonly Progress[]): readonly ResponseRate[] {
  const titles = new Map(audienceTitles(survey).map(({ id, title }) => [id, title]));
  return progress.map(({ audience, asked, reached, submitted }) => ({
    ...{ audience, audienceTitle: titles.get(audience) ?? audience, asked, reached, submitted },
    percent: submitted === null || reached === 0 ? null : percentOf(submitted, reached),
  }));
}
