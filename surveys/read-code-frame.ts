import * as z from 'zod';
import { ok, refused } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';
import type { Code } from '../domain/surveys/coding.ts';
import { byPlace, formatFinding } from '../programmes/finding.ts';
import type { JsonSchema } from '../programmes/schema.ts';
import { schemaFindings } from '../programmes/schema-findings.ts';
import { readYaml } from '../programmes/yaml-source.ts';

const NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const MOST_CODES = 60;

const codesSchema = z
  .record(
    z.string().regex(NAME).max(40).describe('A code: lower-case letters and digits, joined by hyphens'),
    z.string().trim().min(1).max(200).describe('What the code means, in up to 200 characters'),
  )
  .refine((codes) => Object.keys(codes).length > 0, { error: 'There is no code' })
  .refine((codes) => Object.keys(codes).length <= MOST_CODES, { error: `There are more than ${MOST_CODES} codes` })
  .describe('The codes, one on each line: relevance: The support was relevant');

/**
 * Reads the codes of a question from YAML text, a line a code: `relevance: The support was relevant`. Refused with the line of each fault.
 * `file` is the name that findings carry. Never throws on what is written.
 */
export function readCodes(text: string, file: string): Result<readonly Code[], Reason> {
  const source = readYaml(text, file);
  const parsed = codesSchema.safeParse(source.value);
  const findings = source.findings.length > 0 || parsed.success ? source.findings : schemaFindings(parsed.error, source, codesJsonSchema());
  if (findings.length === 0 && parsed.success) return ok(Object.entries(parsed.data).map(([id, label]) => ({ id, label })));
  return refused({
    kind: 'faulty-codes',
    message: findings.toSorted(byPlace).map(formatFinding).join('\n'),
    remedy: 'Write a code on each line, for example relevance: The support was relevant',
  });
}

function codesJsonSchema(): JsonSchema {
  return z.toJSONSchema(codesSchema, { io: 'input', target: 'draft-7' }) as JsonSchema;
}
