import fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { beginTestLife } from '../tests/kit/lives.ts';
import type { TestLife } from '../tests/kit/lives.ts';
import { answer, ladder, programmeOf, REQUEST, rung, step } from '../tests/kit/programmes.ts';
import { nextWakeMs } from '../domain/chasing/due-actions.ts';
import { gatheredAtMs } from '../domain/chasing/timing.ts';
import type { Timing } from '../domain/chasing/timing.ts';
import { daysToLeave, msToWait } from '../domain/chasing/letter-hours.ts';
import { nextSendingMs } from '../domain/chasing/sending-time.ts';
import { letterKey, lettersOf } from '../domain/chasing/sent-letters.ts';
import type { SentLetter } from '../domain/chasing/sent-letters.ts';
import { ONE_LADDER, travelsTogether, whyNotWanted } from '../domain/chasing/wanted.ts';
import { findStep, openSteps, stepOf } from '../domain/chronology/chronology.ts';
import type { ChronologyEvent } from '../domain/chronology/events.ts';
import type { Chronology } from '../domain/chronology/state.ts';
import type { Programme } from '../domain/programme.ts';
import { londonDate, londonInstant } from '../domain/time/london.ts';
import { addDays, daysBetween, plainDate } from '../domain/time/plain-date.ts';
import { emailsAhead, playInTurns } from './ahead.ts';
import type { RunningDeployment } from '../domain/chronology/ahead.ts';
import type { EmailAhead } from './ahead.ts';

const GATHERING_MS = 60_000;
/** In hours. */
const WEEK = 168;

const COORDINATOR = { id: 'p-coordinator', name: 'Cora', email: 'cora@delivery.example', telephone: null };

/** What has been written and how it stands, as the table of messages has it. */
type Row = {
  readonly key: string;
  readonly life: TestLife;
  readonly sent: SentLetter;
  readonly writtenMs: number;
  state: 'queued' | 'accepted' | 'suppressed';
  sendAfterMs: number;
  envelope: string | null;
  gathered: boolean;
};

/** The mailroom, one e-mail at a time, written down from docs/decisions/0005, 0006 and 0010 and not from what is under test. */
class Mailroom {
  private readonly most: number | null;
  /** When the coordinator wants what can wait. */
  private readonly timing: Timing;
  readonly rows: Row[] = [];
  /** How often a letter waited for another day because of the cap. */
  overCap = 0;
  readonly left: { readonly atMs: number; readonly person: string; readonly keys: readonly string[] }[] = [];

  constructor(most: number | null, timing: Timing) {
    this.most = most;
    this.timing = timing;
  }

  /** How many e-mails somebody has had of a day. */
  had(person: string, day: string): number {
    return this.left.filter((email) => email.person === person && londonDate(email.atMs) === day).length;
  }

  queue(life: TestLife, reference: string, events: readonly ChronologyEvent[]): void {
    for (const sent of events.flatMap(lettersOf)) {
      const writtenMs = Date.parse(sent.at);
      const sendAfterMs = writtenMs + (travelsTogether(sent.kind) ? GATHERING_MS : 0);
      this.rows.push({
        key: letterKey(reference, sent),
        life,
        sent,
        writtenMs,
        state: 'queued',
        sendAfterMs,
        envelope: null,
        gathered: false,
      });
    }
  }

  nextMs(): number | null {
    const waiting = this.rows.filter(({ state }) => state === 'queued');
    return waiting.length === 0 ? null : Math.min(...waiting.map(({ sendAfterMs }) => sendAfterMs));
  }

  work(atMs: number): void {
    for (;;) {
      const [head] = this.rows
        .filter(({ state, sendAfterMs }) => state === 'queued' && sendAfterMs <= atMs)
        .toSorted((a, b) => this.placeOf(a) - this.placeOf(b) || a.writtenMs - b.writtenMs || (a.key < b.key ? -1 : 1));
      if (head === undefined) return;
      const day = londonDate(head.writtenMs);
      const claimed = travelsTogether(head.sent.kind)
        ? this.rows.filter(
            ({ state, sent, writtenMs }) =>
              state === 'queued' && travelsTogether(sent.kind) && sent.to.person === head.sent.to.person && londonDate(writtenMs) === day,
          )
        : head.gathered
          ? this.rows.filter(
              ({ state, sent, gathered, sendAfterMs }) =>
                state === 'queued' && gathered && sent.to.person === head.sent.to.person && sendAfterMs <= atMs + GATHERING_MS,
            )
          : [head];
      const sentThatDay = new Set(
        this.rows.flatMap(({ state, sent, writtenMs, envelope }) =>
          state === 'accepted' &&
          travelsTogether(sent.kind) &&
          sent.to.person === head.sent.to.person &&
          londonDate(writtenMs) === londonDate(atMs)
            ? [envelope]
            : [],
        ),
      ).size;
      const envelope = `${head.key}@${atMs}`;
      for (const row of claimed) this.judge(row, atMs, sentThatDay, envelope);
      const leaving = claimed.filter(({ state }) => state === 'accepted');
      const isOver = this.most !== null && this.had(head.sent.to.person, londonDate(atMs)) >= this.most;
      if (isOver) for (const row of leaving) this.waitForTomorrow(row, atMs);
      const keys = isOver ? [] : leaving.map(({ key }) => key);
      if (keys.length > 0) this.left.push({ atMs, person: head.sent.to.person, keys });
    }
  }

  private judge(row: Row, atMs: number, sentThatDay: number, envelope: string): void {
    const { life, sent, writtenMs } = row;
    const { chronology } = life;
    const record = findStep(chronology, sent);
    assert.ok(record);
    const unwanted = whyNotWanted({
      kind: sent.kind,
      stepState: record.state.kind,
      deployment: chronology.status.kind === 'ended' ? 'completed' : 'running',
      answeredByChaser: false,
      stillHoldsRole: true,
      perhapsSent: false,
      replaced: this.isReplaced(row, atMs),
      promised: false,
      quiet: isQuiet(life, sent, atMs),
      recipient: { addressRefused: false },
    });
    if (unwanted !== null) {
      row.state = 'suppressed';
      return;
    }
    const timing = sent.to.person === 'p-coordinator' ? this.timing : 'at-once';
    const gatheredMs = gatheredAtMs(chronology.programme, chronology.calendar, { kind: sent.kind, timing, writtenMs });
    if (gatheredMs !== null && gatheredMs > atMs) {
      Object.assign(row, { sendAfterMs: gatheredMs + GATHERING_MS, gathered: true });
      return;
    }
    const ms = msToWait(chronology.programme, chronology.calendar, {
      kind: sent.kind,
      person: sent.to.person,
      days: daysToLeave(chronology.programme, stepOf(chronology.programme, sent.step), { ...sent, role: sent.to.role }),
      writtenMs,
      waitedMs: atMs - writtenMs,
      sentThatDay,
    });
    if (ms > 0) row.sendAfterMs = atMs + ms;
    else Object.assign(row, { state: 'accepted', envelope });
  }

  /** Requests first, then reminders, then those of the optional step; all alike where there is no cap. */
  private placeOf({ sent: { kind, step: of } }: Row): number {
    if (this.most === null || !travelsTogether(kind)) return 0;
    return of === 'd' ? 2 : 1;
  }

  private waitForTomorrow(row: Row, atMs: number): void {
    const { programme, calendar } = row.life.chronology;
    const days = daysToLeave(programme, stepOf(programme, row.sent.step), { ...row.sent, role: row.sent.to.role });
    const fromMs = londonInstant(addDays(londonDate(atMs), 1), 0);
    const next = nextSendingMs(programme, calendar, days, row.sent.to.person, fromMs) ?? assert.fail('the calendar ends');
    Object.assign(row, { state: 'queued', envelope: null, sendAfterMs: next });
    this.overCap += 1;
  }

  private isReplaced(row: Row, atMs: number): boolean {
    if (!ONE_LADDER.includes(row.sent.kind) || atMs - row.writtenMs <= 3_600_000) return false;
    return this.rows.some(
      ({ state, life, sent, writtenMs }) =>
        life === row.life &&
        state !== 'suppressed' &&
        ONE_LADDER.includes(sent.kind) &&
        sent.step === row.sent.step &&
        sent.round === row.sent.round &&
        sent.to.person === row.sent.to.person &&
        sent.to.role === row.sent.to.role &&
        writtenMs > row.writtenMs,
    );
  }
}

/** In the deployments that begin to send at 10am the school has stopped reminders of its optional step, until Sunday 20 November 2022. */
const QUIET_TO = plainDate('2022-11-20');
const quietOf = ({ chronology }: TestLife): RunningDeployment['quiet'] =>
  chronology.programme.sendingHours.fromMinute === 600 ? [{ person: 'p-head', until: QUIET_TO }] : [];
const isQuiet = (life: TestLife, { kind, step: of, to }: SentLetter, atMs: number): boolean =>
  quietOf(life).some(({ person }) => person === to.person) && of === 'd' && kind === 'reminder' && londonDate(atMs) <= QUIET_TO;

/** Several steps of a coordinator and a school at once, on ladders that meet on the same mornings. */
function busyProgramme(sendingFrom: number, dailyCap: number): Programme {
  const made = programmeOf(
    ['a', 'b', 'c', 'd'],
    [
      step('a', 'rdp', [answer('done')], { ladder: [REQUEST, rung('reminder', -1), rung('overdue', 1), rung('overdue', 2)] }),
      step('b', 'rdp', [answer('done')], { allowed: { unit: 'working-days', count: 4 }, ladder: ladder('working') }),
      step('c', 'school', [answer('done')], { allowed: { unit: 'school-days', count: 5 }, ladder: ladder('school') }),
      step('d', 'school', [answer('done')], { optional: true, ladder: [REQUEST, rung('reminder', 0)] }),
    ],
  );
  return { ...made, dailyCap, sendingHours: { ...made.sendingHours, fromMinute: sendingFrom } };
}

describe('what goes out next', () => {
  it('is what leaves, on a thousand mornings on which nobody answered that day', () => {
    let compared = 0;
    let carriedOver = 0;
    let stoppedByThem = 0;
    let overCap = 0;
    let gathered = 0;
    for (let seed = 1; seed <= 8; seed += 1) {
      const chance = chancesOf(seed);
      const most = seed > 4 ? 2 : null;
      const timing = seed % 2 === 0 ? 'daily' : 'at-once';
      const people = new Map([['p-coordinator', { ...COORDINATOR, timing } as const]]);
      const mailroom = new Mailroom(most, timing);
      const lives: { readonly reference: string; readonly life: TestLife; stored: number; wakeMs: number }[] = [];
      /** What every morning foretold of a day, with the mailroom's own account of that day. */
      const foretold = new Map<string, readonly string[]>();
      const queueNew = (one: (typeof lives)[number]) => {
        mailroom.queue(one.life, one.reference, one.life.events.slice(one.stored));
        one.stored = one.life.events.length;
        // As the workflow does it: the next wake-up is planned when something has happened, and at no other time.
        one.wakeMs = nextWakeMs(one.life.chronology, Date.parse(one.life.events.at(-1)?.at ?? '')) ?? Infinity;
      };
      let on = plainDate('2022-09-05');
      for (let morning = 0; morning < 125; morning += 1) {
        const startMs = londonInstant(on, 0);
        const endMs = londonInstant(addDays(on, 1), 0) - 1;
        const now: readonly RunningDeployment[] = lives.map(({ reference, life }) => ({
          reference,
          subject: 'Hillcrest Primary School',
          region: 'North West',
          chronology: life.chronology,
          events: life.events,
          nowMs: startMs,
          held: false,
          quiet: quietOf(life),
          waiting: mailroom.rows.flatMap((row) =>
            row.life === life && row.state === 'queued' ? [{ key: row.key, fromMs: row.sendAfterMs }] : [],
          ),
        }));
        const sentBefore: Record<string, number> = {};
        for (const { keys } of mailroom.left) {
          const row = mailroom.rows.find(({ key }) => key === keys[0]);
          if (row === undefined || !travelsTogether(row.sent.kind)) continue;
          const day = `${row.sent.to.person} ${londonDate(row.writtenMs)}`;
          sentBefore[day] = (sentBefore[day] ?? 0) + 1;
        }
        const hadBefore = Object.fromEntries(
          ['p-head', 'p-coordinator', 'p-region', 'p-senior'].map((person) => [`${person} ${on}`, mailroom.had(person, on)]),
        );
        const ahead = emailsAhead(now, { days: 1, gatheringMs: GATHERING_MS, people, sentBefore, most, hadBefore });
        foretold.set(on, inWords(ahead.filter(({ atMs }) => atMs >= startMs && atMs <= endMs)));

        // The day passes by itself, moment by moment.
        for (let atMs = startMs; ;) {
          for (const one of lives.filter(({ wakeMs }) => wakeMs <= atMs)) {
            one.life.until(new Date(atMs).toISOString());
            queueNew(one);
          }
          mailroom.work(atMs);
          const next = Math.min(...lives.map(({ wakeMs }) => wakeMs), mailroom.nextMs() ?? Infinity);
          if (next > endMs) break;
          atMs = Math.max(next, atMs + 1);
        }
        const today = mailroom.left.filter(({ atMs }) => atMs >= startMs && atMs <= endMs);
        assert.deepEqual(today.map(lineOf).toSorted(), foretold.get(on), `seed ${seed}, ${on}`);
        compared += today.length;
        for (const [person, theirs] of Map.groupBy(today, (email) => email.person))
          assert.ok(most === null || theirs.length <= most, `${person} gets ${theirs.length} e-mails on ${on}`);
        carriedOver += today.filter(({ keys }) =>
          mailroom.rows.some(({ key, writtenMs }) => key === keys[0] && writtenMs < startMs),
        ).length;

        // At night people answer, deployments begin and pauses change.
        const night = new Date(endMs).toISOString();
        for (const one of lives) {
          if (chance(0.06)) {
            const [open] = openSteps(one.life.chronology);
            if (open !== undefined)
              one.life.answers(open.step, 'done', open.step === 'c' || open.step === 'd' ? 'p-head' : 'p-coordinator', night);
            queueNew(one);
          }
        }
        if (lives.length < 14 && chance(0.3)) {
          const life = beginTestLife(busyProgramme(chance(0.5) ? 480 : 600, chance(0.5) ? 1 : 2), night);
          life.until(night);
          const one = { reference: `D${lives.length}`, life, stored: 0, wakeMs: 0 };
          queueNew(one);
          lives.push(one);
        }
        on = addDays(on, 1);
      }
      overCap += mailroom.overCap;
      gathered += mailroom.rows.filter((row) => row.gathered && row.state === 'accepted').length;
      stoppedByThem += mailroom.rows.filter(
        ({ life, sent, state, writtenMs }) => state === 'suppressed' && isQuiet(life, sent, writtenMs),
      ).length;
    }
    assert.ok(compared > 500, `only ${compared} e-mails were compared`);
    assert.ok(gathered > 50, `only ${gathered} letters waited for others`);
    assert.ok(overCap > 50, `only ${overCap} letters waited because of the daily cap`);
    assert.ok(stoppedByThem > 10, `only ${stoppedByThem} reminders of an optional step were not wanted`);
    assert.ok(carriedOver > 10, `only ${carriedOver} e-mails were put off to another morning by the cap`);
  });

  it('is the same for whoever has looked before, however long ago', () => {
    const instant = (hours: number) => londonInstant(plainDate('2022-09-05'), 0) + hours * 3_600_000;
    const untilMs = instant(30 * WEEK);
    let [different, silent] = [0, 0];
    fc.assert(
      fc.property(fc.nat(5 * WEEK), fc.array(fc.nat(5 * WEEK), { minLength: 2, maxLength: 6 }), (lived, later) => {
        const life = beginTestLife(busyProgramme(480, 2), new Date(instant(0)).toISOString());
        life.until(new Date(instant(lived)).toISOString());
        const lookAt = (chronology: Chronology, hours: number) => {
          const nowMs = instant(lived + hours);
          const days = daysBetween(londonDate(nowMs), londonDate(untilMs));
          const deployment = {
            reference: 'D1',
            subject: 'Hillcrest Primary School',
            region: 'North West',
            chronology,
            events: life.events,
            nowMs,
          };
          return inWords(
            emailsAhead([{ ...deployment, held: false, quiet: [], waiting: [] }], {
              days,
              gatheringMs: GATHERING_MS,
              people: new Map(),
              sentBefore: {},
            }),
          );
        };
        const looks = later.toSorted((one, other) => one - other);
        const seen = looks.map((hours) => lookAt(life.chronology, hours));
        // What nobody has looked at yet is played anew.
        assert.deepEqual(
          seen,
          looks.map((hours) => lookAt({ ...life.chronology }, hours)),
        );
        if (new Set(seen.map((one) => one.join())).size > 1) different += 1;
        if (seen.every((one) => one.length === 0)) silent += 1;
      }),
      { numRuns: 300, examples: [[226, [46, 0, 32]]] },
    );
    assert.ok(different > 20, `only ${different} deployments did something between two looks`);
    assert.ok(silent > 20, `only ${silent} deployments had nothing to send`);
  });

  it('says the same to whoever has looked before, and follows what people, places and steps are called, what is shown, and the day', () => {
    const startMs = londonInstant(plainDate('2022-09-05'), 0);
    const usual = {
      coordinator: 'Cora',
      telephone: null as string | null,
      subject: 'Hillcrest Primary School',
      titled: '',
      hours: 0,
      /** How many hours its letters that are written wait for yet. */
      waits: 0,
      alone: false,
    };
    const others: readonly Partial<typeof usual>[] = [
      { coordinator: 'Ç. "O’Hara"' },
      { telephone: '01632 960000' },
      { subject: 'Hilltop' },
      { titled: ' anew' },
      { hours: 30 },
      { waits: 50 },
      { alone: true },
    ];
    const differed = others.map(() => 0);
    let together = 0;
    fc.assert(
      fc.property(fc.nat(3 * WEEK), (lived) => {
        const busy = busyProgramme(480, 2);
        const livesOf = (titled: string) => {
          const steps = Object.fromEntries(Object.entries(busy.steps).map(([id, one]) => [id, { ...one, title: `${one.title}${titled}` }]));
          const life = beginTestLife({ ...busy, steps }, new Date(startMs).toISOString());
          life.until(new Date(startMs + lived * 3_600_000).toISOString());
          return life;
        };
        // Of the second deployment alone the steps may be called something else.
        const first = livesOf('');
        const second = new Map(['', ' anew'].map((titled) => [titled, livesOf(titled)]));
        const wordsFor = (look: typeof usual, known: (chronology: Chronology) => Chronology) => {
          const deployments = [first, second.get(look.titled)].map((life, at): RunningDeployment => {
            assert.ok(life);
            const { subject, hours, waits } = look;
            const nowMs = startMs + (lived + hours) * 3_600_000;
            const waiting = life.events
              .flatMap(lettersOf)
              .map((sent) => ({ key: letterKey(`D${at}`, sent), fromMs: nowMs + waits * 3_600_000 }));
            return {
              reference: `D${at}`,
              subject,
              region: 'North West',
              chronology: known(life.chronology),
              events: life.events,
              nowMs,
              held: false,
              quiet: [],
              waiting,
            };
          });
          const people = new Map([['p-coordinator', { ...COORDINATOR, name: look.coordinator, telephone: look.telephone }]]);
          const emails = emailsAhead(deployments, { days: 7, gatheringMs: GATHERING_MS, people: new Map(), sentBefore: {} });
          together += emails.filter(({ letters }) => new Set(letters.map(({ reference }) => reference)).size > 1).length;
          return emails.map((email) => {
            const shown = look.alone ? email.letters.slice(0, 1) : email.letters;
            // Whom it may name is told before whoever is known of them is read.
            const named = email.mayName(shown);
            return email.words(new Map([...people].filter(([id]) => named.has(id))), shown);
          });
        };
        const looks = [usual, ...others.map((one) => ({ ...usual, ...one })), usual];
        const seen = looks.map((look) => wordsFor(look, (chronology) => chronology));
        // Nobody has looked at these yet.
        const anew = looks.map((look) => wordsFor(look, (chronology) => ({ ...chronology })));
        assert.deepEqual(seen, anew);
        for (const at of others.keys())
          if (JSON.stringify(seen[at + 1]) !== JSON.stringify(seen[0])) differed[at] = (differed[at] ?? 0) + 1;
      }),
      { numRuns: 40 },
    );
    assert.ok(
      differed.every((count) => count > 5),
      `others differ ${differed.join(', ')} times`,
    );
    assert.ok(together > 20, `only ${together} e-mails were about two deployments`);
  });
});

describe('a look at many deployments', () => {
  it('stops for others while it plays them, and plays none of them again', () => {
    const nowMs = londonInstant(plainDate('2022-09-06'), 600);
    const life = beginTestLife(busyProgramme(480, 2), new Date(londonInstant(plainDate('2022-09-05'), 600)).toISOString());
    life.until(new Date(nowMs).toISOString());
    let played = 0;
    const many = () =>
      Array.from({ length: 200 }, (_, at): RunningDeployment => {
        const chronology: Chronology = {
          ...life.chronology,
          get steps() {
            played += 1;
            return life.chronology.steps;
          },
        };
        const of = { reference: `D${at}`, subject: `School ${at}`, region: 'North West', chronology, events: life.events };
        return { ...of, nowMs, held: false, quiet: [], waiting: [] };
      });
    const look = (deployments: readonly RunningDeployment[]) =>
      inWords(emailsAhead(deployments, { days: 7, gatheringMs: GATHERING_MS, people: new Map(), sentBefore: {} }));
    const deployments = many();
    assert.equal([...playInTurns(deployments, 7)].length, 4);
    assert.ok(played >= deployments.length);
    played = 0;
    const found = look(deployments);
    assert.equal(played, 0);
    assert.ok(found.length > 0);
    assert.deepEqual(found, look(many()));
  });
});

function lineOf({ atMs, keys }: { readonly atMs: number; readonly keys: readonly string[] }): string {
  return `${new Date(atMs).toISOString()} ${keys.toSorted().join(' + ')}`;
}

function inWords(emails: readonly EmailAhead[]): readonly string[] {
  return emails.map(({ atMs, letters }) => lineOf({ atMs, keys: letters.map(({ key }) => key) })).toSorted();
}

/** A stream of chances that is the same each time. */
function chancesOf(seed: number): (share: number) => boolean {
  let state = seed * 2_654_435_761;
  return (share) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32 < share;
  };
}
