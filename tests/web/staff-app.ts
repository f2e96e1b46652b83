import formbody from '@fastify/formbody';
import type { Client } from '@temporalio/client';
import fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import type pg from 'pg';
import { clientOfNoEngine } from '../support/no-engine.ts';
import { NO_SECOND_PERSON } from '../../desk/second-person.ts';
import { createAnswerLinks } from '../../mail/answer-links.ts';
import { SESSION_LENGTHS } from '../../postgres/access/sessions.ts';
import type { User } from '../../web/shared/access.ts';
import { createRehearsals } from '../../web/rehearse/rehearsal-work.ts';
import type { Rehearsals } from '../../web/rehearse/rehearsal-work.ts';
import { createSecurityLog } from '../../web/shared/security-log.ts';
import type { Services } from '../../web/shared/services.ts';
import { stylesheet } from '../../web/shared/stylesheet.ts';
import { takeUploads } from '../../web/shared/uploaded-file.ts';

export const ADMINISTRATOR: User = {
  person: 'admin',
  name: 'Alma Admin',
  email: 'alma@service.example',
  csrf: 'a-csrf-token',
  roles: [{ role: 'administrator', region: '', area: '' }],
};

/** A member of one region's team. */
export const ofRegion = (region: string): User => ({
  person: 'region',
  name: 'Rosa Region',
  email: 'rosa@regional-team.example',
  csrf: 'a-csrf-token',
  roles: [{ role: 'regional-team', region, area: '' }],
});

/** The coordinator of one area. */
export const ofArea = (area: string): User => ({
  person: 'coordinator',
  name: 'Cora Coordinator',
  email: 'cora@delivery.example',
  csrf: 'a-csrf-token',
  roles: [{ role: 'rdp', region: '', area }],
});

const atWork = createRehearsals();
/**
 * The process that rehearses, for all tests of this process: each such process takes two seconds of a core to start, and stays until
 * the end. Whoever is done with the services does not end it for the others.
 */
const rehearsals: Rehearsals = { ask: (...job) => atWork.ask(...job), end: () => undefined };

/** The services that pages need. Temporal is missing unless a test gives one. */
export function servicesOf(db: pg.Pool, temporal?: { readonly client: Client; readonly taskQueue: string }): Services {
  const publicUrl = 'https://chaser.example';
  return {
    db,
    temporal: temporal?.client ?? clientOfNoEngine(),
    taskQueue: temporal?.taskQueue ?? 'chaser',
    links: createAnswerLinks({ secret: 'a secret that only the tests know, long enough', publicUrl }),
    publicUrl,
    organizer: { domain: 'mail.example', from: { name: 'Chaser', address: 'chaser@mail.example' } },
    rehearsals,
    security: createSecurityLog({ secret: 'a secret of the tests', write: () => undefined }),
    secure: true,
    sessionLengths: SESSION_LENGTHS,
    secondPerson: NO_SECOND_PERSON,
    sandbox: null,
    contact: { operator: 'Brackenfell Delivery', email: 'help@service.example', telephone: '01632 960999' },
  };
}

/** Pages as a signed-in person sees them, without sessions, which have tests of their own. */
export async function staffApp(
  services: Services,
  user: User,
  ...registers: readonly ((app: FastifyInstance, services: Services) => void)[]
) {
  const app = fastify();
  await app.register(formbody);
  await takeUploads(app, 1_000_000);
  app.decorateRequest('user', null);
  app.decorateRequest('reader', async () => user);
  app.addHook('preHandler', async (request) => {
    request.user = user;
  });
  app.get('/assets/chaser.css', (_, reply) => reply.type('text/css').send(stylesheet()));
  for (const register of registers) register(app, services);
  return app;
}
