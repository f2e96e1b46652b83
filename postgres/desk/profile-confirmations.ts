import type { LeaderProfile } from '../../domain/matching/profile.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import type pg from 'pg';
import { lockPeopleAsTheyAre } from '../access/end-access.ts';
import { inTransaction } from '../database.ts';
import type { Db } from '../database.ts';
import { addProfiles, findLeader, IS_HOME } from '../views/leaders.ts';
import type { LeaderLine } from '../views/leaders.ts';
import { queueNote } from './notes.ts';

/** A leader with a profile, and what they were asked and confirmed about it. */
export type LeaderToAsk = {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly addressRefused: boolean;
  readonly profile: LeaderProfile;
  /** The local authority of the first of their home schools that the register has; null for none. */
  readonly authority: { readonly code: string; readonly name: string } | null;
  /** What was sent to the address that they have now. */
  readonly asks: readonly { readonly term: string; readonly kind: 'ask' | 'reminder'; readonly on: PlainDate }[];
  readonly confirmedTerms: readonly string[];
};

/** Every system leader of whom a profile is known, by name. */
export async function listLeadersToAsk(db: Db): Promise<readonly LeaderToAsk[]> {
  const { rows } = await db.query<LeaderToAsk>(
    `SELECT p.id, p.name, p.email, p.address_refused_at IS NOT NULL AS "addressRefused", newest.profile,
            (SELECT jsonb_build_object('code', authority.code, 'name', authority.name)
             FROM schools home JOIN local_authorities authority ON authority.code = home.authority
             WHERE ${IS_HOME} ORDER BY home.urn LIMIT 1) AS authority,
            (SELECT coalesce(jsonb_agg(jsonb_build_object('term', term, 'kind', kind, 'on', (at AT TIME ZONE 'Europe/London')::date) ORDER BY id), '[]')
             FROM profile_asks asked WHERE asked.leader = p.id AND asked.email = p.email) AS asks,
            (SELECT coalesce(array_agg(DISTINCT term), '{}') FROM profile_confirmations said WHERE said.leader = p.id) AS "confirmedTerms"
     FROM (SELECT DISTINCT ON (leader) leader, profile FROM leader_profiles ORDER BY leader, id DESC) newest
     JOIN people p ON p.id = newest.leader AND p.merged_into IS NULL ORDER BY p.name, p.id`,
  );
  return rows;
}

export type ProfileAsk = {
  readonly leader: string;
  readonly term: string;
  readonly kind: 'ask' | 'reminder';
  readonly email: string;
  readonly linkHash: Buffer;
  readonly until: PlainDate;
  readonly at: string;
};

/**
 * Asks a leader: what was asked and its e-mail are kept together. False when it had been kept before, or when they have another address
 * by now.
 */
export function queueProfileAsk(
  db: pg.Pool,
  ask: ProfileAsk,
  write: (leader: LeaderLine) => { readonly subject: string; readonly text: string; readonly html: string },
): Promise<boolean> {
  return inTransaction(db, async (tx) => {
    await lockPeopleAsTheyAre(tx);
    const leader = await findLeader(tx, ask.leader);
    if (leader === undefined || !(await keepProfileAsk(tx, ask))) return false;
    await queueNote(tx, { kind: 'profile', person: ask.leader, ...write(leader) });
    return true;
  });
}

async function keepProfileAsk(db: Db, { leader, term, kind, email, linkHash, until, at }: ProfileAsk): Promise<boolean> {
  const { rowCount } = await db.query(
    `INSERT INTO profile_asks (leader, term, kind, email, link_hash, until, at)
     SELECT id, $2, $3, $4, $5, $6, $7 FROM people WHERE id = $1 AND email = $4 ON CONFLICT DO NOTHING`,
    [leader, term, kind, email, linkHash, until, at],
  );
  return rowCount === 1;
}

export type ProfileLink = {
  readonly leader: string;
  readonly name: string;
  readonly term: string;
  readonly until: PlainDate;
  /** When they confirmed it for this term; null: not yet. */
  readonly confirmedAt: string | null;
};

/** What a link to a profile is for. Undefined when none was sent like it, or when it was sent to an address that they no longer have. */
export async function findProfileLink(db: Db, hash: Buffer): Promise<ProfileLink | undefined> {
  const { rows } = await db.query<ProfileLink>(
    `SELECT asked.leader, p.name, asked.term, asked.until,
            (SELECT max(said.at) FROM profile_confirmations said WHERE said.leader = asked.leader AND said.term = asked.term) AS "confirmedAt"
     FROM profile_asks asked JOIN people p ON p.id = asked.leader AND p.email = asked.email AND p.merged_into IS NULL
     WHERE asked.link_hash = $1 ORDER BY asked.id LIMIT 1`,
    [hash],
  );
  return rows[0];
}

/** Keeps that a leader confirmed what is known of them. */
export async function keepConfirmation(db: Db, leader: string, term: string, changed: boolean): Promise<void> {
  await db.query('INSERT INTO profile_confirmations (leader, term, changed) VALUES ($1, $2, $3)', [leader, term, changed]);
}

/** Keeps that a leader confirmed it with changes, which are a line of their own. */
export function keepChangedProfile(db: pg.Pool, leader: string, term: string, profile: LeaderProfile): Promise<void> {
  return inTransaction(db, async (tx) => {
    await addProfiles(tx, [{ leader, profile }], { by: leader, because: `Confirmed with changes for ${term}.` });
    await keepConfirmation(tx, leader, term, true);
  });
}
