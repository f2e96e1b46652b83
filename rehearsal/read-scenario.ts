import type { PlainDate } from '../domain/time/plain-date.ts';
import type { Answer, Programme, Step } from '../domain/programme.ts';
import { ownersOf } from '../domain/programme.ts';
import { byPlace } from '../programmes/finding.ts';
import type { Finding, Path, Report } from '../programmes/finding.ts';
import { schemaFindings } from '../programmes/schema-findings.ts';
import { suggestion } from '../programmes/suggestion.ts';
import { readYaml } from '../programmes/yaml-source.ts';
import { checkGiven, checkPaths } from './check-given.ts';
import { readGiven } from './given-fields.ts';
import type { Given } from './given-fields.ts';
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
  const placeOf = (path: Path) => {
    const { line, column } = source.finding(path, '', '');
    return { place: `${file}:${line}:${column}` };
  };
  const document = parsed.data;
  checkNames(document, programme, report);
  const start = document.start === undefined ? null : readDate(document.start, ['start'], report);
  const scenario: Scenario = {
    title: document.title,
    everyone: document.everyone ?? 'on-time',
    roles: document.roles ?? {},
    answers: (document.answers ?? []).map((entry, at) => ({
      ...readAnswer(entry, ['answers', at], programme, report),
      ...placeOf(['answers', at]),
    })),
    changes: (document.changes ?? []).flatMap((entry, at) =>
      readChange(entry, ['changes', at], programme, report).map((change) => ({ ...change, ...placeOf(['changes', at]) })),
    ),
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
  checkGiven(
    programme.starts ?? [],
    document.starts ?? {},
    ['starts'],
    report,
    (field) => `Nothing called "${field}" is asked at the start`,
  );
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
    report([...path, 'when'], `"${entry.when}" is not a time`, remedy);
  }
  return {
    step: entry.step,
    round: entry.round ?? null,
    answer: entry.answer ?? null,
    when: when ?? { kind: 'conduct', conduct: 'on-time' },
    by: entry.by ?? null,
    toldTo: entry.toldTo ?? null,
    fields: readGiven(
      answersOf(step, entry).flatMap(({ fields }) => fields),
      entry.fields ?? {},
    ),
  };
}

/**
 * The answer that an entry gives; empty when none has that id. Unless it names one, it is the first that is offered.
 * Only the play can tell whether an answer with a condition is offered.
 */
function answersOf(step: Step | undefined, { answer }: AnswerEntry): readonly Answer[] {
  const answers = step?.answers ?? [];
  if (answer !== undefined) return answers.filter(({ id }) => id === answer);
  const always = answers.findIndex(({ when }) => when === undefined);
  return always < 0 ? answers : answers.slice(0, always + 1);
}

function checkAnswer(entry: AnswerEntry, path: Path, programme: Programme, step: Step, report: Report): void {
  const ids = step.answers.map(({ id }) => id);
  const answers = answersOf(step, entry);
  if (step.automatic !== null) report([...path, 'step'], `Nobody answers "${step.id}": Chaser does it itself`, 'Remove this entry.');
  if (answers.length === 0) {
    report([...path, 'answer'], `"${step.id}" has no answer "${entry.answer}"`, suggestion(entry.answer ?? '', ids));
  }
  if (entry.by !== undefined && !ownersOf(step).includes(entry.by)) {
    report([...path, 'by'], `"${entry.by}" does not own "${step.id}"`, suggestion(entry.by, ownersOf(step)));
  }
  if (entry.toldTo !== undefined && programme.roles[entry.toldTo] === undefined) {
    report([...path, 'toldTo'], `There is no role "${entry.toldTo}"`, suggestion(entry.toldTo, Object.keys(programme.roles)));
  }
  checkFields(entry.fields ?? {}, [...path, 'fields'], answers, report);
}

function checkFields(given: Given, path: Path, answers: readonly Answer[], report: Report): void {
  const [answer, ...others] = answers;
  if (answer === undefined) return;
  const unknown = (field: string) => `The answer "${answer.id}" has no field "${field}"`;
  if (others.length === 0) checkGiven(answer.fields, given, path, report, unknown);
  // The facts of the deployment decide which of them is given, so a field is wrong only when none of them has it.
  else {
    checkPaths(
      answers.flatMap(({ fields }) => fields),
      given,
      path,
      report,
      unknown,
    );
  }
}
