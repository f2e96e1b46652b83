import assert from 'node:assert/strict';
import { it } from 'vitest';
import { orderedJson } from './ordered-json.ts';

it('says the same of the same value whatever the order of its keys, keeps the order of lists, and leaves out what is undefined', () => {
  const written = '{"a":[2,1,{"x":null,"y":"z"}],"b":{"c":1,"d":true,"e":2}}';
  assert.equal(orderedJson({ b: { e: 2, c: 1, d: true }, a: [2, 1, { y: 'z', x: null }], f: undefined }), written);
  assert.equal(orderedJson({ a: [2, 1, { x: null, y: 'z' }], b: { d: true, e: 2, c: 1 } }), written);
  assert.deepEqual([orderedJson(null), orderedJson('text'), orderedJson([])], ['null', '"text"', '[]']);
});
