import type { Client } from '@temporalio/client';
import type pg from 'pg';
import { everyTrustOn } from '../domain/eligibility/trusts-of-school.ts';
import type { TrustMembership } from '../domain/eligibility/trusts-of-school.ts';
import { phaseOf, surroundingsOf } from '../domain/matching/profile.ts';
import type { Context, Specialism } from '../domain/matching/profile.ts';
import { shortlistOf } from '../domain/matching/shortlist.ts';
import type { NamedTerm } from '../domain/matching/assignment.ts';
import type { Leader, Need, Shortlist } from '../domain/matching/shortlist.ts';
import { changeRulesOf } from '../domain/programme.ts';
import type { Answer, Programme, RematchRule } from '../domain/programme.ts';
import { ok, refused } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';
import type { Calendar, Term } from '../domain/time/calendar.ts';
import { followingTerm, lastSchoolDay, termName, termOf } from '../domain/time/days.ts';
import { londonDate } from '../domain/time/london.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import type { Db } from '../postgres/database.ts';
import { inTransaction } from '../postgres/database.ts';
import { queueNote } from '../postgres/desk/notes.ts';
import { readCalendar, readProgramme } from '../postgres/pinned/pinned.ts';
import { listSteps } from '../postgres/views/deployments.ts';
import type { DeploymentHead } from '../postgres/views/deployment-page.ts';
import { listLeaders, listStandingRelationships } from '../postgres/views/leaders.ts';
import type { LeaderLine } from '../postgres/views/leaders.ts';
import {
  findMatchSubject,
  keepChoice,
  keepConsidered,
  listCommitments,
  listConsidered,
  listLeaderAnswers,
  listSupportedSchools,
  readTrustMemberships,
} from '../postgres/views/matching.ts';
import type { CommitmentLine, LeaderAnswer } from '../postgres/views/matching.ts';
import { answerStep } from './answer-step.ts';
import { consideredNote, notChosenNote } from './match-notes.ts';

/** What the coordinator says that the school or trust needs. `contexts` undefined: what the register tells. */
export type Asked = { readonly specialisms: readonly Specialism[]; readonly contexts?: readonly Context[] };

/** A deployment with the leaders who could support it. */
export type Match = {
  readonly shortlist: Shortlist;
  readonly need: Need;
  /** The home schools of each leader, as far as it is known where they are. */
  readonly homes: ReadonlyMap<string, Leader['homes']>;
  /** The term of which days are counted, in words; null: its dates are not known. */
  readonly term: string | null;
  /** How the step in which somebody is named is answered. */
  readonly naming: Naming;
  /** The round that is open; null: nobody is looked for now. */
  readonly round: number | null;
};

/** The step in which a leader is named, its answer, and that answer's field for them. */
export type Naming = { readonly step: string; readonly answer: Answer; readonly field: string };

export type MatchRefusal = Reason & { readonly kind: 'no-matching' };

/**
 * The shortlist of a deployment as things stand on its own clock. It rests on what the register, the profiles and the record say now.
 * Refused when its programme matches nobody.
 */
export async function matchDeployment(db: Db, head: DeploymentHead, asked: Asked): Promise<Result<Match, MatchRefusal>> {
  const weighed = await weighDeployment(db, head, asked, await readLeaders(db, head.reference));
  if (!weighed.ok) return weighed;
  const { need, leaders, naming, round, today, terms } = weighed.value;
  const [term] = terms;
  return ok({
    shortlist: shortlistOf(need, leaders, { today, term: term ?? null }),
    need,
    homes: new Map(leaders.map(({ id, homes }) => [id, homes])),
    term: term === undefined ? null : term.name,
    naming,
    round,
  });
}

/** What is known of all leaders, whatever the school. */
export type KnownLeaders = { readonly lines: readonly LeaderLine[]; readonly commitments: readonly CommitmentLine[] };

/** `except` is a deployment that counts as nobody's commitment; '' for none. */
export async function readLeaders(db: Db, except: string): Promise<KnownLeaders> {
  const [lines, commitments] = await Promise.all([listLeaders(db), listCommitments(db, except)]);
  return { lines, commitments };
}

/** A deployment with everything that decides who suits it. */
export type Weighed = {
  readonly need: Need;
  readonly leaders: readonly Leader[];
  readonly naming: Naming;
  /** The round that is open; null: nobody is looked for now. */
  readonly round: number | null;
  readonly today: PlainDate;
  /** The term that its clock is in, and the one after it, as far as their dates are known. */
  readonly terms: readonly NamedTerm[];
  /** The day by which a leader who takes it on today is expected to have given their days. */
  readonly until: PlainDate;
};

export async function weighDeployment(
  db: Db,
  head: DeploymentHead,
  asked: Asked,
  { lines, commitments }: KnownLeaders,
): Promise<Result<Weighed, MatchRefusal>> {
  const programme = await readProgramme(db, head.programme, head.version);
  const rule = changeRulesOf(programme).rematch;
  const naming = rule === null ? undefined : namingOf(programme, rule);
  const subject = await findMatchSubject(db, head.reference);
  if (rule === null || naming === undefined || subject === undefined) {
    return refused({
      kind: 'no-matching',
      message: `The programme of ${head.reference} has no step in which somebody is chosen.`,
      remedy: 'See its chronology on the page of the programme.',
    });
  }
  const [schools, steps, calendar] = await Promise.all([
    listSupportedSchools(db, head.reference),
    listSteps(db, head.reference),
    readCalendar(db, subject.calendarVersion),
  ]);
  const today = londonDate(Date.parse(head.itsNow));
  const dated = await readTrustMemberships(
    db,
    schools.map(({ urn }) => urn),
  );
  const derived = schools.flatMap(({ urbanRural, diocese }): readonly Context[] => {
    const surroundings = surroundingsOf(urbanRural);
    return [...(surroundings === null ? [] : [surroundings]), ...(diocese === null ? [] : (['faith'] as const))];
  });
  const need: Need = {
    kind: subject.kind,
    schools: schools.map(({ urn, easting, northing }) => ({ urn, place: placeOf(easting, northing) })),
    trusts: subject.kind === 'trust' ? [subject.trust ?? []].flat() : schools.flatMap((school) => trustsOf(school, dated, today)),
    region: head.region,
    phases: [...new Set(schools.flatMap((school) => phaseOf(school) ?? []))],
    contexts: asked.contexts ?? [...new Set(derived)],
    specialisms: asked.specialisms,
  };
  const taken = Map.groupBy(commitments, ({ leader }) => leader);
  const leaders = await leadersFor(db, head.reference, need, today, lines, (leader) =>
    (taken.get(leader) ?? []).map(({ reference, days, from, dueOn, given, givenOn }) => ({
      reference,
      days,
      given: Number(given),
      from: givenOn ?? from,
      to: dueOn ?? expectedEnd(calendar, from),
    })),
  );
  const open = steps.findLast(({ step, state }) => step === rule.opens && state === 'open');
  return ok({
    need,
    leaders,
    naming,
    round: head.status === 'running' ? (open?.round ?? null) : null,
    today,
    terms: termsFrom(calendar, today),
    until: expectedEnd(calendar, today),
  });
}

function termsFrom(calendar: Calendar, today: PlainDate): readonly NamedTerm[] {
  const named = (term: Term): NamedTerm => ({ name: termName(term), from: term.startsOn, to: lastSchoolDay(calendar, term) });
  const term = termOf(calendar, today);
  if (!term.ok) return [];
  const following = followingTerm(calendar, term.value);
  return [named(term.value), ...(following.ok ? [named(following.value)] : [])];
}

function placeOf(easting: number | null, northing: number | null): { readonly easting: number; readonly northing: number } | null {
  return easting === null || northing === null ? null : { easting, northing };
}

/** Each leader with all that decides their place. */
async function leadersFor(
  db: Db,
  reference: string,
  need: Need,
  today: PlainDate,
  lines: readonly LeaderLine[],
  commitmentsOf: (leader: string) => Leader['commitments'],
): Promise<readonly Leader[]> {
  const [relationships, { declined, turnedDown }] = await Promise.all([
    listStandingRelationships(
      db,
      need.schools.map(({ urn }) => urn),
      need.trusts,
    ),
    answersAbout(db, reference),
  ]);
  const dated = await readTrustMemberships(
    db,
    lines.flatMap(({ homes }) => homes.map(({ urn }) => urn)),
  );
  return lines.map(({ id, name, profile, homes, addressRefused }) => ({
    id,
    name,
    profile,
    trusts: [...(profile.homeTrust === null ? [] : [profile.homeTrust]), ...homes.flatMap((home) => trustsOf(home, dated, today))],
    homes: homes.map(({ easting, northing }) => placeOf(easting, northing)),
    addressRefused,
    relationships: [
      ...relationships.flatMap(({ leader, effect, what, by, on }) =>
        leader === id && effect !== 'none' ? [{ effect, what, by, on }] : [],
      ),
      ...turnedDown.flatMap(({ leader, by, on }) =>
        leader === id ? [{ effect: 'bars' as const, what: `turned down for this ${need.kind}`, by, on }] : [],
      ),
    ],
    commitments: commitmentsOf(id),
    declinedOn: declined.get(id) ?? null,
  }));
}

/**
 * What was answered about leaders for this school or trust, where the answer opened the step in which somebody else is looked for: a
 * leader declined, or somebody turned them down, as a school that asks for another.
 */
async function answersAbout(
  db: Db,
  reference: string,
): Promise<{ readonly declined: ReadonlyMap<string, PlainDate>; readonly turnedDown: readonly LeaderAnswer[] }> {
  const declined = new Map<string, PlainDate>();
  const turnedDown: LeaderAnswer[] = [];
  for (const given of await listLeaderAnswers(db, reference)) {
    const programme = await readProgramme(db, given.programme, given.version);
    const opens = changeRulesOf(programme).rematch?.opens;
    const answer = programme.steps[given.step]?.answers.find((one) => one.id === given.answer);
    if (opens === undefined || answer?.opens.includes(opens) !== true) continue;
    if (given.own) declined.set(given.leader, given.on);
    else if (followsFrom(programme, opens).has(given.step)) turnedDown.push(given);
  }
  return { declined, turnedDown };
}

/**
 * The steps that follow from a step, by whatever answers. What is asked about a leader follows from choosing one; a review that comes to a
 * match, or another route, turns nobody down.
 */
export function followsFrom({ steps }: Programme, from: string): ReadonlySet<string> {
  const found = new Set<string>();
  // A set that grows while it is gone through: what is added has its turn.
  const toLookAt = new Set([from]);
  for (const id of toLookAt) {
    for (const { opens } of steps[id]?.answers ?? []) {
      for (const next of opens) {
        found.add(next);
        toLookAt.add(next);
      }
    }
  }
  return found;
}

/** The trusts that a school may be in on a day: no leader of any of them is sent there. */
function trustsOf(
  { urn, trust }: { readonly urn: string; readonly trust: string | null },
  dated: ReadonlyMap<string, readonly TrustMembership[]>,
  day: PlainDate,
): readonly string[] {
  return everyTrustOn({ dated: dated.get(urn) ?? [], inRegister: trust }, day).map((held) => held.trust);
}

/**
 * While the step that completes a deployment has not opened: the end of the term after the one in which the leader took it on
 * (guidance 2022 to 2023, stage 9). Where those dates are not known, the day itself, so that all of its days count now.
 */
function expectedEnd(calendar: Calendar, from: PlainDate): PlainDate {
  const term = termOf(calendar, from);
  const following = term.ok ? followingTerm(calendar, term.value) : term;
  return following.ok ? lastSchoolDay(calendar, following.value) : from;
}

function namingOf(programme: Programme, rule: RematchRule): Naming | undefined {
  for (const answer of programme.steps[rule.opens]?.answers ?? []) {
    const field = answer.fields.find(({ names }) => names === rule.role);
    if (field !== undefined) return { step: rule.opens, answer, field: field.id };
  }
  return undefined;
}

export type Choice = {
  readonly leader: string;
  /** Who is asked next if the one before cannot, in this order. */
  readonly thenLeaders: readonly string[];
  /** Days of support that are planned. */
  readonly days: number;
  readonly because: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly by: string;
  /** The holder of the role for whom it is recorded; null: `by` holds it. */
  readonly onBehalfOf: string | null;
};

export type ChoiceRefusal = Reason & { readonly kind: string };

/**
 * Chooses a leader: answers the step in which one is named, keeps the choice with the shortlist as it stands, and tells those who had
 * been told that they are considered. All of it is kept, or none. Refused when the leader may not be asked, or the step takes no answer.
 */
export async function chooseLeader(
  desk: { readonly db: pg.Pool; readonly client: Client },
  head: DeploymentHead,
  asked: Asked,
  choice: Choice,
): Promise<Result<null, ChoiceRefusal>> {
  const matched = await matchDeployment(desk.db, head, asked);
  if (!matched.ok) return matched;
  const { shortlist, naming, round } = matched.value;
  if (round === null) {
    return refused({ kind: 'not-open', message: 'Nobody is being looked for now.', remedy: 'See the page of the deployment.' });
  }
  const names = new Map([...shortlist.candidates, ...shortlist.barred].map(({ leader, name }) => [leader, name]));
  const notOnIt = [choice.leader, ...choice.thenLeaders].find((named) => !shortlist.candidates.some(({ leader }) => leader === named));
  if (notOnIt !== undefined) {
    const barred = shortlist.barred.find(({ leader }) => leader === notOnIt);
    return refused({
      kind: 'not-on-shortlist',
      message:
        barred === undefined
          ? `“${notOnIt}” is not on the shortlist.`
          : `${barred.name} may not be asked: ${barred.because.toLowerCase()}.`,
      remedy: 'Choose somebody else.',
    });
  }
  const of = { reference: head.reference, step: naming.step, round };
  try {
    await inTransaction(desk.db, async (tx) => {
      await keepChoice(tx, of, { ...choice, shortlist });
      for (const leader of await listConsidered(tx, of)) {
        if (leader === choice.leader) continue;
        const next = choice.thenLeaders.includes(leader);
        await queueNote(tx, notChosenNote({ head, leader, name: names.get(leader) ?? leader, coordinator: choice.by, next }));
      }
      const counted = await answerStep(
        { db: tx, client: desk.client },
        {
          reference: head.reference,
          step: naming.step,
          answer: naming.answer.id,
          by: choice.by,
          ...(choice.onBehalfOf === null ? {} : { onBehalfOf: choice.onBehalfOf }),
          via: choice.onBehalfOf === null ? 'link' : 'telephone',
          fields: { ...choice.fields, [naming.field]: choice.leader },
        },
      );
      if (!counted.ok) throw new NotCounted(counted.reason);
    });
  } catch (error) {
    if (error instanceof NotCounted) return refused(error.reason);
    throw error;
  }
  return ok(null);
}

/** Takes the choice back when its answer does not count. */
class NotCounted extends Error {
  override readonly name = 'NotCounted';
  readonly reason: Reason;

  constructor(reason: Reason) {
    super(reason.message);
    this.reason = reason;
  }
}

/** Tells leaders that they are being considered, each once in a round. Answers how many were told now. */
export async function tellConsidered(
  db: pg.Pool,
  head: DeploymentHead,
  { naming, round, shortlist }: Match,
  { leaders, by }: { readonly leaders: readonly string[]; readonly by: string },
): Promise<number> {
  if (round === null) return 0;
  const named = shortlist.candidates.filter(({ leader }) => leaders.includes(leader));
  return inTransaction(db, async (tx) => {
    const told = await keepConsidered(
      tx,
      { reference: head.reference, step: naming.step, round },
      named.map(({ leader }) => leader),
      by,
    );
    for (const { leader, name } of named) {
      if (told.includes(leader)) await queueNote(tx, consideredNote({ head, leader, name, coordinator: by }));
    }
    return told.length;
  });
}
