import { describe } from 'vitest';
import { itFindsEach } from '../tests/kit/small-programme.ts';
import type { Broken } from '../tests/kit/small-programme.ts';

const LADDERS: readonly Broken[] = [
  {
    because: 'a step takes a ladder that does not exist',
    replace: ['optional: true\n        ladder: { request: opening, reminder: [-3] }', 'optional: true\n        ladder: shrot'],
    line: 'ladder: shrot',
    column: 'shrot',
    what: /no ladder "shrot"/,
    remedy: /Did you mean "short"\?/,
  },
  {
    because: 'a ladder ends without an escalation',
    replace: [', escalation: [{ at: +5, days: working }] }', ' }'],
    line: 'ladder: { request: -3, overdue: [+1] }',
    what: /no escalation/,
    remedy: /escalation: \[\+5\]/,
  },
  {
    because: 'a ladder never asks',
    replace: ['ladder: { request: -3, overdue', 'ladder: { overdue'],
    line: 'ladder: { overdue',
    what: /no request/,
    remedy: /request: opening/,
  },
  {
    because: 'an escalation is to be a text message',
    replace: ['escalation: [{ at: +5, days: working }] }', 'escalation: [{ at: +5, days: working, also: [text] }] }'],
    line: 'escalation: [{ at: +5, days: working, also: [text] }] }',
    column: '{ at: +5, days: working, also',
    what: /"escalation\+5" cannot also be a text message or a letter to print/,
    remedy: /put it at the request, a reminder or an overdue notice/,
  },
  {
    because: 'a reminder is to be two text messages',
    replace: [
      'optional: true\n        ladder: { request: opening, reminder: [-3] }',
      'optional: true\n        ladder: { request: opening, reminder: [{ at: -3, also: [text, text] }] }',
    ],
    line: 'reminder: [{ at: -3, also: [text, text] }]',
    column: '{ at: -3, also',
    what: /"reminder-3" names the same way of sending twice/,
    remedy: /once/,
  },
  {
    because: 'a reminder lies before the opening of the step',
    replace: ['ladder: { request: opening, reminder: [-3] }', 'ladder: { request: opening, reminder: [-3, -10] }'],
    line: 'reminder: [-3, -10]',
    column: '-10',
    what: /"reminder-10" would never come for "thank"/,
    remedy: /-9 or later/,
  },
  {
    because: 'a default ladder reminds before the opening of a short step',
    replace: ['short: { upToDays: 3, request: opening, reminder: [0]', 'short: { upToDays: 3, request: opening, reminder: [-3]'],
    line: 'short:',
    column: '-3',
    what: /"reminder-3" would never come for "find-helper"/,
    remedy: /-2 or later/,
  },
  {
    because: 'a chase comes after an optional step has lapsed',
    replace: ['ladder: { request: opening, reminder: [-3] }', 'ladder: { request: opening, overdue: [+1] }'],
    line: 'overdue: [+1] }\n        ask: Would',
    column: '+1',
    what: /"overdue\+1" would never come: "thank" is optional/,
    remedy: /due date or before/,
  },
  {
    because: 'a call task is for an owner whom nobody telephones',
    replace: ['ladder: { request: -3, overdue: [+1]', 'ladder: { request: -3, call: [+1]'],
    line: 'call: [+1]',
    column: '+1',
    what: /nobody telephones "desk"/,
    remedy: /calledBy/,
  },
  {
    because: 'two chases of a step are the same',
    replace: ['overdue: [+1], escalation: [{ at: +5', 'overdue: [+1, +1], escalation: [{ at: +5'],
    line: 'overdue: [+1, +1]',
    column: '+1]',
    what: /two chases "overdue\+1"/,
    remedy: /Remove one/,
  },
  {
    because: 'a reminder comes after the due date',
    replace: ['reminder: [-3] }', 'reminder: [1] }'],
    line: 'reminder: [1]',
    column: '1]',
    what: /is not a reminder/,
    remedy: /overdue notice/,
  },
  {
    because: 'an escalation comes before the step is late',
    replace: ['{ at: +5, days: working }', '0'],
    line: 'escalation: [0]',
    column: '0]',
    what: /before the step is late/,
    remedy: /\+1 or more/,
  },
  {
    because: 'no default ladder is long enough',
    replace: ['long: { upToDays: any', 'long: { upToDays: 10'],
    line: 'allowed: 4 weeks',
    column: '4 weeks',
    what: /No default ladder is for a step of "4 weeks"/,
    remedy: /upToDays: any/,
  },
];

describe('the checker of ladders', () => {
  itFindsEach(LADDERS);
});
