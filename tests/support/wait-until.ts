import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until something is so, asking again and again; fails, saying what was waited for, when it does not come about. */
export async function waitUntil(what: string, isSo: () => Promise<boolean> | boolean, withinMs = 30_000): Promise<void> {
  const giveUpAtMs = Date.now() + withinMs;
  while (!(await isSo())) {
    if (Date.now() > giveUpAtMs) throw new Error(`Waited ${withinMs / 1000} s in vain: ${what}`);
    await sleep(50);
  }
}
