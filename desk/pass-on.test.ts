import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { SMALL } from '../tests/kit/changes.ts';
import { changeRulesOf, mayPassOn } from '../domain/programme.ts';
import { isAtOnce, nearlyMeant } from './pass-on.ts';

describe('the address of somebody who is named to be asked', () => {
  it.each([
    ['a letter left out', 'jo@hilcrest.example', 'jo@hillcrest.example'],
    ['a letter too many', 'jo@hillcresst.example', 'jo@hillcrest.example'],
    ['another letter', 'jo@hillcrost.example', 'jo@hillcrest.example'],
    ['two letters changed over', 'jo@hillcrset.example', 'jo@hillcrest.example'],
    ['a domain that many people use', 'jo@gmial.com', 'jo@gmail.com'],
  ])('is asked about when it has %s', (_, given, meant) => {
    assert.equal(nearlyMeant(given, ['hillcrest.example']), meant);
  });

  it.each(['jo@hillcrest.example', 'jo@HILLCREST.example', 'jo@gmail.com', 'jo@otherschool.example', 'jo@hllcrst.example'])(
    'is taken as it is: %s',
    (given) => {
      assert.equal(nearlyMeant(given, ['hillcrest.example']), null);
    },
  );
});

describe('somebody who is named is asked at once', () => {
  const standing = {
    staff: false,
    holds: false,
    replaced: false,
    refused: false,
    person: null,
    name: null,
    domains: ['hillcrest.example'],
  };
  const sameDomain = { ...SMALL, changes: { ...changeRulesOf(SMALL), passOn: 'same-domain' as const } };

  it('only where the programme says so, at an address of the school', () => {
    assert.ok(isAtOnce(sameDomain, 'jo@hillcrest.example', standing, 'Jo'));
    assert.ok(!isAtOnce(SMALL, 'jo@hillcrest.example', standing, 'Jo'));
    assert.ok(!isAtOnce(sameDomain, 'jo@elsewhere.example', standing, 'Jo'));
  });

  it('never where anybody can have an address, though somebody at the school has one there', () => {
    assert.ok(!isAtOnce(sameDomain, 'jo@gmail.com', { ...standing, domains: ['gmail.com'] }, 'Jo'));
  });

  it('not where the address is known as that of somebody of another name', () => {
    const known = { ...standing, person: 'p-jo', name: 'Joanna Head' };
    assert.ok(!isAtOnce(sameDomain, 'jo@hillcrest.example', known, 'Jo'));
    assert.ok(isAtOnce(sameDomain, 'jo@hillcrest.example', known, 'Joanna Head'));
  });
});

describe('passing on', () => {
  it('is for those who own the step, and not for whoever asks', () => {
    const [step] = Object.values(SMALL.steps).filter(({ owner }) => owner === 'school');
    assert.ok(step);
    assert.ok(mayPassOn(SMALL, step, 'school'));
    assert.ok(!mayPassOn(SMALL, step, null));
    assert.ok(!mayPassOn(SMALL, step, 'rdp'));
  });
});
