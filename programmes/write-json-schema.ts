/**
 * Writes programme.schema.json for editors, from schema.ts: run `node programmes/write-json-schema.ts` after a change
 * there. A test says when it was forgotten.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { programmeJsonSchema } from './schema.ts';

const path = fileURLToPath(new URL('programme.schema.json', import.meta.url));
const json = JSON.stringify(programmeJsonSchema());
writeFileSync(path, await format(json, { ...(await resolveConfig(path)), filepath: path }));
