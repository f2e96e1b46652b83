import * as z from 'zod';
import { MARKS, NET_RULES } from '../domain/surveys/survey.ts';
import type { JsonSchema } from '../programmes/schema.ts';

/**
 * What a survey's YAML file may hold. The descriptions serve editors (through survey.schema.json), people who read the remedies of
 * findings, and people who write a survey.
 */

const NAME = /^[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*$/;
const id = (what: string) => z.string().regex(NAME).describe(`${what}: letters and digits, words joined by hyphens`);
const words = (what: string) => z.string().trim().min(1).describe(what);
const oneOrMore = <T extends z.ZodType>(item: T, what: string) =>
  z.union([item, z.array(item).min(1)]).describe(`${what}: one, or a list in brackets`);

const mark = z
  .enum(MARKS)
  .describe(
    '"source", stated in the published source; "rebuilt", its topic is in the source and its wording or scale is ours; "design", ours',
  );
const note = words('Where in the source it stands, or what was added and why').optional();
const askedOf = oneOrMore(id('An audience'), 'The audiences that are asked; left out, all').optional();

const option = z.strictObject({
  label: words('The answer, as the survey shows it'),
  aside: z.boolean().default(false).describe('true: "not applicable", "unsure": an answer, but no place on the scale and in no mean'),
  value: z.number().optional().describe('The number that it counts as in a mean'),
  which: words('The label of a text that is asked for besides: "Which?"').optional(),
  mark: mark.optional(),
});

const options = z
  .record(id('An answer'), z.union([words('The answer, as the survey shows it'), option]))
  .describe('The answers by id, in order: { yes: Yes, no: No, unsure: { label: Unsure, aside: true } }');

const net = z.strictObject({
  label: words('To follow "who": "were satisfied or very satisfied"'),
  of: z.array(id('An answer of the scale')).min(1).describe('The answers that are counted together'),
});

const scale = z.strictObject({
  options,
  mark: mark.describe('Where its answers come from, unless one says otherwise'),
  nets: z
    .record(id('A net'), net)
    .default({})
    .describe('Answers that a report counts together; the first is what tables of several items show'),
});

const condition = z
  .record(id('An earlier question'), oneOrMore(id('An answer'), 'One of its answers'))
  .describe('Asked only when earlier answers say so: { R2: [sat, la-maintained] }');

const item = z.strictObject({
  label: words('The row, as the survey shows it'),
  askedOf,
  mark,
  note,
});

const question = z.strictObject({
  kind: z
    .enum(['roles', 'choice', 'choices', 'yes-no', 'grid', 'text', 'contact'])
    .describe(
      '"roles": in which roles somebody answers; "choice": one answer; "choices": all that apply; "yes-no"; "grid": one answer for each item; "text": in their own words; "contact": whether they may be got in touch with',
    ),
  text: words('The question, as the survey shows it'),
  textFor: z
    .record(id('An audience'), words('The question for this audience'))
    .default({})
    .describe('The question for an audience for whom it reads otherwise'),
  hint: words('A line of help below the question').optional(),
  askedOf,
  when: condition.optional(),
  several: z.boolean().optional().describe('The question about roles: whether more than one may be ticked; left out, it may'),
  options: options.optional().describe('A choice: its answers by id, in order'),
  scale: id('A choice or grid: the scale of its answers, one of "scales"').optional(),
  items: z.record(id('An item'), item).optional().describe('A grid: its rows by id, in order'),
  comment: words('A choice, or yes-no: the label of a text box below it').optional(),
  address: words('A question of kind contact: the label of the address that is asked for').optional(),
  quotedBy: id('An earlier choice')
    .optional()
    .describe(
      'A text: the earlier choice of the same section, or of one of the same roles, by whose answers its cleared quotations are listed',
    ),
  mark,
  note,
});

const section = z.strictObject({
  id: id('The section'),
  title: words('The heading'),
  intro: words('What stands below the heading').optional(),
  askedOf,
  once: z.boolean().default(false).describe('true: asked once of everybody; false: once for each of their roles that it is asked of'),
  questions: z.record(id('A question'), question).describe('Its questions by id, in order'),
});

const split = z.strictObject({
  title: words('What it is called, to follow "by": "kind of school"'),
  question: id('A choice or grid'),
  item: id('A grid: one of its rows').optional(),
  rows: oneOrMore(id('A question, or a row of a grid'), 'What it splits; left out, every question').optional(),
});

/** The whole file. Ids are checked for their form here and for what they refer to by the checker. */
export const surveySchema = z
  .strictObject({
    survey: id("The survey, also the file's name"),
    version: z.int().min(1).describe('Counts up with every change after the survey was first used'),
    title: words('What people call it'),
    source: words('Where the questions come from: the report and its date'),
    about: words('What it is about, for the invitation and the first page'),
    minutes: z.int().min(1).max(60).describe('How many minutes it takes'),
    statementOfUse: words('What becomes of the answers, who sees them and for how long they are kept'),
    net: z
      .enum(NET_RULES)
      .default('of-counts')
      .describe('How a net is worked out: "of-counts", from the counts together; "of-rounded", as the sum of rounded percentages'),
    audiences: z
      .record(
        id('An audience'),
        z.strictObject({
          title: words('Who they are, to follow "a": "system leader"'),
          plural: words('Several of them: "system leaders"'),
          label: words('As the question about roles offers it'),
          mark,
        }),
      )
      .describe('The roles in which people are asked'),
    scales: z.record(id('A scale'), scale).default({}).describe('Answers that several questions share'),
    sections: z.array(section).min(1).describe('The sections with their questions, in order'),
    splits: z
      .record(id('A split'), split)
      .optional()
      .describe('Questions by whose answers figures are split, beside region and what else the record says'),
  })
  .describe('A survey of Chaser as data');

export type SurveyDocument = z.output<typeof surveySchema>;
export type QuestionDocument = z.output<typeof question>;
export type SectionDocument = z.output<typeof section>;
export type OptionsDocument = z.output<typeof options>;

/** The schema for editors (JSON Schema draft 7, which the YAML language server reads best). */
export function surveyJsonSchema(): JsonSchema {
  return z.toJSONSchema(surveySchema, { io: 'input', target: 'draft-7' }) as JsonSchema;
}
