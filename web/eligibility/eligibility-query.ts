import { z } from 'zod';
import type { JudgedLine } from '../../desk/list-eligible.ts';
import { dateOfParts } from '../../domain/forms/typed-values.ts';
import { programmesWithRule } from '../../domain/eligibility/eligible.ts';
import { withoutUnseen } from '../../domain/unseen-characters.ts';
import { urls } from '../shared/urls.ts';

/** The list of schools and trusts that an address asks for. */
export type EligibilityQuery = {
  readonly programme: string;
  /** As it was typed, put together as an ISO date; "" when nobody named a day. */
  readonly on: string;
  readonly q: string;
  readonly region: string;
  readonly authority: string;
  readonly kind: '' | 'school' | 'trust';
  /** A ground; "" for any of them, "not" for those that are not eligible. */
  readonly because: string;
  readonly running: '' | 'yes' | 'no';
  readonly page: number;
};

const MOST_CHARACTERS = 200;
const text = z
  .string()
  .transform((given) => withoutUnseen(given.replaceAll('\0', '')).trim().slice(0, MOST_CHARACTERS))
  .catch('');

const QUERY = z.object({
  programme: text,
  on: text,
  'on-day': text,
  'on-month': text,
  'on-year': text,
  q: text,
  region: text,
  authority: text,
  kind: z.enum(['', 'school', 'trust']).catch(''),
  because: text,
  running: z.enum(['', 'yes', 'no']).catch(''),
  page: z.coerce.number().int().min(1).max(100_000).catch(1),
});

/** Reads the query of an address. Parts that make no sense are ignored, so that a shortened address still shows a page. */
export function readEligibilityQuery(query: unknown): EligibilityQuery {
  const { 'on-day': day, 'on-month': month, 'on-year': year, on, programme, ...rest } = QUERY.parse(query);
  return {
    ...rest,
    programme: programme === '' ? (programmesWithRule().at(-1) ?? '') : programme,
    on: on === '' ? dateOfParts(day, month, year) : on,
  };
}

/** The address of the same list: as another page of it, as CSV, or to start deployments from it. */
export function eligibilityAddress(query: EligibilityQuery, as: { readonly page: number } | 'csv' | 'start'): string {
  const given = { ...query, page: typeof as === 'string' || as.page === 1 ? '' : `${as.page}` };
  const words = new URLSearchParams(Object.entries(given).filter(([, value]) => value !== '')).toString();
  return `${urls.eligible()}${as === 'csv' ? '.csv' : as === 'start' ? '/start' : ''}?${words}`;
}

/** Whether a line is in the list that a query asks for, whatever its deployment. */
export function isInList({ q, region, authority, kind, because }: EligibilityQuery, line: JudgedLine): boolean {
  return (
    (because === 'not' ? line.grounds.length === 0 : line.grounds.some((ground) => because === '' || ground === because)) &&
    (q === '' || line.id === q || line.name.toLowerCase().includes(q.toLowerCase())) &&
    (region === '' || line.region === region) &&
    (authority === '' || line.authority === authority) &&
    (kind === '' || line.subject.kind === kind)
  );
}
