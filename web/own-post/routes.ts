import type { FastifyInstance, FastifyReply } from 'fastify';
import { digestWords } from '../../letters/digest-words.ts';
import { choosePreferences } from '../../desk/staff-preferences.ts';
import { TIMINGS } from '../../domain/chasing/timing.ts';
import type { Timing } from '../../domain/chasing/timing.ts';
import { preferencesOf } from '../../postgres/desk/staff-preferences.ts';
import { readDigest } from '../../postgres/views/digest.ts';
import { typed } from '../answer/read-fields.ts';
import type { FormBody } from '../answer/read-fields.ts';
import type { User } from '../shared/roles.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { staffPages } from '../shared/staff-pages.ts';
import { urls } from '../shared/urls.ts';

const send = staffPages('post');

/** What somebody wants of the e-mails that Chaser sends to them, and their summary of the week as it would go now. */
export function registerOwnPostRoutes(app: FastifyInstance, services: Services): void {
  const { db } = services;
  async function page(user: User, reply: FastifyReply, { told, errors }: { told: string | null; errors: readonly PageError[] }) {
    const [wants, facts] = await Promise.all([preferencesOf(db, user.person), readDigest(db, user.person)]);
    const words = facts === undefined ? null : digestWords(facts);
    return send(reply, user, 'own-post/page', {
      title: 'Your e-mails',
      told,
      errors,
      timingError: errors.find(({ href }) => href === '#timing')?.text ?? null,
      digestError: errors.find(({ href }) => href === '#digest')?.text ?? null,
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
  }

  app.get<{ Querystring: { saved?: unknown } }>(urls.ownPost(), { config: { access: 'see-today' } }, async (request, reply) =>
    page(signedIn(request), reply, { told: request.query.saved === 'yes' ? 'Your choice is saved.' : null, errors: [] }),
  );

  app.post<{ Body: FormBody | null }>(urls.ownPost(), { config: { access: 'see-today' } }, async (request, reply) => {
    const user = signedIn(request);
    const before = await preferencesOf(db, user.person);
    const timing = typed(request.body ?? {}, 'timing');
    // Whoever gets no summary is not asked about it.
    const digest = typed(request.body ?? {}, 'digest') || (before.digest ? 'yes' : 'no');
    if (!isTiming(timing) || (digest !== 'yes' && digest !== 'no')) {
      const errors = [
        ...(isTiming(timing) ? [] : [{ text: 'Select when you want your e-mails', href: '#timing' }]),
        ...(digest === 'yes' || digest === 'no' ? [] : [{ text: 'Select yes if you want a summary of your week', href: '#digest' }]),
      ];
      return page(user, reply.code(400), { told: null, errors });
    }
    await choosePreferences(
      { db, client: services.temporal, taskQueue: services.taskQueue },
      user.person,
      { digest: digest === 'yes', timing },
      user.person,
    );
    return reply.redirect(`${urls.ownPost()}?saved=yes`, 303);
  });
}

type PageError = { readonly text: string; readonly href: string };

function isTiming(given: string): given is Timing {
  return TIMINGS.some((timing) => timing === given);
}
