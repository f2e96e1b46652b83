import { MailServerDown } from '../activities/ports.ts';
import type { Sent } from '../activities/ports.ts';
import { londonDate } from '../domain/time/london.ts';
import { notificationsNamed } from './notify-client.ts';
import type { notifyClient } from './notify-client.ts';
import { DailyLimit, NOTIFY, notifyOutcomeOf } from './notify-outcome.ts';

/** One message as it is handed to Notify. */
export type Handing = {
  /** Its name there. It names nobody. */
  readonly reference: string;
  /** An earlier attempt has perhaps handed it over. */
  readonly perhapsSent: boolean;
  /** Hands it over, and answers with its id there. */
  readonly hand: () => Promise<string>;
};

/** After a daily limit Notify is asked again at midnight, and before that so often: somebody may have had it raised. */
const ASK_AGAIN_MS = 15 * 60_000;

/**
 * Hands messages of one kind to GOV.UK Notify. Notify takes the same reference as often as it is given, so it is asked for a
 * message that has perhaps been sent before that is handed over again.
 */
export function notifyCounter(client: ReturnType<typeof notifyClient>, wallMs: () => number): (message: Handing) => Promise<Sent> {
  let limit: { readonly since: number; readonly said: string } | null = null;

  async function handOver({ reference, perhapsSent, hand }: Handing): Promise<Sent> {
    const known = perhapsSent ? await notificationsNamed(client, reference) : [];
    // What failed on its side was not sent.
    const before = known.find(({ status }) => status !== 'technical-failure');
    return before === undefined ? accepted(await hand(), 'took it') : accepted(before.id, 'had it already');
  }

  return async (message) => {
    if (limit !== null && wallMs() - limit.since < ASK_AGAIN_MS && londonDate(wallMs()) === londonDate(limit.since))
      throw new MailServerDown(limit.said);
    try {
      const sent = await handOver(message);
      limit = null;
      return sent;
    } catch (error) {
      try {
        return notifyOutcomeOf(error);
      } catch (trouble) {
        if (trouble instanceof DailyLimit) limit = { since: wallMs(), said: trouble.message };
        throw trouble;
      }
    }
  };
}

function accepted(notification: string, what: string): Sent {
  return { kind: 'accepted', response: `${NOTIFY} ${what}: ${notification}`, notification };
}
