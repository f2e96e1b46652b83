import * as z from 'zod';
import type { JsonSchema } from '../programmes/schema.ts';

/** What a file of counts may hold, `surveys/figures/*.yaml`. The descriptions are the remedies of findings. */

const words = (what: string) => z.string().trim().min(1).describe(what);
const count = (what: string) => z.int().min(0).max(100_000).describe(what);
const NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const id = (what: string) => z.string().regex(NAME).describe(`${what}: lower-case letters and digits, joined by hyphens`);

const printed = z
  .strictObject({
    count: count('the count that is printed').optional(),
    percent: z.int().min(0).max(100).optional().describe('the whole per cent that is printed'),
    over: z.int().min(0).max(99).optional().describe('the per cent of which the text says "more than"'),
  })
  .describe('What the source prints: a count, a per cent, or "more than" a per cent');

const sentence = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('compare'),
    audiences: z.tuple([words('an audience'), words('an audience')]).describe('the two audiences that are compared'),
    word: words('what they are more or less of, for example "satisfied"'),
    rows: z.array(words('the title of a row')).min(1).describe('the rows for which they are compared'),
  }),
  z.strictObject({ kind: z.literal('lowest'), word: words('what fewest were, for example "satisfied"') }),
  z.strictObject({ kind: z.literal('minority'), word: words('what a minority did, for example "agreed"') }),
]);

const table = z.strictObject({
  title: words('What the table shows'),
  options: z.record(id('An option'), words('its title')).describe('The options that are counted: an id and a title for each'),
  net: z
    .strictObject({ title: words('its title'), of: z.array(words('an option')).min(2).describe('the options that are added up') })
    .optional()
    .describe('Options that are also shown together'),
  multiple: z.boolean().default(false).describe('true: several answers could be given'),
  rebuilt: z.array(words('an option')).default([]).describe('Options whose counts the source does not print'),
  bases: z
    .record(words('an audience'), count('how many answered the section'))
    .default({})
    .describe('The base of the section, by audience'),
  remarks: z.array(words('a remark')).default([]).describe('What the source says that counts cannot say'),
  sentences: z.array(sentence).default([]).describe('Sentences that are derived from the counts'),
  rows: z
    .array(
      z.strictObject({
        title: words('what the row counts'),
        audience: words('the id of an audience'),
        base: count('how many answered this item'),
        base_is_printed: z.boolean().default(true).describe('false: the source does not print this base'),
        counts: z.record(words('an option'), count('how many')).describe('How many gave each option'),
        printed: z.record(words('an option, or "net"'), printed).default({}).describe('What the source prints, by option or for "net"'),
      }),
    )
    .min(1)
    .describe('The rows of the table'),
});

const means = z.strictObject({
  title: words('What the table shows'),
  bases: z
    .record(words('an audience'), z.int().min(1).max(100_000))
    .describe('How many answered, by audience; ours, where the source prints none'),
  remarks: z.array(words('a remark')).default([]).describe('What the source says that means cannot say'),
  rows: z
    .record(
      words('what is rated'),
      z.strictObject({
        sums: z.record(words('an audience'), count('the sum of the ratings')).describe('The sums of the ratings, by audience'),
        printed: z.record(words('an audience'), z.number().min(0).max(1_000)).default({}).describe('The mean that is printed, by audience'),
      }),
    )
    .describe('The rows of the table, by what is rated'),
});

export const figuresSchema = z.strictObject({
  figures: id('The id of these figures, as the file is called'),
  title: words('What report this is'),
  source: words('Where the figures are from'),
  audiences: z.record(id('An audience'), words('its title')).describe('Who was asked: an id and a title for each'),
  tables: z.record(id('A table'), table).describe('The tables of the report'),
  means: z.record(id('A table of means'), means).default({}).describe('The tables of mean ratings'),
});

export type FiguresDocument = z.output<typeof figuresSchema>;

/** The schema as JSON Schema, by which findings know what was meant. */
export function figuresJsonSchema(): JsonSchema {
  return z.toJSONSchema(figuresSchema, { io: 'input', target: 'draft-7' }) as JsonSchema;
}
