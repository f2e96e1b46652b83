import assert from 'node:assert/strict';
import type { RecordPort } from '../../activities/ports.ts';
import type { ChronologyEvent } from '../../domain/chronology/events.ts';

/**
 * Stores a life as workflows do: every fourth at once, the others in wake-ups of one event, of two and of three. After each, `stored` is told the deployment
 * and how many events it had before.
 */
export async function storeInWakeUps(
  record: RecordPort,
  life: readonly ChronologyEvent[],
  nth: number,
  stored: (reference: string, sequence: number) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const [began] = life;
  assert.ok(began?.type === 'deployment-began');
  const { reference } = began;
  const size = nth % 4 === 0 ? life.length : nth % 4;
  for (let sequence = 0; sequence < life.length; sequence += size) {
    const events = life.slice(sequence, sequence + size);
    await record.storeWakeUp({ reference, sequence, events, asOf: events.at(-1)?.at ?? began.at, plannedAt: null });
    await stored(reference, sequence);
  }
}
