import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { stringify } from 'yaml';
import { orderedJson } from '../domain/ordered-json.ts';
import { ok, refused } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';
import type { CodeFrame } from '../domain/surveys/code-frame.ts';
import type { Code } from '../domain/surveys/coding.ts';
import { byPlace, formatFinding } from '../programmes/finding.ts';
import type { Finding, Report } from '../programmes/finding.ts';
import { schemaFindings } from '../programmes/schema-findings.ts';
import { suggestion } from '../programmes/suggestion.ts';
import { readYaml } from '../programmes/yaml-source.ts';
import { codeFrameJsonSchema, codeFrameSchema, typedCodesJsonSchema, typedCodesSchema } from './code-frame-schema.ts';
import type { CodeFrameDocument } from './code-frame-schema.ts';

/** The codes that a coding begins with: those of a frame, or those that somebody typed. */
export type CodesRead = { readonly codes: readonly Code[]; readonly frame: CodeFrame | null };

export type ReadCodeFrame =
  { readonly frame: CodeFrame; readonly findings: readonly [] } | { readonly frame: null; readonly findings: readonly Finding[] };

/**
 * Reads the codes of a question from YAML text: a line a code, `relevance: The support was relevant`, or a whole code frame, which has its codes
 * below `codes:`. Refused with the line of each fault. `file` is the name that findings carry. Never throws on what is written.
 */
export function readCodes(text: string, file: string): Result<CodesRead, Reason> {
  const source = readYaml(text, file);
  if (hasFrame(source.value)) {
    const { frame, findings } = readCodeFrame(text, file);
    return frame === null ? faulty(findings, 'Correct the code frame.') : ok({ codes: frameCodes(frame), frame });
  }
  const parsed = typedCodesSchema.safeParse(source.value);
  const findings =
    source.findings.length > 0 || parsed.success ? source.findings : schemaFindings(parsed.error, source, typedCodesJsonSchema());
  if (findings.length === 0 && parsed.success) {
    return ok({ codes: Object.entries(parsed.data).map(([id, label]) => ({ id, label })), frame: null });
  }
  return faulty(findings, 'Write a code on each line, for example relevance: The support was relevant');
}

function faulty(findings: readonly Finding[], remedy: string): Result<never, Reason> {
  return refused({ kind: 'faulty-codes', message: findings.toSorted(byPlace).map(formatFinding).join('\n'), remedy });
}

/** A frame has codes below `codes`, or says which frame it is; a line a code has words. */
function hasFrame(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { codes, version } = value as Readonly<Record<string, unknown>>;
  return (typeof codes === 'object' && codes !== null) || typeof version === 'number';
}

/**
 * Reads a code frame from YAML text: as YAML, against the schema, and for what contradicts itself: themes that are not there or that no code has,
 * labels that are there twice, questions without a survey, and, where `file` is that of a YAML file, a name that is not the frame's. `questionsOf` answers
 * with the open questions of a survey, by which the frame's are checked; undefined: there is no such survey. Never throws on what is written.
 */
export function readCodeFrame(text: string, file: string, questionsOf?: (survey: string) => readonly string[] | undefined): ReadCodeFrame {
  const source = readYaml(text, file);
  if (source.findings.length > 0) return { frame: null, findings: source.findings };
  const parsed = codeFrameSchema.safeParse(source.value);
  if (!parsed.success) return { frame: null, findings: schemaFindings(parsed.error, source, codeFrameJsonSchema()).toSorted(byPlace) };
  const findings: Finding[] = [];
  const report: Report = (...where) => void findings.push(source.finding(...where));
  check(parsed.data, file, report);
  if (questionsOf !== undefined) checkQuestions(parsed.data, questionsOf, report);
  if (findings.length > 0) return { frame: null, findings: findings.toSorted(byPlace) };
  return { frame: built(parsed.data), findings: [] };
}

function check({ frame, survey, questions, themes, codes }: CodeFrameDocument, file: string, report: Report): void {
  const name = basename(file);
  if (/\.ya?ml$/u.test(name) && name.replace(/\.ya?ml$/u, '') !== frame) {
    report(['frame'], `The frame "${frame}" is in a file with another name`, `Call the file ${frame}.yaml, or the frame as the file.`);
  }
  if (questions !== undefined && survey === undefined) {
    report(['questions'], 'It names questions and no survey', 'Add the survey that they are of, or take the questions out.', 'key');
  }
  for (const [at, question] of (questions ?? []).entries()) {
    if (questions?.indexOf(question) !== at) report(['questions', at], `"${question}" is there twice`, 'Take one of the two out.');
  }
  const known = Object.keys(themes);
  const labels = new Map<string, string>();
  for (const [id, { label, theme }] of Object.entries(codes)) {
    const same = labels.get(label.toLowerCase());
    if (same !== undefined) report(['codes', id, 'label'], `"${same}" reads "${label}" too`, 'Word one of them otherwise.');
    labels.set(label.toLowerCase(), id);
    if (theme !== undefined && !known.includes(theme)) {
      report(['codes', id, 'theme'], `There is no theme "${theme}"`, suggestion(theme, known));
    }
  }
  for (const id of known) {
    if (!Object.values(codes).some(({ theme }) => theme === id)) {
      report(['themes', id], `No code has the theme "${id}"`, 'Give it to a code, or take it out.', 'key');
    }
  }
}

function checkQuestions(
  { survey, questions }: CodeFrameDocument,
  questionsOf: (survey: string) => readonly string[] | undefined,
  report: Report,
): void {
  if (survey === undefined) return;
  const open = questionsOf(survey);
  if (open === undefined) {
    report(['survey'], `There is no survey "${survey}"`, 'Give the id of a survey, or leave it out: then the frame is for any.');
    return;
  }
  for (const [at, question] of (questions ?? []).entries()) {
    if (!open.includes(question)) report(['questions', at], `"${question}" is no open question of ${survey}`, suggestion(question, open));
  }
}

function built({ frame: id, version, title, survey, questions, source, mark, assumptions, themes, codes }: CodeFrameDocument): CodeFrame {
  return {
    ...{ id, version, title, survey: survey ?? null, questions: questions ?? [], source, assumptions },
    themes: Object.entries(themes).map(([theme, one]) => ({ id: theme, label: one.label, mark: one.mark ?? mark })),
    codes: Object.entries(codes).map(([code, { theme = null, ...one }]) => ({ ...one, id: code, theme, mark: one.mark ?? mark })),
  };
}

/** The codes of a frame without what it says of them. */
export function frameCodes({ codes }: CodeFrame): readonly Code[] {
  return codes.map(({ id, label }) => ({ id, label }));
}

/**
 * The hash of a frame: SHA-256, in hexadecimal, over what it says, as JSON with its keys in order. Comments, blanks and the order of keys in its file
 * make no difference; every word, code and mark does.
 */
export function hashOfFrame(frame: CodeFrame): string {
  return createHash('sha256').update(orderedJson(frame), 'utf8').digest('hex');
}

/** Typed codes as YAML text that `readCodes` reads again, in their order. `about` stands above them as a comment of one line. */
export function writeCodes(codes: readonly Code[], about: string): string {
  return `# ${about.replaceAll(/\s+/gu, ' ')}\n${stringify(Object.fromEntries(codes.map(({ id, label }) => [id, label])), { lineWidth: 0 })}`;
}

/** A frame as YAML text that `readCodeFrame` reads again as the same frame, with the same hash. Its comments are gone. */
export function writeCodeFrame({ id, version, title, survey, questions, source, assumptions, themes, codes }: CodeFrame): string {
  const marks = codes.map(({ mark }) => mark);
  return stringify(
    {
      ...{ frame: id, version, title },
      ...(survey === null ? {} : { survey }),
      ...(questions.length === 0 ? {} : { questions }),
      ...{ source, mark: marks[0] ?? 'design', assumptions },
      themes: Object.fromEntries(themes.map(({ id: theme, ...rest }) => [theme, rest])),
      codes: Object.fromEntries(codes.map(({ id: code, theme, ...rest }) => [code, { ...rest, ...(theme === null ? {} : { theme }) }])),
    },
    { lineWidth: 0 },
  );
}
