/**
 * `npm run bench -- dead-mailbox [LETTERS]`: letters a second when all are taken, when one mailbox is dead, and when one is
 * refused in words that nobody foresaw. Each three times, in turns; the ratio to the clean run is what counts.
 */
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { MockActivityEnvironment } from '@temporalio/testing';
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMailroomActivities } from '../activities/mailroom.ts';
import { freePorts } from '../embedded/free-port.ts';
import { ensureDatabase, startPostgres } from '../embedded/postgres-server.ts';
import { createSmtpMail } from '../mail/smtp.ts';
import { openDatabase } from '../postgres/database.ts';
import { createLedger } from '../postgres/ledger/ledger.ts';
import { migrate } from '../postgres/migrate.ts';
import { startScriptedSmtp } from '../tests/kit/scripted-smtp.ts';
import { CONFIRM, opened, reached, recordWorldIn } from '../tests/support/record-world.ts';

const LETTERS = Number(process.argv[2] ?? 500);
const DEAD = 'head-7@bench.example';
const KINDS = {
  clean: null,
  'one dead mailbox': `550 5.1.1 <${DEAD}>: Recipient address rejected: User unknown in relay recipient table`,
  'one refused in unforeseen words': '554 Transaction failed',
} as const;

Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
const folder = mkdtempSync(join(tmpdir(), 'chaser-bench-'));
chmodSync(folder, 0o755);
const [port = 0] = await freePorts(1);
const postgres = await startPostgres({ folder: join(folder, 'postgres'), port, logFile: join(folder, 'postgresql.log') });
const url = await ensureDatabase(postgres, 'bench');
await migrate(url);
const db = openDatabase(url);
const world = await recordWorldIn(db);
const server = await startScriptedSmtp();
const mail = createSmtpMail({
  url: server.url,
  from: { name: 'Chaser', address: 'chaser@post.example' },
  messageIdDomain: 'post.example',
  maxConnections: 5,
  ratePerSecond: null,
  allowedDomains: ['example'],
});
const ledger = createLedger(db, { leaseSeconds: 60, retrySeconds: 60, links: null });
const { deliverPost } = createMailroomActivities({ ledger, mail, newClaim: randomUUID, atATime: 5 });
try {
  const rates = new Map<string, number[]>();
  for (let turn = 0; turn < 3; turn++) {
    for (const [kind, reply] of Object.entries(KINDS)) {
      server.says = (stage, to) => (reply !== null && stage === 'RCPT TO' && to === DEAD ? reply : null);
      rates.set(kind, [...(rates.get(kind) ?? []), await lettersASecond(reply === null ? LETTERS : LETTERS - 1)]);
    }
  }
  const middle = (kind: string) => rates.get(kind)?.toSorted((a, b) => a - b)[1] ?? 0;
  for (const kind of Object.keys(KINDS)) {
    process.stdout.write(
      `${kind.padEnd(32)} ${middle(kind).toFixed(0)} letters/s, ${(middle(kind) / middle('clean')).toFixed(2)} of the clean run\n`,
    );
  }
} finally {
  mail.close();
  await server.stop();
  await db.end();
  await postgres.part.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** Writes one request in each of so many deployments, and sends until all but the dead one are accepted. */
async function lettersASecond(wanted: number): Promise<number> {
  for (const table of ['messages', 'contact_tasks', 'mail_trouble']) await db.query(`DELETE FROM ${table}`);
  await db.query(
    `INSERT INTO people (id, name, email, imported_at) SELECT 'head-' || n, 'Jo Head', 'head-' || n || '@bench.example', now()
     FROM generate_series(0, $1 - 1) n ON CONFLICT (id) DO UPDATE SET address_refused_at = NULL, address_refused_with = NULL`,
    [LETTERS],
  );
  for (let n = 0; n < LETTERS; n++) {
    const reference = `B${randomUUID().slice(0, 12)}`;
    await world.begin(reference, opened(CONFIRM));
    await db.query("UPDATE deployment_parties SET person = $2 WHERE reference = $1 AND role = 'school'", [reference, `head-${n}`]);
    await world.happens(reference, reached('request', [`head-${n}`]));
  }
  const startedMs = performance.now();
  for (;;) {
    await new MockActivityEnvironment().run(deliverPost, { mailroom: 0 }).catch(() => undefined);
    const { rows } = await db.query<{ n: number }>("SELECT count(*)::int AS n FROM messages WHERE state = 'accepted'");
    if ((rows[0]?.n ?? 0) >= wanted) break;
  }
  return wanted / ((performance.now() - startedMs) / 1_000);
}
