import * as z from 'zod';
import type { JsonSchema } from '../programmes/schema.ts';

/** What a scenario's file may say. The descriptions are the remedies of its findings. */

const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]*$/);
const date = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const conduct = z.enum(['on-time', 'late', 'at-once', 'silent']).describe('on-time, late, at-once or silent');

const answer = z.strictObject({
  step: name.describe('the id of a step of the programme'),
  round: z.int().min(1).max(99).optional().describe('which opening of the step, from 1; left out for every one'),
  answer: name.optional().describe('the id of one of the answers of the step; left out for the first'),
  when: z
    .string()
    .optional()
    .describe(
      '"on time", "late", "at once", "never", "after 3 working days", "2 school days late" or "on 2022-12-05", in quotes or without',
    ),
  by: name.optional().describe('the id of the role that answers, an owner of the step'),
  toldTo: name.optional().describe('the id of the role that records it when the owner telephones'),
  fields: z
    .record(z.string(), z.union([z.string(), z.number()]))
    .optional()
    .describe('values by the ids of the fields of the answer; what it must have and is left out is made up'),
});

const person = name.optional().describe('the id of the role that decides it; the first of the programme when left out');
const reason = z.string().min(1).describe('why, in a sentence');
const step = name.describe('the id of a step that is open on that day');

const changes = {
  withdraw: z.strictObject({ as: name.describe('the id of an end of the programme'), because: reason, by: person }),
  pause: z.strictObject({
    step: step.optional(),
    category: z
      .enum(['illness', 'inspection', 'leadership-change', 'safeguarding', 'school-closed', 'waiting-for-department', 'other'])
      .describe('illness, inspection, leadership-change, safeguarding, school-closed, waiting-for-department or other'),
    until: date.describe('the day on which it is expected to end, as 2022-12-05'),
    because: reason,
    by: person,
  }),
  resume: z.strictObject({ because: reason, by: person }),
  extend: z.strictObject({ step, to: date.describe('the new due date, as 2022-12-05'), because: reason, by: person }),
  rematch: z.strictObject({ because: reason, by: person }),
  chase: z.strictObject({ pace: z.enum(['less', 'usual', 'more']).describe('less, usual or more'), because: reason, by: person }),
} as const;

const change = z.strictObject({
  on: date.describe('the day of the change, as 2022-12-05'),
  withdraw: changes.withdraw.optional().describe('{ as: an end, because: why, by: the role that decides it }'),
  pause: changes.pause.optional().describe('{ category, until, because: why, by: the role that decides it }, and perhaps step'),
  resume: changes.resume.optional().describe('{ because: why, by: the role that decides it }'),
  extend: changes.extend.optional().describe('{ step, to: the new due date, because: why, by: the role that asks for it }'),
  rematch: changes.rematch.optional().describe('{ because: why, by: the role that decides it }'),
  chase: changes.chase.optional().describe('{ pace: less, usual or more, because: why, by: the role that decides it }'),
});

export const scenarioSchema = z.strictObject({
  programme: name.describe('the id of the programme that is rehearsed'),
  title: z.string().min(1).describe('what the scenario is about, in a sentence'),
  start: date.optional().describe('the day on which it starts, as 2022-10-10'),
  authority: z
    .union([z.string(), z.int()])
    .optional()
    .describe('the local authority whose terms count: its three-digit code, or the id of a term calendar'),
  subject: z.enum(['school', 'trust']).optional().describe('school or trust'),
  starts: z
    .record(z.string(), z.union([z.string(), z.number()]))
    .optional()
    .describe('what is said at the start, by field: { tier: tier-2 }; what must be said and is left out is made up'),
  everyone: conduct.optional(),
  roles: z.record(z.string(), conduct).optional().describe('a conduct by the id of a role: on-time, late, at-once or silent'),
  answers: z.array(answer).optional().describe('a list of entries with a step each'),
  changes: z.array(change).optional().describe('a list of entries with a day each'),
});

export type ScenarioDocument = z.infer<typeof scenarioSchema>;

/** The schema for editors and for the remedies of findings (JSON Schema draft 7). */
export function scenarioJsonSchema(): JsonSchema {
  return z.toJSONSchema(scenarioSchema, { io: 'input', target: 'draft-7' }) as JsonSchema;
}
