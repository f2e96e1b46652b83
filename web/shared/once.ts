import { randomUUID } from 'node:crypto';

/** The key of a form, as `randomUUID` makes it: whoever presses twice sends it twice, and it counts once. The id of a job is one, too. */
export const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u;

/** The key that a form was sent with; a new one where it came without, or with what is none. */
export function keyOfForm(given: string): string {
  return UUID.test(given) ? given : randomUUID();
}
