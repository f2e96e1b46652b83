import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { addDays } from '../../domain/time/plain-date.ts';
import { parse } from 'csv-parse/sync';
import { chaserOf } from '../support/chaser.ts';
import { openDeskWorld } from '../web/desk-world.ts';
import type { DeskWorld } from '../web/desk-world.ts';
import { codeByFrame, codeEverything, insertCoders, placeResponses } from './place-people.ts';
import { OFFER, placeSurveyOffer, surveyWanted } from '../web/states-of-surveys.ts';

const SURVEY = 'tsi-2021-22-feedback';

const LA_MAINTAINED = 'Maintained by a local authority, including voluntary aided, voluntary controlled and foundation schools';

describe('chaser survey wave', () => {
  let desks: DeskWorld;
  const { opens } = surveyWanted();
  beforeAll(async () => {
    desks = await openDeskWorld();
    await placeSurveyOffer(desks.db);
  });
  afterAll(() => desks.end());

  const chaser = async (...args: readonly string[]) => {
    const { status, stdout, stderr } = await chaserOf(desks.world)('survey', ...(args[0] === 'coding' ? args : ['wave', ...args]));
    return { code: status, said: stdout, error: stderr };
  };
  const make = (...args: readonly string[]) => chaser('make', SURVEY, '--programme', OFFER, '--opens', opens, ...args);
  const waves = async () =>
    (await desks.db.query<{ state: string }>('SELECT state FROM survey_waves ORDER BY id')).rows.map(({ state }) => state);

  it.each([
    [
      'a survey that there is not',
      ['make', 'tsi-feedback', '--programme', OFFER, '--opens', opens, '--preview'],
      /There is no survey "tsi-feedback"/,
    ],
    [
      'a programme without deployments',
      ['make', SURVEY, '--programme', 'nothing', '--opens', opens, '--preview'],
      /There are no deployments of nothing/,
    ],
    ['a date that is none', ['make', SURVEY, '--programme', OFFER, '--opens', '31/12', '--preview'], /"31\/12" is not a date/],
    ['a day that has passed', ['make', SURVEY, '--programme', OFFER, '--opens', '2022-04-25', '--preview'], /which has passed/],
    [
      'a last day before the first',
      ['make', SURVEY, '--programme', OFFER, '--opens', opens, '--closes', addDays(opens, -1), '--preview'],
      /cannot close/,
    ],
    [
      'a cut-off after the last day',
      [
        'make',
        SURVEY,
        '--programme',
        OFFER,
        '--opens',
        opens,
        '--closes',
        addDays(opens, 20),
        '--cut-off',
        addDays(opens, 21),
        '--preview',
      ],
      /cannot be valid/,
    ],
    [
      'a split that there is not',
      ['make', SURVEY, '--programme', OFFER, '--opens', opens, '--split-by', 'town', '--preview'],
      /cannot be split by "town"[\s\S]*region, phase, status, programme, stage, kind-of-school, match/,
    ],
    ['nobody who makes it', ['make', SURVEY, '--programme', OFFER, '--opens', opens], /Say who with --by/],
    [
      'somebody unknown who makes it',
      ['make', SURVEY, '--programme', OFFER, '--opens', opens, '--by', 'nobody@mail.example'],
      /nobody@mail\.example/,
    ],
    ['a wave that there is not', ['show', '999'], /There is no wave 999/],
    ['a number that is none', ['show', 'first'], /"first" is not the number/],
    ['figures of a wave that there is not', ['figures', '999'], /There is no wave 999/],
    ['a wave to call off that there is not', ['call-off', '999', '--by', 'coordinator', '--because', 'x'], /There is no wave 999/],
    ['no reason', ['call-off', '1', '--by', 'coordinator', '--because', ' '], /--because/],
  ])('refuses %s, says how to mend it, and makes nothing', async (_, args, says) => {
    const { code, said, error } = await chaser(...args);
    assert.notEqual(code, 0);
    assert.equal(said, '');
    assert.match(error, says);
    assert.ok(error.trim().split('\n').length >= 2, error);
    assert.deepEqual(await waves(), []);
  });

  it('shows what it would do, makes it, tells of it, and calls it off once', async () => {
    assert.equal((await chaser('list')).said, 'No survey has been made yet.\n');
    const preview = await make('--preview');
    assert.match(preview.said, /Asked: 5, each once/);
    assert.match(preview.said, /Figures are split first by region\./);
    assert.match((await make('--split-by', 'match', '--preview')).said, /Figures are split first by satisfaction with the match\./);
    assert.deepEqual(await waves(), []);
    const made = await make('--by', 'coordinator');
    assert.match(made.said, /^Wave 1 is made\./, made.error);
    assert.equal(made.said.split('\n').slice(2).join('\n'), preview.said);
    const again = await make('--preview');
    assert.match(again.error, /Nobody would be asked/);
    assert.match((await chaser('list')).said, /1 +Planned/);
    const shown = await chaser('show', '1');
    assert.match(shown.said, /Leaders of supported schools +4 +0 +not shown/);
    assert.doesNotMatch(shown.said, /asked-|mail\.example/);
    const over = await chaser('call-off', '1', '--by', 'coordinator', '--because', 'The date was wrong.');
    assert.equal(over.said, 'Wave 1 is called off.\n', over.error);
    const twice = await chaser('call-off', '1', '--by', 'coordinator', '--because', 'Again.');
    assert.match(twice.error, /Wave 1 has ended: it was called off/);
    assert.deepEqual(await waves(), ['called-off']);
  });

  it('tells what a survey found once it has ended, as CSV with its hash, and nothing of few', async () => {
    const { db } = desks;
    await db.query("UPDATE survey_waves SET state = 'open' WHERE id = 1");
    await placeResponses(db, 1, 24);
    assert.match((await chaser('figures', '1')).error, /The survey has not ended: it closes at the end of/);
    await db.query("UPDATE survey_waves SET state = 'closed' WHERE id = 1");
    const { said, error } = await chaser('figures', '1');
    assert.match(said, /The focus of the support +School leaders +24 +24 +Very satisfied +8 of 24 \(33%\)/, error);
    assert.match(said, /Answered, school leaders: 24 of 48 reached \(50%\)\./);
    assert.match(said, /Not shown, with fewer than 10 who answered or fewer than 10 who did not: System leaders, Trust leaders\./);
    assert.match(said, /The focus of the support +School leaders +London +12 +12 of 12 \(100%\)/);
    assert.match(said, /The focus of the support +School leaders +Single-academy trust +12 +12 of 12 \(100%\)/);
    assert.match(said, /The question is rebuilt from the source\. Its rows are printed in the source\./);
    assert.doesNotMatch(said, /Intervals|, \d+(?:\.\d)?% to/);
    const wilson = await chaser('figures', '1', '--intervals', 'wilson');
    assert.match(wilson.said, /Very satisfied +8 of 24 \(33%\), 18% to 53\.3%/, wilson.error);
    assert.match(wilson.said, /Intervals: with 95% confidence, by Wilson’s score interval\./);
    const finite = await chaser('figures', '1', '--intervals', 'wilson-finite', '--json');
    const corrected = JSON.parse(finite.said) as { intervals: string; tables: { rows: { cells: { interval: unknown }[] }[] }[] };
    assert.equal(corrected.intervals, 'wilson-finite');
    assert.ok(corrected.tables.some(({ rows }) => rows.some(({ cells }) => cells.some(({ interval }) => interval !== null))));
    assert.match((await chaser('figures', '1', '--intervals', 'wald')).error, /Allowed choices are none, wilson, wilson-finite/);
    const csv = await chaser('figures', '1', '--format', 'csv');
    const lines: Record<string, string>[] = parse(csv.said, { columns: true, bom: true });
    assert.ok(lines.length > 0);
    assert.ok(lines.every(({ Role, Snapshot }) => Role === 'School leaders' && said.includes(Snapshot?.split(':')[1] ?? '-')));
    await db.query("UPDATE survey_responses SET excluded_because = 'after-cut-off' WHERE wave = 1");
    assert.match((await chaser('figures', '1')).said, /There is nothing to show\./);
  });

  it('begins the coding of open answers, and lets out agreement, themes and cleared words alone', async () => {
    const { db } = desks;
    await db.query('UPDATE survey_responses SET excluded_because = NULL');
    await insertCoders(db);
    const file = join(mkdtempSync(join(tmpdir(), 'chaser-')), 'codes.yaml');
    writeFileSync(file, 'time: Time to think\npeople: Somebody to talk to\n');
    const begin = (...args: readonly string[]) =>
      chaser('coding', 'begin', '1', 'O1', '--codes', file, '--by', 'codes-one', '--coders', 'codes-one', ...args);
    assert.match((await begin('codes-not')).error, /codes-not may not code/);
    assert.equal((await begin('codes-two')).said, 'Coding 1 has begun.\n');
    assert.match((await chaser('coding', 'list', '1')).said, /1 +O1 +typed, version 1 +24 +0 of 2/);
    assert.match((await chaser('coding', 'export', '1')).error, /both coders must finish first/);
    await codeEverything(db, 1, 'codes-one', 2);
    await codeEverything(db, 1, 'codes-two', 2);
    await db.query('UPDATE survey_coders SET finished_at = clock_timestamp()');
    await db.query("INSERT INTO survey_quotes (coding, place, cleared, cleared_by) VALUES (1, 3, 'Time, and a plan.', 'codes-one')");
    const { said, error } = await chaser('coding', 'export', '1');
    assert.match(said, /Time to think +100% +1\.00/, error);
    assert.match(said, /Time to think +Leaders of supported schools +24 +12 \(50%\)/);
    assert.match(said, /“Time, and a plan\.” Leaders of supported schools\. Somebody to talk to/);
    const csv = await chaser('coding', 'export', '1', '--quotes', '--format', 'csv');
    const [quotation]: Record<string, string>[] = parse(csv.said, { columns: true, bom: true });
    assert.deepEqual(
      [quotation?.['Role'], quotation?.['Codes'], quotation?.['Words']],
      ['Leaders of supported schools', 'people', 'Time, and a plan.'],
    );
    const json = await chaser('coding', 'export', '1', '--json');
    for (const out of [said, csv.said, json.said]) assert.doesNotMatch(out, /Benefit|codes-/);
    const written = (await chaser('coding', 'codes', '--of', '1')).said;
    assert.equal(written, `# Codes of O1 of the survey ${SURVEY}, typed, version 1\n${readFileSync(file, 'utf8')}`);
  });

  it('lists cleared quotations by the kind of school, in an order that is drawn once and is not that of the responses', async () => {
    const { db } = desks;
    const file = join(mkdtempSync(join(tmpdir(), 'chaser-')), 'codes.yaml');
    writeFileSync(file, 'time: Content as it is\npeople: Other\n');
    const begun = await chaser('coding', 'begin', '1', 'P6', '--codes', file, '--by', 'codes-one', '--coders', 'codes-one', 'codes-two');
    const coding = Number(/Coding (\d+) has begun/.exec(begun.said)?.[1] ?? assert.fail(begun.error));
    const { rows } = await db.query<{ place: number; words: string; listed: string | null }>(
      'SELECT place, words, listed_by AS listed FROM survey_open_answers WHERE coding = $1 ORDER BY place',
      [coding],
    );
    assert.equal(rows.length, 24);
    for (const { words, listed } of rows) {
      assert.equal(listed, words.includes('maintained') ? LA_MAINTAINED : 'Single-academy trust', words);
    }
    const numbers = rows.map(({ words }) => Number(/Reason (\d+)/.exec(words)?.[1]));
    // One in 24 factorial by chance.
    assert.notDeepEqual(
      numbers,
      numbers.toSorted((one, other) => one - other),
    );
    for (const coder of ['codes-one', 'codes-two']) await codeEverything(db, coding, coder, 2);
    await db.query('UPDATE survey_coders SET finished_at = clock_timestamp() WHERE coding = $1', [coding]);
    await db.query(
      "INSERT INTO survey_quotes (coding, place, cleared, cleared_by) SELECT coding, place, 'Cleared ' || place, 'codes-one' FROM survey_open_answers WHERE coding = $1",
      [coding],
    );
    const csv = await chaser('coding', 'export', String(coding), '--quotes', '--format', 'csv');
    const quotations: Record<string, string>[] = parse(csv.said, { columns: true, bom: true });
    const placesOf = (list: string) => rows.filter(({ listed }) => listed === list).map(({ place }) => `Cleared ${place}`);
    assert.deepEqual(
      quotations.map((one) => [one['Listed by'], one['Words']]),
      [LA_MAINTAINED, 'Single-academy trust'].flatMap((list) => placesOf(list).map((words) => [list, words])),
    );
    assert.equal((await chaser('coding', 'export', String(coding), '--quotes', '--format', 'csv')).said, csv.said);
    assert.match(
      (await chaser('coding', 'export', String(coding))).said,
      /“Cleared \d+” Leaders of supported schools\. Single-academy trust\. /,
    );
    // Five single-academy trusts become maintained schools: seven are left, who would follow from the others.
    await db.query(
      `UPDATE survey_responses SET answers = replace(answers::text, '"sat"', '"la-maintained"')::jsonb
       WHERE id IN (SELECT id FROM survey_responses WHERE answers @> '[{"option": "sat"}]' LIMIT 5)`,
    );
    const again = await chaser('coding', 'begin', '1', 'P6', '--codes', file, '--by', 'codes-one', '--coders', 'codes-one', 'codes-two');
    const other = Number(/Coding (\d+) has begun/.exec(again.said)?.[1] ?? assert.fail(again.error));
    const { rows: listed } = await db.query<{ count: number }>(
      'SELECT count(listed_by)::int AS count FROM survey_open_answers WHERE coding = $1',
      [other],
    );
    assert.equal(listed[0]?.count, 0);
  });

  it('begins a coding with a code frame, keeps it as it is, and names it with its hash in everything that leaves', async () => {
    const { db } = desks;
    const begin = (codes: string, question = 'O1') =>
      chaser('coding', 'begin', '1', question, '--codes', codes, '--by', 'codes-one', '--coders', 'codes-one', 'codes-two');
    assert.match((await begin('tsi-2021-22-benefit')).error, /There is no code frame[\s\S]*Did you mean "tsi-2021-22-benefits"/);
    assert.match((await begin('tsi-2021-22-improvements')).error, /is not for O1 of tsi-2021-22-feedback\.[\s\S]*It is for O3 of/);
    assert.equal((await begin('tsi-2021-22-benefits')).said, 'Coding 4 has begun.\n');
    const shipped = await chaser('coding', 'codes', 'tsi-2021-22-benefits');
    const [, sha256 = ''] = /SHA-256 of what it says: ([0-9a-f]{64})/.exec(shipped.said) ?? assert.fail(shipped.error);
    const kept = await chaser('coding', 'codes', '--of', '4');
    const file = join(mkdtempSync(join(tmpdir(), 'chaser-')), 'tsi-2021-22-benefits.yaml');
    writeFileSync(file, kept.said);
    assert.match((await chaser('coding', 'codes', file)).said, new RegExp(sha256));
    assert.equal((await begin(file)).said, 'Coding 5 has begun.\n');
    writeFileSync(file, kept.said.replace('label: Better connected', 'label: Better known'));
    assert.match((await begin(file)).error, /Version 1 of the code frame "tsi-2021-22-benefits" was used with other content before/);
    writeFileSync(file, kept.said.replace('label: Better connected', 'label: Better known').replace('version: 1', 'version: 2'));
    assert.equal((await begin(file)).said, 'Coding 6 has begun.\n');
    const listed = await chaser('coding', 'list', '1');
    assert.match(listed.said, /4 +O1 +tsi-2021-22-benefits, version 1 [\s\S]*6 +O1 +tsi-2021-22-benefits, version 2 /);
    await assert.rejects(db.query("UPDATE code_frames SET sha256 = 'x'"), /append-only/);
    await codeByFrame(db, 4, ['codes-one', 'codes-two']);
    const { said, error } = await chaser('coding', 'export', '4');
    assert.match(said, new RegExp(`codes: tsi-2021-22-benefits, version 1, SHA-256 ${sha256}`), error);
    assert.match(said, /Better connected +Leaders of supported schools +24 +0 \(0%\)/);
    assert.match(said, /Leadership and capacity +100% +1\.00/);
    assert.match(said, /Leadership and capacity +Leaders of supported schools +24 +not shown/);
    const csv = await chaser('coding', 'export', '4', '--format', 'csv');
    const lines: Record<string, string>[] = parse(csv.said, { columns: true, bom: true });
    assert.ok(lines.every((line) => line['Code frame'] === 'tsi-2021-22-benefits' && line['Codes hash'] === sha256));
    const plans = lines.find(({ Code }) => Code === 'plans');
    assert.deepEqual([plans?.['Theme'], plans?.['Mark'], plans?.['Count']], ['leadership', 'rebuilt', '12']);
    const theme = lines.find(({ Theme, Code }) => Theme === 'leadership' && Code === '');
    assert.deepEqual(
      [theme?.['Label'], theme?.['Mark'], theme?.['Count'], theme?.['Agreed'], theme?.['Kappa']],
      ['Leadership and capacity', 'source', '', '', ''],
    );
  });
});
