import type { FastifyInstance } from 'fastify';
import { setTimeout as sleep } from 'node:timers/promises';
import { freshLinksNote } from '../../mail/fresh-links-note.ts';
import { queueFreshLinks } from '../../postgres/access/fresh-links.ts';
import { readProgramme } from '../../postgres/pinned/pinned.ts';
import type { Services } from '../shared/services.ts';
import { mayAskForLinks, sendClosed } from './link-pages.ts';
import { createWithLink, PUBLIC, PUBLIC_POST, sendPage } from './opened-link.ts';

/** How long the answer takes, whether anything is asked or not. Looking up and storing takes a small part of it. */
const ANSWER_AFTER_MS = 300;

/**
 * Fresh links by e-mail, for whoever has one that is spent. They go to the address of the register, and the page says the
 * same whether anything is asked or not.
 */
export function registerFreshLinksRoute(app: FastifyInstance, services: Services): void {
  const { db, links } = services;
  const byLink = app.createRateLimit({
    max: 5,
    timeWindow: '15 minutes',
    keyGenerator: ({ params }) => `fresh links ${links.hashOf((params as { readonly token: string }).token).toString('hex')}`,
  });
  const withLink = createWithLink(services);

  app.get(
    '/a/:token/mine/send',
    PUBLIC,
    withLink(async ({ token }, _body, reply) => reply.redirect(`/a/${token}/mine`, 302)),
  );

  app.post(
    '/a/:token/mine/send',
    PUBLIC_POST,
    withLink(async (opened, _body, reply) => {
      const { asked, closed } = opened;
      if (closed !== null && !mayAskForLinks(closed)) return sendClosed(services, opened, closed, reply);
      const limit = await byLink(reply.request);
      if (!limit.isAllowed && limit.isExceeded) {
        return sendPage(reply.status(429), 'closed', {
          title: 'Too many requests',
          sentences: ['Wait 15 minutes, then try again. Links that you were sent still work.'],
        });
      }
      await Promise.all([sendLinks(asked.person), sleep(ANSWER_AFTER_MS)]);
      return sendPage(reply, 'closed', {
        title: 'Check your e-mail',
        sentences: [
          'If there is anything we need from you, an e-mail with a link to each is on its way. It goes only to the address that we have for you.',
          'If no e-mail comes within an hour, check your junk or spam folder. Then ask your coordinator which address we have.',
        ],
      });
    }),
  );

  async function sendLinks(person: string): Promise<void> {
    await queueFreshLinks(db, person, async (transaction, name, steps) =>
      freshLinksNote({
        name,
        links: await Promise.all(
          steps.map(async ({ reference, step, round, generation, subject, dueOn, programme, version }) => ({
            title: (await readProgramme(transaction, programme, version)).steps[step]?.title ?? step,
            subject,
            dueOn,
            url: links.urlFor(links.tokenFor({ reference, step, round, person }, generation)),
          })),
        ),
      }),
    );
  }
}
