import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ok, refused } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';
import type { CountedMeans } from '../domain/surveys/tabulate-means.ts';
import { NET } from '../domain/surveys/tabulate.ts';
import type { CountedReport, Titled } from '../domain/surveys/tabulate.ts';
import { byPlace, formatFinding } from '../programmes/finding.ts';
import type { Finding, Report } from '../programmes/finding.ts';
import { schemaFindings } from '../programmes/schema-findings.ts';
import { suggestion } from '../programmes/suggestion.ts';
import { readYaml } from '../programmes/yaml-source.ts';
import { figuresJsonSchema, figuresSchema } from './figures-schema.ts';
import type { FiguresDocument } from './figures-schema.ts';

const FOLDER = fileURLToPath(new URL('figures/', import.meta.url));
const EXTENSION = '.yaml';

/** The counts behind a published report, and the ratings behind its means. */
export type FiguresReport = CountedReport & { readonly means: readonly CountedMeans[] };

export type ReadFigures =
  { readonly figures: FiguresReport; readonly findings: readonly [] } | { readonly figures: null; readonly findings: readonly Finding[] };

/** The ids of the published reports whose counts come with Chaser, one YAML file each, in alphabetical order. */
export function listFigures(): readonly string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(EXTENSION))
    .map((file) => basename(file, EXTENSION))
    .toSorted();
}

/** The counts behind a published report by its id, checked. Refused when there are none of that id, or when their file has a fault. */
export function loadFigures(id: string): Result<FiguresReport, Reason> {
  const known = listFigures();
  if (!known.includes(id)) {
    return refused({ kind: 'unknown-figures', message: `There are no figures "${id.slice(0, 60)}".`, remedy: suggestion(id, known) });
  }
  const path = join(FOLDER, `${id}${EXTENSION}`);
  const { figures, findings } = readFigures(readFileSync(path, 'utf8'), path);
  if (figures !== null) return ok(figures);
  return refused({
    kind: 'faulty-figures',
    message: `The figures "${id}" have faults:\n${findings.map(formatFinding).join('\n')}`,
    remedy: 'Correct their file.',
  });
}

/**
 * Reads counts from YAML text: as YAML, against the schema, and for the audiences, options and rows to which they refer. `file` is the name
 * that findings carry. Never throws on what is written in the file.
 */
export function readFigures(text: string, file: string): ReadFigures {
  const source = readYaml(text, file);
  if (source.findings.length > 0) return { figures: null, findings: source.findings };
  const parsed = figuresSchema.safeParse(source.value);
  if (!parsed.success) return { figures: null, findings: schemaFindings(parsed.error, source, figuresJsonSchema()).toSorted(byPlace) };
  const findings: Finding[] = [];
  checkNames(parsed.data, (...where) => void findings.push(source.finding(...where)));
  return findings.length > 0 ? { figures: null, findings: findings.toSorted(byPlace) } : { figures: built(parsed.data), findings: [] };
}

function checkNames({ audiences, tables, means }: FiguresDocument, report: Report): void {
  const check = (path: readonly (string | number)[], what: string, name: string, known: readonly string[]) => {
    if (!known.includes(name)) report(path, `There is no ${what} "${name}"`, suggestion(name, known));
  };
  const asked = Object.keys(audiences);
  for (const [id, { bases, rows }] of Object.entries(means)) {
    for (const audience of Object.keys(bases)) check(['means', id, 'bases', audience], 'audience', audience, asked);
    for (const [title, { sums, printed }] of Object.entries(rows)) {
      const at = ['means', id, 'rows', title];
      for (const audience of Object.keys(sums)) check([...at, 'sums', audience], 'base of', audience, Object.keys(bases));
      for (const audience of Object.keys(printed)) check([...at, 'printed', audience], 'sum of', audience, Object.keys(sums));
    }
  }
  for (const [id, table] of Object.entries(tables)) {
    const at = ['tables', id];
    const options = Object.keys(table.options);
    const titles = table.rows.map(({ title }) => title);
    for (const audience of Object.keys(table.bases)) check([...at, 'bases', audience], 'audience', audience, asked);
    for (const [place, option] of (table.net?.of ?? []).entries()) check([...at, 'net', 'of', place], 'option', option, options);
    for (const [place, option] of table.rebuilt.entries()) check([...at, 'rebuilt', place], 'option', option, options);
    for (const [place, rule] of table.sentences.entries()) {
      if (rule.kind !== 'compare') continue;
      for (const [index, audience] of rule.audiences.entries()) {
        check([...at, 'sentences', place, 'audiences', index], 'audience', audience, asked);
      }
      for (const [index, title] of rule.rows.entries()) check([...at, 'sentences', place, 'rows', index], 'row', title, titles);
    }
    for (const [place, row] of table.rows.entries()) {
      const within = [...at, 'rows', place];
      check([...within, 'audience'], 'audience', row.audience, asked);
      for (const option of Object.keys(row.counts)) check([...within, 'counts', option], 'option', option, options);
      const shown = [...Object.keys(row.counts), ...(table.net === undefined ? [] : [NET])];
      for (const option of Object.keys(row.printed)) check([...within, 'printed', option], 'counted option', option, shown);
      for (const [option, count] of Object.entries(row.counts)) {
        if (count > row.base) {
          report([...within, 'counts', option], `${count} is more than the ${row.base} who answered`, 'Correct the count or the base.');
        }
      }
    }
  }
}

function built({ figures: id, title, source, audiences, tables, means }: FiguresDocument): FiguresReport {
  return {
    id,
    title,
    source,
    audiences: titled(audiences),
    tables: Object.entries(tables).map(([tableId, { options, net = null, bases, rows, ...table }]) => ({
      ...table,
      id: tableId,
      options: titled(options),
      net,
      sectionBases: bases,
      rows: rows.map(({ base_is_printed: baseIsPrinted, ...row }) => ({ ...row, baseIsPrinted })),
    })),
    means: Object.entries(means).map(([tableId, { rows, ...table }]) => ({
      ...table,
      id: tableId,
      rows: Object.entries(rows).map(([rowTitle, row]) => ({ title: rowTitle, ...row })),
    })),
  };
}

const titled = (of: Readonly<Record<string, string>>): readonly Titled[] => Object.entries(of).map(([id, title]) => ({ id, title }));
