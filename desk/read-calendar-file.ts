import { readBankHolidays } from '../calendars/bank-holidays.ts';
import type { BookChange } from '../calendars/book-change.ts';
import { findAuthority } from '../calendars/calendar-book.ts';
import type { CalendarBook } from '../calendars/calendar-book.ts';
import type { Decision } from '../calendars/ics-entry-kind.ts';
import { readIcsTerms } from '../calendars/ics-terms.ts';
import type { ReadEntry } from '../calendars/ics-terms.ts';
import type { Note } from '../calendars/ics.ts';
import { readText } from '../calendars/read-text.ts';
import type { ReadText } from '../calendars/read-text.ts';
import { readTermDates } from '../calendars/term-dates.ts';
import { ok, refused } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';
import type { Db } from '../postgres/database.ts';
import { findLocalAuthority } from '../postgres/views/local-authority.ts';

export type CalendarFile = {
  /** The file's name, for the findings: "norfolk.ics". */
  readonly fileName: string;
  readonly bytes: Uint8Array;
  /** Whose term dates an .ics feed holds: a three-digit code or the id of a calendar. Other files say it themselves. */
  readonly authority?: string;
  /** What somebody decided entries of an .ics feed are, by the lines in which they begin. */
  readonly decided?: ReadonlyMap<number, Decision>;
};

export type ReadCalendarFile = {
  readonly change: BookChange;
  readonly text: string;
  /** How it was read: its encoding where that was assumed, and the entries of a feed. */
  readonly notes: readonly Note[];
  /** The entries of a feed, each with what it was taken for; none for other files. */
  readonly entries: readonly ReadEntry[];
};

/** What a file adds to a book: GOV.UK's bank holidays, term dates as YAML, or the .ics feed of one authority. */
export async function readCalendarFile(db: Db, book: CalendarBook, file: CalendarFile): Promise<Result<ReadCalendarFile, Reason>> {
  const { fileName, authority } = file;
  const read = readText(file.bytes, fileName);
  if (!read.ok) return read;
  const { text, notes } = read.value;
  switch (formatOf(fileName, text)) {
    case 'ics':
      return readFeed(db, book, read.value, file);
    case 'json': {
      if (authority !== undefined) return refused(notNeeded('Bank holidays are the same everywhere.'));
      const bankHolidays = readBankHolidays(text, fileName);
      return bankHolidays.ok
        ? ok({ change: { kind: 'bank-holidays', bankHolidays: bankHolidays.value }, text, notes, entries: [] })
        : bankHolidays;
    }
    case 'none':
      return refused({
        kind: 'no-dates',
        message: `${fileName} holds no dates that can be imported.`,
        remedy:
          'Take GOV.UK’s bank-holidays.json, the .ics feed of one local authority, or term dates as YAML: chaser calendar show lancashire --yaml',
      });
    case 'yaml': {
      const terms = readTermDates(text, fileName);
      if (!terms.ok) return terms;
      if (authority !== undefined) {
        const named = findAuthority({ ...book, authorities: [...book.authorities, ...terms.value] }, authority);
        if (!named.ok) return named;
        if (terms.value.some(({ laCode }) => laCode !== named.value.authority)) {
          return refused(notNeeded(`The file holds ${terms.value.map(({ laCode }) => laCode).join(', ')}, and says so itself.`));
        }
      }
      return ok({ change: { kind: 'term-dates', authorities: terms.value }, text, notes, entries: [] });
    }
  }
}

/** What a file is, by how it begins and is called; a text that names no calendars is none of these. */
function formatOf(fileName: string, text: string): 'ics' | 'json' | 'yaml' | 'none' {
  const start = text.replace(/^\uFEFF/, '').trimStart();
  if (/^BEGIN:/i.test(start) || (/\.(?:ics|ical|ifb)$/i.test(fileName) && !start.startsWith('{'))) return 'ics';
  if (start.startsWith('{') || /\.json$/i.test(fileName)) return 'json';
  return /\.ya?ml$/i.test(fileName) || /^ *["']?calendars["']? *:/m.test(start) ? 'yaml' : 'none';
}

async function readFeed(
  db: Db,
  book: CalendarBook,
  { text, notes: encodingNotes }: ReadText,
  { fileName, authority, decided }: CalendarFile,
): Promise<Result<ReadCalendarFile, Reason>> {
  const feed = readIcsTerms(text, fileName, decided);
  if (!feed.ok) return feed;
  if (authority === undefined) {
    return refused({
      kind: 'whose-feed',
      message: `${fileName} does not say whose term dates it holds: no .ics feed does.`,
      remedy: 'Name the local authority by its three-digit code: --authority 888 on the command line, “Local authority” on the page.',
    });
  }
  const named = findAuthority(book, authority);
  if (!named.ok) return named;
  const code = named.value.authority;
  const known = book.authorities.find(({ laCode }) => laCode === code);
  const inRegister = known === undefined ? await findLocalAuthority(db, code) : undefined;
  if (known === undefined && inRegister === undefined) {
    return refused({
      kind: 'unknown-authority',
      message: `Nobody knows a local authority ${code}: it has neither term dates nor a school in the register.`,
      remedy: 'Correct the code, import the register (chaser import schools FILE), or write the terms as YAML, which names the authority.',
    });
  }
  const name = known?.calendar.name ?? inRegister?.name ?? code;
  const { terms, closures, notes, entries } = feed.value;
  return ok({
    change: {
      kind: 'term-dates',
      authorities: [
        {
          laCode: code,
          region: known?.region ?? inRegister?.region ?? '',
          calendar: { id: known?.calendar.id ?? idOf(book, name, code), name, source: `${name}, the feed ${fileName}`, closures, terms },
        },
      ],
    },
    text,
    notes: [...encodingNotes, ...notes],
    entries,
  });
}

/** "Norfolk" → norfolk; with its code where another calendar is called so, or the name has no letters. */
function idOf(book: CalendarBook, name: string, code: string): string {
  const words = name.toLowerCase().match(/[a-z][a-z0-9]*/g) ?? [];
  const id = words.join('-');
  return id === '' || book.authorities.some(({ calendar }) => calendar.id === id) ? `authority-${code}` : id;
}

function notNeeded(why: string): Reason {
  return {
    kind: 'authority-not-needed',
    message: `${why} No local authority is to be named with it.`,
    remedy: 'Leave the local authority out: it is for .ics feeds.',
  };
}
