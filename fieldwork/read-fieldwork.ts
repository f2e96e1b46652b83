import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Achieved } from '../domain/fieldwork/achieved.ts';
import type { SampleDesign } from '../domain/fieldwork/design.ts';
import { ok, refused } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';
import { byPlace, formatFinding } from '../programmes/finding.ts';
import type { Finding, Report } from '../programmes/finding.ts';
import { schemaFindings } from '../programmes/schema-findings.ts';
import { suggestion } from '../programmes/suggestion.ts';
import { readYaml } from '../programmes/yaml-source.ts';
import { fieldworkJsonSchema, fieldworkSchema } from './schema.ts';
import type { FieldworkDocument } from './schema.ts';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const EXTENSION = '.yaml';

/** A piece of fieldwork: its design, and what a report printed of it. */
export type Fieldwork = { readonly design: SampleDesign; readonly achieved: Achieved | null };

export type ReadFieldwork =
  { readonly fieldwork: Fieldwork; readonly findings: readonly [] } | { readonly fieldwork: null; readonly findings: readonly Finding[] };

/** The ids of the fieldwork that comes with Chaser, one YAML file each, in alphabetical order. */
export function listFieldwork(): readonly string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(EXTENSION))
    .map((file) => basename(file, EXTENSION))
    .toSorted();
}

/** A piece of fieldwork by its id, checked. Refused when there is none of that id, or when its file has a fault. */
export function loadFieldwork(id: string): Result<Fieldwork, Reason> {
  const known = listFieldwork();
  if (!known.includes(id)) {
    return refused({ kind: 'unknown-fieldwork', message: `There is no fieldwork "${id.slice(0, 60)}".`, remedy: suggestion(id, known) });
  }
  const path = join(FOLDER, `${id}${EXTENSION}`);
  const { fieldwork, findings } = readFieldwork(readFileSync(path, 'utf8'), path);
  if (fieldwork !== null) return ok(fieldwork);
  return refused({
    kind: 'faulty-fieldwork',
    message: `The fieldwork "${id}" has faults:\n${findings.map(formatFinding).join('\n')}`,
    remedy: 'Correct its file.',
  });
}

/**
 * Reads a piece of fieldwork from YAML text: as YAML, against the schema, and for the groups to which it refers. `file` is the name that
 * findings carry. Never throws on what is written in the file.
 */
export function readFieldwork(text: string, file: string): ReadFieldwork {
  const source = readYaml(text, file);
  if (source.findings.length > 0) return { fieldwork: null, findings: source.findings };
  const parsed = fieldworkSchema.safeParse(source.value);
  if (!parsed.success) return { fieldwork: null, findings: schemaFindings(parsed.error, source, fieldworkJsonSchema()).toSorted(byPlace) };
  const findings: Finding[] = [];
  checkGroups(parsed.data, (...where) => void findings.push(source.finding(...where)));
  if (findings.length > 0) return { fieldwork: null, findings: findings.toSorted(byPlace) };
  return { fieldwork: built(parsed.data), findings: [] };
}

function checkGroups({ groups, strata, draws, achieved, window }: FieldworkDocument, report: Report): void {
  const known = Object.keys(groups);
  const check = (path: readonly (string | number)[], group: string) => {
    if (!known.includes(group)) report(path, `There is no group "${group}"`, suggestion(group, known));
  };
  if (window.to < window.from) report(['window', 'to'], 'The window ends before it begins', 'Correct one of the two days.');
  for (const [id, { group }] of Object.entries(strata)) check(['strata', id, 'group'], group);
  for (const [id, draw] of Object.entries(draws))
    for (const [at, group] of draw.groups.entries()) check(['draws', id, 'groups', at], group);
  for (const group of Object.keys(achieved?.groups ?? {})) check(['achieved', 'groups', group], group);
  for (const [at, { group }] of (achieved?.breakdowns ?? []).entries()) {
    check(['achieved', 'breakdowns', at, 'group'], group);
  }
}

function built({ fieldwork: id, groups, strata, draws, stops, achieved, ...document }: FieldworkDocument): Fieldwork {
  const design: SampleDesign = {
    ...document,
    id,
    stops: stops.map(({ to = null, ...stop }) => ({ ...stop, to })),
    groups: Object.entries(groups).map(([group, title]) => ({ id: group, title })),
    strata: Object.entries(strata).map(([stratum, of]) => ({ id: stratum, ...of })),
    draws: Object.entries(draws).map(([draw, of]) => ({ id: draw, ...of })),
  };
  if (achieved === undefined) return { design, achieved: null };
  const held = design.groups.map((group) => ({
    ...group,
    target: design.strata.reduce((sum, stratum) => sum + (stratum.group === group.id ? stratum.target : 0), 0),
    achieved: achieved.groups[group.id] ?? 0,
  }));
  return { design, achieved: { ...achieved, groups: held } };
}
