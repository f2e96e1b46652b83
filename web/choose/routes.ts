import type { FastifyInstance } from 'fastify';
import { withoutUnseen } from '../../domain/unseen-characters.ts';
import { choosePeople } from '../../postgres/views/choices.ts';
import { searchSubjects } from '../../postgres/views/search-subjects.ts';
import { typed } from '../answer/read-fields.ts';
import type { FormBody } from '../answer/read-fields.ts';
import { roleName } from '../people/person-form.ts';
import { STAFF_ROLES } from '../shared/roles.ts';
import { scopeCondition } from '../shared/scope.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';

/** Whom everybody who may change deployments may look up by name: colleagues, and the system leaders whom they match. */
const OPEN_ROLES = [...STAFF_ROLES, 'system-leader'];
const MOST_FOUND = 8;
const FEWEST_LETTERS = 2;
const MOST_LETTERS = 100;

/** One suggestion: what goes into the field, and what is shown of it. */
type Suggestion = { readonly value: string; readonly name: string; readonly details: readonly string[] };
type Asked = { Querystring: FormBody };

/** What a field suggests while somebody types a name: people, and schools or trusts. JSON for the script of `shared/choosing.ts`. */
export function registerChooseRoutes(app: FastifyInstance, { db }: Services): void {
  app.get<Asked>('/choose/person', { config: { access: 'change-deployments' } }, async (request): Promise<readonly Suggestion[]> => {
    const letters = lettersOf(request.query);
    if (letters.length < FEWEST_LETTERS) return [];
    const inScope = scopeCondition(signedIn(request), 4, 'change-deployments');
    const people = await choosePeople(db, letters, OPEN_ROLES, MOST_FOUND, inScope);
    return people.map(({ name, email, jobTitle, roles }) => ({
      value: `${name} (${email})`,
      name,
      details: [
        ...(roles.length === 0
          ? [jobTitle === '' ? 'No role' : jobTitle]
          : roles.map(({ role, at }) => (at === '' ? roleName(role) : `${roleName(role)}, ${at}`))),
        email,
      ],
    }));
  });

  app.get<Asked>('/choose/school', { config: { access: 'see-deployments' } }, async (request): Promise<readonly Suggestion[]> => {
    const letters = lettersOf(request.query);
    if (letters.length < FEWEST_LETTERS) return [];
    const found = await searchSubjects(db, scopeCondition(signedIn(request), 1), letters, MOST_FOUND);
    return found.map(({ kind, id, name, place, open }) => ({
      value: `${name} (${id})`,
      name,
      details: [
        [kind === 'school' ? `School, URN ${id}` : `Trust, code ${id}`, place, open ? '' : 'not open']
          .filter((part) => part !== '')
          .join(', '),
      ],
    }));
  });
}

function lettersOf(query: FormBody): string {
  return withoutUnseen(typed(query, 'q').replaceAll('\0', '')).trim().slice(0, MOST_LETTERS);
}
