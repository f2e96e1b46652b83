import { basename } from 'node:path';
import type { Survey } from '../domain/surveys/survey.ts';
import { byPlace } from '../programmes/finding.ts';
import type { Finding, Report } from '../programmes/finding.ts';
import { schemaFindings } from '../programmes/schema-findings.ts';
import { readYaml } from '../programmes/yaml-source.ts';
import { buildSurvey } from './build-survey.ts';
import { checkSurvey } from './check-survey.ts';
import { surveyJsonSchema, surveySchema } from './schema.ts';

/** A survey, or everything that is wrong with it. The survey is present exactly when there are no findings. */
export type ReadSurvey =
  { readonly survey: Survey; readonly findings: readonly [] } | { readonly survey: null; readonly findings: readonly Finding[] };

/**
 * Reads a survey from YAML text. It is checked as YAML, then against the schema, then for what its names refer to and for the ways
 * through it; each only when the check before found nothing. `file` is the name that findings carry. Never throws on what is written.
 */
export function readSurvey(text: string, file: string): ReadSurvey {
  const source = readYaml(text, file);
  if (source.findings.length > 0) return rejected(source.findings);
  const parsed = surveySchema.safeParse(source.value);
  if (!parsed.success) return rejected(schemaFindings(parsed.error, source, surveyJsonSchema()));
  const findings: Finding[] = [];
  const report: Report = (...where) => void findings.push(source.finding(...where));
  if (basename(file) !== `${parsed.data.survey}.yaml`) {
    report(
      ['survey'],
      `The survey "${parsed.data.survey}" is in a file with another name`,
      `Call the file ${parsed.data.survey}.yaml, or the survey as the file.`,
    );
  }
  checkSurvey(parsed.data, report);
  return findings.length > 0 ? rejected(findings) : { survey: buildSurvey(parsed.data), findings: [] };
}

function rejected(findings: readonly Finding[]): ReadSurvey {
  return { survey: null, findings: findings.toSorted(byPlace) };
}
