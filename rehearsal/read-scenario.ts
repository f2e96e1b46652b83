import type { PlainDate } from '../domain/plain-date.ts';
import type { Answer, Programme, Step } from '../domain/programme.ts';
import { ownersOf } from '../domain/programme.ts';
import { byPlace } from '../programmes/finding.ts';
import type { Finding, Path, Report } from '../programmes/finding.ts';
import { schemaFindings } from '../programmes/schema-findings.ts';
import { suggestion } from '../programmes/suggestion.ts';
import { readYaml } from '../programmes/yaml-source.ts';
import { readGiven } from './given-fields.ts';
import { readChange } from './read-change.ts';
import { readDate } from './read-date.ts';
import { readWhen } from './read-when.ts';
import type { Scenario, ScenarioAnswer } from './scenario.ts';
import { scenarioJsonSchema, scenarioSchema } from './scenario-schema.ts';
import type { ScenarioDocument } from './scenario-schema.ts';

/** A scenario with the day, the authority and the subject that its file names. */
export type ScenarioFile = {
  readonly scenario: Scenario;
  readonly start: PlainDate | null;
  readonly authority: string | null;
  readonly subject: 'school' | 'trust' | null;
  /** What is said at the start, by field. */
  readonly facts: Readonly<Record<string, string>>;
};

export type ReadScenario =
  { readonly file: ScenarioFile; readonly findings: readonly [] } | { readonly file: null; readonly findings: readonly Finding[] };

/**
 * Reads a scenario for a programme from YAML text: as YAML, against the schema, and for what its names refer to. `file` is
 * the name that findings carry. Never throws on what is written in the file.
 */
export function readScenario(text: string, file: string, programme: Programme): ReadScenario {
  const source = readYaml(text, file);
  if (source.findings.length > 0) return { file: null, findings: source.findings };
  const parsed = scenarioSchema.safeParse(source.value);
  if (!parsed.success) return { file: null, findings: schemaFindings(parsed.error, source, scenarioJsonSchema()).toSorted(byPlace) };

  const findings: Finding[] = [];
  const report: Report = (...where) => void findings.push(source.finding(...where));
  const document = parsed.data;
  checkNames(document, programme, report);
  const start = document.start === undefined ? null : readDate(document.start, ['start'], report);
  const scenario: Scenario = {
    title: document.title,
    everyone: document.everyone ?? 'on-time',
    roles: document.roles ?? {},
    answers: (document.answers ?? []).map((entry, at) => readAnswer(entry, ['answers', at], programme, report)),
    changes: (document.changes ?? []).flatMap((entry, at) => readChange(entry, ['changes', at], programme, report)),
  };
  if (findings.length > 0) return { file: null, findings: findings.toSorted(byPlace) };
  return {
    file: {
      scenario,
      start,
      authority: document.authority === undefined ? null : String(document.authority),
      subject: document.subject ?? null,
      facts: readGiven(programme.starts ?? [], document.starts ?? {}),
    },
    findings: [],
  };
}

function checkNames(document: ScenarioDocument, programme: Programme, report: Report): void {
  if (document.programme !== programme.id) {
    report(
      ['programme'],
      `The scenario is for "${document.programme}", not for "${programme.id}"`,
      `Rehearse ${document.programme} with it.`,
    );
  }
  const fields = (programme.starts ?? []).map(({ id }) => id);
  for (const field of Object.keys(document.starts ?? {})) {
    if (!fields.includes(field.split('.')[0] ?? field)) {
      report(['starts', field], `Nothing called "${field}" is asked at the start`, suggestion(field, fields), 'key');
    }
  }
  for (const role of Object.keys(document.roles ?? {})) {
    if (programme.roles[role] === undefined) {
      report(['roles', role], `There is no role "${role}"`, suggestion(role, Object.keys(programme.roles)), 'key');
    }
  }
}

type AnswerEntry = NonNullable<ScenarioDocument['answers']>[number];

function readAnswer(entry: AnswerEntry, path: Path, programme: Programme, report: Report): ScenarioAnswer {
  const step = programme.steps[entry.step];
  if (step === undefined)
    report([...path, 'step'], `There is no step "${entry.step}"`, suggestion(entry.step, Object.keys(programme.steps)));
  else checkAnswer(entry, path, programme, step, report);
  const when = readWhen(entry.when ?? 'on time');
  if (when === undefined) {
    const remedy = 'Write "on time", "late", "at once", "never", "after 3 working days", "2 school days late" or "on 2022-12-05".';
    report([...path, 'when'], `"${entry.when}" says no time`, remedy);
  }
  return {
    step: entry.step,
    round: entry.round ?? null,
    answer: entry.answer ?? null,
    when: when ?? { kind: 'conduct', conduct: 'on-time' },
    by: entry.by ?? null,
    toldTo: entry.toldTo ?? null,
    fields: readGiven(answerOf(step, entry)?.fields ?? [], entry.fields ?? {}),
  };
}

/** The answer that an entry gives, the first unless it says so; undefined when there is none of that id. */
function answerOf(step: Step | undefined, { answer }: AnswerEntry): Answer | undefined {
  return answer === undefined ? step?.answers[0] : step?.answers.find(({ id }) => id === answer);
}

function checkAnswer(entry: AnswerEntry, path: Path, programme: Programme, step: Step, report: Report): void {
  const ids = step.answers.map(({ id }) => id);
  const answer = answerOf(step, entry);
  if (step.automatic !== null) report([...path, 'step'], `Nobody answers "${step.id}": Chaser does it itself`, 'Remove this entry.');
  if (answer === undefined) {
    report([...path, 'answer'], `"${step.id}" has no answer "${entry.answer}"`, suggestion(entry.answer ?? '', ids));
  }
  if (entry.by !== undefined && !ownersOf(step).includes(entry.by)) {
    report([...path, 'by'], `"${entry.by}" does not own "${step.id}"`, suggestion(entry.by, ownersOf(step)));
  }
  if (entry.toldTo !== undefined && programme.roles[entry.toldTo] === undefined) {
    report([...path, 'toldTo'], `There is no role "${entry.toldTo}"`, suggestion(entry.toldTo, Object.keys(programme.roles)));
  }
  const known = (answer?.fields ?? []).map(({ id }) => id);
  for (const field of Object.keys(entry.fields ?? {})) {
    // Entries of a group stand under `interventions.1.cost`: their own form checks the rest.
    if (answer !== undefined && !known.includes(field.split('.')[0] ?? field)) {
      report([...path, 'fields', field], `The answer "${answer.id}" has no field "${field}"`, suggestion(field, known), 'key');
    }
  }
}
