import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { readProgramme } from './read-programme.ts';
import { SMALL_PROGRAMME, itFindsEach } from '../tests/kit/small-programme.ts';
import type { Broken } from '../tests/kit/small-programme.ts';

const NAMES: readonly Broken[] = [
  {
    because: 'a step belongs to a role that does not exist',
    replace: ['owner: helper\n        source: Invented, row 2', 'owner: helpr\n        source: Invented, row 2'],
    line: 'owner: helpr',
    column: 'helpr',
    what: /no role "helpr"/,
    remedy: /Did you mean "helper"\?/,
  },
  {
    because: 'a joint owner does not exist',
    replace: ['with: school', 'with: [school, governors]'],
    line: 'with: [school, governors]',
    column: 'governors',
    what: /no role "governors"/,
    remedy: /Use one of: desk, chief, helper, school, diocese\./,
  },
  {
    because: 'an ordinary word of JavaScript is taken for a role',
    replace: ['with: school', 'with: constructor'],
    line: 'with: constructor',
    column: 'constructor',
    what: /no role "constructor"/,
    remedy: /Use one of/,
  },
  {
    because: 'a notice is for a role that does not exist',
    replace: ['to: diocese', 'to: bishop'],
    line: 'to: bishop',
    column: 'bishop',
    what: /no role "bishop"/,
    remedy: /Use one of/,
  },
  {
    because: 'a step is asked in the name of a role that does not exist',
    replace: ['source: Invented, row 2', 'askedBy: desc\n        source: Invented, row 2'],
    line: 'askedBy: desc',
    column: 'desc',
    what: /no role "desc"/,
    remedy: /Did you mean "desk"\?/,
  },
  {
    because: 'a step is asked in the name of a role that is only informed',
    replace: ['source: Invented, row 2', 'askedBy: diocese\n        source: Invented, row 2'],
    line: 'askedBy: diocese',
    column: 'diocese',
    what: /"diocese" is informed only and cannot ask or telephone/,
    remedy: /another role/,
  },
  {
    because: 'a step is asked in the name of somebody who may not be there yet',
    replace: ['source: Invented, row 1', 'askedBy: helper\n        source: Invented, row 1'],
    line: 'askedBy: helper',
    column: 'helper',
    what: /"helper" is named later/,
    remedy: /held from the start/,
  },
  {
    because: 'a role would ask itself',
    replace: ['source: Invented, row 1', 'askedBy: desk\n        source: Invented, row 1'],
    line: 'askedBy: desk',
    column: 'desk',
    what: /"desk" would ask itself/,
    remedy: /remove "askedBy"/,
  },
  {
    because: 'a notice repeats the answer to a step that does not exist',
    replace: ['text: A helper is being looked for. }', 'text: A helper is being looked for., withEarlier: { find-helpr: helper } }'],
    line: 'find-helpr',
    column: 'find-helpr',
    what: /no step "find-helpr"/,
    remedy: /Did you mean "find-helper"\?/,
  },
  {
    because: 'a notice repeats a field that no answer has',
    replace: ['text: A helper is being looked for. }', 'text: A helper is being looked for., withEarlier: { find-helper: helpr } }'],
    line: 'find-helper: helpr',
    column: 'helpr',
    what: /No answer to "find-helper" has a field "helpr"/,
    remedy: /Did you mean "helper"\?/,
  },
  {
    because: 'a role escalates to one that does not exist',
    replace: ['escalatesTo: chief', 'escalatesTo: cheif'],
    line: 'escalatesTo: cheif',
    column: 'cheif',
    what: /no role "cheif"/,
    remedy: /Did you mean "chief"\?/,
  },
  {
    because: 'a person field names a role that does not exist',
    replace: ['names: helper', 'names: aide'],
    line: 'names: aide',
    column: 'aide',
    what: /no role "aide"/,
    remedy: /Use one of/,
  },
  {
    because: 'a unit of time is unknown',
    replace: ['allowed: 5 working days', 'allowed: 5 fortnights'],
    line: 'allowed: 5 fortnights',
    column: '5 fortnights',
    what: /fortnights/,
    remedy: /days/,
  },
  {
    because: 'an answer opens a step that does not exist',
    replace: ['then: { open: find-helper }', 'then: { open: find-a-helper }'],
    line: 'open: find-a-helper',
    column: 'find-a-helper',
    what: /no step "find-a-helper"/,
    remedy: /Did you mean "find-helper"\?/,
  },
  {
    because: 'an answer closes a step that does not exist',
    replace: ['close: keep-in-touch', 'close: [keep-in-tuch]'],
    line: 'close: [keep-in-tuch]',
    column: 'keep-in-tuch',
    what: /no step "keep-in-tuch"/,
    remedy: /Did you mean "keep-in-touch"\?/,
  },
  {
    because: 'an answer leads to an end that does not exist',
    replace: ['end: declined', 'end: refused'],
    line: 'end: refused',
    column: 'refused',
    what: /no end "refused"/,
    remedy: /Use one of: completed, declined\./,
  },
  {
    because: 'the first step does not exist',
    replace: ['begins: find-helper', 'begins: look-for-helper'],
    line: 'begins:',
    column: 'look-for-helper',
    what: /no step "look-for-helper"/,
    remedy: /Did you mean|Use one of/,
  },
  {
    because: 'a finished deployment comes to an end that does not exist',
    replace: ['completesAs: completed', 'completesAs: complete'],
    line: 'completesAs: complete',
    column: 'complete\n',
    what: /no end "complete"/,
    remedy: /Did you mean "completed"\?/,
  },
  {
    because: 'a step is counted from a fact that no answer records',
    replace: ['countsFrom: foundOn', 'countsFrom: agreedOn'],
    line: 'countsFrom: agreedOn',
    column: 'agreedOn',
    what: /No answer records "agreedOn"/,
    remedy: /Use one of: foundOn\./,
  },
  {
    because: 'a text holds a placeholder that nobody can fill in',
    replace: ['{school} at {subject}', '{head} at {subject}'],
    line: 'Please agree to help {head}',
    column: 'Please',
    what: /\{head\}/,
    remedy: /Use one of: subject, desk/,
  },
  {
    because: 'a placeholder stands in a label, where nothing is filled in',
    replace: ['label: I will help', "label: 'I will help {subject}'"],
    line: 'I will help {subject}',
    column: "'I will",
    what: /not filled in here/,
    remedy: /"ask", "askWith", "next"/,
  },
];

const SENSE: readonly Broken[] = [
  {
    because: 'a role that is only informed is asked to do something',
    replace: ['with: school', 'with: diocese'],
    line: 'with: diocese',
    column: 'diocese',
    what: /"diocese" is informed only/,
    remedy: /notice/,
  },
  {
    because: 'nobody would hear of the silence of an owner',
    replace: [', days: working, escalatesTo: chief }', ', days: working }'],
    line: 'owner: desk\n        source: Invented, row 1',
    column: 'desk',
    what: /Nobody would be told when "desk"/,
    remedy: /escalatesTo/,
  },
  {
    because: 'a role escalates to itself',
    replace: ['escalatesTo: chief', 'escalatesTo: desk'],
    line: 'title: desk',
    column: 'desk }',
    what: /escalates to itself/,
    remedy: /above it/,
  },
  {
    because: 'an answer has an empty consequence',
    replace: ['then: done', 'then: {}'],
    line: 'then: {}',
    what: /no consequence/,
    remedy: /"then: done"/,
  },
  {
    because: 'an answer ends the deployment and opens a step',
    replace: ['then: { end: declined }', 'then: { end: declined, open: agree }'],
    line: 'end: declined, open: agree',
    column: 'agree',
    what: /cannot end the deployment and open a step/,
    remedy: /Keep one/,
  },
  {
    because: 'a person is asked for and comes to hold no role',
    replace: ['kind: person, names: helper', 'kind: person'],
    line: 'helper: { label: Helper, kind: person }',
    what: /hold no role/,
    remedy: /Add "names"/,
  },
  {
    because: 'a text field is to be kept as a date',
    replace: [
      'kind: person, names: helper }',
      'kind: person, names: helper }\n              day: { label: Day, kind: text, records: dayOn }',
    ],
    line: 'records: dayOn',
    column: 'dayOn',
    what: /cannot be kept as a fact/,
    remedy: /kind date/,
  },
  {
    because: 'an automatic step gives an answer that it does not have',
    replace: ['next: The helper is asked.', 'next: The helper is asked.\n        automatic: sent'],
    line: 'automatic: sent',
    column: 'sent',
    what: /no answer "sent"/,
    remedy: /Use one of: found, nobody/,
  },
  {
    because: 'an automatic step gives an answer that asks for something',
    replace: ['next: The helper is asked.', 'next: The helper is asked.\n        automatic: found'],
    line: 'automatic: found',
    column: 'found',
    what: /fields that Chaser cannot fill in/,
    remedy: /optional/,
  },
  {
    because: 'an automatic step has nothing to do',
    replace: ['next: You can then begin.', 'next: You can then begin.\n        automatic: agrees'],
    line: 'automatic: agrees',
    column: 'agrees',
    what: /gives no notice/,
    remedy: /Add notices/,
  },
  {
    because: 'two steps have the same id',
    replace: ['      thank:\n', '      agree:\n'],
    line: '      agree:\n        title: Say',
    what: /two steps "agree"/,
    remedy: /its own id/,
  },
  {
    because: 'the stages are out of order',
    replace: ['number: 2', 'number: 1'],
    line: 'number: 1\n    id: helping',
    column: '1\n    id: helping',
    what: /out of order/,
    remedy: /upwards/,
  },
  {
    because: 'the sending hours end before they begin',
    replace: ['08:00 to 18:00', '18:00 to 08:00'],
    line: 'sendingHours',
    column: '18:00 to',
    what: /end before they begin/,
    remedy: /earlier time first/,
  },
  {
    because: 'the file has another name',
    replace: ['programme: small', 'programme: tiny'],
    line: 'programme: tiny',
    column: 'tiny',
    what: /file with another name/,
    remedy: /tiny\.yaml/,
  },
];

describe('the programme checker', () => {
  it('finds no fault in the small programme', () => {
    assert.deepEqual(readProgramme(SMALL_PROGRAMME, 'small.yaml').findings, []);
  });

  itFindsEach([...NAMES, ...SENSE]);

  it('reports every fault of a file at once, in the order of the file', () => {
    const text = SMALL_PROGRAMME.replace('to: diocese', 'to: governors').replace('5 working days', '5 moons');
    const { findings } = readProgramme(text, 'small.yaml');
    assert.deepEqual(
      findings.map(({ what }) => /5 moons|governors/.exec(what)?.[0]),
      ['governors', '5 moons'],
    );
  });
});
