import fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import { tryWrite } from '../postgres/takes-writes.ts';
import type { Services } from './shared/services.ts';

/**
 * `/healthz` says only that the process lives. The database is checked at `/readyz`, because restarting this process
 * repairs no database.
 */
export function registerHealth(app: FastifyInstance, { db }: Pick<Services, 'db'>): void {
  app.get('/healthz', () => ({ status: 'alive' }));
  app.get('/readyz', async (_, reply) => {
    const postgresql = await tryWrite(db).then(
      () => true,
      () => false,
    );
    return reply.status(postgresql ? 200 : 503).send({ status: postgresql ? 'ready' : 'not ready', postgresql });
  });
}

/** Serves health alone, at an address that whoever reaches the pages need not reach. Resolves when it is listening. */
export async function serveHealth(
  services: Pick<Services, 'db'>,
  at: { readonly host: string; readonly port: number },
): Promise<FastifyInstance> {
  const app = fastify({ logger: false });
  registerHealth(app, services);
  await app.listen(at);
  return app;
}
