import cookie from '@fastify/cookie';
import formbody from '@fastify/formbody';
import rateLimit from '@fastify/rate-limit';
import fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import type pg from 'pg';
import { openSession } from '../../postgres/access/sessions.ts';
import { registerAccess } from '../../web/shared/access.ts';
import type { Services } from '../../web/shared/services.ts';
import { stylesheet } from '../../web/shared/stylesheet.ts';
import { takeUploads } from '../../web/shared/uploaded-file.ts';

/** A function that adds routes to an app. */
export type Registers = (app: FastifyInstance, services: Services) => void;

/** Pages behind the real access check, with real sessions, and only the request limits of their own routes. */
export async function guardedApp(services: Services, ...registers: readonly Registers[]): Promise<FastifyInstance> {
  const app = fastify();
  await app.register(cookie);
  await app.register(formbody);
  await takeUploads(app, 1_000_000);
  await app.register(rateLimit, { global: false });
  registerAccess(app, services);
  const css = stylesheet();
  app.get('/assets/chaser.css', (_, reply) => reply.type('text/css').send(css));
  for (const register of registers) register(app, services);
  return app;
}

/** Signs somebody in without the e-mail. Returns the cookies to send (over https unless told otherwise) and the token that every form must hold. */
export async function signedInAs(
  db: pg.Pool,
  person: string,
  { secure }: Pick<Services, 'secure'> = { secure: true },
): Promise<{ readonly cookies: Record<string, string>; readonly csrf: string }> {
  const { token, csrf } = await openSession(db, person);
  return { cookies: { [secure ? '__Host-chaser-session' : 'chaser-session']: token }, csrf };
}
