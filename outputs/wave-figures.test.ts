import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import * as sheetjs from '@e965/xlsx';
import { shippedSurvey } from '../tests/kit/surveys.ts';
import type { IntervalRule } from '../domain/surveys/interval.ts';
import { responseRates } from '../domain/surveys/response-rates.ts';
import { splitFigures } from '../domain/surveys/split-figures.ts';
import type { SplitResponse } from '../domain/surveys/split-figures.ts';
import { splitsOf } from '../domain/surveys/splits.ts';
import { readSubmission } from '../domain/surveys/submission.ts';
import { waveFigures, withIntervals } from '../domain/surveys/wave-figures.ts';
import { plainDate } from '../domain/time/plain-date.ts';
import type { Wave } from '../postgres/surveys/waves.ts';
import { snapshotOf } from './report.ts';
import { waveFiguresReport } from './wave-figures.ts';
import { writeReport } from './write-report.ts';

const feedback = shippedSurvey('tsi-2021-22-feedback');
const WAVE: Wave = {
  id: 3,
  kind: 'wave',
  survey: feedback.id,
  version: feedback.version,
  title: feedback.title,
  programmes: ['tsi-2022-23'],
  opensOn: plainDate('2041-04-01'),
  closesOn: plainDate('2041-05-08'),
  cutOffOn: plainDate('2041-05-03'),
  state: 'closed',
  madeBy: 'admin',
  calledOffBecause: null,
  firstSplit: 'region',
};

function heads(count: number, region: string, relevance: string, focus?: string): readonly SplitResponse[] {
  return Array.from({ length: count }, () => {
    const given = { R1: 'school-leader', 'school-leader.S.S6': relevance, ...(focus === undefined ? {} : { 'school-leader.S.S5': focus }) };
    const read = readSubmission(feedback, given);
    return read.ok ? { ...read.value, strata: { region } } : assert.fail(JSON.stringify(read.reason));
  });
}
const reportOf = (responses: readonly SplitResponse[], wave: Wave = WAVE, intervals: IntervalRule = 'none') => {
  const figures = waveFigures(feedback, responses, new Set(feedback.audiences.map(({ id }) => id)), 'of-counts');
  const asked = ['London', 'North East'].map((value) => ({
    ...{ audience: 'school-leader', stratum: 'region' as const, value, asked: 45, told: true },
  }));
  return waveFiguresReport(wave, {
    ...withIntervals(figures, intervals, () => 90),
    intervals,
    rates: responseRates(feedback, [{ audience: 'school-leader', asked: 90, reached: 80, submitted: 51 }]),
    splits: splitFigures(feedback, responses, figures, splitsOf(feedback, wave.firstSplit), asked, intervals),
  });
};
const HEADS = [
  ...heads(12, 'London', 'satisfied'),
  ...heads(9, 'London', 'neither'),
  ...heads(20, 'North East', 'satisfied'),
  ...heads(10, 'North East', 'dissatisfied'),
];

describe('what a survey found, as a file', () => {
  it('has the same numbers as a spreadsheet that another library opens, with notes and a sheet for each split', async () => {
    const report = reportOf(HEADS);
    const { Sheets } = sheetjs.read(await writeReport(report, 'ods'), { type: 'buffer' });
    const rowsOf = (name: string) =>
      sheetjs.utils.sheet_to_json<unknown[]>(Sheets[name] ?? assert.fail(name), { header: 1, raw: true, defval: null });
    assert.ok(rowsOf('Notes').some(([term, words]) => term === 'Asked' && words === 'Asked from 1 April 2041 to 8 May 2041.'));
    assert.ok(rowsOf('Notes').some(([term, words]) => term === 'Response rate, school leaders' && words === '51 of 80 reached (64%).'));
    const [, , headings, ...rows] = rowsOf('Split 1');
    assert.deepEqual(headings?.slice(2, 7), ['Split by', 'Group', 'Answer', 'Count', 'Percent']);
    assert.deepEqual(
      rows.map((row) => row.slice(2, 11)),
      [
        ['region', 'London', 'Were satisfied or very satisfied', 12, 57, null, null, null, 21],
        ['region', 'North East', 'Were satisfied or very satisfied', 20, 67, null, null, null, 30],
      ],
    );
  });

  it('has intervals beside percentages only when they are asked for, names their method, and has another hash then', () => {
    const columnsOf = (intervals: IntervalRule) => {
      const { columns, rows, notes } = reportOf(HEADS, WAVE, intervals);
      const at = (name: string) => columns.indexOf(name);
      const net = rows.find((row) => row[at('Answer')] === 'Were satisfied or very satisfied' && row[at('Group')] === '');
      const london = rows.find((row) => row[at('Group')] === 'London');
      return [
        net?.[at('Low')],
        net?.[at('High')],
        london?.[at('Low')],
        london?.[at('High')],
        notes.find(({ term }) => term === 'Interval')?.words,
      ];
    };
    assert.deepEqual(columnsOf('none'), [null, null, null, null, 'None.']);
    const [low, high, londonLow, londonHigh, words] = columnsOf('wilson');
    // 32 of 51 and 12 of 21.
    assert.deepEqual([low, high, londonLow, londonHigh], [49, 74.7, 36.5, 75.5]);
    assert.match(String(words), /Wilson’s score interval/);
    const finite = columnsOf('wilson-finite');
    assert.ok(Number(finite[0]) > 49 && Number(finite[1]) < 74.7);
    assert.match(String(finite[4]), /finite population correction/);
    assert.notEqual(snapshotOf(reportOf(HEADS, WAVE, 'wilson')).sha256, snapshotOf(reportOf(HEADS)).sha256);
  });

  it('says of each question, row and answer whether the source prints it, it is rebuilt, or it is ours', () => {
    const { columns, rows, notes } = reportOf(HEADS);
    const marksOf = (answer: string) =>
      rows.find((row) => row[columns.indexOf('Answer')] === answer)?.slice(columns.indexOf('Question mark'));
    assert.deepEqual(marksOf('Very satisfied'), ['rebuilt', 'source', 'source']);
    assert.deepEqual(marksOf('Dissatisfied'), ['rebuilt', 'source', 'rebuilt']);
    assert.deepEqual(marksOf('Were satisfied or very satisfied'), ['rebuilt', 'source', 'source']);
    assert.ok(
      notes.some(
        ({ words }) =>
          words ===
          'The question is rebuilt from the source. Its rows are printed in the source. Its answers: “Very satisfied” and “Satisfied” are printed in the source; the others are rebuilt from the source.',
      ),
      notes.map(({ words }) => words).join('\n'),
    );
  });

  it('has another hash when one response is another one, and the same whatever their order', () => {
    const report = reportOf(HEADS);
    assert.equal(snapshotOf(report).sha256, snapshotOf(reportOf(HEADS.toReversed())).sha256);
    assert.notEqual(snapshotOf(report).sha256, snapshotOf(reportOf([...HEADS, ...heads(1, 'London', 'satisfied')])).sha256);
  });

  it('carries the sentences of its page, which turn when a count does', () => {
    const mostOf = (satisfied: number) =>
      reportOf([...heads(satisfied, 'London', 'satisfied', 'neither'), ...heads(20, 'London', 'neither', 'satisfied')]).notes.flatMap(
        ({ words }) => (words.startsWith('Of school leaders, most') ? [words] : []),
      );
    assert.deepEqual(mostOf(19), ['Of school leaders, most were satisfied or very satisfied: “The focus of the support”.']);
    assert.deepEqual(mostOf(21), ['Of school leaders, most were satisfied or very satisfied: “The relevance of the support”.']);
  });

  it('says of which period a survey at the end of deployments is, and is never the same as a wave of the same days', () => {
    const atEnd = reportOf(HEADS, { ...WAVE, kind: 'at-end' });
    assert.ok(
      atEnd.notes.some(({ words }) => words === 'Asked at the end of deployments that were completed from 1 April 2041 to 8 May 2041.'),
    );
    assert.notEqual(snapshotOf(atEnd).sha256, snapshotOf(reportOf(HEADS)).sha256);
  });
});
