import { everyRegister } from '../web/every-register.ts';
import { guardedApp } from '../web/guarded-app.ts';
import { servicesOf } from '../web/staff-app.ts';
import type pg from 'pg';

/** Every route that takes a POST, as its pattern ("/deployments/:reference/change/:kind"), in the order of the alphabet. */
export async function postRoutes(db: pg.Pool): Promise<readonly string[]> {
  const found = new Set<string>();
  const app = await guardedApp(
    servicesOf(db),
    (listening) =>
      void listening.addHook('onRoute', ({ method, url }) => {
        if ([method].flat().includes('POST')) found.add(url);
      }),
    ...(await everyRegister()),
  );
  await app.ready();
  await app.close();
  return [...found].toSorted();
}
