import { ok, refused } from '../domain/result.ts';
import type { Result } from '../domain/result.ts';
import type { Survey } from '../domain/surveys/survey.ts';
import { addDays, longDateWithWeekday } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import type { Db } from '../postgres/database.ts';
import { askedSurvey } from './plan-wave.ts';
import type { WaveAsked, WaveRefusal } from './plan-wave.ts';

/** A survey at the end of deployments as it would be made. Nobody is on its list yet. */
export type AtEndPlan = {
  readonly survey: Survey;
  readonly programmes: readonly string[];
  readonly opensOn: PlainDate;
  readonly closesOn: PlainDate;
  readonly cutOffOn: PlainDate;
  /** What its figures are split by first, and what that is called. */
  readonly firstSplit: string;
  readonly firstSplitTitle: string;
};

/** The longest that such a survey stands: a school year and its summer. */
const LONGEST_DAYS = 400;
/** The shortest: thirty school or working days lie in it, the invitation and the time to answer of somebody. */
const SHORTEST_DAYS = 50;

/**
 * What would be made where a survey is sent at the end of each deployment: those that end as completed from `opensOn` on. Refused as a wave
 * is, and where no last day is given, or one that is too soon or too late.
 */
export async function planAtEndSurvey(db: Db, wanted: WaveAsked, today: PlainDate): Promise<Result<AtEndPlan, WaveRefusal>> {
  const asked = await askedSurvey(db, wanted);
  if (!asked.ok) return asked;
  const { programmes, opensOn, closesOn } = wanted;
  const bad = (kind: 'bad-opening' | 'bad-closing' | 'bad-cut-off', message: string) =>
    refused({ kind, message, remedy: 'Give another day.' });
  const opens = longDateWithWeekday(opensOn);
  if (opensOn < today) return bad('bad-opening', `The survey cannot open on ${opens}, which has passed.`);
  if (opensOn > addDays(today, 365)) return bad('bad-opening', `The survey cannot open on ${opens}, more than a year from now.`);
  if (closesOn === null) return bad('bad-closing', 'A survey at the end of deployments needs a last day.');
  if (closesOn < addDays(opensOn, SHORTEST_DAYS) || closesOn > addDays(opensOn, LONGEST_DAYS)) {
    return bad('bad-closing', `The survey must be open for ${SHORTEST_DAYS} to ${LONGEST_DAYS} days.`);
  }
  const cutOffOn = wanted.cutOffOn ?? closesOn;
  if (cutOffOn < opensOn || cutOffOn > closesOn) {
    return bad(
      'bad-cut-off',
      `Responses cannot be valid until ${longDateWithWeekday(cutOffOn)}: the survey is open from ${opens} until ${longDateWithWeekday(closesOn)}.`,
    );
  }
  const { survey, split } = asked.value;
  return ok({ survey, programmes, opensOn, closesOn, cutOffOn, firstSplit: split.id, firstSplitTitle: split.title });
}
