import type { PersonId } from '../../domain/programme.ts';
import { endFeed } from './calendar-feeds.ts';
import type { Db } from '../database.ts';
import type { KnownPerson } from '../views/people.ts';
import { LEADER_ROLES } from '../views/search-deployments.ts';

/** Two entries that were made one. */
export type NewMerge = {
  readonly merged: KnownPerson;
  readonly kept: KnownPerson;
  /** The person as they are known now. */
  readonly after: KnownPerson;
  readonly because: string;
  readonly by: PersonId;
};

/** Keeps who merged whom, and queues the change for every running deployment that names the entry that goes. Answers their references. */
export async function keepMerge(db: Db, { merged, kept, after, because, by }: NewMerge): Promise<readonly string[]> {
  const { rows } = await db.query<{ reference: string }>(
    `WITH merge AS (
       INSERT INTO person_merges (merged, kept, because, by_person, before_merged, before_kept, after)
       VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id)
     INSERT INTO merge_parts (merge, reference)
     SELECT merge.id, d.reference FROM merge, deployments d WHERE d.status = 'running' AND (
       EXISTS (SELECT FROM deployment_parties held WHERE held.reference = d.reference AND held.person = $1 AND held.until IS NULL)
       OR EXISTS (SELECT FROM deputies WHERE deputies.reference = d.reference AND $1 IN (deputies.person, deputies.deputy) AND deputies.ended_at IS NULL)
       OR EXISTS (SELECT FROM escalations e WHERE e.reference = d.reference AND e.person = $1 AND e.closed_at IS NULL))
     ORDER BY d.reference RETURNING reference`,
    [merged.id, kept.id, because, by, JSON.stringify(merged), JSON.stringify(kept), JSON.stringify(after)],
  );
  return rows.map(({ reference }) => reference).toSorted();
}

/** Everything of an entry that is not in a deployment goes to the one that stays. What was said stays under the name it was said by. */
export async function moveBelongings(
  db: Db,
  { from, to, by, because }: { readonly from: PersonId; readonly to: PersonId; readonly by: PersonId; readonly because: string },
): Promise<void> {
  await db.query('DELETE FROM person_roles WHERE person = $1', [from]);
  await db.query(
    'INSERT INTO watches (person, reference, since) SELECT $2, reference, since FROM watches WHERE person = $1 ON CONFLICT DO NOTHING',
    [from, to],
  );
  await db.query('DELETE FROM watches WHERE person = $1', [from]);
  await endFeed(db, { person: from, by, because });
  // A view of the same name keeps it, with what tells the two apart.
  await db.query(
    `UPDATE saved_views view SET owner = $2,
            name = CASE WHEN EXISTS (SELECT FROM saved_views other WHERE other.owner = $2 AND other.name = view.name)
                        THEN view.name || ' (' || left(view.id::text, 8) || ')' ELSE view.name END
     WHERE owner = $1`,
    [from, to],
  );
  // Whoever wanted fewer e-mails wants them still; what the entry that stays has chosen counts before.
  await db.query(
    `INSERT INTO quieter (reference, person, until_on, by_person, via, at)
     SELECT reference, $2, until_on, by_person, via, at
     FROM (SELECT DISTINCT ON (reference) * FROM quieter WHERE person = $1 ORDER BY reference, id DESC) newest
     WHERE until_on IS NOT NULL AND NOT EXISTS (SELECT FROM quieter own WHERE own.reference = newest.reference AND own.person = $2)`,
    [from, to],
  );
  await db.query('UPDATE incoming SET person = $2 WHERE person = $1', [from, to]);
  await db.query('UPDATE notes SET person = $2 WHERE person = $1 AND sent_at IS NULL AND failed_at IS NULL', [from, to]);
  await db.query(
    `INSERT INTO leader_profiles (leader, profile, by_person, because)
     SELECT $2, profile, $3, $4 FROM leader_profiles WHERE leader = $1 AND NOT EXISTS (SELECT FROM leader_profiles WHERE leader = $2)
     ORDER BY id DESC LIMIT 1`,
    [from, to, by, because],
  );
  await db.query(
    `INSERT INTO leader_relationships (leader, urn, trust, effect, what, by_person)
     SELECT $2, urn, trust, effect, what, by_person
     FROM (SELECT DISTINCT ON (urn, trust, what) id, urn, trust, effect, what, by_person FROM leader_relationships
           WHERE leader = $1 ORDER BY urn, trust, what, id DESC) newest
     WHERE effect <> 'none' AND effect IS DISTINCT FROM
       (SELECT known.effect FROM leader_relationships known WHERE known.leader = $2 AND known.urn = newest.urn AND known.trust = newest.trust
          AND known.what = newest.what ORDER BY known.id DESC LIMIT 1)
     ORDER BY id`,
    [from, to],
  );
}

/** Says of an entry that it is the same person as another, so that its address is free, and it is found by nobody any more. */
export async function markMerged(db: Db, from: PersonId, to: PersonId): Promise<void> {
  await db.query('UPDATE people SET merged_into = $2 WHERE id = $1', [from, to]);
  // Whoever was merged into this entry before follows it.
  await db.query('UPDATE people SET merged_into = $2 WHERE merged_into = $1', [from, to]);
}

/** A letter that is still on its way to an entry that is gone reaches the person where they are known now. */
export async function sendToKept(db: Db, from: PersonId, to: PersonId): Promise<void> {
  await db.query(
    `UPDATE people gone SET email = kept.email, telephone = kept.telephone, address_refused_at = kept.address_refused_at,
            address_refused_with = kept.address_refused_with
     FROM people kept WHERE kept.id = $2 AND (gone.id = $1 OR gone.merged_into = $2)`,
    [from, to],
  );
}

/** The mail system has refused an address for good: it is still the same one when it goes over to another entry. */
export async function keepRefusal(db: Db, from: PersonId, to: PersonId): Promise<void> {
  await db.query(
    `UPDATE people kept SET address_refused_at = gone.address_refused_at, address_refused_with = gone.address_refused_with
     FROM people gone WHERE gone.id = $1 AND kept.id = $2`,
    [from, to],
  );
}

/** What stands in the way of merging an entry, as the record has it. */
export type InTheWay = {
  /** Where answers of theirs are still on their way to the engine. */
  readonly answersIn: readonly string[];
  /** Confirmed changes of many deployments that are still to name them. */
  readonly manyWaiting: boolean;
  readonly onlyAdministrator: boolean;
  /** Deployments in which one of the two is the school and the other supports it. */
  readonly ownSchool: readonly string[];
  /** The trusts of the two as system leaders, where both have one. */
  readonly trusts: readonly string[];
};

/** What stands in the way of making one entry of two. */
export async function findInTheWay(db: Db, merged: PersonId, kept: PersonId): Promise<InTheWay> {
  const { rows } = await db.query<InTheWay>(
    `SELECT
       (SELECT coalesce(array_agg(DISTINCT reference ORDER BY reference), '{}') FROM kept_answers
        WHERE settled_at IS NULL AND $1 IN (person, on_behalf_of)) AS "answersIn",
       EXISTS (SELECT FROM many_lines WHERE state = 'waiting' AND position(to_json($1::text)::text IN commands::text) > 0) AS "manyWaiting",
       EXISTS (SELECT FROM person_roles WHERE person = $1 AND role = 'administrator')
         AND NOT EXISTS (SELECT FROM person_roles WHERE person <> $1 AND role = 'administrator') AS "onlyAdministrator",
       (SELECT coalesce(array_agg(DISTINCT one.reference ORDER BY one.reference), '{}')
        FROM deployment_parties one JOIN deployment_parties other ON other.reference = one.reference AND other.until IS NULL
          JOIN deployments d ON d.reference = one.reference
        WHERE one.until IS NULL AND d.status = 'running' AND one.role IN ${LEADER_ROLES} AND other.role = 'school'
          AND (one.person, other.person) IN (($1, $2), ($2, $1))) AS "ownSchool",
       (SELECT coalesce(array_agg(DISTINCT trust ORDER BY trust), '{}') FROM (
          SELECT trust FROM person_roles WHERE role = 'system-leader' AND person IN ($1, $2) AND trust <> ''
          UNION SELECT newest.profile ->> 'homeTrust' FROM (
            SELECT DISTINCT ON (leader) profile FROM leader_profiles WHERE leader IN ($1, $2) ORDER BY leader, id DESC) newest
          WHERE coalesce(newest.profile ->> 'homeTrust', '') <> '') home) AS trusts`,
    [merged, kept],
  );
  const [found] = rows;
  if (found === undefined) throw new Error('PostgreSQL gave no answer.');
  return found;
}

/** What became of an entry. */
export type MergeLine = {
  readonly merged: PersonId;
  readonly mergedName: string;
  readonly mergedEmail: string;
  readonly kept: PersonId;
  readonly keptName: string;
  readonly because: string;
  readonly byName: string;
  readonly at: string;
  /** Deployments in which it is still to be changed, and those that refused it, each with why. */
  readonly waitsIn: readonly string[];
  readonly refusedIn: readonly { readonly reference: string; readonly because: string }[];
};

/** The merges that an entry was part of, the newest first. */
export async function listMerges(db: Db, person: PersonId): Promise<readonly MergeLine[]> {
  const { rows } = await db.query<MergeLine>(
    `SELECT merge.merged, merge.before_merged ->> 'name' AS "mergedName", merge.before_merged ->> 'email' AS "mergedEmail",
            merge.kept, kept.name AS "keptName", merge.because, merge.at,
            coalesce((SELECT name FROM people WHERE id = merge.by_person), merge.by_person) AS "byName",
            (SELECT coalesce(array_agg(reference ORDER BY reference), '{}') FROM merge_parts part
             WHERE part.merge = merge.id AND settled_at IS NULL) AS "waitsIn",
            (SELECT coalesce(json_agg(json_build_object('reference', reference, 'because', outcome) ORDER BY reference), '[]') FROM merge_parts part
             WHERE part.merge = merge.id AND outcome IS NOT NULL) AS "refusedIn"
     FROM person_merges merge JOIN people kept ON kept.id = merge.kept
     WHERE $1 IN (merge.merged, merge.kept) ORDER BY merge.id DESC`,
    [person],
  );
  return rows;
}

/** One deployment in which one entry is to take the place of another, held by whoever delivers it until the lease runs out. */
export type ClaimedPart = {
  readonly merge: string;
  readonly reference: string;
  readonly from: PersonId;
  readonly to: PersonId;
  readonly because: string;
  readonly by: PersonId;
  readonly claim: string;
};

/** Claims a waiting part for `leaseSeconds`, none of those in `tried` (`merge/reference`). Undefined when there is none. */
export async function claimPart(db: Db, tried: readonly string[], leaseSeconds: number): Promise<ClaimedPart | undefined> {
  const { rows } = await db.query<ClaimedPart>(
    `WITH part AS (
       UPDATE merge_parts SET claim = gen_random_uuid(), claimed_until = clock_timestamp() + make_interval(secs => $2)
       WHERE (merge, reference) = (SELECT merge, reference FROM merge_parts
                     WHERE settled_at IS NULL AND merge || '/' || reference <> ALL ($1::text[])
                       AND (claimed_until IS NULL OR claimed_until <= clock_timestamp())
                     ORDER BY merge, reference LIMIT 1 FOR UPDATE SKIP LOCKED)
       RETURNING merge, reference, claim)
     SELECT part.merge::text, part.reference, part.claim, merge.merged AS "from", merge.kept AS "to", merge.because, merge.by_person AS "by"
     FROM part JOIN person_merges merge ON merge.id = part.merge`,
    [tried, leaseSeconds],
  );
  return rows[0];
}

/** Gives back a part that could not be delivered yet, unless somebody else has claimed it since. */
export async function releasePart(db: Db, { merge, reference, claim }: ClaimedPart): Promise<void> {
  await db.query('UPDATE merge_parts SET claim = NULL, claimed_until = NULL WHERE merge = $1 AND reference = $2 AND claim = $3', [
    merge,
    reference,
    claim,
  ]);
}

/** Records that a part is settled. `outcome` says why nothing was changed; null when it was. */
export async function settlePart(db: Db, { merge, reference }: ClaimedPart, outcome: string | null): Promise<void> {
  await db.query(
    'UPDATE merge_parts SET settled_at = clock_timestamp(), outcome = $3 WHERE merge = $1 AND reference = $2 AND settled_at IS NULL',
    [merge, reference, outcome],
  );
}
