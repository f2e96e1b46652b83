import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Schedule, ScheduleOption, Theme } from '../domain/fieldwork/schedule.ts';
import { ok, refused } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';
import { byPlace, formatFinding } from '../programmes/finding.ts';
import type { Finding, Report } from '../programmes/finding.ts';
import { schemaFindings } from '../programmes/schema-findings.ts';
import { suggestion } from '../programmes/suggestion.ts';
import { readYaml } from '../programmes/yaml-source.ts';
import { scheduleJsonSchema, scheduleSchema } from './schedule-schema.ts';
import type { ScheduleDocument } from './schedule-schema.ts';

const FOLDER = fileURLToPath(new URL('./schedules/', import.meta.url));
const EXTENSION = '.yaml';

export type ReadSchedule =
  { readonly schedule: Schedule; readonly findings: readonly [] } | { readonly schedule: null; readonly findings: readonly Finding[] };

/** The schedules that come with Chaser, in the order of the numbers of their questions. Throws where one of their files has a fault. */
export function loadSchedules(): readonly Schedule[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(EXTENSION))
    .map((file) => {
      const loaded = loadSchedule(basename(file, EXTENSION));
      if (!loaded.ok) throw new Error(loaded.reason.message);
      return loaded.value;
    })
    .toSorted((one, other) => firstNumber(one) - firstNumber(other));
}

/** A schedule by its id, checked. Refused when there is none of that id, or when its file has a fault. */
export function loadSchedule(id: string): Result<Schedule, Reason> {
  const known = readdirSync(FOLDER).map((file) => basename(file, EXTENSION));
  if (!known.includes(id)) {
    return refused({ kind: 'unknown-schedule', message: `There is no schedule "${id.slice(0, 60)}".`, remedy: suggestion(id, known) });
  }
  const path = join(FOLDER, `${id}${EXTENSION}`);
  const { schedule, findings } = readSchedule(readFileSync(path, 'utf8'), path);
  if (schedule !== null) return ok(schedule);
  const faults = findings.map(formatFinding).join('\n');
  return refused({ kind: 'faulty-schedule', message: `The schedule "${id}" has faults:\n${faults}`, remedy: 'Correct its file.' });
}

const firstNumber = ({ sections }: Schedule): number => sections[0]?.questions[0]?.number ?? 0;

/**
 * Reads a schedule from YAML text: as YAML, against the schema, for numbers and sections that are there twice, and for tiers that it does not
 * have. `file` is the name that findings carry. Never throws on what is written in the file.
 */
export function readSchedule(text: string, file: string): ReadSchedule {
  const source = readYaml(text, file);
  if (source.findings.length > 0) return { schedule: null, findings: source.findings };
  const parsed = scheduleSchema.safeParse(source.value);
  if (!parsed.success) return { schedule: null, findings: schemaFindings(parsed.error, source, scheduleJsonSchema()).toSorted(byPlace) };
  const findings: Finding[] = [];
  check(parsed.data, (...where) => void findings.push(source.finding(...where)));
  if (findings.length > 0) return { schedule: null, findings: findings.toSorted(byPlace) };
  return { schedule: built(parsed.data), findings: [] };
}

function check({ sections, facts }: ScheduleDocument, report: Report): void {
  const tiers = Object.keys(facts['tier'] ?? {});
  const [ids, numbers] = [new Set<string>(), new Set<number>()];
  for (const [at, section] of sections.entries()) {
    if (ids.has(section.id)) report(['sections', at, 'id'], `There are two sections "${section.id}"`, 'Give one of them another id.');
    ids.add(section.id);
    for (const [nth, tier] of (section.tiers ?? []).entries()) {
      if (!tiers.includes(tier)) report(['sections', at, 'tiers', nth], `There is no tier "${tier}"`, suggestion(tier, tiers));
    }
    for (const [nth, { number, options, several }] of section.questions.entries()) {
      const path = ['sections', at, 'questions', nth];
      if (numbers.has(number)) report([...path, 'number'], `There are two questions ${number}`, 'Give one of them another number.');
      numbers.add(number);
      if (!several && Object.keys(options).length < 2) {
        report([...path, 'several'], `Question ${number} has no options to choose one of`, 'Add its options, or take this line out.');
      }
    }
  }
}

function built({ schedule: id, mark, facts, sections, ...document }: ScheduleDocument): Schedule {
  return {
    ...document,
    id,
    facts: Object.fromEntries(Object.entries(facts).map(([fact, values]) => [fact, optionsOf(values ?? {})])),
    sections: sections.map(({ theme, tiers = null, questions, ...section }) => ({
      ...section,
      tiers,
      questions: questions.map(({ onlyIf = null, options, ...question }) => ({
        ...question,
        mark: question.mark ?? mark,
        theme: (question.theme ?? theme) as Theme,
        onlyIf,
        options: optionsOf(options),
      })),
    })),
  };
}

const optionsOf = (options: Readonly<Record<string, string>>): readonly ScheduleOption[] =>
  Object.entries(options).map(([id, label]) => ({ id, label }));
