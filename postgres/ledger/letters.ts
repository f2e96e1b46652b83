import type { Letter, Named } from '../../activities/ports.ts';
import { countDays } from '../../domain/time/days.ts';
import type { Explanation } from '../../domain/time/due-date.ts';
import type { ChronologyEvent, ExtensionAsked } from '../../domain/chronology/events.ts';
import { londonDate } from '../../domain/time/london.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import type { Calendar } from '../../domain/time/calendar.ts';
import { knownFacts, stepFor } from '../../domain/chronology/applies.ts';
import { coordinatorRole, daysOf, ownersOf } from '../../domain/programme.ts';
import type { Programme, Step } from '../../domain/programme.ts';
import { rungNamed } from '../../domain/chasing/rung-names.ts';
import type { LetterKind, Standing } from '../../domain/chasing/wanted.ts';
import type { Db } from '../database.ts';
import { PLACE, SUBJECT } from '../views/place.ts';
import { alsoToldOf, becauseOf, filledIn } from '../../letters/letter-words.ts';
import type { OpenedBy, Party } from '../../letters/letter-words.ts';
import { extensionAskedFor, newsOf, passedOnWords, passedWords } from '../../letters/news-words.ts';
import { FACTS_OF_D } from '../pinned/known-facts.ts';
import { readCalendar, readProgramme } from '../pinned/pinned.ts';

/** A letter of the ledger with everything it may speak of, as it stands now. */
export type LetterRow = {
  readonly key: string;
  readonly envelope: string;
  readonly kind: LetterKind;
  readonly reference: string;
  readonly role: string;
  readonly person: string;
  readonly standing: Standing;
  readonly writtenAt: string;
  /** How long it has been in the ledger, by the clock on the wall, in milliseconds. */
  readonly waitedMs: number;
  /** E-mails with reminders that this person was sent on the same day. */
  readonly sentThatDay: number;
  readonly rung: string;
  /** The generation of the link that is given out now. */
  readonly linkGeneration: number;
  readonly programme: Programme;
  readonly calendar: Calendar;
  readonly step: Step;
  /** The running stop under which its step stands; null while the clock runs. */
  readonly stop: number | null;
  readonly facts: Facts;
};

type Facts = {
  readonly recipient: Party;
  readonly parties: readonly Party[];
  readonly subject: string;
  readonly region: string;
  readonly round: number;
  readonly openedOn: PlainDate;
  readonly dueOn: PlainDate;
  readonly explanation: Explanation;
  readonly openedBy: OpenedBy | null;
  readonly sentBefore: readonly { readonly kind: LetterKind; readonly writtenAt: string; readonly name: string }[];
  readonly threadKey: string | null;
  /** The event that a letter of news tells of, or by which an escalation came to somebody. */
  readonly about: ChronologyEvent | null;
  /** Names of the people whose contact ids stand in that event, or in the extension to decide on. */
  readonly names: Readonly<Record<string, string>>;
  readonly decides: ExtensionAsked | null;
};

const LETTER_ROWS = `
  SELECT m.key, m.envelope, m.kind, m.rung, m.role, m.person, m.reference, m.step, m.round, m.written_at,
         extract(epoch FROM clock_timestamp() - m.queued_at)::float8 * 1000 AS waited_ms,
         d.status, d.programme, d.programme_version, s.calendar_version,
         ${SUBJECT} AS subject, coalesce(school.region, '') AS region,
         d.subject_kind, ${FACTS_OF_D} AS known,
         s.state AS step_state, s.opened_on, s.due_on, s.explanation, s.decides, m.about,
         (SELECT stop FROM clock_stops stopped WHERE stopped.reference = m.reference AND stopped.resumed_on IS NULL
            AND (stopped.step IS NULL OR (stopped.step = m.step AND stopped.round = m.round)) LIMIT 1) AS stop,
         (SELECT coalesce(jsonb_object_agg(named.id, named.name), '{}') FROM people named
          WHERE named.id IN (SELECT value #>> '{}' FROM jsonb_path_query(
            jsonb_build_array(m.about - 'tells' - 'because', s.decides - 'because'), 'strict $.** ? (@.type() == "string")') value)) AS names,
         CASE WHEN p.id IS NULL THEN NULL ELSE
           jsonb_build_object('role', m.role, 'name', p.name, 'email', p.email, 'telephone', p.telephone) END AS recipient,
         p.address_refused_at IS NOT NULL AS address_refused,
         (EXISTS (SELECT FROM deployment_parties held
                  WHERE held.reference = m.reference AND held.role = m.role AND held.person = m.person AND held.until IS NULL)
          OR EXISTS (SELECT FROM deputies standing JOIN deployment_parties held
                       ON held.reference = standing.reference AND held.person = standing.person AND held.until IS NULL
                     WHERE standing.reference = m.reference AND standing.deputy = m.person AND standing.ended_at IS NULL)
          OR EXISTS (SELECT FROM escalations owned WHERE owned.reference = m.reference AND owned.step = m.step AND owned.round = m.round
                       AND owned.person = m.person AND owned.closed_at IS NULL)
          -- Word that an escalation has gone on, to somebody who had it without holding a role.
          OR m.kind = 'escalation-notice' AND m.about IS NOT NULL) AS holds_role,
         (SELECT coalesce(jsonb_agg(jsonb_build_object('role', held.role, 'name', who.name, 'email', who.email, 'telephone', who.telephone)
                                    ORDER BY held.since, who.name), '[]')
          FROM deployment_parties held JOIN people who ON who.id = held.person
          WHERE held.reference = m.reference AND held.until IS NULL) AS parties,
         (SELECT jsonb_build_object('step', o.step, 'answer', o.answer, 'at', o.closed_at, 'fields', coalesce(o.answer_fields, '{}'),
                                    'by', (SELECT name FROM people WHERE id = coalesce(o.on_behalf_of, o.answered_by)),
                                    'names', (SELECT coalesce(jsonb_object_agg(named.id, named.name), '{}') FROM people named
                                              WHERE named.id IN (SELECT value FROM jsonb_each_text(coalesce(o.answer_fields, '{}')))))
          FROM steps o WHERE o.reference = s.reference AND o.step = s.opened_by->>'step' AND o.round = (s.opened_by->>'round')::int) AS opened_by,
         (SELECT coalesce(jsonb_agg(jsonb_build_object('kind', b.kind, 'writtenAt', b.written_at, 'name', bp.name) ORDER BY b.written_at, b.key), '[]')
          FROM messages b JOIN people bp ON bp.id = b.person
          WHERE b.reference = m.reference AND b.step = m.step AND b.round = m.round AND b.state IN ('accepted', 'delivered')
            AND b.kind NOT IN ('escalation-notice', 'news')) AS sent_before,
         (SELECT f.envelope FROM messages f
          WHERE f.reference = m.reference AND f.step = m.step AND f.round = m.round AND f.person = m.person AND f.key <> m.key
            AND f.state IN ('accepted', 'delivered') ORDER BY f.written_at, f.key LIMIT 1) AS thread_key,
         (SELECT count(DISTINCT c.envelope)::int FROM messages c
          WHERE c.person = m.person AND c.state IN ('accepted', 'delivered') AND c.kind IN ('reminder', 'overdue')
            AND (c.written_at AT TIME ZONE 'Europe/London')::date
                = ((m.written_at + (clock_timestamp() - m.queued_at)) AT TIME ZONE 'Europe/London')::date) AS sent_that_day,
         (SELECT coalesce(max(l.generation) FILTER (WHERE l.revoked_at IS NULL), coalesce(max(l.generation), 0) + 1) FROM answer_links l
          WHERE l.reference = m.reference AND l.step = m.step AND l.round = m.round AND l.person = m.person) AS link_generation
  FROM messages m
  JOIN deployments d ON d.reference = m.reference
  JOIN steps s ON s.reference = m.reference AND s.step = m.step AND s.round = m.round
  ${PLACE}
  LEFT JOIN people p ON p.id = m.person
  WHERE m.key = ANY ($1)
  ORDER BY m.written_at, m.key`;

type RawLetter = {
  readonly key: string;
  readonly envelope: string;
  readonly kind: LetterKind;
  readonly rung: string;
  readonly role: string;
  readonly person: string;
  readonly reference: string;
  readonly step: string;
  readonly round: number;
  readonly written_at: string;
  readonly waited_ms: number;
  readonly status: Standing['deployment'];
  readonly programme: string;
  readonly programme_version: number;
  readonly calendar_version: string;
  readonly subject: string;
  readonly region: string;
  readonly step_state: Standing['stepState'];
  readonly opened_on: PlainDate;
  readonly due_on: PlainDate;
  readonly explanation: Explanation;
  readonly recipient: Party | null;
  readonly address_refused: boolean;
  readonly holds_role: boolean;
  readonly parties: readonly Party[];
  readonly opened_by: OpenedBy | null;
  readonly sent_before: Facts['sentBefore'];
  readonly thread_key: string | null;
  readonly sent_that_day: number;
  readonly link_generation: number;
  readonly stop: number | null;
  readonly about: ChronologyEvent | null;
  readonly names: Readonly<Record<string, string>>;
  readonly decides: ExtensionAsked | null;
  readonly subject_kind: 'school' | 'trust';
  readonly known: Readonly<Record<string, string>>;
};

/** Reads letters by their keys, in the order in which they were written. */
export async function readLetterRows(db: Db, keys: readonly string[]): Promise<readonly LetterRow[]> {
  // Named, so that a connection plans it a few times and not for every handful of letters.
  const { rows } = await db.query<RawLetter>({ name: 'letter-rows', text: LETTER_ROWS, values: [keys] });
  return Promise.all(
    rows.map(async (row) => {
      const programme = await readProgramme(db, row.programme, row.programme_version);
      const step = programme.steps[row.step];
      if (step === undefined) throw new Error(`Programme ${programme.id} has no step "${row.step}".`);
      return {
        key: row.key,
        envelope: row.envelope,
        kind: row.kind,
        reference: row.reference,
        role: row.role,
        person: row.person,
        rung: row.rung,
        writtenAt: row.written_at,
        waitedMs: row.waited_ms,
        sentThatDay: row.sent_that_day,
        linkGeneration: row.link_generation,
        standing: {
          kind: row.kind,
          stepState: row.step_state,
          deployment: row.status,
          stillHoldsRole: row.holds_role,
          recipient: row.recipient === null ? null : { addressRefused: row.address_refused },
        },
        programme,
        calendar: await readCalendar(db, row.calendar_version),
        step: stepFor(step, knownFacts({ facts: row.known, subject: { kind: row.subject_kind } })),
        stop: row.stop,
        facts: {
          recipient: row.recipient ?? { role: row.role, name: row.person, email: '', telephone: null },
          parties: row.parties,
          subject: row.subject,
          region: row.region,
          round: row.round,
          openedOn: row.opened_on,
          dueOn: row.due_on,
          explanation: row.explanation,
          openedBy: row.opened_by,
          sentBefore: row.sent_before,
          threadKey: row.thread_key,
          about: row.about,
          names: row.names,
          decides: row.decides,
        },
      };
    }),
  );
}

/** The letter in the terms of its words: mail/ needs to know nothing of rows or programmes. */
export function letterOf(row: LetterRow, { link, pages }: Pick<Letter, 'link' | 'pages'>): Letter {
  const { programme, step, facts, calendar } = row;
  const named = (party: Party): Named => ({
    name: party.name,
    role: programme.roles[party.role]?.title ?? party.role,
    email: party.email,
    telephone: party.telephone,
  });
  const owners = ownersOf(step).flatMap((role) => facts.parties.filter((party) => party.role === role));
  const coordinator = facts.parties.find((party) => party.role === coordinatorRole(programme)) ?? facts.recipient;
  const ask = (row.role === step.owner ? undefined : step.askWith[row.role]) ?? step.ask;
  const kind = daysOf(programme, step);
  const late = countDays(calendar, kind, facts.dueOn, londonDate(Date.parse(row.writtenAt)));
  const rung = rungNamed(step, row.rung);
  const fill = (text: string) => filledIn(text, programme, facts);
  return {
    key: row.key,
    kind: row.kind,
    to: named({ ...facts.recipient, role: row.role }),
    replyTo: named(coordinator),
    writtenAt: row.writtenAt,
    threadKey: facts.threadKey,
    link,
    pages,
    deployment: {
      reference: row.reference,
      programme: programme.title,
      offer: programme.offer,
      subject: facts.subject,
      region: facts.region,
    },
    step: {
      stage: programme.stages.find(({ id }) => id === step.stage)?.title ?? step.stage,
      id: step.id,
      title: step.title,
      round: facts.round,
      ask: fill(ask),
      next: fill(step.next),
      openedOn: facts.openedOn,
      dueOn: facts.dueOn,
      explanation: facts.explanation,
      explainsOffer: step.explainsOffer,
      optional: step.optional,
      answers: step.answers.map(({ id, label, fields }) => ({
        id,
        label,
        needs: fields.filter(({ required, when }) => required && when === undefined).map((field) => field.label),
      })),
    },
    notice: rung?.text == null ? null : fill(rung.text),
    news: row.kind === 'news' && facts.about !== null ? newsOf(facts.about, { programme, names: facts.names }) : null,
    // Outside the calendar nothing can be counted; the due date itself still stands in the letter.
    daysLate: late.ok ? Math.max(0, late.value) : 0,
    daysLateKind: kind,
    owners: owners.map(named),
    alsoTold: alsoToldOf(programme, step),
    because: whyItCame(programme, row),
    sentBefore: facts.sentBefore.map((sent) => ({
      on: londonDate(Date.parse(sent.writtenAt)),
      what: WHAT[sent.kind],
      toWhom: sent.name,
    })),
  };
}

/** Why this letter comes: the escalation was passed on, an extension was asked for, or an answer opened the step. */
function whyItCame(programme: Programme, { kind, facts }: Pick<LetterRow, 'kind' | 'facts'>): Letter['because'] {
  if (facts.about?.type === 'escalation-passed') {
    const words = kind === 'escalation' ? passedWords : passedOnWords;
    return { text: words(facts.about, facts.names), details: [] };
  }
  if (facts.decides !== null) return extensionAskedFor(programme, facts.decides, facts.names);
  return facts.openedBy === null ? null : becauseOf(programme, facts.openedBy);
}

const WHAT: Readonly<Record<LetterKind, string>> = {
  request: 'Asked by e-mail',
  notice: 'Told by e-mail',
  reminder: 'Reminded by e-mail',
  overdue: 'Told by e-mail that it is overdue',
  call: 'Call asked for',
  escalation: 'Escalated',
  'escalation-notice': 'Told of the escalation',
  news: 'Told of a change',
};
