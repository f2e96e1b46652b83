import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { wrapText } from '../../mail/wrap.ts';
import { letterParts } from './letter-text.ts';

const LONG =
  'Please contact the school or trust at Hillside Church of England Primary School to offer support, and ask whether they will take part.';

describe('the text of a letter on a page', () => {
  it('has its underlined lines as headings', () => {
    assert.deepEqual(letterParts('Please answer\n=============\n\nDear Jo\n\nWhy\n---'), [
      { heading: true, lines: ['Please answer'] },
      { heading: false, lines: ['Dear Jo'] },
      { heading: true, lines: ['Why'] },
    ]);
  });

  it('has long lines in one piece again, those of a list too', () => {
    for (const line of [LONG, `- ${LONG}`]) {
      assert.notEqual(wrapText(line), line);
      assert.deepEqual(letterParts(wrapText(line)), [{ heading: false, lines: [line] }]);
    }
  });

  it('keeps short lines apart', () => {
    assert.deepEqual(letterParts('- Yes\n- No\nCora Coordinator\nRDP coordinator'), [
      { heading: false, lines: ['- Yes', '- No', 'Cora Coordinator', 'RDP coordinator'] },
    ]);
  });

  it('keeps a command that readers copy as it is', () => {
    const command = `    chaser answer D00001 confirm ANSWER --for ${'x'.repeat(40)}@school.example`;
    assert.deepEqual(letterParts(`${command}\nThen go on.`), [{ heading: false, lines: [command.trim(), 'Then go on.'] }]);
  });
});
