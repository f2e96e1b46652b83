import { placesOf } from '../domain/forms/form-places.ts';
import type { Place } from '../domain/forms/form-places.ts';
import { amountOf, valueAt, valueOfAmount } from '../domain/forms/form-values.ts';
import type { Values } from '../domain/forms/form-values.ts';
import { londonDate } from '../domain/time/london.ts';
import { addDays, parsePlainDate } from '../domain/time/plain-date.ts';
import type { Field, PersonId, RoleId } from '../domain/programme.ts';

/** The text that people write in a rehearsal when the scenario gives none. */
export type Pen = {
  readonly atMs: number;
  readonly name: string;
  /** Somebody who has not held the role yet. */
  readonly newcomer: (role: RoleId) => PersonId;
};

/** More fields than any form has. */
const MOST_FIELDS = 500;

/**
 * The fields of an answer: those that are given, and an acceptable value for each other field that the form asks. Only
 * the fields asked are kept.
 */
export function filledFields(fields: readonly Field[], given: Values, pen: Pen, isWanted: (place: Place) => boolean = () => true): Values {
  let filled = given;
  for (let count = 0; count < MOST_FIELDS; count += 1) {
    const empty = placesOf(fields, filled).find((place) => isToFill(place) && isWanted(place));
    if (empty === undefined) return filled;
    filled = { ...filled, [empty.path]: sampleOf(empty, filled, pen) };
  }
  return filled;
}

function isToFill({ field, value, standing }: Place): boolean {
  return standing === 'asked' && field.required && value === '' && field.kind !== 'group';
}

/** `interventions.1.` for a field of an entry: the fields it is compared with stand beside it. */
function prefixOf({ field, path }: Place): string {
  return path.slice(0, path.length - field.id.length);
}

function sampleOf(place: Place, filled: Values, { atMs, name, newcomer }: Pen): string {
  const { field } = place;
  const prefix = prefixOf(place);
  const other = (id: string | undefined) => (id === undefined ? '' : valueAt(filled, `${prefix}${id}`) || valueAt(filled, id));
  switch (field.kind) {
    case 'date': {
      const after = parsePlainDate(other(field.after));
      const earliest = after === undefined ? parsePlainDate(other(field.notBefore)) : addDays(after, 1);
      const today = londonDate(atMs);
      return earliest !== undefined && earliest > today ? earliest : today;
    }
    case 'person':
      return newcomer(field.names ?? 'person');
    case 'yes-no':
      return 'yes';
    case 'choice':
    case 'choices':
      return field.options?.[0]?.id ?? '';
    case 'money':
    case 'number': {
      const limits = [field.max ?? '', other(field.atMost)].filter((limit) => limit !== '').map((limit) => amountOf(field.kind, limit));
      const least = field.min === undefined ? amountOf(field.kind, field.multipleOf ?? '1') : amountOf(field.kind, field.min);
      return valueOfAmount(field.kind, Math.min(least * timesTheShare(place), ...limits));
    }
    case 'files':
      return 'rehearsed.pdf';
    case 'declaration':
      return name;
    case 'text':
    case 'long-text':
      return 'Rehearsed';
    case 'group':
      return '';
    default:
      return field.kind satisfies never;
  }
}

/** How many times the least a field must be, so that others which may be a share of it have room: twice for half of it. */
function timesTheShare({ field, entry }: Place): number {
  const shares = (entry?.group.totals ?? []).flatMap(({ share }) => (share?.of === field.id ? [share.percent] : []));
  return Math.max(1, ...shares.map((percent) => Math.ceil(100 / percent)));
}
