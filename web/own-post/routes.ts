import type { FastifyInstance } from 'fastify';
import { digestWords } from '../../letters/digest-words.ts';
import { keepPreferences, preferencesOf } from '../../postgres/desk/staff-preferences.ts';
import { readDigest } from '../../postgres/views/digest.ts';
import { typed } from '../answer/read-fields.ts';
import type { FormBody } from '../answer/read-fields.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { staffPages } from '../shared/staff-pages.ts';
import { urls } from '../shared/urls.ts';

const send = staffPages('post');

/** What somebody wants of the e-mails that Chaser sends to them, and their summary of the week as it would go now. */
export function registerOwnPostRoutes(app: FastifyInstance, { db }: Services): void {
  app.get<{ Querystring: { saved?: unknown } }>(urls.ownPost(), { config: { access: 'see-today' } }, async (request, reply) => {
    const user = signedIn(request);
    const [wants, facts] = await Promise.all([preferencesOf(db, user.person), readDigest(db, user.person)]);
    const words = facts === undefined ? null : digestWords(facts);
    return send(reply, user, 'own-post/page', {
      title: 'Your e-mails',
      told: request.query.saved === 'yes' ? 'Your choice is saved.' : null,
      wants,
      getsDigest: facts !== undefined,
      week: words && {
        ...words,
        sections: words.sections.map((section) => ({
          ...section,
          lines: section.lines.map((line) => ({ ...line, href: urls.deployment(line.reference) })),
        })),
      },
      action: urls.ownPost(),
    });
  });

  app.post<{ Body: FormBody | null }>(urls.ownPost(), { config: { access: 'see-today' } }, async (request, reply) => {
    const user = signedIn(request);
    await keepPreferences(db, user.person, { digest: typed(request.body ?? {}, 'digest') === 'yes' }, user.person);
    return reply.redirect(`${urls.ownPost()}?saved=yes`, 303);
  });
}
