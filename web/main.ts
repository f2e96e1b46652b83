import { Client, Connection } from '@temporalio/client';
import { nowMs } from '../postgres/sandbox/clock.ts';
import { deliverKeptAnswers } from '../desk/deliver-answers.ts';
import { workMany } from '../desk/work-many.ts';
import { deliverAsksAnew } from '../desk/deliver-asks-anew.ts';
import { handOverEndedRoles } from '../desk/hand-over-ended-roles.ts';
import { bookReceipt } from '../desk/settle-receipt.ts';
import { beginWaves } from '../desk/survey-waves.ts';
import { deliverMerges } from '../desk/deliver-merges.ts';
import { createAnswerLinks } from '../mail/answer-links.ts';
import { createNotifyTexts } from '../mail/notify-texts.ts';
import { createNoteMail } from '../mail/send-note.ts';
import { createMail } from '../mail/create-mail.ts';
import { endCounting } from '../postgres/counting/count-logs.ts';
import { openDatabase } from '../postgres/database.ts';
import { forgetUnmatched } from '../postgres/desk/keep-incoming.ts';
import { endAccessOfEndedRoles } from '../postgres/access/end-access.ts';
import { forgetEndedCounts } from '../postgres/access/request-counts.ts';
import { forgetEndedSessions } from '../postgres/access/sessions.ts';
import { createPinStore, findPin } from '../postgres/pinned/pins.ts';
import { listProgrammes, loadProgramme } from '../programmes/load-programmes.ts';
import { createDataConverter } from '../temporal/payload-codec.ts';
import { plainPayloads } from '../temporal/plain-payloads.ts';
import { createApp } from './app.ts';
import { readWebConfig } from './config.ts';
import { whyNotListening } from '../config/listening.ts';
import { RESERVED_DOMAINS, sandboxFault } from '../config/variables.ts';
import { refused } from '../domain/result.ts';
import type { Reason } from '../domain/result.ts';
import { whyTooNew } from '../postgres/newer-data.ts';
import { workTimeMove } from '../desk/move-time.ts';
import { enterSandbox } from '../postgres/sandbox/sandbox.ts';
import { manyDeskOf } from './many/many-desk.ts';
import { serveHealth } from './health.ts';
import type { Receipt } from '../postgres/desk/receipts.ts';
import { dropUnwantedPrints } from '../postgres/desk/print-letters.ts';
import { createReceiptPoll } from './notify/poll-receipts.ts';
import { postDigestsByMovedTime } from './own-post/post-digests.ts';
import { askForProfiles } from './leaders/ask-profiles.ts';
import { postNotes } from './notes/post-notes.ts';
import { postTexts } from './notes/post-texts.ts';
import { repeatEvery } from './notes/repeat-every.ts';
import { createSecurityLog } from './shared/security-log.ts';
import type { Services } from './shared/services.ts';
import { createRehearsals } from './rehearse/rehearsal-work.ts';
import { createTellOnce } from './notes/tell-once.ts';

/** How often GOV.UK Notify is asked; where it calls back, little is left to ask for. */
const ASK_FOR_RECEIPTS_MS = 600_000;

/** The web service: reads its configuration, wires the pages, and serves until it is told to stop. */
const config = readWebConfig(process.env);
if (!config.ok) endBecause(config.reason);
const {
  databaseUrl,
  databasePatience,
  temporal,
  host,
  port,
  health,
  publicUrl,
  linkSecret,
  trustProxy,
  sessionLengths,
  mail: post,
  payloadKeys,
  codecOrigin,
  secondPerson,
  contact,
  sandbox,
} = config.value;

const db = openDatabase(databaseUrl, {
  max: 10,
  patience: databasePatience,
  movedTime: sandbox !== null,
  onIdleError: (error) => process.stderr.write(`A database connection broke: ${error.message}\n`),
});
const connection = Connection.lazy({ ...temporal.connection, connectTimeout: '3 seconds' });
const services: Services = {
  db,
  temporal: new Client({
    connection,
    namespace: temporal.namespace,
    dataConverter: createDataConverter(payloadKeys, createPinStore(db)),
  }),
  taskQueue: temporal.taskQueue,
  links: createAnswerLinks({ secret: linkSecret, publicUrl }),
  publicUrl,
  organizer: { domain: post.domain, from: post.from },
  rehearsals: createRehearsals(),
  security: createSecurityLog({ secret: linkSecret, write: (line) => process.stdout.write(line) }),
  secure: publicUrl.startsWith('https:'),
  sessionLengths,
  secondPerson,
  contact,
  sandbox,
};

const { port: mail, notify } = createMail(post, { maxConnections: 1, ratePerSecond: null });
const texts =
  post.texts === null
    ? null
    : createNotifyTexts({
        ...post.texts,
        messageIdDomain: post.domain,
        allowedDomains: post.allowedDomains,
        // What a training copy may write to reaches nobody, and neither may a text message then.
        onlyReservedNumbers: sandboxFault(true, post.allowedDomains) === null,
      });
// E-mails, text messages or both: of either it tells later what became of them.
const toldByNotify = notify ?? texts;
const noteMail = createNoteMail({ mail, messageIdDomain: post.domain, from: post.from });

/** Whether this version may work on this database, which is asked first of all. */
let entered = false;
const app = await createApp(services, {
  trustProxy,
  ownHealth: health !== null,
  mayWork: () => entered,
  ...(codecOrigin === null
    ? {}
    : {
        codec: {
          origin: codecOrigin,
          namespace: temporal.namespace,
          plain: (payloads) => plainPayloads(payloadKeys, (hash) => findPin(db, hash), payloads),
        },
      }),
  ...(toldByNotify === null ? {} : { notify: { callbackToken: post.callbackToken, organizer: { domain: post.domain, from: post.from } } }),
});
const healthApp =
  health === null
    ? null
    : await serveHealth(services, health, () => entered).catch((error: unknown) =>
        endBecause(whyNotListening(error, { ...health, hostIn: 'WEB_HEALTH_HOST', portIn: 'WEB_HEALTH_PORT' }), error),
      );
const tellOfKept = createTellOnce((problem) => process.stderr.write(`${problem}\n`));
const tellOfEndedRoles = createTellOnce((problem) => process.stderr.write(`${problem}\n`));
const tellOfMerges = createTellOnce((problem) => process.stderr.write(`${problem}\n`));
const tellOfAsks = createTellOnce((problem) => process.stderr.write(`${problem}\n`));
// A training copy and a real service never work on one database, and an older version not on the data of a newer one. A database that
// cannot be reached yet is asked until it can be; nothing is done on it before.
const enter = async (): Promise<void> => {
  if (entered) return;
  const tooNew = await whyTooNew(db);
  const may = tooNew === null ? await enterSandbox(db, sandbox !== null, RESERVED_DOMAINS) : refused(tooNew);
  if (!may.ok) endBecause(may.reason);
  entered = true;
};
await enter().catch(() => undefined);
// Work that the pages leave for later. Each piece is kept in the database, and is done once though several web services
// run.
const chore = (ms: number, what: string, work: () => Promise<unknown>) => repeatEvery(ms, what, async () => entered && work());
const chores = [
  chore(2_000, 'Sending notes', () => postNotes(db, noteMail)),
  chore(5_000, 'Sending text messages', () => postTexts(db, texts, services.links)),
  chore(60_000, 'Dropping letters that need not be posted', () => dropUnwantedPrints(db)),
  chore(5_000, 'Delivering kept answers', () => deliverKeptAnswers({ db, client: services.temporal, tell: tellOfKept })),
  chore(5_000, 'Asking people anew', () => deliverAsksAnew({ db, client: services.temporal, tell: tellOfAsks })),
  chore(5_000, 'Merging people in deployments', () => deliverMerges({ db, client: services.temporal, tell: tellOfMerges })),
  chore(300_000, 'Ending the access of roles that have ended', () => endAccessOfEndedRoles(db)),
  chore(300_000, 'Handing over roles that have ended', () => handOverEndedRoles({ db, client: services.temporal }, tellOfEndedRoles)),
  chore(300_000, 'Asking system leaders to confirm their profiles', () => askForProfiles(services, nowMs())),
  chore(30_000, 'Beginning surveys', () => beginWaves({ db, client: services.temporal, taskQueue: temporal.taskQueue })),
  chore(1_000, 'Working through many deployments', () => workMany(manyDeskOf(services), { forMs: 5_000 })),
  chore(3_600_000, 'Forgetting ended sessions', () => forgetEndedSessions(db, sessionLengths)),
  chore(600_000, 'Forgetting ended counts', () => forgetEndedCounts(db)),
  chore(3_600_000, 'Forgetting e-mails that fit no letter', () => forgetUnmatched(db)),
];
if (toldByNotify !== null) {
  const book = (receipt: Receipt) => bookReceipt({ db, client: services.temporal, taskQueue: temporal.taskQueue }, receipt);
  chores.push(
    chore(ASK_FOR_RECEIPTS_MS, 'Asking GOV.UK Notify what became of the post', createReceiptPoll({ db, notify: toldByNotify, book })),
  );
}
chores.push(repeatEvery(1_000, 'Asking whether this version may work on this database', enter));
if (sandbox !== null) {
  const timeDesk = { db, client: services.temporal, taskQueue: temporal.taskQueue };
  chores.push(chore(1_000, 'Moving time', () => workTimeMove(timeDesk, { forMs: 10_000 })));
  chores.push(chore(5_000, 'Writing the summaries of the week', () => postDigestsByMovedTime(services, nowMs())));
}
let stopping = false;
const stop = async (): Promise<void> => {
  if (stopping) return;
  stopping = true;
  await app.close();
  await healthApp?.close();
  await Promise.all(chores.map((chore) => chore.stop()));
  services.rehearsals.end();
  await endCounting();
  mail.close();
  await connection.close();
  await db.end();
  process.exit(0);
};
process.once('SIGTERM', () => void stop());
process.once('SIGINT', () => void stop());
process.once('disconnect', () => void stop());

// Checked before anybody waits for a page.
for (const id of listProgrammes()) loadProgramme(id);
await app
  .listen({ host, port })
  .catch((error: unknown) => endBecause(whyNotListening(error, { host, port, hostIn: 'WEB_HOST', portIn: 'WEB_PORT' }), error));
process.stdout.write(`The web service listens on http://${host}:${port}\n`);

/** Ends with what is wrong and how to mend it, as wrong use; an error without such a reason is thrown. */
function endBecause(reason: Reason | null, error?: unknown): never {
  if (reason === null) throw error;
  process.stderr.write(`${reason.message}\n${reason.remedy}\n`);
  process.exit(2);
}
