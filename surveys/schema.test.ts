import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { describe, it } from 'vitest';
import { languageReference } from '../programmes/language-reference.ts';
import { codeFrameJsonSchema } from './code-frame-schema.ts';
import { codeFramePath, listCodeFrames } from './load-code-frames.ts';
import { listSurveys, surveyPath } from './load-surveys.ts';
import { surveyJsonSchema } from './schema.ts';
import { SURVEY_REFERENCE } from './survey-reference.ts';

describe('the JSON Schema of surveys for editors', () => {
  it('matches the zod schema (if not: node surveys/write-json-schema.ts)', () => {
    const written: unknown = JSON.parse(readFileSync(new URL('survey.schema.json', import.meta.url), 'utf8'));
    assert.deepEqual(written, surveyJsonSchema());
  });

  it('matches the reference page (if not: node surveys/write-json-schema.ts)', async () => {
    const path = fileURLToPath(new URL('../docs/survey-language.md', import.meta.url));
    const page = languageReference(surveyJsonSchema(), SURVEY_REFERENCE);
    assert.equal(readFileSync(path, 'utf8'), await format(page, { ...(await resolveConfig(path)), filepath: path }));
  });

  it('of code frames matches theirs, and is named in the first line of each', () => {
    const written: unknown = JSON.parse(readFileSync(new URL('code-frame.schema.json', import.meta.url), 'utf8'));
    assert.deepEqual(written, codeFrameJsonSchema());
    for (const id of listCodeFrames()) {
      const [firstLine] = readFileSync(codeFramePath(id), 'utf8').split('\n', 1);
      assert.equal(firstLine, '# yaml-language-server: $schema=../code-frame.schema.json', id);
    }
  });

  it('is named in the first line of every survey', () => {
    assert.ok(listSurveys().length > 0);
    for (const id of listSurveys()) {
      const [firstLine] = readFileSync(surveyPath(id), 'utf8').split('\n', 1);
      assert.equal(firstLine, '# yaml-language-server: $schema=./survey.schema.json', id);
    }
  });
});
