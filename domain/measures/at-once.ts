import type { PlainDate } from '../time/plain-date.ts';
import type { KnownLife } from './known-life.ts';

/**
 * When deployments ran: all that is kept of them until the others are known. Of each its subject, the day on which it began, and its ends and reopenings
 * as one text, in three lists. As an object each they would take ten times as long to hand from one thread to another.
 */
export type Spans = { readonly subjects: string[]; readonly begun: PlainDate[]; readonly ends: string[] };

export function noSpans(): Spans {
  return { subjects: [], begun: [], ends: [] };
}

export function addSpan({ subjects, begun, ends }: Spans, life: Pick<KnownLife, 'subject' | 'began' | 'ends'>): void {
  subjects.push(life.subject);
  begun.push(life.began);
  ends.push(endsAsText(life.ends));
}

export function addSpans({ subjects, begun, ends }: Spans, others: Spans): void {
  for (const subject of others.subjects) subjects.push(subject);
  for (const began of others.begun) begun.push(began);
  for (const text of others.ends) ends.push(text);
}

/**
 * Counts, for spans that are among `all`, how many other deployments of the same subject ran on the day on which each began: up to `most`, which
 * stands for more. Answers one number for each span.
 */
export function othersAtOnce(all: Spans, most: number): (some: Spans) => readonly number[] {
  const ofSubject = Map.groupBy(spansIn(all), ({ subject }) => subject);
  return (some) =>
    spansIn(some).map((span) => {
      // It is among those of its subject itself.
      let others = ranOn(span, span.began) ? -1 : 0;
      for (const other of ofSubject.get(span.subject) ?? []) {
        if (ranOn(other, span.began)) others += 1;
        if (others >= most) return most;
      }
      return others;
    });
}

type Span = { readonly subject: string; readonly began: PlainDate; readonly ends: string };

function spansIn({ subjects, begun, ends }: Spans): readonly Span[] {
  return begun.map((began, at) => ({ subject: subjects[at] ?? '', began, ends: ends[at] ?? '' }));
}

const ENDED = '-';
const REOPENED = '+';
const DAY = '2023-02-05'.length;

/** "-2023-02-05+2023-03-01": it ended, and was reopened. */
function endsAsText(ends: KnownLife['ends']): string {
  return ends.map(({ on, end }) => `${end === null ? REOPENED : ENDED}${on}`).join('');
}

/** Whether a deployment had begun before or on a day, and had not ended by the day before. Of two that began on one day, each ran when the other began. */
function ranOn({ began, ends }: Span, day: PlainDate): boolean {
  if (began > day) return false;
  for (let at = ends.length - DAY; at > 0; at -= DAY + 1) if (ends.slice(at, at + DAY) < day) return ends[at - 1] === REOPENED;
  return true;
}
