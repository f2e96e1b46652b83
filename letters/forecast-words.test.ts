import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import type { CallHelp } from '../domain/chasing/call-help.ts';
import { plainDate } from '../domain/time/plain-date.ts';
import { callHelpWords, forecastWords } from './forecast-words.ts';
import type { KnownForecast } from './forecast-words.ts';

const forecast: KnownForecast = {
  asOf: '2026-11-28T06:00:00.000Z',
  movedOn: false,
  usualOn: plainDate('2027-03-14'),
  steps: 9,
  assumed: 0,
  term: { plays: 20, missed: 13 },
  trouble: null,
};

describe('a forecast in a list', () => {
  it('says when it will be over, how likely the end of term is missed, and when that was worked out', () => {
    assert.deepEqual(forecastWords(forecast), {
      ends: 'Expected to finish by 14 March 2027',
      term: 'Chance of missing the end of term: 65%',
      age: 'Worked out on 28 November 2026 at 6am.',
    });
  });

  it('says where something has happened since, where too few answers are known, and where it is not worked out', () => {
    assert.match(
      forecastWords({ ...forecast, movedOn: true }).age ?? '',
      /at 6am\. Something has happened since, so we are working it out again\.$/u,
    );
    assert.match(
      forecastWords({ ...forecast, assumed: 3 }).age ?? '',
      / Too few answers are known for 3 of 9 steps, so the programme’s own times are used\.$/u,
    );
    assert.match(forecastWords({ ...forecast, assumed: 9 }).age ?? '', / for all steps, /u);
    assert.deepEqual(forecastWords(null), { ends: 'Forecast not worked out yet', term: null, age: null });
    const failed = forecastWords({ ...forecast, usualOn: null, term: null, trouble: 'The calendar ends too soon.' });
    assert.deepEqual([failed.ends, failed.term], ['Forecast could not be worked out', null]);
  });
});

describe('why a call helps', () => {
  const help: CallHelp = {
    silence: 0.6,
    from: 'step',
    requests: 37,
    daysSooner: 12,
    term: { plays: 20, missed: 13, missedIfAnswered: 6 },
  };

  it('says how likely an answer is without it, and what an answer would bring', () => {
    assert.deepEqual(callHelpWords(help), [
      'Without a call, about 4 in 10 are answered in the next 5 working days. That is counted from 37 requests of this step that waited as long.',
      'If it is answered tomorrow, the chance of missing the end of term would fall from 65% to 30%, and the deployment would finish 12 days sooner.',
    ]);
  });

  it('says what it is counted from where the step has too few requests', () => {
    assert.match(
      callHelpWords({ ...help, from: 'programme' })[0] ?? '',
      /37 requests of all steps .* because too few of this step are known\.$/u,
    );
    assert.match(
      callHelpWords({ ...help, from: 'assumed', silence: 1 })[0] ?? '',
      /^Too few requests are known .* no answer without a call\.$/u,
    );
  });

  it('promises nothing where an answer would bring nothing', () => {
    const nothing = callHelpWords({ ...help, daysSooner: 0, term: null });
    assert.equal(nothing[1], 'An answer tomorrow would not bring the end forward.');
    assert.match(
      callHelpWords({ ...help, silence: 1, daysSooner: 1, term: null }).join(' '),
      /hardly any are answered .* 1 day sooner\.$/u,
    );
    assert.match(callHelpWords({ ...help, silence: 0 })[0] ?? '', /nearly all are answered/u);
  });
});
