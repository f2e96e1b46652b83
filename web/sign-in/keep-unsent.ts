import type { FastifyRequest } from 'fastify';
import { keepForm } from '../../postgres/access/kept-forms.ts';
import { canExist } from '../shared/desk-urls.ts';
import type { Services } from '../shared/services.ts';
import { typedIn } from '../shared/typed-again.ts';

const LONGEST_ADDRESS = 1_000;
/** Fields that a page fills in by itself: a form with no others holds nothing that anybody typed or chose. */
const OF_THE_PAGE: ReadonlySet<string> = new Set(['csrf', 'onceAs', 'round', 'seen']);

/**
 * Keeps a form that came without a session, for the person to whose session its page belonged. False, and nothing is kept, when that is
 * not known, or when there is nothing in it that anybody typed or chose.
 */
export async function keepUnsent({ db }: Services, request: FastifyRequest): Promise<boolean> {
  const { fields } = typedIn(request.body);
  const csrf = fields.find(({ name }) => name === 'csrf')?.value ?? '';
  const { url } = request;
  if (csrf === '' || url.length > LONGEST_ADDRESS || fields.every(({ name }) => OF_THE_PAGE.has(name))) return false;
  if (!canExist({ csrf }) || fields.some(({ name, value }) => `${name}${value}`.includes('\0'))) return false;
  const sent = fields
    .filter(({ name }) => name !== 'csrf')
    .map(({ name, value }) => ({ name: name.toWellFormed(), value: value.toWellFormed() }));
  return (await keepForm(db, csrf, { address: url, fields: sent })) !== null;
}
