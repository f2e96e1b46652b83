import type { DateFrame } from '../../domain/forms/date-limits.ts';
import type { Db } from '../database.ts';
import { ITS_TODAY } from './place.ts';

/** The day on which a deployment began and the day that its clock shows, both in London: what is said of it lies between or after. */
export async function readDateFrame(db: Db, reference: string): Promise<DateFrame> {
  const { rows } = await db.query<DateFrame>(
    `SELECT (d.began_at AT TIME ZONE 'Europe/London')::date AS "beganOn", ${ITS_TODAY} AS today FROM deployments d WHERE d.reference = $1`,
    [reference],
  );
  const [frame] = rows;
  if (frame === undefined) throw new Error(`There is no deployment ${reference}.`);
  return frame;
}
