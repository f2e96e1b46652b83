import * as z from 'zod';

/** What an entry of `changes` may say. The descriptions are the remedies of its findings. */

export const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]*$/);
export const date = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);

const by = name.optional().describe('the id of the role that decides it; the first of the programme when left out');
const holder = name.optional().describe('the id of the role that does it; whoever has the escalation when left out');
const because = z.string().min(1).describe('why, in a sentence');
const open = name.describe('the id of a step that is open on that day');
const escalated = name.describe('the id of a step that is escalated on that day');
const role = (what: string) => name.describe(`the id of the role ${what}`);
const day = (what: string) => date.describe(`${what}, as 2022-12-05`);

/** Each way to change a deployment, by its name in a scenario. */
const ways = {
  withdraw: z.strictObject({ as: name.describe('the id of an end of the programme'), because, by }),
  reopen: z.strictObject({ because, by }),
  pause: z.strictObject({
    step: open.optional(),
    category: z
      .enum(['illness', 'inspection', 'leadership-change', 'safeguarding', 'school-closed', 'waiting-for-department', 'other'])
      .describe('illness, inspection, leadership-change, safeguarding, school-closed, waiting-for-department or other'),
    until: day('the day on which it is expected to end'),
    because,
    by,
  }),
  prolong: z.strictObject({ until: day('the day on which the stop is expected to end now'), because, by }),
  resume: z.strictObject({ because, by }),
  extend: z.strictObject({ step: open, to: day('the new due date'), because, by }),
  rematch: z.strictObject({ because, by }),
  raise: z.strictObject({ step: name.describe('the id of a step that may be raised'), because, by }),
  person: z.strictObject({ role: role('that somebody else holds from then on'), because, by }),
  deputy: z.strictObject({
    for: role('whose holder is away'),
    from: day('the first day; the day of the change when left out').optional(),
    until: day('the last day'),
    because,
    by,
  }),
  back: z.strictObject({ for: role('whose holder is back earlier'), because, by }),
  correct: z.strictObject({ fact: name.describe('the name of a date that was recorded: matchedOn'), to: day('what it was'), because, by }),
  takeBack: z.strictObject({ step: name.describe('the id of a step that has been answered'), because, by }),
  acknowledge: z.strictObject({
    step: escalated,
    promised: day('the day by which it will be done'),
    because: z.string().min(1).describe('what will be done, in a sentence'),
    by: holder,
    toldTo: role('that records it when they telephone').optional(),
  }),
  handOver: z.strictObject({ step: escalated, to: role('whose holder is to take it'), because, by: holder }),
  sendBack: z.strictObject({ step: escalated, because, by: holder }),
  remind: z.strictObject({ step: open, by }),
  skip: z.strictObject({ step: open, because, by }),
  chase: z.strictObject({ pace: z.enum(['less', 'usual', 'more']).describe('less, usual or more'), because, by }),
} as const;

const BY = 'because: why, by: the role that decides it';

export const change = z
  .strictObject({
    on: day('the day of the change'),
    withdraw: ways.withdraw.optional().describe(`{ as: an end, ${BY} }`),
    reopen: ways.reopen.optional().describe(`{ ${BY} }`),
    pause: ways.pause.optional().describe('{ category, until, because: why, by: the role that decides it }, and perhaps step'),
    prolong: ways.prolong.optional().describe(`{ until, ${BY} }`),
    resume: ways.resume.optional().describe(`{ ${BY} }`),
    extend: ways.extend.optional().describe('{ step, to: the new due date, because: why, by: the role that asks for it }'),
    rematch: ways.rematch.optional().describe(`{ ${BY} }`),
    raise: ways.raise.optional().describe(`{ step: a step that may be raised, ${BY} }`),
    person: ways.person.optional().describe(`{ role: the role that somebody else holds from then on, ${BY} }`),
    deputy: ways.deputy.optional().describe(`{ for: the role whose holder is away, until, ${BY} }, and perhaps from`),
    back: ways.back.optional().describe(`{ for: the role whose holder is back, ${BY} }`),
    correct: ways.correct.optional().describe(`{ fact: the name of a recorded date, to: what it was, ${BY} }`),
    takeBack: ways.takeBack.optional().describe(`{ step, ${BY} }`),
    acknowledge: ways.acknowledge.optional().describe('{ step, promised: the day by which it will be done, because: what will be done }'),
    handOver: ways.handOver.optional().describe('{ step, to: the role whose holder is to take it, because: why }'),
    sendBack: ways.sendBack.optional().describe('{ step, because: why }'),
    remind: ways.remind.optional().describe('{ step }'),
    skip: ways.skip.optional().describe(`{ step, ${BY} }`),
    chase: ways.chase.optional().describe(`{ pace: less, usual or more, ${BY} }`),
  })
  // For editors: a day, and one thing that is decided on it.
  .meta({ minProperties: 2, maxProperties: 2 });

/** The names of the changes, in the order in which they are told to people. */
export const CHANGES = Object.keys(ways);
