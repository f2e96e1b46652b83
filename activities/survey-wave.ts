import { heartbeat } from '@temporalio/activity';
import type { Instant } from '../domain/time/london.ts';
import type { WavePort } from './ports.ts';

export type WaveActivities = ReturnType<typeof createWaveActivities>;

/** What a wave of a survey does when it wakes. */
export function createWaveActivities({ waves }: { readonly waves: WavePort }) {
  return {
    /** Sends whatever is due at this moment, and answers when to wake again; null when the wave has ended. */
    async wakeWave(of: { readonly wave: number; readonly at: Instant }): Promise<{ readonly nextAt: Instant | null }> {
      return waves.wake(of, heartbeat);
    },
  };
}
