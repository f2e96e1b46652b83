import { longDate, longDateWithWeekday } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import { inWords } from '../domain/words.ts';

/** A step in a summary. */
export type DigestStep = {
  readonly reference: string;
  readonly subject: string;
  readonly title: string;
  /** Who is waited for, by the title of their role. */
  readonly waitsFor: string;
  readonly dueOn: PlainDate;
};
export type DigestAnswer = {
  readonly reference: string;
  readonly subject: string;
  readonly title: string;
  readonly answer: string;
  readonly by: string;
  readonly on: PlainDate;
};
export type DigestWatched = {
  readonly reference: string;
  readonly subject: string;
  /** What is waited for; null when nothing that must be done is open. */
  readonly court: Pick<DigestStep, 'title' | 'waitsFor' | 'dueOn'> | null;
  readonly ended: boolean;
};
type Counted<T> = { readonly all: number; readonly first: readonly T[] };

/** What a summary of the week tells one person. */
export type DigestFacts = {
  readonly name: string;
  readonly late: Counted<DigestStep>;
  readonly due: Counted<DigestStep>;
  readonly answered: Counted<DigestAnswer>;
  readonly watched: Counted<DigestWatched>;
};

type DigestLine = { readonly reference: string; readonly subject: string; readonly text: string };
export type DigestWords = {
  readonly subject: string;
  readonly name: string;
  readonly sections: readonly { readonly heading: string; readonly lines: readonly DigestLine[]; readonly more: string | null }[];
};

/** The words of a summary; null when there is nothing to say, and it is left out. */
export function digestWords({ name, late, due, answered, watched }: DigestFacts): DigestWords | null {
  const counts = [
    ...(late.all > 0 ? [`${late.all} late`] : []),
    ...(due.all > 0 ? [`${due.all} due`] : []),
    ...(answered.all > 0 ? [`${answered.all} answered`] : []),
  ];
  const sections = [
    section('Late', late, ({ title, waitsFor, dueOn }) => `${title}, due on ${longDate(dueOn)}. Waiting for: ${waitsFor}.`),
    section(
      'Due this week',
      due,
      ({ title, waitsFor, dueOn }) => `${title}, due on ${longDateWithWeekday(dueOn)}. Waiting for: ${waitsFor}.`,
    ),
    section('Answered in the last 7 days', answered, ({ title, answer, by, on }) => `${title}: ${answer} (${by}, ${longDate(on)}).`),
    section('Deployments that you watch', watched, watchedWords),
  ].flat();
  if (sections.length === 0) return null;
  return { subject: counts.length === 0 ? 'Your week: deployments that you watch' : `Your week: ${inWords(counts)}`, name, sections };
}

function section<T extends Pick<DigestLine, 'reference' | 'subject'>>(
  heading: string,
  { all, first }: Counted<T>,
  textOf: (line: T) => string,
): DigestWords['sections'] {
  if (all === 0) return [];
  const lines = first.map((line) => ({ reference: line.reference, subject: line.subject, text: textOf(line) }));
  return [{ heading: `${heading} (${all})`, lines, more: all > first.length ? `And ${all - first.length} more.` : null }];
}

function watchedWords({ court, ended }: DigestWatched): string {
  if (ended) return 'It has ended.';
  return court === null
    ? 'Nothing that must be done is open.'
    : `Waiting for: ${court.waitsFor}. ${court.title}, due on ${longDate(court.dueOn)}.`;
}
