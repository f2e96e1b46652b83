import { ScheduleAlreadyRunning } from '@temporalio/client';
import type { Client, ScheduleOptions } from '@temporalio/client';

/** Makes a schedule, or brings the one that is there up to these options. Several workers may do it, each time they start. */
export async function setUpSchedule(client: Client, options: ScheduleOptions): Promise<void> {
  try {
    await client.schedule.create(options);
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    const { spec, action, policies } = options;
    // Whoever has paused it by hand finds it paused still.
    await client.schedule.getHandle(options.scheduleId).update((before) => ({ ...before, spec, action, policies: { ...policies } }));
  }
}
