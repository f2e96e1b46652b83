import fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import { tryWrite } from '../postgres/takes-writes.ts';
import type { Services } from './shared/services.ts';

/**
 * `/healthz` says only that the process lives. The database is checked at `/readyz`, because restarting this process
 * repairs no database. It is ready when the database takes writes and this version may work on it; the engine may be away, since answers
 * are kept for it.
 */
export function registerHealth(app: FastifyInstance, { db }: Pick<Services, 'db'>, mayWork: () => boolean = () => true): void {
  app.get('/healthz', () => ({ status: 'alive' }));
  app.get('/readyz', async (_, reply) => {
    const postgresql = await tryWrite(db).then(
      () => true,
      () => false,
    );
    const ready = postgresql && mayWork();
    return reply.status(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready', postgresql });
  });
}

/** Serves health alone, at an address that whoever reaches the pages need not reach. Resolves when it is listening. */
export async function serveHealth(
  services: Pick<Services, 'db'>,
  at: { readonly host: string; readonly port: number },
  mayWork: () => boolean,
): Promise<FastifyInstance> {
  const app = fastify({ logger: false });
  registerHealth(app, services, mayWork);
  await app.listen(at);
  return app;
}
