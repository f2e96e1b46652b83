import { z } from 'zod';
import { withoutUnseen } from '../../domain/unseen-characters.ts';
import type { DeploymentFilters, DeploymentOrder } from '../../postgres/views/search-deployments.ts';
import { urls } from '../shared/urls.ts';

/** The list of deployments that an address asks for. */
export type DeploymentsQuery = { readonly filters: DeploymentFilters; readonly order: DeploymentOrder; readonly page: number };

const MOST_CHARACTERS = 200;
// PostgreSQL stores no NUL in a text.
const text = z
  .string()
  .transform((given) => withoutUnseen(given.replaceAll('\0', '')).trim().slice(0, MOST_CHARACTERS))
  .catch('');

const QUERY = z.object({
  q: text,
  region: text,
  area: text,
  programme: text,
  stage: text,
  court: text,
  leader: text,
  late: text,
  sort: z.enum(['due', 'name', 'late']).catch('due'),
  page: z.coerce.number().int().min(1).max(100_000).catch(1),
});

/**
 * Reads the query of an address. Parts that make no sense are ignored, so that a shortened address still shows a page.
 */
export function readDeploymentsQuery(query: unknown): DeploymentsQuery {
  const { q, late, sort, page, ...chosen } = QUERY.parse(query);
  return { filters: { ...chosen, text: q, lateOnly: late === 'yes' }, order: sort, page };
}

/** The address of the same list, as another page of it or as CSV. */
export function deploymentsAddress({ filters, order }: Omit<DeploymentsQuery, 'page'>, as: { readonly page: number } | 'csv'): string {
  const { text: q, lateOnly, ...chosen } = filters;
  const given = {
    q,
    ...chosen,
    late: lateOnly ? 'yes' : '',
    sort: order === 'due' ? '' : order,
    page: as === 'csv' || as.page === 1 ? '' : `${as.page}`,
  };
  const query = new URLSearchParams(Object.entries(given).filter(([, value]) => value !== '')).toString();
  return `${urls.deployments()}${as === 'csv' ? '.csv' : ''}${query === '' ? '' : `?${query}`}`;
}
