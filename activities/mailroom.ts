import { ApplicationFailure, heartbeat } from '@temporalio/activity';
import { MailServerDown } from './ports.ts';
import type { Envelope, LedgerPort, MailPort } from './ports.ts';

export type MailroomActivities = ReturnType<typeof createMailroomActivities>;

/** How the post went: whether more is waiting already, and else when to look again by itself. */
export type PostRound = { readonly more: boolean; readonly tryAgainInMs: number | null };

const ROUND_MS = 8_000;
const RENEW_EVERY_MS = 2_000;

/** What the mailroom does when it comes: claim a few letters, send each, mark each as soon as it is accepted. */
export function createMailroomActivities(ports: {
  readonly ledger: LedgerPort;
  readonly mail: MailPort;
  /** A fresh fencing token. */
  readonly newClaim: () => string;
  /** E-mails claimed, and sent side by side, at a time: so many may be said twice when a worker is killed. */
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
     * Delivers what is queued, for some seconds at most, so that a round always ends well within its time. Fails, to
     * be retried, when no mail server is to be reached; nothing is lost or marked then.
     */
    async deliverPost({ mailroom }: { readonly mailroom: number }): Promise<PostRound> {
      const claim = ports.newClaim();
      const keepAlive = setInterval(() => {
        heartbeat();
        // A lease that cannot be renewed runs out: then another attempt sends, and this one cannot mark.
        ledger.renew(claim).catch(() => undefined);
      }, RENEW_EVERY_MS);
      const startedMs = performance.now();
      try {
        await ledger.heedBells(mailroom);
        while (performance.now() - startedMs < ROUND_MS) {
          // Claimed when they are to leave and not before: a letter is looked at once more immediately before it is sent.
          const { rows, envelopes } = await ledger.claim(mailroom, claim, ports.atATime);
          if (rows === 0) return { more: false, tryAgainInMs: await ledger.msUntilNextTry(mailroom) };
          const outcomes = await Promise.allSettled(envelopes.map(sendOne));
          const failed = outcomes.find((outcome) => outcome.status === 'rejected');
          if (failed) throw failed.reason;
          heartbeat();
        }
        return { more: true, tryAgainInMs: null };
      } catch (error) {
        // Best effort: without it the lease runs out by itself.
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
