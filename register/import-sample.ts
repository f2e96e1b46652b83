import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import { formatFinding } from './import-report.ts';
import { importInspections } from './import-inspections.ts';
import { importMemberships } from './import-memberships.ts';
import { importLeaders } from './import-leaders.ts';
import { importPeople } from './import-people.ts';
import { importSchools } from './import-schools.ts';

export const SAMPLE_SCHOOLS = fileURLToPath(new URL('../sample/schools.csv', import.meta.url));
export const SAMPLE_PEOPLE = fileURLToPath(new URL('../sample/people.csv', import.meta.url));
const SAMPLE_MEMBERSHIPS = fileURLToPath(new URL('../sample/memberships.csv', import.meta.url));
const SAMPLE_INSPECTIONS = fileURLToPath(new URL('../sample/inspections.csv', import.meta.url));
const SAMPLE_LEADERS = fileURLToPath(new URL('../sample/leaders.csv', import.meta.url));

/**
 * Imports the invented schools, people, memberships, inspections and system leaders of `sample/`. Throws when anything is wrong with them, because they come with
 * Chaser.
 */
export async function importSample(db: pg.Pool): Promise<void> {
  for (const [file, importFile] of [
    [SAMPLE_SCHOOLS, importSchools],
    [SAMPLE_PEOPLE, importPeople],
    [SAMPLE_MEMBERSHIPS, importMemberships],
    [SAMPLE_INSPECTIONS, importInspections],
    [SAMPLE_LEADERS, importLeaders],
  ] as const) {
    const imported = await importFile(db, file);
    if (!imported.ok) throw new Error(imported.reason.message);
    const [finding] = imported.value.findings;
    if (finding) throw new Error(formatFinding(file, finding));
  }
}
