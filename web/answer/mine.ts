import type { FastifyInstance } from 'fastify';
import { inWords } from '../../domain/words.ts';
import { listAskedOf, listDeploymentsOf } from '../../postgres/access/answer-links.ts';
import { GO_ON } from '../../letters/begun-words.ts';
import { titleOf } from '../../letters/teller.ts';
import { readProgramme } from '../../postgres/pinned/pinned.ts';
import type { Services } from '../shared/services.ts';
import { DUE_TAGS } from '../shared/status-tags.ts';
import { urls } from '../shared/urls.ts';
import { opensNothing, sendClosed } from './link-pages.ts';
import { createWithLink, headOf, PUBLIC, sendPage } from './opened-link.ts';

const STATUS = { running: 'Running', completed: 'Completed', declined: 'Declined', withdrawn: 'Withdrawn' } as const;

/** Everything that a link's holder is asked for, and all their deployments. */
export function registerMineRoute(app: FastifyInstance, services: Services): void {
  const { db, links } = services;

  app.get(
    '/a/:token/mine',
    PUBLIC,
    createWithLink(services)(async (opened, _body, reply) => {
      const { asked, closed } = opened;
      if (closed !== null && opensNothing(closed)) return sendClosed(services, opened, closed, reply);
      const { person } = asked;
      const steps = await listAskedOf(db, person);
      const deployments = await listDeploymentsOf(db, person);
      return sendPage(reply, 'mine', {
        ...headOf(opened),
        title: 'Everything we need from you',
        calendar: closed === null,
        freshLinks: closed === null ? null : `${urls.answer(opened.token)}/mine/send`,
        steps: await Promise.all(
          steps.map(async ({ reference, step, round, subject, dueOn, late, stopped, begunAt, generation, programme, version }) => ({
            title: (await readProgramme(db, programme, version)).steps[step]?.title ?? step,
            subject,
            dueOn,
            tag: stopped ? DUE_TAGS.stopped : late ? DUE_TAGS.late : null,
            begun: begunAt === null ? null : GO_ON,
            sent: generation !== null,
            // A spent link lists what is asked, and gives out no live link.
            href:
              generation === null || closed !== null ? null : urls.answer(links.tokenFor({ reference, step, round, person }, generation)),
          })),
        ),
        deployments: await Promise.all(
          deployments.map(async ({ reference, subject, status, court, programme, version }) => {
            const pinned = await readProgramme(db, programme, version);
            return {
              reference,
              subject,
              status: STATUS[status],
              court: court && {
                who: `${court.people.length === 0 ? 'Nobody yet' : inWords(court.people)} (${titleOf(pinned, court.role)})`,
                what: pinned.steps[court.step]?.title ?? court.step,
                since: court.since,
                dueOn: court.dueOn,
              },
            };
          }),
        ),
      });
    }),
  );
}
