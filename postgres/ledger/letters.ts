import { knownFacts, stepFor } from '../../domain/chronology/applies.ts';
import { stepOf } from '../../domain/chronology/chronology.ts';
import { mayBeStopped } from '../../domain/chasing/quieter.ts';
import type { Timing } from '../../domain/chasing/timing.ts';
import { ONE_LADDER } from '../../domain/chasing/wanted.ts';
import type { Standing } from '../../domain/chasing/wanted.ts';
import type { LetterFacts } from '../../letters/letter-of.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import type { Db } from '../database.ts';
import { STAFF_ROLES } from '../access/staff-roles.ts';
import { BEGUN } from '../desk/answer-drafts.ts';
import { FACTS_OF_D } from '../pinned/known-facts.ts';
import { readCalendar, readProgramme } from '../pinned/pinned.ts';
import { isStaffToday } from '../views/held-roles.ts';
import { PLACE, SUBJECT } from '../views/place.ts';
import { WAS_HELD } from '../views/post-holds.ts';

/** A letter of the ledger: what it speaks of, as it stands now, and what decides whether and when it goes. */
export type LetterRow = LetterFacts & {
  readonly envelope: string;
  readonly person: string;
  readonly standing: Standing;
  /** How many events of its deployment it speaks of. */
  readonly sequence: number;
  /** How long it has been in the ledger, by the clock on the wall, in milliseconds. */
  readonly waitedMs: number;
  /** E-mails with reminders that this person was sent on the same day. */
  readonly sentThatDay: number;
  /** The generation of the link that is given out now. */
  readonly linkGeneration: number;
  /** The running stop under which its step stands; null while the clock runs. */
  readonly stop: number | null;
  /** Whether its recipient may stop letters of its kind, and the last day until which they have; null when they have not. */
  readonly quieter: { readonly mayStop: boolean; readonly until: PlainDate | null };
  /** When its recipient wants what can wait: at once, unless they are a member of the staff who has chosen otherwise. */
  readonly timing: Timing;
};

/** A row of the query: a letter, with the names of what it is pinned to in the place of those documents. */
type Row = Omit<LetterRow, 'programme' | 'calendar' | 'step' | 'entries' | 'quieter' | 'standing'> & {
  readonly standing: Omit<Standing, 'quiet'>;
  readonly quieter: { readonly until: PlainDate | null; readonly asksThem: boolean; readonly staff: boolean };
  readonly pinned: { readonly programme: string; readonly version: number; readonly calendar: string; readonly step: string };
  readonly held: readonly (Omit<LetterRow['entries'][number], 'step'> & { readonly step: string })[];
  readonly known: Parameters<typeof knownFacts>[0];
};

/** Reads letters by their keys, in the order in which they were written. */
export async function readLetterRows(db: Db, keys: readonly string[]): Promise<readonly LetterRow[]> {
  // Named, so that a connection plans it a few times and not for every handful of letters.
  const { rows } = await db.query<Row>({ name: 'letter-rows', text: LETTERS, values: [keys, ONE_LADDER, STAFF_ROLES] });
  return Promise.all(
    rows.map(async ({ pinned, known, held, quieter, ...letter }) => {
      const programme = await readProgramme(db, pinned.programme, pinned.version);
      const resolved = (step: string) => stepFor(stepOf(programme, step), knownFacts(known));
      const entries = held.map(({ step, ...entry }) => ({ ...entry, step: resolved(step) }));
      const step = resolved(pinned.step);
      const mayStop = mayBeStopped({
        kind: letter.kind,
        optional: step.optional,
        asksThem: quieter.asksThem,
        running: letter.standing.deployment === 'running',
      });
      return {
        ...letter,
        programme,
        calendar: await readCalendar(db, pinned.calendar),
        step,
        entries,
        standing: { ...letter.standing, quiet: mayStop && quieter.until !== null },
        quieter: { mayStop: mayStop && !quieter.staff, until: quieter.until },
      };
    }),
  );
}

/*
 * The parts of the query. They speak of the letter as `m`, its deployment as `d`, its step as `s` and its recipient as `p`.
 */

/** The recipient holds the role, deputises for somebody who takes part, has the escalation, or had it and hears that it has gone on. */
const STILL_HOLDS_ROLE = `
  EXISTS (SELECT FROM deployment_parties held
          WHERE held.reference = m.reference AND held.role = m.role AND held.person = m.person AND held.until IS NULL)
  OR EXISTS (SELECT FROM deputies standing JOIN deployment_parties held
               ON held.reference = standing.reference AND held.person = standing.person AND held.until IS NULL
             WHERE standing.reference = m.reference AND standing.deputy = m.person AND standing.ended_at IS NULL)
  OR EXISTS (SELECT FROM escalations owned
             WHERE owned.reference = m.reference AND owned.step = m.step AND owned.round = m.round
               AND owned.person = m.person AND owned.closed_at IS NULL)
  OR m.kind = 'escalation-notice' AND m.about IS NOT NULL`;

/**
 * A later letter of the same ladder ($2) to the same person in the same role, which has left or is to leave. Asked of letters that have waited
 * on the wall's clock: two of one ladder lie days apart, and where a deployment's clock is moved by hand each of them is to be seen. Asked too
 * of those whose post was held, however short.
 */
const NEWER_LETTER = `
  (m.queued_at < clock_timestamp() - interval '1 hour' OR ${WAS_HELD}) AND
  EXISTS (SELECT FROM messages newer
          WHERE newer.reference = m.reference AND newer.step = m.step AND newer.round = m.round
            AND newer.person = m.person AND newer.role = m.role AND newer.kind = ANY($2)
            AND newer.written_at > m.written_at AND newer.state IN ('queued', 'claimed', 'accepted', 'delivered', 'perhaps-sent'))`;

/** A promise that came after the letter was written, of a day that is not over where the letter is now. */
const PROMISED_SINCE = `
  EXISTS (SELECT FROM promises said
          WHERE said.reference = m.reference AND said.step = m.step AND said.round = m.round AND said.made_at >= m.written_at
            AND said.promised_on >= ((m.written_at + (clock_timestamp() - m.queued_at)) AT TIME ZONE 'Europe/London')::date)`;

/** This role is theirs in the deployment, or that of somebody for whom they deputise. */
const HOLDS = (role: string) => `(
  EXISTS (SELECT FROM deployment_parties held
          WHERE held.reference = m.reference AND held.role = ${role} AND held.person = m.person AND held.until IS NULL)
  OR EXISTS (SELECT FROM deputies standing JOIN deployment_parties held
               ON held.reference = standing.reference AND held.person = standing.person AND held.until IS NULL
             WHERE standing.reference = m.reference AND standing.deputy = m.person AND standing.ended_at IS NULL
               AND held.role = ${role}))`;

/** The day on the clock of the deployment as the letter is looked at: one for the whole statement, so that an index can be searched by it. */
const DAY_OF_M = "((m.written_at + (statement_timestamp() - m.queued_at)) AT TIME ZONE 'Europe/London')::date";

const IS_STAFF = isStaffToday('m.person', '$3');

/** What decides whether its recipient may do without it: until when they want no such letters, whether they are asked something now, whether they are staff. */
const QUIETER = `jsonb_build_object(
  'until', (SELECT CASE WHEN newest.until_on >= ${DAY_OF_M} THEN newest.until_on END FROM quieter newest
            WHERE newest.reference = m.reference AND newest.person = m.person ORDER BY newest.id DESC LIMIT 1),
  'asksThem', EXISTS (SELECT FROM steps asking CROSS JOIN LATERAL unnest(asking.owner || asking.joint_owners) AS asks (role)
                      WHERE asking.reference = m.reference AND asking.state = 'open' AND ${HOLDS('asks.role')}),
  'staff', ${IS_STAFF})`;

/** When its recipient wants what can wait. Whoever is no member of the staff any more gets everything at once. */
const TIMING_OF_M = `CASE WHEN ${IS_STAFF} THEN coalesce(
  (SELECT wish.timing FROM staff_preferences wish WHERE wish.person = m.person ORDER BY wish.id DESC LIMIT 1), 'at-once') ELSE 'at-once' END`;

/** What decides whether it is still wanted. */
const STANDING = `jsonb_build_object(
  'kind', m.kind, 'stepState', s.state, 'deployment', d.status, 'answeredByChaser', coalesce(s.answered_via = 'chaser', false), 'stillHoldsRole', (${STILL_HOLDS_ROLE}),
  'perhapsSent', m.perhaps_sent_at IS NOT NULL, 'replaced', m.kind = ANY($2) AND (${NEWER_LETTER}), 'promised', (${PROMISED_SINCE}),
  'recipient', CASE WHEN p.id IS NOT NULL THEN jsonb_build_object('addressRefused', p.address_refused_at IS NOT NULL) END)`;

/** The stop under which the whole deployment or this step stands. */
const RUNNING_STOP = `(
  SELECT stop FROM clock_stops stopped
  WHERE stopped.reference = m.reference AND stopped.resumed_on IS NULL
    AND (stopped.step IS NULL OR (stopped.step = m.step AND stopped.round = m.round)) LIMIT 1)`;

/** Reminders that reached this person on the London day that it is for the deployment now. */
const SENT_THAT_DAY = `(
  SELECT count(DISTINCT c.envelope)::int FROM messages c
  WHERE c.person = m.person AND c.state IN ('accepted', 'delivered', 'perhaps-sent') AND c.kind IN ('reminder', 'overdue')
    AND c.written_at >= ${DAY_OF_M}::timestamp AT TIME ZONE 'Europe/London'
    AND c.written_at < (${DAY_OF_M} + 1)::timestamp AT TIME ZONE 'Europe/London')`;

/** The newest link that is not revoked, or the next one to give out. */
const LINK_GENERATION = `(
  SELECT coalesce(max(l.generation) FILTER (WHERE l.revoked_at IS NULL), coalesce(max(l.generation), 0) + 1) FROM answer_links l
  WHERE l.reference = m.reference AND l.step = m.step AND l.round = m.round AND l.person = m.person)`;

/** Somebody unknown is written to by their contact id, and the letter then dropped as unwanted. */
const RECIPIENT = `jsonb_build_object(
  'role', m.role, 'name', coalesce(p.name, m.person), 'email', coalesce(p.email, ''), 'telephone', p.telephone)`;

/** Whoever takes part today. */
const PARTIES = `(
  SELECT coalesce(jsonb_agg(jsonb_build_object('role', held.role, 'name', who.name, 'email', who.email, 'telephone', who.telephone)
                            ORDER BY held.since, who.name), '[]')
  FROM deployment_parties held JOIN people who ON who.id = held.person
  WHERE held.reference = m.reference AND held.until IS NULL)`;

/** The names of all people whose contact ids a query finds, by contact id. */
const namesOf = (ids: string) => `(
  SELECT coalesce(jsonb_object_agg(named.id, named.name), '{}') FROM people named WHERE named.id IN (${ids}))`;

/** The people in the event that it tells of, or in the extension to decide on; free words are no contact ids. */
const NAMES = namesOf(`
  SELECT value #>> '{}' FROM jsonb_path_query(
    jsonb_build_array(m.about - 'tells' - 'because', s.decides - 'because'), 'strict $.** ? (@.type() == "string")') value`);

/** The answer that opened the step, with what was said. */
const OPENED_BY = `(
  SELECT jsonb_build_object(
    'step', o.step, 'answer', o.answer, 'at', o.closed_at, 'fields', coalesce(o.answer_fields, '{}'),
    'by', (SELECT name FROM people WHERE id = coalesce(o.on_behalf_of, o.answered_by)),
    'names', ${namesOf("SELECT value FROM jsonb_each_text(coalesce(o.answer_fields, '{}'))")})
  FROM steps o WHERE o.reference = s.reference AND o.step = s.opened_by->>'step' AND o.round = (s.opened_by->>'round')::int)`;

/** The newest answer to each step, for a notice that repeats what was said earlier. */
const EARLIER = `(
  SELECT coalesce(jsonb_agg(jsonb_build_object(
    'step', o.step, 'answer', o.answer, 'at', o.closed_at, 'fields', coalesce(o.answer_fields, '{}'),
    'by', (SELECT name FROM people WHERE id = coalesce(o.on_behalf_of, o.answered_by)),
    'names', ${namesOf("SELECT value FROM jsonb_each_text(coalesce(o.answer_fields, '{}'))")}) ORDER BY o.step), '[]')
  FROM steps o
  WHERE m.kind = 'notice' AND o.reference = m.reference AND o.state = 'answered'
    AND NOT EXISTS (SELECT FROM steps later
                    WHERE later.reference = o.reference AND later.step = o.step AND later.round > o.round AND later.state = 'answered'))`;

/** What was sent about this round of the step before. */
const SENT_BEFORE = `(
  SELECT coalesce(jsonb_agg(jsonb_build_object('kind', b.kind, 'writtenAt', b.written_at, 'name', coalesce(bp.name, b.person)) ORDER BY b.written_at, b.key), '[]')
  FROM messages b LEFT JOIN people bp ON bp.id = b.person
  WHERE b.reference = m.reference AND b.step = m.step AND b.round = m.round AND b.state IN ('accepted', 'delivered')
    AND b.kind NOT IN ('escalation-notice', 'news'))`;

/** What came of telephoning about this round of the step. */
const CALLS_MADE = `(
  SELECT coalesce(jsonb_agg(jsonb_build_object('at', n.at, 'by', coalesce(np.name, n.by_person), 'outcome', n.outcome, 'note', n.note) ORDER BY n.id), '[]')
  FROM call_notes n LEFT JOIN people np ON np.id = n.by_person
  WHERE n.reference = m.reference AND n.step = m.step AND n.round = m.round)`;

/** By when those who are asked said that they would answer this round of the step. */
const PROMISES = `(
  SELECT coalesce(jsonb_agg(jsonb_build_object('at', said.made_at, 'by', coalesce(sp.name, said.person), 'promisedOn', said.promised_on)
                            ORDER BY said.change), '[]')
  FROM promises said LEFT JOIN people sp ON sp.id = said.person
  WHERE said.reference = m.reference AND said.step = m.step AND said.round = m.round)`;

/** The newest of these days that this person gave, when it was over as the letter was written. */
const PROMISED_ON = `(
  SELECT CASE WHEN said.promised_on < (m.written_at AT TIME ZONE 'Europe/London')::date THEN said.promised_on END
  FROM promises said
  WHERE said.reference = m.reference AND said.step = m.step AND said.round = m.round AND said.person = m.person
  ORDER BY said.change DESC LIMIT 1)`;

/** The e-mail in which this person first heard of this round of the step. */
const THREAD_KEY = `(
  SELECT f.envelope FROM messages f
  WHERE f.reference = m.reference AND f.step = m.step AND f.round = m.round AND f.person = m.person AND f.key <> m.key
    AND f.state IN ('accepted', 'delivered') ORDER BY f.written_at, f.key LIMIT 1)`;

/** An e-mail that was written since the step closed, or the copy of the answer, has told this person's calendar. */
const TOLD = `(
  EXISTS (SELECT FROM messages b
          WHERE b.reference = m.reference AND b.person = m.person AND b.key <> m.key AND b.state IN ('accepted', 'delivered')
            AND b.written_at >= e.closed_at)
  OR EXISTS (SELECT FROM kept_answers kept
             WHERE kept.reference = m.reference AND kept.step = e.step AND kept.round = e.round AND kept.counted
               AND coalesce(kept.on_behalf_of, kept.person) = m.person))`;

/**
 * Rounds of steps for which a request or a reminder reached this person, as they stand now: every one for news; for any other
 * letter those that have closed without a word to their calendar.
 */
const HELD_ENTRIES = `(
  SELECT coalesce(jsonb_agg(jsonb_build_object(
    'step', e.step, 'round', e.round, 'role', asked.role, 'dueOn', e.due_on, 'closedAt', e.closed_at, 'told', ${TOLD},
    'stopped', EXISTS (SELECT FROM clock_stops stopped
                       WHERE stopped.reference = m.reference AND stopped.resumed_on IS NULL
                         AND (stopped.step IS NULL OR (stopped.step = e.step AND stopped.round = e.round))),
    'theirs', ${HOLDS('asked.role')}) ORDER BY e.opened_at, e.step, e.round), '[]')
  FROM steps e
  CROSS JOIN LATERAL (
    SELECT b.role FROM messages b
    WHERE b.reference = e.reference AND b.step = e.step AND b.round = e.round AND b.person = m.person
      AND b.kind IN ('request', 'reminder') AND b.state IN ('accepted', 'delivered', 'perhaps-sent')
    ORDER BY b.written_at DESC, b.key LIMIT 1) asked
  WHERE e.reference = m.reference AND (m.kind = 'news' OR e.closed_at IS NOT NULL AND NOT ${TOLD}))`;

/** What it may speak of. */
const FACTS = `jsonb_build_object(
  'recipient', ${RECIPIENT}, 'parties', ${PARTIES}, 'subject', ${SUBJECT}, 'region', coalesce(school.region, ''), 'round', m.round,
  'openedOn', s.opened_on, 'dueOn', s.due_on, 'explanation', s.explanation, 'openedBy', ${OPENED_BY}, 'earlier', ${EARLIER}, 'begun', ${BEGUN}, 'sentBefore', ${SENT_BEFORE}, 'calls', ${CALLS_MADE},
  'promises', ${PROMISES}, 'promisedOn', ${PROMISED_ON},
  'threadKey', ${THREAD_KEY}, 'about', m.about, 'names', ${NAMES}, 'decides', s.decides)`;

const LETTERS = `
  SELECT m.key, m.envelope, m.kind, m.rung, m.role, m.person, m.reference, d.sequence, m.written_at AS "writtenAt",
         extract(epoch FROM clock_timestamp() - m.queued_at)::float8 * 1000 AS "waitedMs",
         ${STANDING} AS standing, ${QUIETER} AS quieter, ${TIMING_OF_M} AS timing, ${RUNNING_STOP} AS stop,
         ${SENT_THAT_DAY} AS "sentThatDay", ${LINK_GENERATION} AS "linkGeneration",
         ${FACTS} AS facts, ${HELD_ENTRIES} AS held,
         jsonb_build_object('programme', d.programme, 'version', d.programme_version, 'calendar', s.calendar_version, 'step', m.step) AS pinned,
         jsonb_build_object('facts', ${FACTS_OF_D}, 'subject', jsonb_build_object('kind', d.subject_kind)) AS known
  FROM messages m
  JOIN deployments d ON d.reference = m.reference
  JOIN steps s ON s.reference = m.reference AND s.step = m.step AND s.round = m.round
  ${PLACE}
  LEFT JOIN people p ON p.id = m.person
  WHERE m.key = ANY ($1)
  ORDER BY m.written_at, m.key`;
