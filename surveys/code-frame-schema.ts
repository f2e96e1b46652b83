import * as z from 'zod';
import { MARKS } from '../domain/surveys/survey.ts';
import type { JsonSchema } from '../programmes/schema.ts';

/** What the file of a code frame may hold. The descriptions are the remedies of findings, and serve editors through code-frame.schema.json. */

const NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const QUESTION = /^[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*$/;
const MOST_CODES = 60;

const words = (what: string) => z.string().trim().min(1).describe(what);
const code = z.string().regex(NAME).max(40).describe('A code: lower-case letters and digits, joined by hyphens');
/** Names of digits alone would come first, whatever their place in the file. */
const framedCode = z
  .string()
  .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/)
  .max(40)
  .describe('A code: lower-case letters and digits, joined by hyphens, a letter first');
const label = z.string().trim().min(1).max(200).describe('What the code means, in up to 200 characters');
const id = (what: string) => z.string().regex(NAME).max(60).describe(`${what}: lower-case words joined by hyphens`);
const mark = z.enum(MARKS).describe('"source", printed in the source; "rebuilt", made from what the source prints; "design", ours');
const aboutMark = mark.optional().describe('where it comes from, unless it is as "mark" of the whole file says');
const codesOf = <T extends z.ZodType>(name: z.ZodString, each: T, what: string) =>
  z
    .record(name, each)
    .refine((codes) => Object.keys(codes).length > 0, { error: 'There is no code' })
    .refine((codes) => Object.keys(codes).length <= MOST_CODES, { error: `There are more than ${MOST_CODES} codes` })
    .describe(what);

/** Codes that somebody types for one coding: a name and a label on each line. */
export const typedCodesSchema = codesOf(code, label, 'The codes, one on each line: relevance: The support was relevant');

export const codeFrameSchema = z
  .strictObject({
    frame: id('The id of this frame, as its file is called'),
    version: z.int().min(1).max(1000).describe('Its version, which rises with each change'),
    title: words('What people call it'),
    survey: z.string().regex(QUESTION).optional().describe('The id of the survey that it is for; left out, any'),
    questions: z
      .array(z.string().regex(QUESTION).describe('The id of a question: O1'))
      .min(1)
      .optional()
      .describe('The ids of the open questions that it is for, in brackets; left out, any'),
    source: words('Where its themes and codes come from: the report and its heading, or "ours"'),
    mark: mark.describe('Where its codes come from, unless one says otherwise'),
    assumptions: z.array(words('An assumption')).default([]).describe('What the source leaves open and you have set'),
    themes: z
      .record(id('A theme'), z.strictObject({ label: words('What the theme is called'), mark: aboutMark }))
      .default({})
      .describe('What several codes have in common, by id: { leadership: { label: Leadership and capacity } }'),
    codes: codesOf(
      framedCode,
      z.strictObject({
        label,
        theme: z.string().regex(NAME).optional().describe('The id of its theme, one of "themes"; left out, it stands alone'),
        definition: words('When an answer gets this code'),
        inventedExamples: z
          .array(words('An answer that nobody gave'))
          .min(1)
          .describe('Answers that would get it, invented: never what somebody wrote'),
        mark: aboutMark,
      }),
      'The codes by id, in the order in which coders see them',
    ),
  })
  .describe('A code frame of Chaser as data');

export type CodeFrameDocument = z.output<typeof codeFrameSchema>;

/** The schema for editors (JSON Schema draft 7, which the YAML language server reads best). */
export function codeFrameJsonSchema(): JsonSchema {
  return z.toJSONSchema(codeFrameSchema, { io: 'input', target: 'draft-7' }) as JsonSchema;
}

export function typedCodesJsonSchema(): JsonSchema {
  return z.toJSONSchema(typedCodesSchema, { io: 'input', target: 'draft-7' }) as JsonSchema;
}
