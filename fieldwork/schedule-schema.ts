import * as z from 'zod';
import { FACT_NAMES, SCHEDULE_MARKS, THEME_NAMES } from '../domain/fieldwork/schedule.ts';
import type { JsonSchema } from '../programmes/schema.ts';

/** What the file of an interview schedule may hold. The descriptions are the remedies of findings. */

const words = (what: string) => z.string().trim().min(1).describe(what);
const id = (what: string) =>
  z
    .string()
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
    .describe(`${what}: lower-case words joined by hyphens`);
const mark = z
  .enum(SCHEDULE_MARKS)
  .describe('"source", printed in the source; "rebuilt", its topic is in the source and its wording is ours; "design", ours');
const theme = z.enum(THEME_NAMES as [string, ...string[]]).describe(`a theme: ${THEME_NAMES.join(', ')}`);
const options = z.record(id('An option'), words('its words')).describe('what an answer is coded as: an id and the words of each option');

const question = z.strictObject({
  number: z.int().min(1).max(999).describe('the number that is printed beside it'),
  text: words('what is asked'),
  mark: mark.optional(),
  onlyIf: words('when it is asked at all').optional(),
  prompts: z.array(words('a prompt')).default([]).describe('what the interviewer may ask besides'),
  options: options.default({}),
  several: z.boolean().default(true).describe('false: an answer has one option at most'),
  theme: theme.optional().describe('its theme, where it is not that of its section'),
});

export const scheduleSchema = z.strictObject({
  schedule: id('The id of this schedule, as its file is called'),
  version: z.int().min(1).max(1000).describe('its version, which rises with each change'),
  fieldwork: id('The fieldwork that it belongs to'),
  group: id('The group that is asked'),
  title: words('who is asked'),
  source: words('where it is printed'),
  mark: mark.describe('where its questions come from, unless one says otherwise'),
  assumptions: z.array(words('an assumption')).default([]).describe('what the source leaves open and you have set'),
  facts: z
    .partialRecord(z.enum(FACT_NAMES as [string, ...string[]]), options)
    .describe(`what is kept of whoever is asked: ${FACT_NAMES.join(', ')}, each with its values`),
  sections: z
    .array(
      z.strictObject({
        id: id('A section'),
        letter: z.string().trim().max(2).describe('the letter that is printed, or an empty text'),
        title: words('its title'),
        theme,
        tiers: z.array(words('a tier')).min(1).optional().describe('the tiers that are asked; left out, everybody'),
        questions: z.array(question).min(1).describe('its questions'),
      }),
    )
    .min(1)
    .describe('the sections, in the order in which they are asked'),
});

export type ScheduleDocument = z.output<typeof scheduleSchema>;

/** The schema as JSON Schema, by which findings know what was meant. */
export function scheduleJsonSchema(): JsonSchema {
  return z.toJSONSchema(scheduleSchema, { io: 'input', target: 'draft-7' }) as JsonSchema;
}
