/**
 * Writes programme.schema.json for editors and docs/programme-language.md for people, from schema.ts. Run `node
 * programmes/write-json-schema.ts` after a change there; a test fails when that was forgotten.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { languageReference } from './language-reference.ts';
import { programmeJsonSchema } from './schema.ts';

const schema = programmeJsonSchema();
await write('programme.schema.json', JSON.stringify(schema));
await write('../docs/programme-language.md', languageReference(schema));

async function write(name: string, text: string): Promise<void> {
  const path = fileURLToPath(new URL(name, import.meta.url));
  writeFileSync(path, await format(text, { ...(await resolveConfig(path)), filepath: path }));
}
