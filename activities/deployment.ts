import type { MailroomCall, RecordPort, WakeUp } from './ports.ts';

export type DeploymentActivities = ReturnType<typeof createDeploymentActivities>;

/** The activities of a deployment: one a wake-up. */
export function createDeploymentActivities(ports: { readonly record: RecordPort; readonly tell: (call: MailroomCall) => Promise<void> }) {
  return {
    /**
     * Stores what a wake-up brought about, then tells the mailrooms that letters are queued. Telling comes after the
     * commit and is repeated with it: a crash in between is mended by the retry, which finds the wake-up stored and tells again.
     */
    async storeWakeUp(wakeUp: WakeUp): Promise<void> {
      const calls = await ports.record.storeWakeUp(wakeUp);
      await Promise.all(calls.map((call) => ports.tell(call)));
    },
  };
}
