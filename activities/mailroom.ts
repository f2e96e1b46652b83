import { ApplicationFailure, heartbeat } from '@temporalio/activity';
import { MailServerDown } from './ports.ts';
import type { Envelope, HandedOver, LedgerPort, MailPort, Sent } from './ports.ts';

export type MailroomActivities = ReturnType<typeof createMailroomActivities>;

/** The result of one round: whether more letters are waiting already, and if not, when to look again. */
export type PostRound = { readonly more: boolean; readonly tryAgainInMs: number | null };

const ROUND_MS = 8_000;
const RENEW_EVERY_MS = 2_000;
/** What was claimed so long ago is judged anew before it is sent: a mail server may be slow. */
const FRESH_MS = 1_000;
/** E-mails are claimed, read and judged for so many turns of sending at once at most. */
const MOST_TURNS = 5;

/** One round of the mailroom: claim letters, send a few at a time, and mark each as soon as it is accepted. */
export function createMailroomActivities(ports: {
  readonly ledger: LedgerPort;
  readonly mail: MailPort;
  /** A fresh fencing token. */
  readonly newClaim: () => string;
  /** How many e-mails are handed over and sent at a time. At most this many are sent twice when a worker is killed. */
  readonly atATime: number;
}) {
  const { ledger, mail } = ports;

  /** What the mail server said of itself or of us, when it is believed; null when the next letters may be tried. */
  async function sendOne({ envelope, email }: HandedOver): Promise<string | null> {
    try {
      await mark({ envelope, email }, await mail.send(email, { perhapsSent: envelope.perhapsSent }));
      return null;
    } catch (error) {
      if (!(error instanceof MailServerDown)) throw error;
      const believed = await ledger.bookTrouble(envelope, {
        kind: error.trouble,
        said: error.message,
        recipient: error.saidTo === 'one' ? email.to.address : null,
        perhapsSent: error.perhapsSent,
      });
      if (!believed) return null;
      return error.trouble === 'no-server' ? `No mail server: ${error.message}` : `The mail server refuses us: ${error.message}`;
    }
  }

  async function mark({ envelope, email }: HandedOver, sent: Sent): Promise<void> {
    switch (sent.kind) {
      case 'accepted':
        return ledger.markAccepted(envelope, sent.response, sent.notification);
      case 'refused':
        return ledger.markFailed(envelope, email, sent.response, sent.addressRefused);
      case 'deferred':
        return ledger.putOff(envelope, sent.response);
      default:
        return sent satisfies never;
    }
  }

  /** Hands a few e-mails over and sends those that may still go. */
  async function sendTurn(claim: string, envelopes: readonly Envelope[]): Promise<void> {
    const emails = envelopes.map((envelope) => ({ envelope, email: mail.compose(envelope) }));
    const held = await ledger.handOver(claim, emails);
    const outcomes = await Promise.allSettled(emails.filter(({ envelope }) => held.has(envelope.id)).map(sendOne));
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed) throw failed.reason;
    const [trouble] = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? (outcome.value ?? []) : []));
    if (trouble !== undefined) throw ApplicationFailure.retryable(trouble, 'MailServerDown');
    heartbeat();
  }

  return {
    /**
     * Delivers what is queued, for a few seconds at most, so that a round always ends well within its time. Fails, to
     * be retried, when no mail server can be reached or the one there refuses us; nothing is lost or marked then.
     */
    async deliverPost({ mailroom }: { readonly mailroom: number }): Promise<PostRound> {
      const claim = ports.newClaim();
      const keepAlive = setInterval(() => {
        heartbeat();
        // A lease that cannot be renewed runs out. Another attempt then sends the letters, and this one can no longer
        // mark them.
        ledger.renew(claim).catch(() => undefined);
      }, RENEW_EVERY_MS);
      const startedMs = performance.now();
      let turns = 1;
      try {
        await ledger.heedBells(mailroom);
        while (performance.now() - startedMs < ROUND_MS) {
          // Claimed only when they are about to leave, because a letter is checked once more immediately before it is
          // sent. So no more are claimed than were sent while fresh the last time, and once more.
          const claimedMs = performance.now();
          const { rows, envelopes } = await ledger.claim(mailroom, claim, ports.atATime * turns);
          if (rows === 0) return { more: false, tryAgainInMs: await ledger.msUntilNextTry(mailroom) };
          let sent = 0;
          while (sent < envelopes.length && (sent === 0 || performance.now() - claimedMs < FRESH_MS)) {
            await sendTurn(claim, envelopes.slice(sent, sent + ports.atATime));
            sent += ports.atATime;
          }
          if (sent < envelopes.length) await ledger.putBack(envelopes.slice(sent));
          turns = Math.min(
            MOST_TURNS,
            performance.now() - claimedMs < FRESH_MS ? turns + 1 : Math.max(1, Math.floor(sent / ports.atATime)),
          );
        }
        return { more: true, tryAgainInMs: null };
      } catch (error) {
        // Best effort: if this fails, the lease runs out by itself.
        await ledger.release(claim, messageOf(error)).catch(() => undefined);
        throw error;
      } finally {
        clearInterval(keepAlive);
      }
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
