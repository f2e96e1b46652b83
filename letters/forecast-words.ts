/** How stored forecasts are told: in lists, on the calls of Today and on the command line. */
import { SILENCE_DAYS } from '../domain/chasing/call-help.ts';
import type { CallHelp } from '../domain/chasing/call-help.ts';
import { longDate } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import { londonDate } from '../domain/time/london.ts';
import { clockTime } from '../domain/time/time-words.ts';

/** What is known of a running deployment's forecast; null where none was worked out yet. */
export type KnownForecast = {
  readonly asOf: string;
  readonly movedOn: boolean;
  readonly usualOn: PlainDate | null;
  readonly steps: number;
  readonly assumed: number;
  readonly term: { readonly plays: number; readonly missed: number } | null;
  readonly trouble: string | null;
};

/** "Worked out on 28 November 2026 at 6am." and, where something has happened since, that it is worked out again. */
export function ageWords({ asOf, movedOn }: Pick<KnownForecast, 'asOf' | 'movedOn'>): string {
  const worked = `Worked out on ${onAt(asOf)}`;
  return movedOn ? `${worked}. Something has happened since, so we are working it out again.` : `${worked}.`;
}

/** "28 November 2026 at 6am", in London. */
function onAt(at: string): string {
  return `${longDate(londonDate(Date.parse(at)))} at ${clockTime(Date.parse(at))}`;
}

/** How likely it is that a step comes late that is due at the end of a term: "65%". */
export function termPercent({ plays, missed }: { readonly plays: number; readonly missed: number }): string {
  return `${Math.round((missed / plays) * 100)}%`;
}

/** A forecast in the words of a list: when it will be over, how likely the end of term is missed, and how old that is. */
export function forecastWords(forecast: KnownForecast | null): {
  readonly ends: string;
  readonly term: string | null;
  readonly age: string | null;
} {
  if (forecast === null) return { ends: 'Forecast not worked out yet', term: null, age: null };
  if (forecast.trouble !== null) return { ends: 'Forecast could not be worked out', term: null, age: ageWords(forecast) };
  return {
    ends: forecast.usualOn === null ? 'Expected end not known' : `Expected to finish by ${longDate(forecast.usualOn)}`,
    term: forecast.term === null ? null : `Chance of missing the end of term: ${termPercent(forecast.term)}`,
    age: `${ageWords(forecast)}${assumedWords(forecast)}`,
  };
}

/** For how many steps the forecast is the plan of the programme, where it is for any. */
function assumedWords({ steps, assumed }: Pick<KnownForecast, 'steps' | 'assumed'>): string {
  if (assumed === 0) return '';
  const which = assumed === steps ? 'all steps' : `${assumed} of ${steps} steps`;
  return ` Too few answers are known for ${which}, so the programme’s own times are used.`;
}

/**
 * Why a call helps, in whole sentences: how likely an answer is without it, what that is counted from where it is not the step's own requests, and what
 * an answer would bring.
 */
export function callHelpWords({ silence, from, requests, daysSooner, term }: CallHelp): readonly string[] {
  const days = `in the next ${SILENCE_DAYS} working days`;
  const inTen = Math.round((1 - silence) * 10);
  const answered = `Without a call, ${inTen === 0 ? 'hardly any' : inTen === 10 ? 'nearly all' : `about ${inTen} in 10`} are answered ${days}`;
  const odds =
    from === 'assumed'
      ? 'Too few requests are known that waited as long, so we expect no answer without a call.'
      : from === 'programme'
        ? `${answered}. That is counted from ${requests} requests of all steps of the programme that waited as long, because too few of this step are known.`
        : `${answered}. That is counted from ${requests} requests of this step that waited as long.`;
  const sooner = (daysSooner ?? 0) > 0 ? `the deployment would finish ${daysSooner} ${daysSooner === 1 ? 'day' : 'days'} sooner` : null;
  const likelier =
    term !== null && term.missedIfAnswered < term.missed
      ? `the chance of missing the end of term would fall from ${termPercent(term)} to ${termPercent({ ...term, missed: term.missedIfAnswered })}`
      : null;
  const brings = [likelier, sooner].filter((part) => part !== null).join(', and ');
  return [odds, brings === '' ? 'An answer tomorrow would not bring the end forward.' : `If it is answered tomorrow, ${brings}.`];
}
