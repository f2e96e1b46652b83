import * as z from 'zod';
import type { JsonSchema } from '../programmes/schema.ts';
import { change, date, name } from './change-schema.ts';

/** What a scenario's file may say. The descriptions are the remedies of its findings. */

/** YAML has numbers, true and false of its own. */
const value = z.union([z.string(), z.number(), z.boolean()]).describe('words, a number, or true or false');
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
    .record(z.string(), value)
    .optional()
    .describe('values by the ids of the fields of the answer; what it must have and is left out is made up'),
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
    .record(z.string(), value)
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
