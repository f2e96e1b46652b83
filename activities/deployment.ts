import type { MailroomCall, RecordPort, WakeUp } from './ports.ts';

export type DeploymentActivities = ReturnType<typeof createDeploymentActivities>;

/** The activities of a deployment. Each wake-up runs one. */
export function createDeploymentActivities(ports: { readonly record: RecordPort; readonly tell: (call: MailroomCall) => Promise<void> }) {
  return {
    /**
     * Stores the events of a wake-up, then tells the mailrooms that letters are queued. It tells them after the commit.
     * If the worker crashes in between, the retry finds the wake-up stored and tells them again.
     */
    async storeWakeUp(wakeUp: WakeUp): Promise<void> {
      const calls = await ports.record.storeWakeUp(wakeUp);
      await Promise.all(calls.map((call) => ports.tell(call)));
    },
  };
}
