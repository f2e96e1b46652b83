import { readFileSync } from 'node:fs';

/** "33.1 a second" */
export function perSecond(count: number, ms: number): string {
  return `${(count / (ms / 1_000)).toFixed(1)} a second`;
}

/** "p50 12, p95 40, p99 61 ms (800)": the milliseconds below which so many of a hundred lie, and how many there are. */
export function percentiles(all: readonly number[]): string {
  const sorted = all.toSorted((one, other) => one - other);
  const part = (of: number): string => (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * of))] ?? Number.NaN).toFixed(0);
  return `p50 ${part(0.5)}, p95 ${part(0.95)}, p99 ${part(0.99)} ms (${sorted.length})`;
}

/** "24.0 KB": bytes, shared among so many. */
export function kib(bytes: number, among: number): string {
  return `${(bytes / among / 1_024).toFixed(1)} KB`;
}

/** The memory of a process and its children in KiB, on Linux: what it shares with others is counted in parts (PSS). */
export function pssKib(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
  const own = Number(/^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
  return children.reduce((sum, child) => sum + pssKib(child), own);
}

/** Milliseconds of processor that a process of Linux has used so far, in steps of ten; NaN where nobody says. */
export function processorMsOf(pid: number): number {
  try {
    // The name of the program stands in brackets and may hold blanks.
    const [, user, system] = /\)(?: \S+){11} (\d+) (\d+) /.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    return (Number(user) + Number(system)) * 10;
  } catch {
    return Number.NaN;
  }
}
