import type { Answer, Field } from '../programme.ts';
import { addDays, longDate } from '../time/plain-date.ts';
import type { PlainDate } from '../time/plain-date.ts';
import type { FieldProblem } from './form.ts';
import { placesOf } from './form-places.ts';
import type { Place } from './form-places.ts';
import { isWellFormed } from './form-values.ts';
import type { Values } from './form-values.ts';
import { named } from './form-words.ts';

/** How far ahead a date may lie where the programme does not say: a meeting in two years is a slip of the keys. */
const MOST_DAYS_AHEAD = 366;

/** The days between which the dates of an answer lie: when the deployment began, and when the answer is given, both in London. */
export type DateFrame = { readonly beganOn: PlainDate; readonly today: PlainDate };

/**
 * The dates of an answer that cannot be meant: before the deployment began, or more than a year ahead. A programme may say otherwise
 * of a field with `earliest` and `latest`. Dates that are not well-formed or not asked are judged elsewhere.
 */
export function dateProblems(answer: Answer, given: Values, frame: DateFrame): readonly FieldProblem[] {
  return placesOf(answer.fields, given).flatMap((place): readonly FieldProblem[] => {
    const { field, value, path, standing } = place;
    if (field.kind !== 'date' || standing !== 'asked' || value === '' || !isWellFormed(field, value)) return [];
    const message = faultOf(place, value as PlainDate, frame);
    return message === null
      ? []
      : [{ kind: 'bad-field', path, message, remedy: `Look at the year of ${path}: ${longDate(value as PlainDate)}.` }];
  });
}

/** The last day that a date field may have for an answer of today; null when the programme sets no limit. */
function latestOf({ latest = MOST_DAYS_AHEAD }: Field, today: PlainDate): PlainDate | null {
  return latest === 'anytime' ? null : addDays(today, latest);
}

function faultOf(place: Place, value: PlainDate, { beganOn, today }: DateFrame): string | null {
  const { field } = place;
  const latest = latestOf(field, today);
  if ((field.earliest ?? 'began') === 'began' && value < beganOn) {
    return `${named(place)} must be on or after ${longDate(beganOn)}, the day on which this deployment began`;
  }
  if (latest === null || value <= latest) return null;
  return latest === today ? `${named(place)} must be today or earlier` : `${named(place)} must be on or before ${longDate(latest)}`;
}
