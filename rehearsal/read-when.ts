import { parsePlainDate } from '../domain/time/plain-date.ts';
import { parseTimeAllowed } from '../domain/time/time-allowed.ts';
import type { When } from './scenario.ts';

const CONDUCTS = { 'on time': 'on-time', late: 'late', 'at once': 'at-once', never: 'silent' } as const;

/**
 * Reads when an answer comes: "on time", "late", "at once", "never", "after 3 working days" (of the opening), "2 school days
 * late" (after the due date), "on 2022-12-05". Undefined when it is none of them.
 */
export function readWhen(text: string): When | undefined {
  const words = text.trim().toLowerCase().replaceAll(/\s+/g, ' ');
  if (Object.hasOwn(CONDUCTS, words)) return { kind: 'conduct', conduct: CONDUCTS[words as keyof typeof CONDUCTS] };
  const [, date] = /^on (\S+)$/.exec(words) ?? [];
  if (date !== undefined) {
    const on = parsePlainDate(date);
    return on === undefined ? undefined : { kind: 'on', on };
  }
  const [, after] = /^after (.+)$/.exec(words) ?? [];
  const [, late] = /^(.+) late$/.exec(words) ?? [];
  const allowed = parseTimeAllowed(after ?? late ?? '');
  if (!allowed.ok) return undefined;
  return after === undefined ? { kind: 'overdue-by', allowed: allowed.value } : { kind: 'after', allowed: allowed.value };
}
