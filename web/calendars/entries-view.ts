import { DECISION_WORDS, isDecision } from '../../calendars/decisions.ts';
import { DECISIONS } from '../../calendars/ics-entry-kind.ts';
import type { Decision } from '../../calendars/ics-entry-kind.ts';
import type { ReadEntry } from '../../calendars/ics-terms.ts';
import { longDate } from '../../domain/time/plain-date.ts';
import type { FormBody } from '../answer/read-fields.ts';
import { typed } from '../answer/read-fields.ts';

/** More entries than anybody can look through on a page. The feed of a year of terms has about twenty. */
const MOST_ENTRIES = 300;
const NAME = /^entry-(\d{1,7})$/;

/** What somebody decided that entries of a feed are, by their lines: the inputs `entry-LINE` of a form. */
export function decidedIn(body: FormBody): ReadonlyMap<number, Decision> {
  const decided = new Map<number, Decision>();
  for (const name of Object.keys(body)) {
    const line = NAME.exec(name)?.[1];
    const decision = typed(body, name);
    if (line !== undefined && isDecision(decision)) decided.set(Number(line), decision);
  }
  return decided;
}

/** The entries of a feed: what each was taken for, and a choice to correct it. Entries that count come first. */
export function entriesView(entries: readonly ReadEntry[]) {
  const row = (entry: ReadEntry) => ({
    name: `entry-${entry.line}`,
    line: entry.line,
    summary: entry.summary,
    days: entry.from === entry.to ? longDate(entry.from) : `${longDate(entry.from)} to ${longDate(entry.to)}`,
    said: entry.said,
    how: entry.decided ? 'decided by you' : 'by its words',
    choices: [
      { value: '', text: 'As it was read', selected: !entry.decided },
      ...DECISIONS.map((decision) => ({
        value: decision,
        text: DECISION_WORDS[decision],
        selected: entry.decided && (entry.as ?? 'left-out') === decision,
      })),
    ],
  });
  const counts = entries.filter(({ as, decided }) => decided || (as !== null && as !== 'left-out'));
  const others = entries.filter((entry) => !counts.includes(entry));
  return {
    counts: counts.slice(0, MOST_ENTRIES).map(row),
    others: others.slice(0, Math.max(0, MOST_ENTRIES - counts.length)).map(row),
    more: Math.max(0, entries.length - MOST_ENTRIES),
  };
}
