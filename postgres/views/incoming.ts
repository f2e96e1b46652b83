import type { Db } from '../database.ts';
import { readProgramme } from '../pinned/pinned.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import { parameters } from './deployment-source.ts';
import { ITS_TODAY, PLACE, SUBJECT } from './place.ts';
import type { InScope } from './place.ts';

/** A letter that an e-mail belongs to, and how its step stands. */
export type LetterAnswered = {
  readonly reference: string;
  /** The name of the school or trust. */
  readonly subject: string;
  readonly step: string;
  readonly round: number;
  /** The title of the step. */
  readonly title: string;
  readonly open: boolean;
  /** Whom the letter went to. */
  readonly person: string;
  readonly name: string;
  readonly address: string;
};

type RawLetter = Omit<LetterAnswered, 'title'> & { readonly programme: string; readonly version: number };

/** An e-mail that came in, as PostgreSQL has it. */
type RawIncoming = {
  readonly id: string;
  readonly kind: 'bounce' | 'delayed' | 'automatic' | 'person';
  readonly at: string;
  readonly from: { readonly name: string; readonly address: string };
  /** Who has the address that it comes from. */
  readonly person: { readonly id: string; readonly name: string } | null;
  readonly subject: string;
  readonly words: string;
  readonly quoted: string;
  readonly attachments: readonly { readonly name: string; readonly type: string; readonly bytes: number }[];
  readonly cut: boolean;
  readonly facts: {
    /** Of a bounce or a delay. */
    readonly recipients?: readonly string[];
    readonly said?: string;
    readonly addressForGood?: boolean;
    /** Of an automatic reply. */
    readonly because?: string;
    readonly returnsOn?: PlainDate | null;
    readonly names?: readonly string[];
  };
  readonly done: { readonly by: string; readonly at: string } | null;
  readonly letters: readonly RawLetter[];
};

/** An e-mail that came in, as the staff reads it. */
export type IncomingEmail = Omit<RawIncoming, 'letters'> & {
  /** None when it fits no letter. */
  readonly letters: readonly LetterAnswered[];
};

/**
 * Which e-mails somebody may see: those of the deployments `in_scope`, and of those that fit no letter the ones whose writer takes part in such a
 * deployment. Whoever sees every deployment ($1) sees them all. Of one that is forgotten nothing is left to see. Asked with LIMIT for each e-mail,
 * since PostgreSQL would read whole tables for an EXISTS beside an OR.
 */
const MAY_BE_SEEN = `i.forgotten_at IS NULL
  AND CASE WHEN $1::boolean THEN true
           WHEN (SELECT true FROM incoming_letters any_letter WHERE any_letter.incoming = i.id LIMIT 1)
           THEN (SELECT true FROM incoming_letters seen JOIN messages sm ON sm.key = seen.letter JOIN in_scope ON in_scope.reference = sm.reference
                 WHERE seen.incoming = i.id LIMIT 1)
           ELSE coalesce((
             SELECT true FROM (SELECT part.reference FROM deployment_parties part WHERE part.person = i.person AND part.until IS NULL OFFSET 0) own
             WHERE own.reference IN (SELECT reference FROM in_scope WHERE in_scope.reference = own.reference) LIMIT 1), false) END`;

const COLUMNS = `
  SELECT i.id::text, i.kind, i.at, jsonb_build_object('name', i.from_name, 'address', i.from_address) AS from,
         CASE WHEN writer.id IS NOT NULL THEN jsonb_build_object('id', writer.id, 'name', writer.name) END AS person,
         i.subject, i.words, i.quoted, i.attachments, i.cut, i.facts,
         CASE WHEN i.done_at IS NOT NULL
              THEN jsonb_build_object('by', coalesce(reader.name, i.done_by), 'at', i.done_at) END AS done,
         (SELECT coalesce(jsonb_agg(jsonb_build_object(
                   'reference', d.reference, 'subject', ${SUBJECT}, 'step', m.step, 'round', m.round, 'programme', d.programme,
                   'version', d.programme_version, 'open', coalesce(s.state = 'open', false), 'person', m.person,
                   'name', coalesce(asked.name, m.person), 'address', coalesce(m.address, '')) ORDER BY m.key), '[]')
          FROM incoming_letters il JOIN messages m ON m.key = il.letter JOIN deployments d ON d.reference = m.reference ${PLACE}
          LEFT JOIN steps s ON s.reference = m.reference AND s.step = m.step AND s.round = m.round
          LEFT JOIN people asked ON asked.id = m.person
          WHERE il.incoming = i.id) AS letters
  FROM incoming i LEFT JOIN people writer ON writer.id = i.person LEFT JOIN people reader ON reader.id = i.done_by`;

/**
 * The e-mails `unread` that somebody may see who does not see every deployment, by the rules of `MAY_BE_SEEN`: all of them at once, since all are counted.
 * The letters of each are asked for by themselves, with OFFSET or LIMIT, since PostgreSQL would read those of all e-mails that ever came.
 */
const UNREAD_IN_SCOPE = `
  SELECT unread.id FROM unread CROSS JOIN LATERAL (SELECT letter FROM incoming_letters WHERE incoming = unread.id OFFSET 0) fits
  JOIN messages m ON m.key = fits.letter
  JOIN in_scope ON in_scope.reference = m.reference
  UNION
  SELECT unread.id FROM unread JOIN deployment_parties part ON part.person = unread.person AND part.until IS NULL
  JOIN in_scope ON in_scope.reference = part.reference
  WHERE (SELECT true FROM incoming_letters any_letter WHERE any_letter.incoming = unread.id LIMIT 1) IS NULL`;

/**
 * What people wrote and nobody has seen to, the oldest first: some of it, with how much there is. `inScope` says what somebody may see who does not see every
 * deployment.
 */
export async function someRepliesToRead(
  db: Db,
  seesAll: boolean,
  inScope: InScope,
  { limit, offset }: { readonly limit: number; readonly offset: number },
): Promise<{ readonly all: number; readonly lines: readonly IncomingEmail[] }> {
  const given = parameters(seesAll ? [] : inScope.values);
  const { rows: found } = await db.query<{ id: string; all: number }>(
    `WITH unread AS NOT MATERIALIZED (
       SELECT i.id, i.person FROM incoming i WHERE i.kind = 'person' AND i.done_at IS NULL AND i.forgotten_at IS NULL)
     ${seesAll ? '' : `, in_scope AS NOT MATERIALIZED (SELECT d.reference FROM deployments d ${PLACE} WHERE ${inScope.sql})`}
     SELECT seen.id::text, count(*) OVER ()::int AS "all" FROM (${seesAll ? 'SELECT id FROM unread' : UNREAD_IN_SCOPE}) seen
     ORDER BY seen.id LIMIT ${given.place(limit)} OFFSET ${given.place(offset)}`,
    [...given.all],
  );
  // Beyond the last page nothing comes, and so no count either.
  const all = found[0]?.all ?? (offset === 0 ? 0 : (await someRepliesToRead(db, seesAll, inScope, { limit: 1, offset: 0 })).all);
  if (found.length === 0) return { all, lines: [] };
  const { rows } = await db.query<RawIncoming>(`${COLUMNS} WHERE i.id = ANY ($1::bigint[]) ORDER BY i.id`, [found.map(({ id }) => id)]);
  return { all, lines: await Promise.all(rows.map((row) => inWords(db, row))) };
}

/** What came in, the newest first, at most so many: all of it, or what fits no letter. The scope's values begin at $4. */
export async function listIncoming(
  db: Db,
  which: { readonly unmatched: boolean; readonly limit: number; readonly seesAll: boolean },
  inScope: InScope,
): Promise<readonly IncomingEmail[]> {
  const { rows } = await db.query<RawIncoming>(
    `WITH in_scope AS NOT MATERIALIZED (SELECT d.reference FROM deployments d ${PLACE} WHERE ${inScope.sql})
     ${COLUMNS} WHERE (NOT $2::boolean OR NOT EXISTS (SELECT FROM incoming_letters fits WHERE fits.incoming = i.id)) AND ${MAY_BE_SEEN}
     ORDER BY i.id DESC LIMIT $3`,
    [which.seesAll, which.unmatched, which.limit, ...inScope.values],
  );
  return Promise.all(rows.map((row) => inWords(db, row)));
}

/** One e-mail among those that somebody may see. The scope's values begin at $3. */
export async function findIncoming(db: Db, id: string, seesAll: boolean, inScope: InScope): Promise<IncomingEmail | undefined> {
  const { rows } = await db.query<RawIncoming>(
    `WITH in_scope AS NOT MATERIALIZED (SELECT d.reference FROM deployments d ${PLACE} WHERE ${inScope.sql})
     ${COLUMNS} WHERE i.id = $2::bigint AND ${MAY_BE_SEEN}`,
    [seesAll, id, ...inScope.values],
  );
  return rows[0] === undefined ? undefined : inWords(db, rows[0]);
}

/** What came in for a deployment, the newest first. */
export async function listIncomingOf(db: Db, reference: string): Promise<readonly IncomingEmail[]> {
  const { rows } = await db.query<RawIncoming>(
    `${COLUMNS} WHERE i.id IN (SELECT own.incoming FROM incoming_letters own JOIN messages om ON om.key = own.letter WHERE om.reference = $1)
     ORDER BY i.id DESC`,
    [reference],
  );
  return Promise.all(rows.map((row) => inWords(db, row)));
}

/** Somebody who is away by the last automatic reply that came from their address. */
export type Away = {
  readonly reference: string;
  readonly person: string;
  readonly returnsOn: PlainDate;
  /** The e-mail that says so. */
  readonly incoming: string;
};

/** Who of these deployments is away today, by the last automatic reply of each. */
export async function listAway(db: Db, references: readonly string[]): Promise<readonly Away[]> {
  if (references.length === 0) return [];
  const { rows } = await db.query<Away>(
    `SELECT DISTINCT ON (d.reference, i.person) d.reference, i.person, (i.facts ->> 'returnsOn')::date AS "returnsOn", i.id::text AS incoming
     FROM deployments d
     JOIN deployment_parties held ON held.reference = d.reference AND held.until IS NULL
     JOIN incoming i ON i.person = held.person AND i.kind = 'automatic'
     WHERE d.reference = ANY ($1) AND (i.facts ->> 'returnsOn')::date > ${ITS_TODAY}
     ORDER BY d.reference, i.person, i.id DESC`,
    [references],
  );
  return rows;
}

async function inWords(db: Db, { letters, ...row }: RawIncoming): Promise<IncomingEmail> {
  return {
    ...row,
    letters: await Promise.all(
      letters.map(async ({ programme, version, ...letter }) => {
        const { steps } = await readProgramme(db, programme, version);
        return { ...letter, title: steps[letter.step]?.title ?? letter.step };
      }),
    ),
  };
}
