import { ApplicationFailure, heartbeat } from '@temporalio/activity';
import { MailServerDown } from './ports.ts';
import type { Envelope, LedgerPort, MailPort } from './ports.ts';

export type MailroomActivities = ReturnType<typeof createMailroomActivities>;

/** The result of one round: whether more letters are waiting already, and if not, when to look again. */
export type PostRound = { readonly more: boolean; readonly tryAgainInMs: number | null };

const ROUND_MS = 8_000;
const RENEW_EVERY_MS = 2_000;

/** One round of the mailroom: claim a few letters, send each, and mark each as soon as it is accepted. */
export function createMailroomActivities(ports: {
  readonly ledger: LedgerPort;
  readonly mail: MailPort;
  /** A fresh fencing token. */
  readonly newClaim: () => string;
  /** How many e-mails are claimed and sent at a time. At most this many are sent twice when a worker is killed. */
  readonly atATime: number;
}) {
  const { ledger, mail } = ports;

  async function sendOne(envelope: Envelope): Promise<void> {
    const email = mail.compose(envelope);
    const sent = await mail.send(email);
    switch (sent.kind) {
      case 'accepted':
        return ledger.markAccepted(envelope, email, sent.response);
      case 'refused':
        return ledger.markFailed(envelope, email, sent.response, sent.addressRefused);
      case 'deferred':
        return ledger.putOff(envelope, sent.response);
      default:
        return sent satisfies never;
    }
  }

  return {
    /**
     * Delivers what is queued, for a few seconds at most, so that a round always ends well within its time. Fails, to
     * be retried, when no mail server can be reached; nothing is lost or marked then.
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
      try {
        await ledger.heedBells(mailroom);
        while (performance.now() - startedMs < ROUND_MS) {
          // Claimed only when they are about to leave, because a letter is checked once more immediately before it is
          // sent.
          const { rows, envelopes } = await ledger.claim(mailroom, claim, ports.atATime);
          if (rows === 0) return { more: false, tryAgainInMs: await ledger.msUntilNextTry(mailroom) };
          const outcomes = await Promise.allSettled(envelopes.map(sendOne));
          const failed = outcomes.find((outcome) => outcome.status === 'rejected');
          if (failed) throw failed.reason;
          heartbeat();
        }
        return { more: true, tryAgainInMs: null };
      } catch (error) {
        // Best effort: if this fails, the lease runs out by itself.
        await ledger.release(claim, messageOf(error)).catch(() => undefined);
        if (error instanceof MailServerDown) {
          throw ApplicationFailure.retryable(`No mail server: ${error.message}`, 'MailServerDown');
        }
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
