import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { plainDate } from '../time/plain-date.ts';
import { CONTACT_STATES, standingOfContacts } from './contacts.ts';
import type { Contact, ContactState } from './contacts.ts';

const DESIGN = {
  window: { from: plainDate('2040-01-30'), to: plainDate('2040-04-20') },
  stops: [
    { from: plainDate('2040-02-10'), to: plainDate('2040-02-14'), because: 'half term' },
    { from: plainDate('2040-03-19'), to: null, because: 'the Department paused fieldwork' },
  ],
};
const contact = (state: ContactState, on = '2040-02-02', because = ''): Contact => ({ unit: '1', on: plainDate(on), state, because });
const after = (...contacts: readonly Contact[]) => {
  const found = standingOfContacts(DESIGN, ['1', '2'], contacts);
  return found.ok ? found.value.get('1') : found.reason.message;
};
const chain = (...states: readonly ContactState[]) => after(...states.map((state) => contact(state, '2040-02-02', 'because')));

describe('the contact with somebody in a sample', () => {
  it('stands where its last contact left it, and at nothing before the first', () => {
    const found = standingOfContacts(DESIGN, ['1', '2'], [contact('letter-sent'), contact('agreed'), contact('interviewed', '2040-02-03')]);
    assert.ok(found.ok);
    assert.deepEqual(
      [...found.value],
      [
        ['1', 'interviewed'],
        ['2', 'drawn'],
      ],
    );
  });

  it('takes each state only after one that it can follow', () => {
    const can: readonly (readonly ContactState[])[] = [
      ['letter-sent', 'reminded', 'reminded', 'agreed', 'interviewed'],
      ['letter-sent', 'reminded', 'no-reply', 'agreed'],
      ['letter-sent', 'no-reply', 'refused'],
      ['letter-sent', 'agreed', 'withdrawn'],
      ['letter-sent', 'refused'],
      ['not-reachable'],
      ['misclassified'],
    ];
    for (const states of can) assert.equal(chain(...states), states.at(-1));
    assert.equal(chain('interviewed'), 'Interviewed for 1 on 2 February 2040: nothing was sent yet.');
    assert.equal(chain('letter-sent', 'interviewed'), 'Interviewed for 1 on 2 February 2040: it stands at “Letter sent”.');
    for (const end of ['interviewed', 'refused', 'not-reachable', 'misclassified', 'withdrawn'] as const) {
      const first: readonly ContactState[] = end === 'interviewed' ? ['letter-sent', 'agreed', end] : ['letter-sent', end];
      for (const next of Object.keys(CONTACT_STATES) as readonly ContactState[]) {
        assert.match(String(chain(...first, next)), /it stands at/, `${next} after ${end}`);
      }
    }
  });

  it('is told what can follow', () => {
    const found = standingOfContacts(DESIGN, ['1'], [contact('letter-sent'), contact('no-reply'), contact('reminded')]);
    assert.equal(found.ok ? '' : found.reason.remedy, 'What can follow: Agreed, Refused, Misclassified.');
    const ended = standingOfContacts(DESIGN, ['1'], [contact('letter-sent'), contact('refused'), contact('reminded')]);
    assert.equal(ended.ok ? '' : ended.reason.remedy, 'Nothing can follow that.');
  });

  it('is not with somebody who was not drawn, nor before the contact before it', () => {
    assert.equal(after({ ...contact('letter-sent'), unit: '9' }), 'Letter sent for 9 on 2 February 2040: it was not drawn.');
    assert.equal(
      after(contact('letter-sent', '2040-02-02'), contact('reminded', '2040-02-01')),
      'Reminded for 1 on 1 February 2040: the contact before was on 2 February 2040.',
    );
  });

  it('is an interview only within the window, both days counted', () => {
    const on = (day: string) => after(contact('letter-sent', '2040-01-20'), contact('agreed', '2040-01-20'), contact('interviewed', day));
    assert.equal(on('2040-01-30'), 'interviewed');
    assert.equal(on('2040-04-20'), 'interviewed');
    assert.match(String(on('2040-01-29')), /interviews were held from 30 January 2040 to 20 April 2040\.$/);
    assert.match(String(on('2040-04-21')), /interviews were held from/);
  });

  it('approaches nobody during a stop, and lets an agreed interview go ahead', () => {
    for (const [day, stopped] of [
      ['2040-02-09', false],
      ['2040-02-10', true],
      ['2040-02-14', true],
      ['2040-02-15', false],
      ['2040-04-01', true],
    ] as const) {
      const said = String(after(contact('letter-sent', day)));
      if (stopped) assert.match(said, /fieldwork was stopped from/, day);
      else assert.equal(said, 'letter-sent', day);
    }
    assert.match(
      String(after(contact('letter-sent'), contact('reminded', '2040-02-12'))),
      /stopped from 10 February 2040 \(half term\)\.$/,
    );
    assert.match(String(after(contact('letter-sent'), contact('agreed', '2040-02-12'))), /stopped/);
    assert.equal(after(contact('letter-sent'), contact('agreed'), contact('interviewed', '2040-02-12')), 'interviewed');
    assert.equal(after(contact('letter-sent'), contact('refused', '2040-02-12')), 'refused');
  });

  it('that cannot be is refused, each fault with its kind and its remedy', () => {
    const refusal = (...contacts: readonly Contact[]) => {
      const found = standingOfContacts(DESIGN, ['1'], contacts);
      return found.ok ? null : [found.reason.kind, found.reason.remedy];
    };
    const sent = contact('letter-sent', '2040-02-02');
    assert.deepEqual(refusal({ ...sent, unit: '9' }), ['not-drawn', 'Correct its id, or add the draw that it is of.']);
    assert.deepEqual(refusal(sent, contact('agreed', '2040-02-01')), [
      'too-early',
      'Correct the day, or put the lines in the order of their days.',
    ]);
    assert.equal(refusal(sent, sent)?.[0], 'out-of-order');
    const agreed = contact('agreed', '2040-02-02');
    assert.deepEqual(refusal(sent, agreed, contact('interviewed', '2040-04-21')), ['outside-window', 'Correct the day.']);
    assert.deepEqual(refusal(sent, contact('reminded', '2040-02-10')), ['stopped', 'Correct the day, or leave it out.']);
    assert.deepEqual(refusal(sent, contact('withdrawn')), ['no-reason', 'Say why: it is reported with the sample.']);
  });

  it('ends as misclassified or withdrawn only with a reason', () => {
    for (const state of ['misclassified', 'withdrawn'] as const) {
      assert.match(String(after(contact('letter-sent'), contact(state, '2040-02-03', ' '))), /no reason is given\.$/);
      assert.equal(after(contact('letter-sent'), contact(state, '2040-02-03', 'The school has closed.')), state);
    }
  });
});
