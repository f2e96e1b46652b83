import { percentOf } from '../percent.ts';
import { inWords } from '../words.ts';

/** How the share of several options together is made: of their summed counts, or by adding their rounded shares. */
export type Net = 'of-counts' | 'of-rounded';

/** Below this base a share says too little, and says too much about each person: counts alone are printed. */
const SMALL_BASE = 10;

/** The options whose counts are added up, as "satisfied or very satisfied". */
export const NET = 'net';

/** What a source prints of one cell: a count, a whole per cent, or "more than" a per cent. */
export type Printed = { readonly count?: number | undefined; readonly percent?: number | undefined; readonly over?: number | undefined };

/** The counts of one item of one audience. `base` is how many answered the item, which its section's base may exceed. */
export type CountedRow = {
  readonly title: string;
  readonly audience: string;
  readonly base: number;
  readonly baseIsPrinted: boolean;
  /** By option. */
  readonly counts: Readonly<Record<string, number>>;
  /** By option, or for `net`. */
  readonly printed: Readonly<Record<string, Printed>>;
};

export type Titled = { readonly id: string; readonly title: string };

/** Sentences that a table can carry: who is more satisfied, what each audience rates lowest, where a minority agrees. */
export type SentenceRule =
  | { readonly kind: 'compare'; readonly audiences: readonly [string, string]; readonly word: string; readonly rows: readonly string[] }
  | { readonly kind: 'lowest'; readonly word: string }
  | { readonly kind: 'minority'; readonly word: string };

export type CountedTable = Titled & {
  readonly options: readonly Titled[];
  readonly net: { readonly title: string; readonly of: readonly string[] } | null;
  /** Whether somebody may give several answers: then counts may add up to more than the base. */
  readonly multiple: boolean;
  /** Options whose counts the source does not print: they are ours, and only their sum is the source's. */
  readonly rebuilt: readonly string[];
  /** By audience; an audience without one has none printed. */
  readonly sectionBases: Readonly<Record<string, number>>;
  readonly rows: readonly CountedRow[];
  readonly sentences: readonly SentenceRule[];
  /** What the source says of it that counts cannot say. */
  readonly remarks: readonly string[];
};

/** The counts behind a report. */
export type CountedReport = Titled & {
  readonly source: string;
  readonly audiences: readonly Titled[];
  readonly tables: readonly CountedTable[];
};

export type Cell = Titled & {
  readonly count: number;
  /** Whole per cent; null where the base is nought, or small and not overridden. */
  readonly percent: number | null;
  /** "118 of 131 (90%)", "5 of 8" for a small base, "–" for a base of nought. */
  readonly words: string;
  readonly printed: Printed | null;
  /** How the per cent was made. */
  readonly rule: Net;
  /** What of the printed figure no whole count gives, and what was kept where several do. */
  readonly notes: readonly string[];
};

export type TabulatedRow = {
  readonly title: string;
  readonly audience: string;
  readonly base: number;
  readonly sectionBase: number | null;
  readonly cells: readonly Cell[];
  /** What is to be said of the whole row. */
  readonly notes: readonly string[];
};

export type TabulatedTable = Titled & {
  readonly rows: readonly TabulatedRow[];
  readonly sentences: readonly string[];
  readonly notes: readonly string[];
};

/** How a report is made. `small` is whether bases under ten get a per cent too; usually they do not. */
export type HowTabulated = { readonly net: Net; readonly small: boolean };

/** Each whole count over a base that rounds to a per cent, from the smallest: 61 of 132 are 80 and 81, and 14 of 48 is none. */
export function wholeCounts(percent: number, base: number): readonly number[] {
  if (base <= 0) return [];
  const found: number[] = [];
  for (let count = Math.max(0, Math.ceil(((percent - 1) * base) / 100)); count <= base; count++) {
    const rounded = percentOf(count, base);
    if (rounded > percent) break;
    if (rounded === percent) found.push(count);
  }
  return found;
}

/** The nearest bases below and above over which some whole count does round to a per cent; null where there is none. */
export function nearestBases(percent: number, base: number): { readonly below: number | null; readonly above: number } {
  let below = base - 1;
  while (below > 0 && wholeCounts(percent, below).length === 0) below--;
  let above = base + 1;
  while (wholeCounts(percent, above).length === 0) above++;
  return { below: below > 0 ? below : null, above };
}

/**
 * A table of counts as a report prints it: each count beside the base of its item, whole percentages with a half upwards, and the notes that
 * follow from the arithmetic. Percentages are never forced to add up to 100. Pure: the same counts give the same table.
 */
export function tabulate(table: CountedTable, audiences: readonly Titled[], how: HowTabulated): TabulatedTable {
  return {
    id: table.id,
    title: table.title,
    rows: table.rows.map((row) => tabulateRow(table, row, how)),
    sentences: table.sentences.flatMap((rule) => sentencesOf(table, rule, audiences)),
    notes: [
      ...(table.multiple ? ['Several answers could be given, so the counts may add up to more than the base.'] : []),
      ...(table.rebuilt.length === 0
        ? []
        : [
            `The source does not print the counts of ${inWords(table.rebuilt.map((id) => quoted(titleOf(table.options, id))))}. They are ours.`,
          ]),
      ...table.remarks,
    ],
  };
}

function tabulateRow(table: CountedTable, row: CountedRow, how: HowTabulated): TabulatedRow {
  const netted = table.net === null ? [] : [{ id: NET, title: table.net.title, parts: table.net.of.map((id) => row.counts[id] ?? 0) }];
  const single = table.options.filter(({ id }) => row.counts[id] !== undefined);
  const cells = [...single.map((option) => ({ ...option, parts: [row.counts[option.id] ?? 0] })), ...netted].map((option) =>
    cellOf(option, row, how),
  );
  const sum = sumOf(Object.values(row.counts));
  const shares = single.map(({ id }) => row.printed[id]?.percent);
  const printed = shares.every((share) => share !== undefined) ? sumOf(shares) : 100;
  return {
    title: row.title,
    audience: row.audience,
    base: row.base,
    sectionBase: table.sectionBases[row.audience] ?? null,
    cells,
    notes: [
      ...(row.baseIsPrinted ? [] : [`The source does not print this base. ${row.base} is ours.`]),
      ...(table.multiple || sum === row.base || (sum < row.base && single.length < 2)
        ? []
        : [`The counts add up to ${sum}, and ${row.base} answered.`]),
      ...(atOnce(table, row) ? [] : [`No whole counts of ${row.base} round to every printed per cent of this row at once.`]),
      ...(table.multiple || printed === 100 || single.length < 2
        ? []
        : [`The printed percentages add up to ${printed}, and stay as they are.`]),
    ],
  };
}

/** Whether some whole counts that add up to the base round to each printed per cent of a row, that of the net included. */
function atOnce(table: CountedTable, row: CountedRow): boolean {
  const options = table.options.filter(({ id }) => row.counts[id] !== undefined);
  const fits = options.map(({ id }) => wholeCounts(row.printed[id]?.percent ?? -1, row.base));
  // A figure that no count gives at all is noted beside that figure.
  if (table.multiple || options.length < 2 || fits.some((counts) => counts.length === 0)) return true;
  const net = row.printed[NET]?.percent;
  const ofNet = table.net?.of ?? [];
  const found = (at: number, left: number, netted: number): boolean => {
    const option = options[at];
    if (option === undefined) return left === 0 && (net === undefined || percentOf(netted, row.base) === net);
    return (fits[at] ?? []).some((count) => count <= left && found(at + 1, left - count, netted + (ofNet.includes(option.id) ? count : 0)));
  };
  return found(0, row.base, 0);
}

function cellOf(option: Titled & { readonly parts: readonly number[] }, row: CountedRow, { net, small }: HowTabulated): Cell {
  const { id, title, parts } = option;
  const { base } = row;
  const count = sumOf(parts);
  const printed = row.printed[id] ?? null;
  const rule = parts.length > 1 ? net : 'of-counts';
  const shown = base > 0 && (base >= SMALL_BASE || small);
  const percent = shown ? (rule === 'of-counts' ? percentOf(count, base) : sumOf(parts.map((part) => percentOf(part, base)))) : null;
  const words = base === 0 ? '–' : percent === null ? `${count} of ${base}` : `${count} of ${base} (${percent}%)`;
  return {
    id,
    title,
    count,
    percent,
    words,
    printed,
    rule,
    notes: printed === null || base === 0 ? [] : notesOf(count, percent, parts, base, printed),
  };
}

function notesOf(count: number, percent: number | null, parts: readonly number[], base: number, printed: Printed): readonly string[] {
  return [
    ...(printed.count === undefined || printed.count === count ? [] : [`The source prints a count of ${printed.count}.`]),
    ...(printed.over === undefined ? [] : [overNote(count, base, printed.over)]),
    ...(printed.percent === undefined ? [] : percentNotes(count, percent, parts, base, printed.percent, printed.count !== undefined)),
  ];
}

function overNote(count: number, base: number, over: number): string {
  const least = Math.floor((over * base) / 100) + 1;
  if (count < least) return `The source prints more than ${over}%, which is at least ${least} of ${base}.`;
  return `The source prints only that it is more than ${over}%, which ${least} to ${base} of ${base} are. ${count} is kept.`;
}

function percentNotes(
  count: number,
  percent: number | null,
  parts: readonly number[],
  base: number,
  printed: number,
  countIsPrinted: boolean,
): readonly string[] {
  const fits = wholeCounts(printed, base);
  if (percent === null) {
    return fits.includes(count) ? [] : [`The source prints ${printed}%. ${count} of ${base} is ${percentOf(count, base)}%.`];
  }
  if (percent === printed && fits.includes(count)) {
    return fits.length === 1 || countIsPrinted
      ? []
      : [
          `${severalOf(fits)} of ${base} ${fits.length === 2 ? 'both' : 'all'} round to ${printed}%, and the source prints no count. ${count} is kept.`,
        ];
  }
  if (fits.includes(count)) {
    return [`The source prints ${printed}%, which is of counts: ${count} of ${base}. The rounded parts add up to ${percent}%.`];
  }
  const rounded = parts.map((part) => percentOf(part, base));
  const added =
    parts.length > 1 && sumOf(rounded) === printed
      ? [
          `${printed}% is the sum of rounded parts: ${inWords(rounded.map((part) => `${part}%`))}, from ${inWords(parts.map(String))} of ${base}.`,
        ]
      : [];
  if (fits.length > 0) {
    const give = `${severalOf(fits)} of ${base} ${fits.length === 1 ? 'gives' : 'give'}`;
    return [`The source prints ${printed}%, which ${give}. ${count} of ${base} is ${percentOf(count, base)}%.`, ...added];
  }
  const { below, above } = nearestBases(printed, base);
  return [
    `The source prints ${printed}%. No whole count of ${base} rounds to it: ${count} is ${percentOf(count, base)}%.`,
    `The nearest bases of which one does are ${below === null ? above : `${below} and ${above}`}.`,
    ...added,
  ];
}

/** The sentences of a rule. Shares are compared before they are rounded. */
function sentencesOf(table: CountedTable, rule: SentenceRule, audiences: readonly Titled[]): readonly string[] {
  switch (rule.kind) {
    case 'compare': {
      return comparisons(table, rule, audiences);
    }
    case 'lowest': {
      return audiences.flatMap(({ id, title }) => {
        const rows = table.rows.filter((row) => row.audience === id && row.base > 0);
        if (rows.length === 0) return [];
        const least = rows.reduce((low, row) => (compareShares(table, row, low) < 0 ? row : low));
        const titles = rows.filter((row) => compareShares(table, row, least) === 0).map((row) => row.title);
        return [`Of ${inSentence(title)}, fewest were ${rule.word} with: ${titles.join('; ')}.`];
      });
    }
    case 'minority': {
      return minorities(table, rule.word, audiences);
    }
  }
}

function comparisons(
  table: CountedTable,
  rule: SentenceRule & { readonly kind: 'compare' },
  audiences: readonly Titled[],
): readonly string[] {
  const [one, other] = rule.audiences;
  const signs = rule.rows.flatMap((title) => {
    const a = rowOf(table, title, one);
    const b = rowOf(table, title, other);
    return a === undefined || b === undefined ? [] : [{ title, sign: Math.sign(compareShares(table, a, b)) }];
  });
  const [who, whom] = [titleOf(audiences, one), inSentence(titleOf(audiences, other))];
  const say = (wanted: number, how: string) => {
    const titles = signs.filter(({ sign }) => sign === wanted).map(({ title }) => title);
    return titles.length === 0 ? [] : [`${who} were ${how} ${whom}: ${titles.join('; ')}.`];
  };
  return [...say(1, `more ${rule.word} than`), ...say(-1, `less ${rule.word} than`), ...say(0, `as ${rule.word} as`)];
}

function minorities(table: CountedTable, word: string, audiences: readonly Titled[]): readonly string[] {
  const titles = [...new Set(table.rows.map((row) => row.title))];
  return titles.flatMap((title) => {
    const rows = table.rows.filter((row) => row.title === title && row.base > 0);
    const few = rows.filter((row) => 2 * countOf(table, row) < row.base);
    if (few.length === 0) return [];
    if (few.length === rows.length) return [`${title}: a minority ${word}.`];
    const names = (of: readonly CountedRow[]) => inWords(of.map((row) => inSentence(titleOf(audiences, row.audience))));
    return [`${title}: a minority of ${names(few)} ${word}, and not of ${names(rows.filter((row) => !few.includes(row)))}.`];
  });
}

/** The count on which sentences stand: of the net, or of the first option. */
function countOf(table: CountedTable, row: CountedRow): number {
  const of = table.net?.of ?? table.options.slice(0, 1).map(({ id }) => id);
  return sumOf(of.map((id) => row.counts[id] ?? 0));
}

const compareShares = (table: CountedTable, one: CountedRow, other: CountedRow): number =>
  countOf(table, one) * other.base - countOf(table, other) * one.base;

const rowOf = (table: CountedTable, title: string, audience: string) =>
  table.rows.find((row) => row.title === title && row.audience === audience);

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0);

const titleOf = (of: readonly Titled[], id: string): string => of.find((one) => one.id === id)?.title ?? id;

/** "80 and 81", "516 to 520". */
const severalOf = (counts: readonly number[]): string =>
  counts.length > 2 ? `${counts[0] ?? 0} to ${counts.at(-1) ?? 0}` : inWords(counts.map(String));

const quoted = (text: string): string => `“${text}”`;

/** "School leaders" as it stands inside a sentence; a name in capitals keeps them. */
const inSentence = (title: string): string => (/^[A-Z][a-z]/u.test(title) ? title.charAt(0).toLowerCase() + title.slice(1) : title);
