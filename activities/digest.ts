import { heartbeat } from '@temporalio/activity';
import type { Instant } from '../domain/chronology/events.ts';
import type { DigestPort } from './ports.ts';

export type DigestActivities = ReturnType<typeof createDigestActivities>;

/** Queues the weekly summaries, person by person. */
export function createDigestActivities({ digests }: { readonly digests: DigestPort }) {
  return {
    /** Decides every summary that is due at this moment. Answers how many were queued; 0 on a day that is no working day. */
    async postDigests({ at }: { readonly at: Instant }): Promise<number> {
      let queued = 0;
      for (const due of await digests.due(at)) {
        if (await digests.queue(due)) queued += 1;
        heartbeat();
      }
      return queued;
    },
  };
}
