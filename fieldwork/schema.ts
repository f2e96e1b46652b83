import * as z from 'zod';
import { plainDate } from '../domain/time/plain-date.ts';
import type { JsonSchema } from '../programmes/schema.ts';

/** What the file of a piece of fieldwork may hold. The descriptions are the remedies of findings. */

const words = (what: string) => z.string().trim().min(1).describe(what);
const id = (what: string) =>
  z
    .string()
    .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/)
    .describe(`${what}: lower-case words joined by hyphens`);
const count = (what: string) => z.int().min(0).max(100_000).describe(what);
const day = (what: string) =>
  z.iso
    .date()
    .describe(`${what}: 2020-01-31`)
    .transform((text) => plainDate(text));
const oneOrMore = z
  .union([words('a value'), z.array(words('a value')).min(1)])
  .describe('the value of this fact, or several in brackets')
  .transform((value) => (typeof value === 'string' ? [value] : value));

export const fieldworkSchema = z.strictObject({
  fieldwork: id('The id of this fieldwork, as its file is called'),
  title: words('What it is called'),
  source: words('Where its figures are from'),
  assumptions: z.array(words('an assumption')).default([]).describe('What the source leaves open and you have set'),
  window: z.strictObject({ from: day('the first day'), to: day('the last day') }).describe('The days on which interviews are held'),
  stops: z
    .array(
      z.strictObject({
        from: day('the first day'),
        to: day('the last day').optional(),
        because: words('why nobody may be approached'),
      }),
    )
    .default([])
    .describe('Times in which nobody may be approached'),
  groups: z.record(id('A group'), words('its title')).describe('Who is interviewed: an id and a title for each group'),
  strata: z
    .record(
      id('A stratum'),
      z.strictObject({
        title: words('its title'),
        group: words('the id of its group'),
        where: z.record(words('a fact'), oneOrMore).describe('whom it holds, by facts'),
        target: count('how many interviews are wanted'),
      }),
    )
    .describe('The parts of the sample, each with a target'),
  draws: z
    .record(
      id('A draw'),
      z.strictObject({ size: count('how many are drawn'), groups: z.array(words('the id of a group')).min(1).describe('of which groups') }),
    )
    .default({})
    .describe('How many are drawn at one time'),
  achieved: z
    .strictObject({
      groups: z.record(id('A group'), count('how many interviews were held')).describe('How many interviews were held in each group'),
      breakdowns: z
        .array(
          z.strictObject({
            title: words('what is broken down'),
            group: words('the id of the group'),
            categories: z.array(words('a category')).min(1).describe('the categories in the order of the table'),
            printed: z.array(count('a number')).describe('the numbers as they are printed, in the same order'),
          }),
        )
        .default([])
        .describe('The tables that were printed'),
      statements: z
        .array(
          z.strictObject({
            about: words('what the figure is'),
            printed: z.array(count('a number')).describe('each number that is printed for it'),
            note: words('what is known of the difference'),
          }),
        )
        .default([])
        .describe('Figures that are printed more than once, or without a base'),
    })
    .optional()
    .describe('What a report printed of the interviews that were held'),
});

export type FieldworkDocument = z.output<typeof fieldworkSchema>;

/** The schema as JSON Schema, by which findings know what was meant. */
export function fieldworkJsonSchema(): JsonSchema {
  return z.toJSONSchema(fieldworkSchema, { io: 'input', target: 'draft-7' }) as JsonSchema;
}
