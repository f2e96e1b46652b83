/**
 * Writes scenario.schema.json for editors, from scenario-schema.ts. Run `node rehearsal/write-scenario-schema.ts` after
 * a change there; a test fails when that was forgotten.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { scenarioJsonSchema } from './scenario-schema.ts';

const path = fileURLToPath(new URL('scenario.schema.json', import.meta.url));
writeFileSync(path, await format(JSON.stringify(scenarioJsonSchema()), { ...(await resolveConfig(path)), filepath: path }));
