/** The web service that bench/scale.ts asks for pages, in a process of its own, on the clock of the deployments. */
import { Client, Connection } from '@temporalio/client';
import { openDatabase } from '../postgres/database.ts';
import { createPinStore } from '../postgres/pinned/pins.ts';
import { createDataConverter } from '../temporal/payload-codec.ts';
import { servicesOf } from '../tests/web/staff-app.ts';
import { createApp } from '../web/app.ts';

const [taskQueue = '', address = '', databaseUrl = '', port = ''] = process.argv.slice(2);

const db = openDatabase(databaseUrl, { max: 10, movedTime: true });
const client = new Client({
  connection: Connection.lazy({ address }),
  dataConverter: createDataConverter(null, createPinStore(db)),
});
const app = await createApp(servicesOf(db, { client, taskQueue }), { trustProxy: ['127.0.0.1'] });
await app.listen({ host: '127.0.0.1', port: Number(port) });
process.once('disconnect', () => process.exit(0));
process.send?.('ready');
