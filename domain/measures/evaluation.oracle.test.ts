/**
 * The measures against a second implementation that shares nothing with them but the event log: it replays each deployment by the rules,
 * walks it day by day, and counts on its fingers. CHASER_LIVES=1000 makes it longer.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { blankChronology, evolve } from '../chronology/chronology.ts';
import type { ChronologyEvent } from '../chronology/events.ts';
import type { Chronology } from '../chronology/state.ts';
import { isOpen } from '../time/days.ts';
import type { Calendar } from '../time/calendar.ts';
import { londonDate } from '../time/london.ts';
import { addDays, plainDate } from '../time/plain-date.ts';
import type { PlainDate } from '../time/plain-date.ts';
import { mustLoad } from '../../tests/kit/chronology.ts';
import { measuredLives } from '../../tests/kit/measured-lives.ts';
import { MEASURES } from './evaluation.ts';
import type { Stratum } from './evaluation.ts';
import { knownLife, MEASURED_KINDS } from './known-life.ts';
import type { MeasuredEvent, Reading } from './known-life.ts';
import { beginCounting, TOGETHER } from './report.ts';
import type { MeasuredLife, Section } from './report.ts';
import type { MatchedLeader, School } from './tally.ts';

const LIVES = Number(process.env['CHASER_LIVES'] ?? 150);
const PROGRAMME = mustLoad('si-2019-20');
const SCHOOL: School = { region: 'North West', phase: 'primary', type: 'Academies', surroundings: 'rural', inTrust: true };
const LEADERS: Readonly<Record<string, MatchedLeader>> = {
  'p-somebody': { phases: ['primary'], contexts: ['urban'], regions: ['London'], trainedOn: plainDate('2022-10-01'), knowsSchool: false },
  'p-somebody-else': { phases: ['secondary'], contexts: ['rural'], regions: [], trainedOn: null, knowsSchool: true },
};

const day = ({ at }: { readonly at: string }) => londonDate(Date.parse(at));

// --- The oracle ---------------------------------------------------------------------------------------------------------------------------

type Told = {
  readonly at: number;
  readonly step: string;
  readonly round: number;
  readonly answer: string;
  on: PlainDate;
  readonly fields: Readonly<Record<string, string>>;
  readonly by: string;
  readonly onBehalfOf: string | null;
  readonly leader: readonly string[];
  readonly school: readonly string[];
};

type Seen = {
  readonly log: readonly ChronologyEvent[];
  readonly stood: Chronology;
  readonly known: Chronology;
  readonly told: readonly Told[];
  readonly asOf: PlainDate;
  readonly calendar: Calendar;
  readonly tier: string;
  readonly reference: string;
};

const DATED: Readonly<Record<string, { readonly field?: string; readonly fact?: string }>> = {
  'agree-match': { fact: 'matchedOn' },
  'make-contact': { field: 'contactedOn' },
  'visit-school': { field: 'visitedOn', fact: 'firstVisitOn' },
  'finish-days': { field: 'finishedOn' },
  'begin-interventions': { field: 'begunOn', fact: 'interventionsBegunOn' },
};

/** Replays what is known, moment by moment. */
function see(events: readonly ChronologyEvent[], { asOf, knownAt }: Reading, calendars: ReadonlyMap<string, Calendar>): Seen | null {
  const log = events.filter((event) => day(event) <= knownAt);
  const [began] = log;
  if (began?.type !== 'deployment-began' || day(began) > asOf) return null;
  let version = began.calendarVersion;
  let chronology = blankChronology(PROGRAMME, mustHave(calendars, version));
  let told: Told[] = [];
  for (const [at, event] of log.entries()) {
    if (event.type === 'calendar-adopted') version = event.to;
    chronology = evolve(chronology, event);
    if (event.type === 'step-answered') {
      const on = plainDate(event.fields[DATED[event.step]?.field ?? ''] ?? day(event));
      told.push({ ...event, at, on, leader: [], school: chronology.parties['school'] ?? [] });
    }
    if (event.type === 'answer-taken-back') told = told.filter(({ step, round }) => step !== event.step || round !== event.round);
    if (event.type === 'fact-corrected') {
      const corrected = told.findLast(
        ({ step, answer }) => DATED[step]?.fact === event.fact && (step !== 'agree-match' || answer === 'agrees'),
      );
      if (corrected !== undefined) corrected.on = plainDate(event.to);
    }
  }
  const calendar = mustHave(calendars, version);
  const stood = log.filter((event) => day(event) <= asOf).reduce(evolve, blankChronology(PROGRAMME, calendar));
  const tier = chronology.facts['tier'] ?? '';
  return { log, stood, known: chronology, told, asOf, calendar, tier, reference: began.reference };
}

function mustHave(calendars: ReadonlyMap<string, Calendar>, version: string): Calendar {
  return calendars.get(version) ?? assert.fail(`no calendar ${version}`);
}

/** Answers dated on or before the day of the report. */
function said({ told, asOf }: Seen, step: string, ...answers: readonly string[]): readonly Told[] {
  return told.filter((one) => one.step === step && answers.includes(one.answer) && one.on <= asOf);
}
function openings({ log, asOf }: Seen, step: string) {
  return log.flatMap((event, at) =>
    event.type === 'step-opened' && event.step === step && event.on <= asOf ? [{ at, on: event.on, round: event.round }] : [],
  );
}

type Walked = {
  readonly outcome: string;
  readonly days: Readonly<Record<string, number>>;
  readonly late: boolean | null;
  readonly lateFirst: boolean | null;
  readonly early: boolean;
};
type Point = { readonly at: number; readonly on: PlainDate; readonly round: number };

/** Walks from a beginning, one day after another, until the end is reached, cannot be reached, or the report is made. */
function walk(seen: Seen, start: Point, next: Point | undefined, ends: readonly Point[], endStep: string, rematchEnds: boolean): Walked {
  const { log, stood, known, asOf, calendar } = seen;
  const limit = next?.at ?? log.length;
  const end = ends.find(({ at }) => at > start.at && at < limit);
  const stopsAt: PlainDate[] = [];
  if (end === undefined) {
    for (const [at, event] of log.entries()) {
      if (rematchEnds && event.type === 'rematched' && at > start.at && at < limit && day(event) <= asOf) stopsAt.push(day(event));
    }
    if (next !== undefined) stopsAt.push(next.on);
    if (stood.status.kind === 'ended') stopsAt.push(day(stood.status));
  }
  const closes = stopsAt.toSorted()[0];
  const opened = log.filter(
    (event, at) => event.type === 'step-opened' && event.step === endStep && event.on <= asOf && at >= start.at && at < limit,
  );
  const waited =
    end === undefined
      ? opened.at(-1)
      : log.find((event) => event.type === 'step-opened' && event.step === endStep && event.round === end.round && event.on <= asOf);
  const round = waited?.type === 'step-opened' ? waited.round : null;
  const days: Record<string, number> = { calendar: 0, working: 0, school: 0, 'calendar-net': 0, 'working-net': 0, 'school-net': 0 };
  const last = end?.on ?? closes ?? asOf;
  let today = start.on;
  while (today < last) {
    today = addDays(today, 1);
    const stands = known.stops.some(
      ({ from, resumed, scope }) =>
        from <= today && (resumed === null || today < resumed.on) && (scope === null || (scope.step === endStep && scope.round === round)),
    );
    for (const kind of ['calendar', 'working', 'school'] as const) {
      const open = kind === 'calendar' ? { ok: true as const, value: true } : isOpen(calendar, kind, today);
      assert.ok(open.ok);
      if (!open.value) continue;
      days[kind] = (days[kind] ?? 0) + 1;
      if (!stands) days[`${kind}-net`] = (days[`${kind}-net`] ?? 0) + 1;
    }
  }
  const record = round === null ? undefined : stood.steps.find((one) => one.step === endStep && one.round === round);
  let first: PlainDate | null = null;
  for (const event of log) {
    if (day(event) > asOf) continue;
    if (event.type === 'step-opened' && event.step === endStep && event.round === round) first = event.originalDueOn ?? event.dueOn;
    if (event.type === 'due-date-moved' && event.step === endStep && event.round === round) first = event.originalDueOn ?? first;
  }
  return {
    outcome: end !== undefined ? 'reached' : closes !== undefined ? 'closed' : 'open',
    days,
    late: record === undefined ? null : today > record.dueOn,
    lateFirst: first === null ? null : today > first,
    early: end !== undefined && end.on < start.on,
  };
}

/** The share that is still waited for after so many days, by multiplying day by day. */
function stillOpen(waits: readonly Walked[], kind: string, until: number): number {
  let open = 1;
  for (let n = 0; n <= until; n += 1) {
    const watched = waits.filter(({ days }) => (days[kind] ?? 0) >= n);
    const done = watched.filter(({ days, outcome }) => outcome === 'reached' && days[kind] === n);
    if (watched.length > 0) open *= 1 - done.length / watched.length;
  }
  return open;
}
function firstDayWith(waits: readonly Walked[], kind: string, share: number): number | null {
  const longest = Math.max(0, ...waits.map(({ days }) => days[kind] ?? 0));
  if (waits.length === 0) return null;
  let open = 1;
  for (let n = 0; n <= longest; n += 1) {
    const watched = waits.filter(({ days }) => (days[kind] ?? 0) >= n).length;
    const done = waits.filter(({ days, outcome }) => outcome === 'reached' && days[kind] === n).length;
    open *= 1 - done / watched;
    if (done > 0 && open <= 1 - share + 1e-9) return n;
  }
  return null;
}

const points = (all: readonly Told[]): readonly Point[] => all.map(({ at, on, round }) => ({ at, on, round }));

/** The beginnings, ends and end step of each measure of time. */
const TIMES: Readonly<Record<string, { readonly of: (seen: Seen) => readonly Walked[]; readonly limits: readonly number[] }>> = {
  M1: {
    limits: [91, 182, 365],
    of: (seen) => {
      const judged = seen.known.facts['judgedOn'];
      if (judged === undefined || judged > seen.asOf) return [];
      const start = { at: -1, on: plainDate(judged), round: 0 };
      return [walk(seen, start, undefined, points(said(seen, 'contact-school', 'contacted')), 'contact-school', false)];
    },
  },
  M2: {
    limits: [30, 61, 91],
    of: (seen) => firstOf(seen, said(seen, 'engage', 'engages'), said(seen, 'visit-school', 'visited'), 'visit-school'),
  },
  M3: { limits: [14], of: (seen) => everyMatch(seen, said(seen, 'make-contact', 'contacted'), 'make-contact') },
  M4: { limits: [28], of: (seen) => everyMatch(seen, said(seen, 'agree-date', 'agreed'), 'agree-date') },
  M5: { limits: [], of: (seen) => firstOf(seen, said(seen, 'engage', 'engages'), said(seen, 'agree-match', 'agrees'), 'agree-match') },
  M12: {
    limits: [14, 28],
    of: (seen) => {
      const asked = openings(seen, 'decide-raf');
      const decided = points(said(seen, 'decide-raf', 'approves', 'refuses'));
      return asked.map((start, n) => walk(seen, start, asked[n + 1], decided, 'decide-raf', false));
    },
  },
  M13: {
    limits: [28, 56, 84],
    of: (seen) => firstOf(seen, said(seen, 'prepare-raf', 'sent'), said(seen, 'decide-raf', 'approves'), 'decide-raf'),
  },
  M22: {
    limits: [28, 84],
    of: (seen) => firstOf(seen, said(seen, 'visit-school', 'visited'), said(seen, 'finish-days', 'finished'), 'finish-days'),
  },
};
function firstOf(seen: Seen, starts: readonly Told[], ends: readonly Told[], step: string): readonly Walked[] {
  const [start] = points(starts);
  return start === undefined ? [] : [walk(seen, start, undefined, points(ends), step, false)];
}
function everyMatch(seen: Seen, ends: readonly Told[], step: string): readonly Walked[] {
  const matches = points(said(seen, 'agree-match', 'agrees'));
  return matches.map((start, n) => walk(seen, start, matches[n + 1], points(ends), step, true));
}

type Pair = { value: number; base: number };
/** Adds up: figure → so many of so many. */
class Sheet {
  readonly figures = new Map<string, Pair>();
  add(figure: string, value: boolean | number, base = 1): void {
    const pair = this.figures.get(figure) ?? { value: 0, base: 0 };
    this.figures.set(figure, { value: pair.value + Number(value), base: pair.base + base });
  }
  ticks(value: string | undefined, options: readonly string[]): void {
    for (const option of options) this.add(option, (value ?? '').split('\n').includes(option));
    this.add('not-given', !options.some((option) => (value ?? '').split('\n').includes(option)));
  }
}

const DECLINE = [
  'time-or-capacity',
  'no-suitable-match',
  'other-support',
  'change-of-leadership',
  'perceived-risk',
  'nature-of-offer',
  'other',
];
const PARTS = ['what', 'provider', 'tailored', 'cost', 'own-school', 'cover', 'dates', 'justification', 'measures'];
const many = (n: number) => (n > 3 ? '4-or-more' : String(n));

function declinedFor(seen: Seen): Told | undefined {
  const no = ['engage', 'introduce-programme', 'agree-match']
    .flatMap((step) => said(seen, step, 'declines'))
    .toSorted((a, b) => a.at - b.at)
    .at(-1);
  const yes = [...said(seen, 'engage', 'engages'), ...said(seen, 'agree-match', 'agrees')];
  return no === undefined || yes.some(({ at }) => at > no.at) ? undefined : no;
}

type Entry = Readonly<Record<string, string>>;
function entries({ fields }: Told): readonly Entry[] {
  const found: Record<string, string>[] = [];
  for (let n = 1; n <= 50; n += 1) {
    const entry: Record<string, string> = {};
    for (const [path, value] of Object.entries(fields)) {
      if (path.startsWith(`interventions.${n}.`)) entry[path.split('.')[2] ?? ''] = value;
    }
    if (Object.keys(entry).length > 0) found.push(entry);
  }
  return found;
}
const pence = (all: readonly Entry[], id: string) => all.reduce((sum, entry) => sum + Number(entry[id] ?? 0), 0);
const newest = (seen: Seen): readonly Entry[] => said(seen, 'prepare-raf', 'sent').slice(-1).flatMap(entries);

/** With whom the form lay on each day: the step that was opened first of those that are open. */
function courts(seen: Seen, sheet: Sheet, figure: (step: string | null, today: PlainDate) => string): void {
  const [first] = said(seen, 'prepare-raf', 'sent');
  if (first === undefined) return;
  const approved = said(seen, 'decide-raf', 'approves')[0];
  const last = approved?.on ?? (seen.stood.status.kind === 'ended' ? day(seen.stood.status) : seen.asOf);
  const steps = seen.stood.steps.filter(({ step }) => /-raf$|^pass-on-refusal$/.test(step));
  // An answer that was given late, but is known, closes its step; one that was taken back since leaves it open until then.
  const closed = (record: (typeof steps)[number]): PlainDate | null => {
    const answer = seen.told.find(({ step, round }) => step === record.step && round === record.round);
    if (answer !== undefined) return answer.on <= seen.asOf ? answer.on : null;
    const over = seen.known.steps.find(({ step, round }) => step === record.step && round === record.round)?.state;
    return over === undefined || over.kind === 'open' || day(over) > seen.asOf ? null : day(over);
  };
  let walked = 0;
  for (let today = addDays(first.on, 1); today <= last; today = addDays(today, 1)) {
    const lies = steps.find((record) => {
      const until = closed(record);
      return record.openedOn < today && (until === null || today <= until);
    });
    sheet.add(figure(lies?.step ?? null, today), 1, 0);
    walked += 1;
  }
  sheet.add('(all)', walked, 0);
}

const TALLIED: Readonly<Record<string, (seen: Seen, sheet: Sheet) => void>> = {
  'leaders-asked': (seen, sheet) => {
    const asked = openings(seen, 'accept-deployment').length;
    for (const figure of ['1', '2', '3', '4-or-more']) if (asked > 0) sheet.add(figure, many(asked) === figure);
  },
  'who-refused': (seen, sheet) => {
    sheet.add('leader', said(seen, 'accept-deployment', 'declines').length, openings(seen, 'accept-deployment').length);
    const asked = said(seen, 'agree-match', 'agrees', 'another-nle', 'declines');
    sheet.add('school', asked.filter(({ answer }) => answer === 'another-nle').length, asked.length);
  },
  'leader-reasons': (seen, sheet) => {
    for (const { fields } of said(seen, 'accept-deployment', 'declines')) {
      sheet.ticks(fields['reasons'], ['time-or-capacity', 'not-suitable', 'known-otherwise', 'other']);
    }
  },
  'match-fit': (seen, sheet) => {
    for (const { at, on } of said(seen, 'agree-match', 'agrees')) {
      const people = seen.log.slice(0, at + 1).reduce(evolve, blankChronology(PROGRAMME, seen.calendar)).parties['nle'] ?? [];
      for (const person of people) {
        const leader = LEADERS[person];
        sheet.add('no-profile', leader === undefined);
        if (leader === undefined) continue;
        sheet.add('phase', leader.phases.includes('primary'));
        sheet.add('surroundings', leader.contexts.includes('rural'));
        sheet.add('other-region', leader.regions.length > 0);
        sheet.add('known', leader.knowsSchool);
        sheet.add('trained', leader.trainedOn !== null && leader.trainedOn <= on);
      }
    }
  },
  'take-up': (seen, sheet) => {
    if (openings(seen, 'engage').length === 0) return;
    const ended = seen.stood.status.kind === 'ended';
    const is = declinedFor(seen)
      ? 'declined'
      : said(seen, 'engage', 'engages').length > 0
        ? 'engaged'
        : ended
          ? 'ended-unanswered'
          : 'waiting';
    for (const figure of ['engaged', 'declined', 'waiting', 'ended-unanswered']) sheet.add(figure, figure === is);
  },
  'decline-point': (seen, sheet) => {
    const no = declinedFor(seen);
    const points = { offer: 'engage', introduction: 'introduce-programme', match: 'agree-match' };
    for (const [figure, step] of Object.entries(points)) if (no) sheet.add(figure, no.step === step);
  },
  'decline-reasons': (seen, sheet) => {
    const no = declinedFor(seen);
    if (no) sheet.ticks(no.fields['reasons'], DECLINE);
  },
  'decline-decided-by': (seen, sheet) => {
    const no = declinedFor(seen);
    if (no) sheet.ticks(no.fields['decidedBy'], ['headteacher', 'governors', 'trust', 'leadership-team']);
  },
  'decline-helped': (seen, sheet) => {
    const no = declinedFor(seen);
    if (no) sheet.ticks(no.fields['wouldHaveHelped'], ['matching', 'offer', 'timing', 'other']);
  },
  'first-form': (seen, sheet) => {
    const [first] = said(seen, 'check-raf', 'forwards', 'forwards-unmended', 'returns');
    if (first) sheet.add('returned', first.answer === 'returns');
    if (first) sheet.add('forwarded', first.answer !== 'returns');
  },
  'form-rounds': (seen, sheet) => {
    const sent = said(seen, 'prepare-raf', 'sent').length;
    for (const figure of ['1', '2', '3', '4-or-more']) if (sent > 0) sheet.add(figure, many(sent) === figure);
  },
  'returned-parts': (seen, sheet) => {
    for (const { fields } of said(seen, 'check-raf', 'returns')) sheet.ticks(fields['parts'], PARTS);
  },
  'refused-parts': (seen, sheet) => {
    for (const { fields } of said(seen, 'decide-raf', 'refuses')) sheet.ticks(fields['parts'], PARTS);
  },
  'returned-again': (seen, sheet) => {
    const returns = said(seen, 'check-raf', 'returns');
    for (let n = 1; n < returns.length; n += 1) {
      const now = (returns[n]?.fields['parts'] ?? '').split('\n');
      const before = (returns[n - 1]?.fields['parts'] ?? '').split('\n');
      for (const part of PARTS) sheet.add(part, now.includes(part) && before.includes(part));
      sheet.add(
        'any',
        PARTS.some((part) => now.includes(part) && before.includes(part)),
      );
    }
  },
  'forwarded-unmended': (seen, sheet) => {
    const checked = said(seen, 'check-raf', 'forwards', 'forwards-unmended', 'returns');
    sheet.add('unmended', checked.filter(({ answer }) => answer === 'forwards-unmended').length, checked.length);
  },
  'form-courts': (seen, sheet) => {
    const owners: Readonly<Record<string, string>> = { nle: 'leader', school: 'school', tsc: 'council', 'regional-team': 'department' };
    courts(seen, sheet, (step) => (step === null ? 'nobody' : (owners[PROGRAMME.steps[step]?.owner ?? ''] ?? '?')));
  },
  'form-courts-by-round': (seen, sheet) => {
    courts(seen, sheet, (_, today) => {
      const sent = said(seen, 'prepare-raf', 'sent').filter(({ on }) => on < today).length;
      return sent > 2 ? 'round-3-or-more' : sent === 2 ? 'round-2' : 'round-1';
    });
  },
  'intervention-sources': (seen, sheet) => {
    for (const entry of newest(seen)) sheet.ticks(entry['source'], ['approved-list', 'tailored']);
  },
  'approval-rates': (seen, sheet) => {
    for (const decision of said(seen, 'decide-raf', 'approves', 'refuses')) {
      const form = said(seen, 'prepare-raf', 'sent').findLast(({ at }) => at < decision.at);
      for (const entry of form === undefined ? [] : entries(form)) sheet.add(entry['source'] ?? '', decision.answer === 'approves');
    }
  },
  'cost-by-area': (seen, sheet) => {
    const areas = new Set([...newest(seen).map(({ area }) => area ?? '')]);
    for (const area of areas)
      sheet.add(
        area,
        pence(
          newest(seen).filter((entry) => entry['area'] === area),
          'cost',
        ),
        0,
      );
    sheet.add('(all)', pence(newest(seen), 'cost'), 0);
  },
  'own-school-cost': (seen, sheet) => sheet.add('own', pence(newest(seen), 'ownSchoolCost'), pence(newest(seen), 'cost')),
  'over-half-own': (seen, sheet) => {
    if (newest(seen).length === 0) return;
    const share = pence(newest(seen), 'ownSchoolCost') / pence(newest(seen), 'cost');
    sheet.add('over', share > 0.5);
    sheet.add('none', share === 0);
    sheet.add('some', share > 0 && share <= 0.5);
  },
  'begun-early': (seen, sheet) => {
    const [begun] = said(seen, 'begin-interventions', 'begun');
    if (begun === undefined) return;
    const approvals = said(seen, 'decide-raf', 'approves').filter(({ at }) => at < begun.at);
    sheet.add('early', !approvals.some(({ on, at }) => at === approvals.at(-1)?.at && on <= begun.on));
  },
  'money-at-risk': (seen, sheet) => {
    const approval = said(seen, 'decide-raf', 'approves').at(-1)?.on;
    const risky = newest(seen).filter(({ startsOn = '9999' }) => startsOn < (approval ?? addDays(seen.asOf, 1)));
    sheet.add('risk', pence(risky, 'cost'), pence(newest(seen), 'cost'));
  },
  'missing-at-first': (seen, sheet) => {
    for (const entry of said(seen, 'prepare-raf', 'sent').slice(0, 1).flatMap(entries)) {
      const missing = { cost: !entry['cost'], dates: !entry['completedBy'], measure: !entry['measure'] };
      for (const [figure, is] of Object.entries(missing)) sheet.add(figure, is);
      sheet.add('nothing', !Object.values(missing).some(Boolean));
    }
  },
  disagreements: (seen, sheet) => {
    const no = ['engage', 'introduce-programme', 'agree-match']
      .flatMap((step) => said(seen, step, 'declines'))
      .toSorted((a, b) => a.at - b.at)
      .at(-1);
    let declined = false;
    let reopened = false;
    for (const event of seen.log) {
      if (day(event) > seen.asOf) continue;
      if (event.type === 'deployment-ended' && event.end === 'declined') declined = true;
      if (event.type === 'deployment-reopened' && declined) reopened = true;
    }
    if (no === undefined && !declined) return;
    const own = ({ by, onBehalfOf, school }: Told) => onBehalfOf === null && school.includes(by);
    const byAnother = no === undefined || !own(no);
    const yes = [...said(seen, 'engage', 'engages'), ...said(seen, 'agree-match', 'agrees')].some(own);
    sheet.add('by-another', byAnother);
    sheet.add('said-yes', byAnother && yes);
    sheet.add('reopened', reopened);
  },
  'days-given': (seen, sheet) => {
    const days = daysSaid(seen);
    if (days !== undefined) sheet.add('given', Math.round(Number(days) * 10), 30);
  },
  'days-used-up': (seen, sheet) => {
    const days = daysSaid(seen);
    if (days === undefined) return;
    sheet.add('three', Number(days) >= 3);
    sheet.add('fewer', Number(days) < 3);
  },
};
function daysSaid(seen: Seen): string | undefined {
  return said(seen, 'finish-days', 'finished').at(-1)?.fields['days'] ?? said(seen, 'prepare-raf', 'sent').at(-1)?.fields['nleDays'];
}

// --- The comparison -----------------------------------------------------------------------------------------------------------------------

type Both = { readonly seen: Seen; readonly measured: MeasuredLife };

function bothOf(reading: Reading, { lives, calendars }: ReturnType<typeof measuredLives>): readonly Both[] {
  return lives.flatMap((events) => {
    const seen = see(events, reading, calendars);
    const kinds: ReadonlySet<string> = new Set(MEASURED_KINDS);
    const life = knownLife(
      events.filter((event): event is Extract<ChronologyEvent, { type: MeasuredEvent['type'] }> => kinds.has(event.type)),
      reading,
    );
    assert.equal(life === null, seen === null);
    return life === null || seen === null
      ? []
      : [{ seen, measured: { life, school: SCHOOL, leaderOn: (person: string) => LEADERS[person] ?? null } }];
  });
}

function linesOf(section: Section): ReadonlyMap<string, Readonly<Record<string, { value: number | null; base: number }>>> {
  return new Map(section.lines.map(({ stratum, figures }) => [stratum, figures]));
}

function compare(both: readonly Both[], reading: Reading, calendars: ReadonlyMap<string, Calendar>, by: Stratum): number {
  let compared = 0;
  for (const measure of MEASURES) {
    const counting = beginCounting({ measure, by, asOf: reading.asOf, calendarOf: (version) => mustHave(calendars, version) });
    for (const { measured } of both) counting.add(measured);
    const groups = new Map<string, readonly Seen[]>([[TOGETHER, both.map(({ seen }) => seen)]]);
    if (by === 'tier')
      for (const [tier, some] of Map.groupBy(both, ({ seen }) => seen.tier))
        groups.set(
          tier,
          some.map(({ seen }) => seen),
        );
    for (const section of counting.sections()) {
      const lines = linesOf(section);
      for (const [stratum, seen] of groups) {
        const figures = lines.get(stratum);
        const what = `${measure.id} ${section.id} ${stratum} ${JSON.stringify(reading)}`;
        assert.ok(figures, what);
        compared += 1;
        const time = TIMES[measure.id];
        if (time !== undefined && section.id.startsWith('time-')) {
          compareTime(section.id, figures, seen.flatMap(time.of), time.limits, what);
          if (measure.id === 'M1' && section.id.endsWith('counts'))
            assert.equal(figures['beginning-not-known']?.value, seen.length - seen.flatMap(time.of).length);
          continue;
        }
        if (section.id === 'approvals') {
          const forms = seen.filter((one) => said(one, 'prepare-raf', 'sent').length > 0);
          for (const [month, { value, base }] of Object.entries(figures)) {
            const by = forms.filter((one) => (said(one, 'decide-raf', 'approves')[0]?.on.slice(0, 7) ?? '9999') <= month);
            assert.deepEqual([value, base], [by.length, forms.length], what);
          }
          continue;
        }
        if (section.id === 'leaders') {
          const matches = new Map<string, Set<string>>();
          for (const one of seen) {
            for (const { at } of said(one, 'agree-match', 'agrees')) {
              for (const person of one.log.slice(0, at + 1).reduce(evolve, blankChronology(PROGRAMME, one.calendar)).parties['nle'] ?? []) {
                matches.set(person, (matches.get(person) ?? new Set()).add(one.reference));
              }
            }
          }
          for (const [figure, { value, base }] of Object.entries(figures)) {
            assert.deepEqual([value, base], [[...matches.values()].filter(({ size }) => many(size) === figure).length, matches.size], what);
          }
          continue;
        }
        if (section.id === 'at-once') {
          assert.equal(figures['0']?.base, seen.length, what);
          continue;
        }
        const tallied = TALLIED[section.id];
        assert.ok(tallied, `no oracle for ${section.id}`);
        const sheet = new Sheet();
        for (const one of seen) tallied(one, sheet);
        const all = sheet.figures.get('(all)')?.value;
        for (const [figure, given] of Object.entries(figures)) {
          const { value, base } = sheet.figures.get(figure) ?? { value: 0, base: 0 };
          assert.deepEqual(given, { value, base: all ?? base }, `${what} ${figure}`);
        }
        for (const figure of sheet.figures.keys())
          assert.ok(figure === '(all)' || Object.hasOwn(figures, figure), `${what} has no ${figure}`);
      }
    }
  }
  return compared;
}

function compareTime(
  id: string,
  figures: Readonly<Record<string, { value: number | null; base: number }>>,
  waits: readonly Walked[],
  limits: readonly number[],
  what: string,
): void {
  const count = (which: (one: Walked) => boolean) => waits.filter(which).length;
  const value = (figure: string) => figures[figure]?.value;
  if (id.endsWith('-counts')) {
    assert.equal(value('begun'), waits.length, what);
    for (const outcome of ['reached', 'closed', 'open'])
      assert.equal(
        value(outcome),
        count((one) => one.outcome === outcome),
        `${what} ${outcome}`,
      );
    assert.equal(
      value('before-it-began'),
      count(({ early }) => early),
      what,
    );
    return;
  }
  if (id.endsWith('-late')) {
    assert.deepEqual(
      figures['late-by-current'],
      { value: count(({ late }) => late === true), base: count(({ late }) => late !== null) },
      what,
    );
    assert.deepEqual(
      figures['late-by-original'],
      { value: count(({ lateFirst }) => lateFirst === true), base: count(({ lateFirst }) => lateFirst !== null) },
      what,
    );
    return;
  }
  const [, , part, ...rest] = id.split('-');
  if (part === 'days') {
    const kind = rest[1] === 'net' ? `${rest[0]}-net` : (rest[0] ?? '');
    for (const [figure, share] of [
      ['quarter', 0.25],
      ['half', 0.5],
      ['three-quarters', 0.75],
    ] as const) {
      assert.deepEqual(figures[figure], { value: firstDayWith(waits, kind, share), base: waits.length }, `${what} ${figure}`);
    }
    return;
  }
  assert.equal(part, 'within');
  for (const limit of limits) {
    const kind = rest[0] === 'net' ? 'calendar-net' : 'calendar';
    const open = stillOpen(waits, kind, limit);
    const known = waits.length > 0 && (waits.some(({ days }) => (days[kind] ?? 0) >= limit) || open === 0);
    const given = figures[`within-${limit}`];
    assert.equal(given?.base, waits.length, what);
    if (known)
      assert.ok(
        typeof given.value === 'number' && Math.abs(given.value - (1 - open)) < 1e-9,
        `${what} ${limit}: ${given.value} ${1 - open}`,
      );
    else assert.equal(given.value, null, what);
  }
}

describe('M1 to M24 over simulated deployments', () => {
  const lived = measuredLives(LIVES, 2019);
  const on = plainDate;
  const readings: readonly Reading[] = [
    { asOf: on('2023-12-01'), knownAt: on('2023-12-01') },
    { asOf: on('2022-11-04'), knownAt: on('2022-11-04') },
    { asOf: on('2022-11-04'), knownAt: on('2023-12-01') },
    { asOf: on('2023-02-15'), knownAt: on('2023-03-01') },
  ];
  for (const reading of readings) {
    it(`are what a walk through each day counts, as of ${reading.asOf} and known on ${reading.knownAt}`, () => {
      const both = bothOf(reading, lived);
      assert.ok(both.length === LIVES);
      assert.ok(compare(both, reading, lived.calendars, 'tier') > 300);
    });
  }
});
