import { basename } from 'node:path';
import type { Programme } from '../domain/programme.ts';
import { buildProgramme } from './build-programme.ts';
import { checkCalendars } from './check-calendars.ts';
import { checkDocument } from './check-programme.ts';
import { checkPaths } from './check-paths.ts';
import { byPlace } from './finding.ts';
import type { Finding, Report } from './finding.ts';
import { programmeSchema } from './schema.ts';
import { schemaFindings } from './schema-findings.ts';
import { stepEntries } from './step-entries.ts';
import { readYaml } from './yaml-source.ts';

/** A programme, or everything that is wrong with it. The programme is present exactly when there are no findings. */
export type ReadProgramme =
  { readonly programme: Programme; readonly findings: readonly [] } | { readonly programme: null; readonly findings: readonly Finding[] };

/**
 * Reads a programme from YAML text. It is checked four times, each time only when the check before found nothing: as
 * YAML, against the schema, for what its names refer to, and for the ways a deployment can go through it. `file` is the
 * name that findings carry; `termCalendars` are the ids of the known term calendars, if the caller knows them. Never
 * throws on the content of the file.
 */
export function readProgramme(text: string, file: string, termCalendars?: readonly string[]): ReadProgramme {
  const source = readYaml(text, file);
  if (source.findings.length > 0) return rejected(source.findings);

  const parsed = programmeSchema.safeParse(source.value);
  if (!parsed.success) return rejected(schemaFindings(parsed.error, source));

  const findings: Finding[] = [];
  const report: Report = (...where) => void findings.push(source.finding(...where));
  if (basename(file) !== `${parsed.data.programme}.yaml`) {
    report(
      ['programme'],
      `The programme "${parsed.data.programme}" is in a file with another name`,
      `Call the file ${parsed.data.programme}.yaml, or the programme as the file.`,
    );
  }
  checkDocument(parsed.data, report);
  if (termCalendars !== undefined) checkCalendars(parsed.data, termCalendars, report);
  if (findings.length > 0) return rejected(findings);

  const programme = buildProgramme(parsed.data);
  const places = new Map(stepEntries(parsed.data).map(({ id, path }) => [id, path]));
  checkPaths(programme, (step) => places.get(step) ?? [], report);
  return findings.length > 0 ? rejected(findings) : { programme, findings: [] };
}

function rejected(findings: readonly Finding[]): ReadProgramme {
  return { programme: null, findings: findings.toSorted(byPlace) };
}
