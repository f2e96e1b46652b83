import { z } from 'zod';
import { withoutUnseen } from '../../domain/unseen-characters.ts';
import type { DeploymentFilters, DeploymentOrder, Lateness } from '../../postgres/views/search-deployments.ts';
import { urls } from '../shared/urls.ts';

/** The list of deployments that an address asks for. `watched`: only what the reader watches. */
export type DeploymentsQuery = {
  readonly filters: Omit<DeploymentFilters, 'watchedBy'>;
  readonly watched: boolean;
  readonly order: DeploymentOrder;
  readonly page: number;
};

const MOST_CHARACTERS = 200;
// PostgreSQL stores no NUL in a text.
const text = z
  .string()
  .transform((given) => withoutUnseen(given.replaceAll('\0', '')).trim().slice(0, MOST_CHARACTERS))
  .catch('');

/** How the address says what is late; `yes` is what it said before there were others. */
const LATE: Readonly<Record<string, Lateness>> = { yes: 'late', long: 'long', soon: 'soon', no: 'not-late', paused: 'paused' };

const QUERY = z.object({
  q: text,
  region: text,
  area: text,
  authority: text,
  programme: text,
  stage: text,
  court: text,
  leader: text,
  status: z.enum(['', 'running', 'completed', 'declined', 'withdrawn']).catch(''),
  late: z.enum(['', 'yes', 'long', 'soon', 'no', 'paused']).catch(''),
  term: z.enum(['', 'likely']).catch(''),
  watched: z.enum(['', 'yes']).catch(''),
  sort: z.enum(['due', 'name', 'late', 'changed', 'finish', 'term']).catch('due'),
  page: z.coerce.number().int().min(1).max(100_000).catch(1),
});

/**
 * Reads the query of an address. Parts that make no sense are ignored, so that a shortened address still shows a page.
 */
export function readDeploymentsQuery(query: unknown): DeploymentsQuery {
  const { q, late, sort, page, watched, ...chosen } = QUERY.parse(query ?? {});
  return { filters: { ...chosen, text: q, lateness: LATE[late] ?? '' }, watched: watched === 'yes', order: sort, page };
}

/** The query of an address as its parts, without those that say nothing and without the page. */
export function partsOf({ filters, watched, order }: Omit<DeploymentsQuery, 'page'>): Readonly<Record<string, string>> {
  const { text: q, lateness, ...chosen } = filters;
  const late = Object.entries(LATE).find(([, value]) => value === lateness)?.[0] ?? '';
  const given = { q, ...chosen, late, watched: watched ? 'yes' : '', sort: order === 'due' ? '' : order };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ''));
}

/** The address of the same list, as another page of it or as CSV. */
export function deploymentsAddress(query: Omit<DeploymentsQuery, 'page'>, as: { readonly page: number } | 'csv'): string {
  const page = as === 'csv' || as.page === 1 ? {} : { page: `${as.page}` };
  const words = new URLSearchParams({ ...partsOf(query), ...page }).toString();
  return `${urls.deployments()}${as === 'csv' ? '.csv' : ''}${words === '' ? '' : `?${words}`}`;
}

/** The address of the list of what the reader watches, what changed last first. */
export function watchedAddress(): string {
  return `${urls.deployments()}?watched=yes&sort=changed`;
}
