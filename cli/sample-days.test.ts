import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { loadCalendarBook } from '../calendars/calendar-book.ts';
import { calendarsFrom } from '../calendars/impact.ts';
import { blankChronology, evolve } from '../domain/chronology/chronology.ts';
import { begin, decide } from '../domain/chronology/decide.ts';
import type { Command } from '../domain/chronology/decide.ts';
import type { Chronology } from '../domain/chronology/state.ts';
import { nextWakeMs } from '../domain/chasing/due-actions.ts';
import type { Calendar } from '../domain/time/calendar.ts';
import { isOpen } from '../domain/time/days.ts';
import { londonInstant } from '../domain/time/london.ts';
import { addDays, epochDay, plainDate } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import { loadProgramme } from '../programmes/load-programmes.ts';
import { sampleBegins, sampleStory } from './sample-days.ts';
import type { SampleMoment } from './sample-days.ts';
import { SAMPLES } from './sample-lives.ts';

const PARTIES = {
  'regional-team': ['region'],
  'regional-senior': ['senior'],
  rdp: ['coordinator'],
  school: ['head'],
  'local-authority': ['authority'],
  diocese: ['diocese'],
};

const loaded = loadProgramme('tsi-2022-23');
if (!loaded.ok) throw new Error(loaded.reason.message);
const programme = loaded.value;

/** The authorities of the sample’s deployments: Lancashire, Manchester, Cumbria and Leeds. */
const CALENDARS = new Map(
  [
    ['990001', '888', 'Lancashire'],
    ['990005', '888', 'Lancashire'],
    ['990010', '352', 'Manchester'],
    ['990007', '909', 'Cumbria'],
    ['990020', '383', 'Leeds'],
    ['990002', '888', 'Lancashire'],
  ].map(([urn = '', code = '', name = '']) => {
    const found = calendarsFrom(loadCalendarBook())({
      subject: { kind: 'school', urn },
      trust: null,
      authority: { code, name },
      programme,
    });
    if (!found.ok) throw new Error(found.reason.message);
    return [urn, found.value];
  }),
);

describe('the sample of npm start', () => {
  it('has a calendar for each of its deployments', () => {
    assert.deepEqual([...CALENDARS.keys()].toSorted(), SAMPLES.map(({ urn }) => urn).toSorted());
  });

  it('begins on every day of a school year: at weekends, on bank holidays and in August', () => {
    const played = new Set<PlainDate>();
    const first = plainDate('2025-09-01');
    for (let day = 0; day < 366; day += 1) {
      const today = addDays(first, day);
      for (const hour of [0, 8, 23]) {
        const monday = sampleBegins(londonInstant(today, hour * 60 + 30), [...CALENDARS.values()]);
        assert.ok(monday !== null, `it does not begin on ${today}`);
        assert.ok(monday > today && epochDay(monday) - epochDay(today) < 100, `on ${today} it begins on ${monday}`);
        if (played.has(monday)) continue;
        played.add(monday);
        playThrough(sampleStory(SAMPLES, monday), today);
      }
    }
    assert.ok(played.size > 10, `only ${played.size} different stories`);
  });

  it('ends all its stories on one day, on which every school is open', () => {
    const story = sampleStory(SAMPLES, plainDate('2026-09-07'));
    assert.deepEqual([story.at(0)?.on, story.at(0)?.minute], ['2026-09-07', 570]);
    assert.deepEqual([story.at(-1)?.on, story.at(-1)?.minute], ['2026-09-29', 720]);
    for (const calendar of CALENDARS.values())
      assert.deepEqual(isOpen(calendar, 'school', plainDate('2026-09-29')), { ok: true, value: true });
  });

  it('says that the known dates end, instead of beginning in the unknown', () => {
    assert.equal(sampleBegins(londonInstant(plainDate('2060-01-04'), 600), [...CALENDARS.values()]), null);
  });
});

/** Plays a story on the rules alone: each answer must find its step open, and its request sent. */
function playThrough(story: readonly SampleMoment[], today: PlainDate): void {
  const lives = new Map<string, Chronology>();
  let lastMs = 0;
  for (const { on, minute, acts } of story) {
    const nowMs = londonInstant(on, minute);
    assert.ok(nowMs > lastMs, `on ${today} the story goes back`);
    lastMs = nowMs;
    for (const [urn, chronology] of lives) lives.set(urn, wakeUntil(chronology, nowMs));
    for (const { urn, does } of acts) {
      const calendar = CALENDARS.get(urn);
      assert.ok(calendar);
      if (does === 'start') {
        lives.set(urn, carryOut(started(urn, calendar, nowMs), nowMs));
        continue;
      }
      const chronology = lives.get(urn);
      assert.ok(chronology);
      const open = chronology.steps.find(({ step, state }) => step === does.step && state.kind === 'open');
      assert.ok(open?.askedAt, `on ${today}, ${urn}: ${does.step} was not asked by ${on}`);
      const answered = after(chronology, nowMs, {
        kind: 'answer',
        step: does.step,
        round: open.round,
        answer: does.answer,
        by: chronology.parties[programme.steps[does.step]?.owner ?? '']?.[0] ?? '',
        onBehalfOf: null,
        via: 'command-line',
        fields: does.fields ?? {},
      });
      lives.set(urn, carryOut(answered, nowMs));
    }
  }
}

function started(urn: string, calendar: Calendar, nowMs: number): Chronology {
  const events = begin(
    programme,
    { reference: urn, subject: { kind: 'school', urn }, parties: PARTIES, facts: {} },
    calendar,
    instant(nowMs),
  );
  assert.ok(events.ok, events.ok ? '' : events.reason.message);
  return events.value.reduce(evolve, blankChronology(programme, calendar));
}

function wakeUntil(chronology: Chronology, untilMs: number): Chronology {
  let now = chronology;
  let fromMs = 0;
  for (let wakeMs = nextWakeMs(now, fromMs); wakeMs !== null && wakeMs <= untilMs; wakeMs = nextWakeMs(now, fromMs)) {
    now = carryOut(now, wakeMs);
    fromMs = wakeMs + 1;
  }
  return now;
}

function carryOut(chronology: Chronology, nowMs: number): Chronology {
  return chronology.status.kind === 'running' ? after(chronology, nowMs, { kind: 'carry-out-due' }) : chronology;
}

function after(chronology: Chronology, nowMs: number, command: Command): Chronology {
  const decided = decide(chronology, command, instant(nowMs));
  assert.ok(decided.ok, decided.ok ? '' : `${chronology.reference}: ${decided.reason.message}`);
  return decided.value.reduce(evolve, chronology);
}

function instant(ms: number): string {
  return new Date(ms).toISOString();
}
