import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { completionsAt } from '../assets/editor/yaml-completion.js';

const schema = JSON.parse(readFileSync(join(import.meta.dirname, '../../programmes/programme.schema.json'), 'utf8')) as object;

/** What is offered at the ¦ of a text, and what of the text it replaces. */
function offered(marked: string): { readonly labels: readonly string[]; readonly typed: string } | null {
  const offset = marked.indexOf('¦');
  const text = marked.replace('¦', '');
  const found = completionsAt(schema, text, offset);
  return found === null ? null : { labels: found.options.map(({ label }) => label), typed: text.slice(found.from, offset) };
}
const labels = (marked: string) => offered(marked)?.labels ?? [];

describe('completion in the text of a programme', () => {
  it('offers the keys of the document, with what was typed of one replaced', () => {
    const found = offered('programme: small\nvers¦');
    assert.ok(found?.labels.includes('version'));
    assert.equal(found?.typed, 'vers');
    assert.ok(!labels('programme: small\n¦').includes('escalatesTo'), 'not those of a role');
  });

  it('offers the keys of a role, whatever its name, and of a role only', () => {
    const found = labels('roles:\n  rdp:\n    title: RDP coordinator\n    ¦');
    assert.ok(found.includes('escalatesTo') && found.includes('informedOnly'));
    assert.ok(!found.includes('version'));
    assert.deepEqual(labels('roles:\n  ¦'), [], 'a role has a name of its own');
    assert.ok(labels('roles:\n  rdp:\n    days: working\nsen¦').includes('sendingHours'), 'back at the margin');
  });

  it('offers the values that a key may have', () => {
    assert.deepEqual(offered('roles:\n  rdp:\n    days: wor¦'), { labels: ['working', 'school'], typed: 'wor' });
    assert.deepEqual(labels('roles:\n  rdp:\n    informedOnly: ¦'), ['true', 'false']);
  });

  it('knows the steps of a stage, whether its list is indented or not', () => {
    for (const list of ['stages:\n  - title: First\n    ¦', 'stages:\n- title: First\n  ¦', 'stages:\n  - ¦']) {
      assert.ok(labels(list).includes('steps'), list);
    }
  });

  it('offers nothing in a comment, within the lines of a text, or within braces', () => {
    assert.equal(offered('# ver¦'), null);
    assert.equal(offered('offer: |-\n  ver¦'), null);
    assert.equal(offered('changes: { ext¦'), null);
    assert.ok(labels('offer: |-\n  Some words\nver¦').includes('version'), 'after the text it offers again');
  });
});
