import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { describe, it } from 'vitest';
import { languageReference } from './language-reference.ts';
import { listProgrammes, programmePath } from './load-programmes.ts';
import { programmeJsonSchema } from './schema.ts';

describe('the JSON Schema for editors', () => {
  it('matches the zod schema (if not: node programmes/write-json-schema.ts)', () => {
    const written: unknown = JSON.parse(readFileSync(new URL('programme.schema.json', import.meta.url), 'utf8'));
    assert.deepEqual(written, programmeJsonSchema());
  });

  it('matches the reference page (if not: node programmes/write-json-schema.ts)', async () => {
    const path = fileURLToPath(new URL('../docs/programme-language.md', import.meta.url));
    const written = await format(languageReference(programmeJsonSchema()), { ...(await resolveConfig(path)), filepath: path });
    assert.equal(readFileSync(path, 'utf8'), written);
  });

  it('is named in the first line of every programme', () => {
    assert.ok(listProgrammes().length > 0);
    for (const id of listProgrammes()) {
      const [firstLine] = readFileSync(programmePath(id), 'utf8').split('\n', 1);
      assert.equal(firstLine, '# yaml-language-server: $schema=./programme.schema.json', id);
    }
  });
});
