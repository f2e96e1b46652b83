import assert from 'node:assert/strict';
import { it } from 'vitest';
import { plainDate } from '../domain/time/plain-date.ts';
import { answer, CALENDAR, programmeOf, step } from '../tests/kit/programmes.ts';
import { pictureOf } from './picture.ts';
import { rehearse } from './rehearse.ts';
import { EVERYONE } from './scenario.ts';

const LONG = 'Say whether the trust partnership that was recommended before the summer holidays is still to go ahead';

it('a picture leaves nothing out of a long title, and keeps its rows apart', () => {
  const programme = programmeOf(
    ['ask', 'tell'],
    [step('ask', 'school', [answer('yes', {})], { title: LONG }), step('tell', 'rdp', [answer('told', {})], { title: 'Tell them' })],
  );
  const startsOn = plainDate('2022-11-14');
  const played = rehearse({
    programme,
    calendar: CALENDAR,
    subject: 'school',
    startsOn,
    scenario: EVERYONE['on-time'],
    facts: {},
    letters: false,
  });
  assert.ok(played.ok);
  const { height, shapes } = pictureOf(programme, CALENDAR, played.value.timeline);
  const labels = shapes.flatMap((shape) => (shape.kind === 'text' && shape.anchor === 'end' ? [shape] : []));
  assert.equal(labels.map(({ text }) => text).join(' '), `${LONG} Tell them`);
  assert.ok(labels.length > 3, String(labels.length));
  for (const [at, { y, size }] of labels.entries()) assert.ok(y >= (labels[at - 1]?.y ?? 0) + size, `line ${at} at ${y}`);
  assert.ok((labels.at(-1)?.y ?? 0) < height);
});
