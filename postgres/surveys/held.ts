import { HOLD_COVERS, HOLD_STANDS } from '../views/post-holds.ts';
import { PLACE } from '../views/place.ts';

/** A condition: the post of the service, or of a deployment in which this person has a part, is on hold. `person` is SQL. */
export const IS_PERSON_HELD = (person: string): string => `EXISTS (
  SELECT FROM post_holds hold WHERE ${HOLD_STANDS} AND (hold.scope = 'service' OR EXISTS (
    SELECT FROM deployment_parties party JOIN deployments d ON d.reference = party.reference ${PLACE}
    WHERE party.person = ${person} AND party.until IS NULL AND ${HOLD_COVERS})))`;
