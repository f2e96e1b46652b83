import { dateOfParts } from '../../domain/forms/typed-values.ts';
import { parsePlainDate } from '../../domain/time/plain-date.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';

/** A day from an address, whole or in three parts as a form sends it; the usual one where nobody named any. The day is undefined where it is no date. */
export function dayTypedIn(query: Readonly<Record<string, unknown>>, name: string, usual: PlainDate) {
  const given = (key: string) => {
    const value = query[key];
    return typeof value === 'string' ? value.trim().slice(0, 20) : '';
  };
  const whole = given(name);
  const parts = { day: given(`${name}-day`), month: given(`${name}-month`), year: given(`${name}-year`) };
  const joined = whole === '' ? dateOfParts(parts.day, parts.month, parts.year) : whole;
  const day = joined === '' ? usual : parsePlainDate(joined);
  const [year = '', month = '', date = ''] = (day ?? '').split('-');
  return { day, parts: day === undefined ? parts : { day: String(Number(date)), month: String(Number(month)), year } };
}
