import * as z from 'zod';

/**
 * What a programme's YAML file may hold. The descriptions serve three readers: editors (through programme.schema.json),
 * people who read the remedies of findings, and people who write a programme.
 */

const ID = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const NAME = /^[a-z][A-Za-z0-9]*$/;

const id = (what: string) => z.string().regex(ID).describe(`${what}: lower-case words joined by hyphens`);
const name = (what: string) => z.string().regex(NAME).describe(`${what}: one word in camel case, such as "matchedOn"`);
const words = (what: string) => z.string().trim().min(1).describe(what);
const oneOrMore = <T extends z.ZodType>(item: T, what: string) =>
  z.union([item, z.array(item).min(1)]).describe(`${what}: one, or a list in brackets`);

const days = z
  .enum(['working', 'school'])
  .describe('"working" (Monday to Friday, no bank holidays) or "school" (days on which the school is open)');

const offset = z
  .union([z.literal('opening'), z.int().min(-250).max(250)])
  .describe('"opening", or days from the due date: -3 is three days before, +1 the day after');

const pace = z
  .enum(['more', 'not-less'])
  .describe('"more": goes only where a deployment is chased more than usual; "not-less": left out where it is chased less');

const also = z
  .array(z.enum(['text', 'print']))
  .min(1)
  .describe('How a request, a reminder or an overdue notice goes besides its e-mail: "text", a text message; "print", a letter to post');

const rung = z
  .union([offset, z.strictObject({ at: offset, days: days.optional(), pace: pace.optional(), also: also.optional() })])
  .describe('"opening", days from the due date (-3, 0, +1), or { at: -3, days: working, pace: not-less }');

const rungs = {
  request: rung.optional().describe('When the owners are first asked: "opening", or days before the due date'),
  reminder: z.array(rung).default([]).describe('Reminders to the owners, on or before the due date: [-3, 0]'),
  overdue: z.array(rung).default([]).describe('Overdue notices to the owners, after the due date: [+1]'),
  call: z.array(rung).default([]).describe('Call tasks, after the due date: [+3]'),
  escalation: z.array(rung).default([]).describe('Escalations, after the due date: [+5]'),
};

const ladder = z.strictObject(rungs).describe('The chases of a step, in days from its due date');

const defaultLadder = z
  .strictObject({
    upToDays: z
      .union([z.int().min(1), z.literal('any')])
      .optional()
      .describe('The longest step that takes this ladder by itself, in days; "any" for all that are longer'),
    ...rungs,
  })
  .describe('A ladder for all steps of a length, or for those that name it');

/**
 * The roles that people files may give: register/person-row.ts reads them, and `findParties` looks for their holders.
 */
export const REGISTER_ROLES = ['school', 'regional-team', 'regional-senior', 'rdp', 'system-leader', 'local-authority', 'diocese'] as const;

const role = z.strictObject({
  title: words('What people call the role, to follow "the": "system leader"'),
  days: days.describe("The days on which this role's steps are counted and chased: working or school"),
  informedOnly: z.boolean().default(false).describe('true: told, never asked'),
  namedLater: z.boolean().default(false).describe('true: nobody holds it at the start, an answer names its holder'),
  heldBy: z
    .enum(REGISTER_ROLES)
    .optional()
    .describe(
      `The role by which the register of people knows its holders, where it is called otherwise here: ${REGISTER_ROLES.join(', ')}`,
    ),
  calledBy: id('The role that telephones when this one is silent').optional(),
  escalatesTo: id('The role that is told when this one stays silent').optional(),
  escalationTells: z
    .array(id('A role that is told of the escalation besides'))
    .default([])
    .describe('Roles that are told of the escalation besides'),
});

const limit = (what: string) => z.number().min(-1e9).max(1e9).describe(what);

const condition = z
  .record(name('A field above this one'), oneOrMore(id('A value'), 'Its value: yes, no, or an option'))
  .describe('By field, the value or values it must have: { partnership: "yes" }');

const total = z
  .strictObject({
    of: name('The field of the entries that is added up: money or a number'),
    max: limit('The most it may come to: money in pounds').optional(),
    atMost: name('The field of the form that it may not pass').optional(),
    share: z
      .strictObject({
        percent: z.int().min(1).max(100).describe('So much of it at most, in per cent: 50'),
        of: name('The field of the entries that is added up as the whole'),
      })
      .describe('The most it may come to, as a share of what another field of the entries comes to: { percent: 50, of: cost }')
      .optional(),
    when: condition.optional(),
  })
  .describe('A limit on what the entries come to together: { of: cost, max: 16000 }');

const FIELD_KINDS = [
  'text',
  'long-text',
  'choice',
  'choices',
  'date',
  'money',
  'number',
  'yes-no',
  'files',
  'declaration',
  'group',
  'person',
] as const;

/** The properties that every field may have, including a field in an entry of a group. */
const anyField = {
  label: words('What is asked for, as the form shows it'),
  hint: words('A line of help under the label').optional(),
  required: z.boolean().default(true).describe('false: may be left empty'),
  when: condition
    .optional()
    .describe('Asked, and shown, only when fields above it say so: { partnership: "yes" }, { tier: [tier-2, tier-3] }'),
  options: z
    .record(id('An option'), words('The option, as the form shows it'))
    .optional()
    .describe('A choice, or choices: the options by id, { ks1: Key stage 1, ks2: Key stage 2 }'),
  min: limit('The least: of a number, of money in pounds, of a group its number of entries').optional(),
  max: limit('The most: of a number, of money in pounds, of a group its number of entries').optional(),
  decimals: z.int().min(1).max(3).optional().describe('A number: so many decimal places at most, 1 to 3; left out, it is whole'),
  after: name('A date: the field whose date it must be later than').optional(),
  notBefore: name('A date: the field whose date it may not be before').optional(),
  earliest: z
    .enum(['began', 'anytime'])
    .optional()
    .describe('A date: "began", no earlier than the deployment began, as when left out; or "anytime"'),
  latest: z
    .union([z.int().min(0).max(4_000), z.literal('anytime')])
    .optional()
    .describe('A date: how many days ahead it may lie when the answer is given, 0 for none; 366 when left out; or "anytime"'),
  multipleOf: z.number().min(0.001).max(1e9).optional().describe('A number: a multiple of this, such as 0.5 for half days'),
  each: z
    .strictObject({ of: name('A number field'), pounds: z.number().min(0.01).max(1e9).describe('In pounds') })
    .optional()
    .describe('Money: no more than so many pounds for each of that number, { of: days, pounds: 600 }'),
  atMost: name('Money, or a number: the field, or the fact kept from a number, that it may not be more than').optional(),
  statement: words('A declaration: what is signed, word for word').optional(),
};

const entryField = z.strictObject({
  ...anyField,
  kind: z
    .enum(FIELD_KINDS)
    .exclude(['group', 'person'])
    .describe('text, long-text, choice, choices, date, money, number, yes-no, files or declaration; in a group, no group and no person'),
});

const field = z.strictObject({
  ...anyField,
  kind: z.enum(FIELD_KINDS).describe('text, long-text, choice, choices, date, money, number, yes-no, files, declaration, group or person'),
  names: id('A person field: the role that person holds from then on').optional(),
  records: name('A date, number, yes-no or choice: the fact that its value is kept as').optional(),
  entry: words('A group: what one entry is called, "intervention"').optional(),
  fields: z.record(name('A field of an entry'), entryField).optional().describe('A group: what each entry says, by field'),
  total: oneOrMore(total, 'A group: limits on what its entries come to together').optional(),
});

const consequence = z
  .strictObject({
    open: oneOrMore(id('A step'), 'The steps that open').optional(),
    close: oneOrMore(id('A step'), 'Open steps that are no longer needed').optional(),
    record: oneOrMore(name('A fact'), 'Facts set to the date of the answer').optional(),
    end: id('The end that the deployment comes to at once').optional(),
    extension: z
      .enum(['agrees', 'refuses'])
      .optional()
      .describe('In the step that decides on extensions: "agrees" or "refuses" what was asked for'),
  })
  .describe('What follows from the answer');

const factCondition = z
  .record(name('A fact'), oneOrMore(z.string(), 'Its value, or several'))
  .describe('By fact, the value or values it must have: { subject: trust }, { tier: [tier-2, tier-3] }');

const answer = z.strictObject({
  label: words('The answer as its owner would say it: "Yes, we will take part"'),
  told: words('The reason why, for whoever is asked next: "{rdp} has been in touch with you about {subject}."').optional(),
  when: factCondition.optional().describe('May be given only where the facts of the deployment say so'),
  fields: z.record(name('A field'), field).default({}).describe('What the answer must say besides, by field'),
  // oxlint-disable-next-line unicorn/no-thenable -- a key of the YAML file; it never holds a function.
  then: z
    .union([z.literal('done'), consequence])
    .describe('Where the answer leads: { open: … }, { close: … }, { record: … }, { end: … }, or "done" when nothing follows'),
});

const notice = z.strictObject({
  to: id('The role that is told'),
  text: words('What it is told, in plain English'),
  at: offset.default('opening'),
  days: days.optional(),
  withAnswer: z.boolean().default(false).describe('true: says besides which answer opened the step, with everything that was said in it'),
  withEarlier: z
    .record(id('A step'), oneOrMore(name('A field'), 'The fields of its answers'))
    .optional()
    .describe('What it repeats of the newest answers to earlier steps, as fields by step: { provide-details: context }'),
});

const publishedDates = z
  .strictObject({
    published: z
      .array(
        z.strictObject({
          matchedIn: z
            .string()
            .regex(/^(Autumn|Spring|Summer) \d{4}$/)
            .describe('A term: "Autumn 2021"'),
          completeBy: z.iso.date().describe('A date: 2022-04-01'),
        }),
      )
      .min(1)
      .describe('The dates that the Department published, by the term of the match'),
  })
  .describe('A table of dates that the Department published');

const step = z.strictObject({
  title: words('A short noun phrase or order, for lists and subjects: "Confirm participation"'),
  owner: id('The role that must do it'),
  with: oneOrMore(id('A role'), 'Joint owners').optional(),
  askedBy: id(
    "The role in whose name it is asked: it gets the replies, and telephones when the owner is silent. Left out, the owner's calledBy",
  ).optional(),
  source: words('The row of the guidance that the step comes from'),
  allowed: z
    .union([z.string(), publishedDates])
    .describe(
      'How long the step may take: "3 working days", "5 school days", "10 calendar days", "4 weeks", "end of term", "end of following term", "end of next whole term", or { published: [{ matchedIn: Autumn 2021, completeBy: 2022-04-01 }] }',
    ),
  assumption: words('What is assumed where the guidance is silent or can be read two ways').optional(),
  countsFrom: z
    .union([z.literal('round-before'), name('A fact recorded earlier')])
    .optional()
    .describe(
      'Day zero, when it is not the opening: a fact recorded earlier, or "round-before": the due date of the round before, for a step that repeats in a rhythm',
    ),
  notBefore: z.iso.date().describe('Day zero is never earlier than this date: 2021-09-01').optional(),
  when: factCondition.optional().describe('Applies only where the facts of the deployment say so; passed over elsewhere'),
  ask: words('What is asked of the owner, in plain English'),
  askWith: z
    .record(id('A role'), words('What is asked of this joint owner'))
    .default({})
    .describe('What is asked of a joint owner, where it reads otherwise'),
  next: words('What happens once it is answered, in plain English'),
  answers: z.record(id('An answer'), answer).describe('Every answer that closes the step, and where it leads'),
  notices: z.array(notice).default([]).describe('Who is told, and what, without being asked for anything'),
  ladder: z
    .union([id('The name of a ladder'), ladder])
    .optional()
    .describe('A ladder of its own, or the name of one; left out, its length decides'),
  optional: z.boolean().default(false).describe('true: may be left undone, and is closed after its due date'),
  raised: z
    .union([z.literal('anytime'), z.strictObject({ after: id('The step that must have been answered before') })])
    .optional()
    .describe('Whoever looks after the deployment may open it with a reason: "anytime", or { after: a step that must have been answered }'),
  automatic: id('The answer that Chaser gives itself once every notice has been given').optional(),
  explainsOffer: z.boolean().default(false).describe('true: the first letter explains the offer'),
});

const stage = z.strictObject({
  number: z.int().min(1).describe("The stage's number in the guidance"),
  id: id('The stage'),
  title: words('What the guidance calls the stage'),
  steps: z.record(id('A step'), step).describe('The steps of the stage, in order'),
});

const end = z.strictObject({
  title: words('How it reads when a deployment has ended so'),
  outcome: z.enum(['completed', 'declined', 'withdrawn']).describe('completed, declined or withdrawn'),
});

const workingDays = (what: string) =>
  z
    .string()
    .regex(/^[1-9]\d{0,2} working days?$/)
    .describe(`${what}: "5 working days"`);

const changes = z
  .strictObject({
    acknowledgeWithin: workingDays('An escalation that nobody acknowledges in this time goes up the chain').optional(),
    askAgainAfter: workingDays('A stopped clock whose expected end has passed: the coordinator is asked again after this time').optional(),
    reopenWithin: workingDays('How long after its end a deployment may be reopened').optional(),
    extension: z
      .strictObject({
        upTo: workingDays('The longest extension that needs no approval'),
        approval: id('The step in which a longer one is decided'),
      })
      .optional()
      .describe('The limit on extensions; without it there is none'),
    promises: z
      .union([
        z.literal('none'),
        z.strictObject({
          most: z.int().min(1).max(20).describe('How often in one round of a step'),
          within: workingDays('How far ahead the day may lie'),
        }),
      ])
      .optional()
      .describe(
        'How often, and how far ahead, those who are asked may say by when they will answer; no reminder goes until then. "none": not at all; left out: twice, within 5 working days, which is an assumption of ours',
      ),
    passOn: z
      .enum(['approved', 'same-domain'])
      .optional()
      .describe(
        'When a recipient names somebody else to be asked: "approved", the coordinator decides, as when left out; "same-domain", it is done at once where the other has an address in the e-mail domain of the school or trust',
      ),
    rematch: z
      .strictObject({
        role: id('The role that is replaced'),
        opens: id('The step at which the next round begins'),
        whenNamed: id('The step at which it begins when the new one is named already').optional(),
        until: id('The step after whose answer it is too late'),
      })
      .optional()
      .describe('Who can be rematched, and where the next round begins'),
  })
  .describe('How life may change a running deployment: stops, extensions, rematches, escalations');

/** The whole file. Ids are checked for their form here and for their meaning by the programme checker. */
export const programmeSchema = z
  .strictObject({
    programme: id("The programme, also the file's name"),
    version: z.int().min(1).describe('Counts up with every change after the first deployment began with it'),
    title: words('What people call the offer'),
    source: words('Where the chronology comes from: the guidance and its date'),
    offer: words('What the offer is, for a school that hears of it for the first time'),
    sendingHours: z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d to ([01]\d|2[0-3]):[0-5]\d$/)
      .describe('When e-mails may go out, London time: "08:00 to 18:00"'),
    dailyCap: z.int().min(1).describe('The most reminder e-mails that one person gets in a day'),
    assumedTermCalendars: z
      .array(id('A term calendar'))
      .default([])
      .describe('Term calendars that stand in where the real one is not known, best first'),
    roles: z.record(id('A role'), role).describe('Everyone who takes part, by role'),
    ladders: z.record(id('A ladder'), defaultLadder).describe('The chases of all steps that have no ladder of their own'),
    changes: changes.optional(),
    starts: z
      .record(name('A field'), field)
      .default({})
      .describe('What is asked when a deployment starts, by field; the values are facts on which steps, answers and fields may depend'),
    begins: oneOrMore(id('A step'), 'The steps that open when a deployment begins'),
    stages: z.array(stage).min(1).describe('The stages with their steps, in order'),
    ends: z.record(id('An end'), end).describe('The ways in which a deployment can end'),
    completesAs: id('The end that it comes to when nothing is left to do'),
  })
  .describe('A programme of Chaser: one chronology as data');

export type ProgrammeDocument = z.output<typeof programmeSchema>;
export type StepDocument = z.output<typeof step>;
export type AnswerDocument = z.output<typeof answer>;
export type FieldDocument = z.output<typeof field>;
export type TotalDocument = z.output<typeof total>;
export type EntryFieldDocument = z.output<typeof entryField>;
export type ConditionDocument = z.output<typeof condition>;
export type LadderDocument = z.output<typeof ladder>;
export type RungDocument = z.output<typeof rung>;

/** The schema for editors (JSON Schema draft 7, which the YAML language server reads best). */
export function programmeJsonSchema(): JsonSchema {
  return z.toJSONSchema(programmeSchema, { io: 'input', target: 'draft-7' }) as JsonSchema;
}

/** The parts of JSON Schema that findings read. */
export type JsonSchema = {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly propertyNames?: JsonSchema;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
};
