import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { refill } from './refill.ts';

const PAGE = `<!DOCTYPE html><html><body><main><h1>Say why</h1>
<form method="post" action="/other"><input name="words" value="not mine"></form>
<form method="post" action="/here?a=1&amp;b=2">
<input type="hidden" name="csrf" value="of-now"><input type="hidden" name="onceAs" value="new"><input type="hidden" name="round" value="2">
<label for="words">Why?</label><textarea id="words" name="words">old</textarea>
<input name="day"><input name="name" value="as it was">
<input type="radio" name="how" value="late" checked><input type="radio" name="how" value="never">
<input type="checkbox" name="line" value="1" checked><input type="checkbox" name="line" value="2" checked><input type="checkbox" name="told" value="yes" checked>
<select name="who"><option value="a">A</option><option value="b">B</option></select>
<button name="stage" value="confirm">Send</button></form></main></body></html>`;
const field = (name: string, value: string) => ({ name, value });
const FIELDS = [
  field('words', 'He said “</textarea> & so on”.'),
  field('day', '"4"'),
  field('how', 'never'),
  field('line', '2'),
  field('who', 'b'),
  field('round', '1'),
  field('onceAs', 'first'),
  field('stage', 'confirm'),
  field('items-3-what', 'A third thing'),
];

describe('a form that is filled in again', () => {
  const refilled = refill(PAGE, { address: '/here?a=1&b=2', action: '/kept-forms/1', fields: FIELDS });
  assert.ok(refilled);
  const page = refilled.withFirst('<p>Back</p>');

  it('loses nothing that was typed, chosen or cleared, and takes nothing for markup', () => {
    assert.match(page, /<textarea id="words" name="words">He said “&lt;\/textarea&gt; &amp; so on”\.<\/textarea>/);
    assert.match(page, /<input name="day" value="&quot;4&quot;">/);
    assert.match(page, /<input name="name" value="as it was">/);
    assert.match(page, /value="late"><input type="radio" name="how" value="never" checked="">/);
    assert.match(page, /name="line" value="1"><input type="checkbox" name="line" value="2" checked="">/);
    assert.match(page, /name="told" value="yes">/);
    assert.match(page, /<option value="a">A<\/option><option value="b" selected="">/);
  });

  it('keeps the page’s own session and round, is at no later stage, and counts once with the form that was sent', () => {
    assert.match(page, /name="csrf" value="of-now"/);
    assert.match(page, /name="round" value="2"/);
    assert.match(page, /name="onceAs" value="first"/);
    assert.doesNotMatch(page, /<input[^>]*name="stage"/);
  });

  it('is sent on by way of what is kept, and no other form is touched', () => {
    assert.match(page, /<form method="post" action="\/kept-forms\/1">/);
    assert.match(page, /action="\/other"><input name="words" value="not mine">/);
    assert.match(page, /<main><p>Back<\/p><h1>/);
  });

  it('carries what the form has no field for', () => {
    assert.deepEqual(refilled.elsewhere, ['A third thing']);
    assert.match(page, /<input type="hidden" name="items-3-what" value="A third thing"><\/form>/);
  });

  it('is not taken for another form of the page', () => {
    assert.equal(refill(PAGE, { address: '/here', action: '/kept-forms/1', fields: FIELDS }), undefined);
  });
});
