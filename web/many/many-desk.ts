import type { ManyDesk } from '../../desk/work-many.ts';
import { takesChanges } from '../changes/takes-changes.ts';
import type { Services } from '../shared/services.ts';

/** What works through the lines of jobs of many: in a request for a moment, and between requests for as long as it takes. */
export function manyDeskOf(services: Pick<Services, 'db' | 'temporal' | 'taskQueue'>): ManyDesk {
  const { db, temporal, taskQueue } = services;
  return { db, client: temporal, taskQueue, engineThere: () => takesChanges(services) };
}
