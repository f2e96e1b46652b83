/**
 * Writes survey.schema.json and code-frame.schema.json for editors and docs/survey-language.md for people, from the schemas. Run `node surveys/write-json-schema.ts`
 * after a change there; a test fails when that was forgotten.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { languageReference } from '../programmes/language-reference.ts';
import { codeFrameJsonSchema } from './code-frame-schema.ts';
import { surveyJsonSchema } from './schema.ts';
import { SURVEY_REFERENCE } from './survey-reference.ts';

const schema = surveyJsonSchema();
await write('survey.schema.json', JSON.stringify(schema));
await write('code-frame.schema.json', JSON.stringify(codeFrameJsonSchema()));
await write('../docs/survey-language.md', languageReference(schema, SURVEY_REFERENCE));

async function write(name: string, text: string): Promise<void> {
  const path = fileURLToPath(new URL(name, import.meta.url));
  writeFileSync(path, await format(text, { ...(await resolveConfig(path)), filepath: path }));
}
