import { amountOf, isWellFormed, valueOfAmount } from './form-values.ts';
import { standingOf } from './form-places.ts';
import type { Place } from './form-places.ts';
import { named, quantityWords } from './form-words.ts';
import type { Field, Total } from '../programme.ts';

/** What is wrong with a well-formed value, given its limits and the values of other fields; null when nothing is. */
export function brokenRule(place: Place): string | null {
  const { field, value } = place;
  const { kind } = field;
  const what = named(place);
  if (kind === 'money' || kind === 'number') {
    const amount = amountOf(kind, value);
    if (field.min !== undefined && amount < amountOf(kind, field.min)) return `${what} must be ${quantityWords(kind, field.min)} or more`;
    if (field.max !== undefined && amount > amountOf(kind, field.max)) return `${what} must be ${quantityWords(kind, field.max)} or less`;
    if (field.multipleOf !== undefined && amount % amountOf(kind, field.multipleOf) !== 0) {
      return `${what} must be a multiple of ${quantityWords(kind, field.multipleOf)}`;
    }
    const count = field.each === undefined ? null : otherValue(place, field.each.of);
    if (field.each !== undefined && count !== null && amount > Number(count.value) * field.each.pence) {
      return `${what} must not be more than ${quantityWords(kind, String(field.each.pence))} for each of ${inFull(count)}`;
    }
    const most = otherValue(place, field.atMost);
    if (most !== null && amount > amountOf(kind, most.value)) return `${what} must not be more than ${inFull(most)}`;
  }
  if (kind === 'date') {
    const start = otherValue(place, field.after);
    if (start !== null && value <= start.value) return `${what} must be after ${inFull(start)}`;
    const first = otherValue(place, field.notBefore);
    if (first !== null && value < first.value) return `${what} must not be before ${inFull(first)}`;
  }
  return null;
}

/** The limits on the total of a group's entries that are exceeded. */
export function brokenTotals(group: Place, entries: readonly Place[]): readonly string[] {
  return (group.field.totals ?? []).flatMap((total) => {
    const of = group.field.fields?.find(({ id }) => id === total.of);
    const limit = of === undefined ? null : limitOf(total, of, group, entries);
    if (of === undefined || limit === null || standingOf(total.when, group.other) !== 'asked') return [];
    const sum = sumOf(of, entries);
    if (sum <= amountOf(of.kind, limit.value)) return [];
    return [`“${of.label}” adds up to ${quantityWords(of.kind, valueOfAmount(of.kind, sum))}: it must not be more than ${limit.words}`];
  });
}

/** What a field of all entries comes to, as far as it is filled in. */
function sumOf(of: Field, entries: readonly Place[]): number {
  const added = entries.filter(({ field, standing }) => field.id === of.id && standing === 'asked');
  return added.reduce((before, { value }) => before + (isGiven(of, value) ? amountOf(of.kind, value) : 0), 0);
}

type Limit = { readonly value: string; readonly words: string };

function limitOf(total: Total, of: Field, group: Place, entries: readonly Place[]): Limit | null {
  if (total.share !== undefined) {
    const { percent, of: id } = total.share;
    const whole = group.field.fields?.find((field) => field.id === id);
    const asked = entries.filter(({ field, standing }) => field.id === id && standing === 'asked');
    // Judged once the whole is known: an entry without its cost is told by itself.
    if (whole === undefined || asked.some(({ value }) => !isGiven(whole, value))) return null;
    const all = sumOf(whole, entries);
    return {
      value: valueOfAmount(of.kind, Math.floor((all * percent) / 100)),
      words: `${percent} per cent of “${whole.label}”, ${quantityWords(whole.kind, valueOfAmount(whole.kind, all))} in all`,
    };
  }
  if (total.max !== undefined) return { value: total.max, words: quantityWords(of.kind, total.max) };
  const other = otherValue(group, total.atMost);
  return other === null ? null : { value: other.value, words: inFull(other) };
}

/**
 * The other field that a rule compares with, when it holds a comparable value. Its own fault is reported at its own
 * place.
 */
function otherValue(place: Place, id: string | undefined): Place | null {
  const other = id === undefined ? undefined : place.other(id);
  if (other === undefined || other.standing !== 'asked' || !isGiven(other.field, other.value)) return null;
  return other;
}

function isGiven(field: Field, value: string): boolean {
  return value !== '' && isWellFormed(field, value);
}

/** “Granted”, £5,000 */
function inFull(place: Place): string {
  return `${named(place)}, ${quantityWords(place.field.kind, place.value)}`;
}
