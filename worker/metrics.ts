import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type pg from 'pg';
import { readWaiting } from '../postgres/views/waiting.ts';
import { readWatchdog } from '../postgres/watchdog/findings.ts';
import type { FindingKind } from '../postgres/watchdog/findings.ts';
import type { ObservedPorts } from './engine.ts';

/** A wake-up counts as late when it comes later than this. People do not notice a minute. */
const LATE_MS = 60_000;

const CHECKS: readonly FindingKind[] = ['no-wake-up', 'parted', 'mailroom', 'escalation', 'dates', 'clock', 'forecast', 'check'];

export type Metrics = {
  /** Counts what passes through the ports. */
  readonly observe: (ports: ObservedPorts) => ObservedPorts;
  /** All measurements as they stand now, in Prometheus' text format. */
  readonly scrape: () => Promise<{ readonly contentType: string; readonly body: string }>;
};

/** Our own measurements: rungs on time and late, letters by outcome, and what is waiting and since when. */
export function createMetrics(database: pg.Pool): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const rungs = new Counter({
    name: 'chaser_rungs_total',
    help: 'Rungs of the ladders that were reached, by kind and by whether their wake-up came within a minute of its time.',
    labelNames: ['kind', 'timing'],
    registers: [registry],
  });
  const lateness = new Histogram({
    name: 'chaser_wake_up_lateness_seconds',
    help: 'How long after its planned instant a wake-up was stored.',
    buckets: [0.1, 0.5, 1, 5, 15, 60, 300, 3_600],
    registers: [registry],
  });
  const letters = new Counter({
    name: 'chaser_letters_total',
    help: 'E-mails by what became of them: accepted, refused, deferred, or put back because no mail server answered.',
    labelNames: ['outcome'],
    registers: [registry],
  });
  const waiting = new Gauge({ name: 'chaser_letters_waiting', help: 'Letters that wait to be sent.', registers: [registry] });
  const oldest = new Gauge({
    name: 'chaser_oldest_letter_waiting_seconds',
    help: 'How long the oldest of them has waited.',
    registers: [registry],
  });
  const open = new Gauge({
    name: 'chaser_open',
    help: 'What is open: late steps, calls to make, escalations, contact details to fix.',
    labelNames: ['what'],
    registers: [registry],
  });
  const findings = new Gauge({
    name: 'chaser_watchdog_findings',
    help: 'What the watchdog found wrong and has not seen put right, by check.',
    labelNames: ['check'],
    registers: [registry],
  });
  const sinceRound = new Gauge({
    name: 'chaser_watchdog_last_round_seconds',
    help: 'How long ago the last round of the watchdog began; absent until it has made one.',
    registers: [registry],
  });

  return {
    observe: ({ record, ledger, mail }) => ({
      mail,
      record: {
        ...record,
        async storeWakeUp(wakeUp) {
          const calls = await record.storeWakeUp(wakeUp);
          const lateMs = wakeUp.plannedAt === null ? 0 : Date.parse(wakeUp.asOf) - Date.parse(wakeUp.plannedAt);
          if (wakeUp.plannedAt !== null) lateness.observe(Math.max(0, lateMs) / 1_000);
          for (const event of wakeUp.events) {
            if (event.type === 'rung-reached') rungs.inc({ kind: event.kind, timing: lateMs > LATE_MS ? 'late' : 'on-time' });
          }
          return calls;
        },
      },
      ledger: {
        ...ledger,
        async markAccepted(...args) {
          await ledger.markAccepted(...args);
          letters.inc({ outcome: 'accepted' });
        },
        async markFailed(...args) {
          await ledger.markFailed(...args);
          letters.inc({ outcome: 'refused' });
        },
        async putOff(...args) {
          await ledger.putOff(...args);
          letters.inc({ outcome: 'deferred' });
        },
        async bookTrouble(...args) {
          const believed = await ledger.bookTrouble(...args);
          letters.inc({ outcome: 'put-back' });
          return believed;
        },
        async release(...args) {
          await ledger.release(...args);
          letters.inc({ outcome: 'put-back' });
        },
      },
    }),

    async scrape() {
      const now = await readWaiting(database);
      waiting.set(now.letters);
      oldest.set(now.oldestSeconds);
      open.set({ what: 'late-step' }, now.lateSteps);
      open.set({ what: 'call' }, now.calls);
      open.set({ what: 'escalation' }, now.escalations);
      open.set({ what: 'contact' }, now.contacts);
      const watchdog = await readWatchdog(database);
      for (const check of CHECKS) findings.set({ check }, watchdog.standing[check] ?? 0);
      sinceRound.remove();
      if (watchdog.roundSecondsAgo !== null) sinceRound.set(watchdog.roundSecondsAgo);
      return { contentType: registry.contentType, body: await registry.metrics() };
    },
  };
}
