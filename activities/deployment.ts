import type { ChronologyEvent } from '../domain/chronology/events.ts';
import type { MailroomCall, RecordPort, WakeUp } from './ports.ts';

export type DeploymentActivities = ReturnType<typeof createDeploymentActivities>;

/** What the record has after a wake-up was told in the workflow's own task. Its history holds this, and not what was told. */
export type StoredInTask = {
  readonly sequence: number;
  readonly events: readonly ChronologyEvent[];
  /** Set when the record had these already, and other ones were told. */
  readonly instead: boolean;
};

/** What the record had already, where other events were told. */
export type StoredInstead = { readonly instead: readonly ChronologyEvent[] };

/** The activities of a deployment. Each wake-up runs one. */
export function createDeploymentActivities(ports: { readonly record: RecordPort; readonly tell: (call: MailroomCall) => Promise<void> }) {
  const { record } = ports;

  /**
   * Stores the events of a wake-up, then tells the mailrooms that letters are queued. It tells them after the commit.
   * If the worker crashes in between, the retry finds the wake-up stored and tells them again. Answers null, or what time had brought about and
   * an earlier try had stored in its place.
   */
  const store = async (wakeUp: WakeUp): Promise<readonly ChronologyEvent[] | null> => {
    const tellAll = async (calls: readonly MailroomCall[]) => void (await Promise.all(calls.map((call) => ports.tell(call))));
    try {
      await tellAll(await record.storeWakeUp(wakeUp));
      return null;
    } catch (error) {
      const before = await record.broughtByTimeAfter(wakeUp.reference, wakeUp.sequence);
      if (before.length === 0) throw error;
      // They are stored already, so this answers whom that earlier try may not have told.
      await tellAll(await record.storeWakeUp({ ...wakeUp, events: before }));
      return before;
    }
  };

  return {
    async storeWakeUp(wakeUp: WakeUp): Promise<StoredInstead | undefined> {
      const instead = await store(wakeUp);
      return instead === null ? undefined : { instead };
    },

    /** The same as a local activity. It answers what is stored, because a history does not hold what a local activity was told. */
    async storeInTask(wakeUp: WakeUp): Promise<StoredInTask> {
      const instead = await store(wakeUp);
      return { sequence: wakeUp.sequence, events: instead ?? wakeUp.events, instead: instead !== null };
    },
  };
}
