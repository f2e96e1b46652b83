import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import * as sheetjs from '@e965/xlsx';
import { shippedSurvey } from '../tests/kit/surveys.ts';
import { regionFigures } from '../domain/surveys/region-figures.ts';
import type { RegionResponse } from '../domain/surveys/region-figures.ts';
import { responseRates } from '../domain/surveys/response-rates.ts';
import { readSubmission } from '../domain/surveys/submission.ts';
import { waveFigures } from '../domain/surveys/wave-figures.ts';
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
};

function heads(count: number, region: string, relevance: string, focus?: string): readonly RegionResponse[] {
  return Array.from({ length: count }, () => {
    const given = { R1: 'school-leader', 'school-leader.S.S6': relevance, ...(focus === undefined ? {} : { 'school-leader.S.S5': focus }) };
    const read = readSubmission(feedback, given);
    return read.ok ? { ...read.value, region } : assert.fail(JSON.stringify(read.reason));
  });
}
const reportOf = (responses: readonly RegionResponse[], wave: Wave = WAVE) => {
  const figures = waveFigures(feedback, responses, new Set(feedback.audiences.map(({ id }) => id)), 'of-counts');
  return waveFiguresReport(wave, {
    ...figures,
    rates: responseRates(feedback, [{ audience: 'school-leader', asked: 90, reached: 80, submitted: 51 }]),
    regions: regionFigures(feedback, responses, figures, () => true),
  });
};
const HEADS = [
  ...heads(12, 'London', 'satisfied'),
  ...heads(9, 'London', 'neither'),
  ...heads(20, 'North East', 'satisfied'),
  ...heads(10, 'North East', 'dissatisfied'),
];

describe('what a survey found, as a file', () => {
  it('has the same numbers as a spreadsheet that another library opens, with notes and a sheet for the regions', async () => {
    const report = reportOf(HEADS);
    const { Sheets } = sheetjs.read(await writeReport(report, 'ods'), { type: 'buffer' });
    const rowsOf = (name: string) =>
      sheetjs.utils.sheet_to_json<unknown[]>(Sheets[name] ?? assert.fail(name), { header: 1, raw: true, defval: null });
    assert.ok(rowsOf('Notes').some(([term, words]) => term === 'Asked' && words === 'Asked from 1 April 2041 to 8 May 2041.'));
    assert.ok(rowsOf('Notes').some(([term, words]) => term === 'Response rate, school leaders' && words === '51 of 80 reached (64%).'));
    const [, , headings, ...rows] = rowsOf('Regions 1');
    assert.deepEqual(headings?.slice(2, 6), ['Region', 'Answer', 'Count', 'Percent']);
    assert.deepEqual(
      rows.map((row) => row.slice(2, 8)),
      [
        ['London', 'Were satisfied or very satisfied', 12, 57, null, 21],
        ['North East', 'Were satisfied or very satisfied', 20, 67, null, 30],
      ],
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
