import type { Subject } from '../domain/chronology/events.ts';
import { verdictsOn } from '../domain/eligibility/eligible.ts';
import type { EligibilityRefusal } from '../domain/eligibility/eligible.ts';
import type { Verdict } from '../domain/eligibility/verdict.ts';
import { ok } from '../domain/result.ts';
import type { Result } from '../domain/result.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import type { Db } from '../postgres/database.ts';
import { readKnown } from '../postgres/views/eligibility.ts';
import { listHadDeployments, listSubjectPlaces } from '../postgres/views/eligible-subjects.ts';
import type { HadDeployment } from '../postgres/views/eligible-subjects.ts';
import type { Scope } from '../postgres/views/deployment-source.ts';

/** A verdict on a school or trust, with where it is and its deployment of the programme. */
export type EligibilityLine = Verdict & {
  /** The URN of a school, the code of a trust. */
  readonly id: string;
  /** "" where the register knows neither the trust nor a school that makes it eligible. */
  readonly authority: string;
  readonly region: string;
  /** The one that runs or, where none does, the last; null when it never had one. */
  readonly deployment: Pick<HadDeployment, 'reference' | 'status'> | null;
};

type Place = Pick<EligibilityLine, 'authority' | 'region'>;
const NOWHERE: Place = { authority: '', region: '' };

/**
 * A verdict on every school and trust in scope, as of a day, in no order: `byName` puts those in order that are shown. Without a scope, on
 * all that are known. Refused when no rule is known for the programme, or when the day is outside its offer.
 */
export async function listEligibility(
  db: Db,
  programme: string,
  on: PlainDate,
  scope: Scope | null,
): Promise<Result<readonly EligibilityLine[], EligibilityRefusal>> {
  const within = scope ?? { sql: 'true', values: [] };
  const [known, subjects, deployments] = await Promise.all([
    readKnown(db, within),
    listSubjectPlaces(db, within),
    listHadDeployments(db, programme),
  ]);
  const verdicts = verdictsOn(programme, known, on);
  if (!verdicts.ok) return verdicts;
  const places = { school: new Map<string, Place>(), trust: new Map<string, Place>() };
  for (const { kind, authority, region, ids } of subjects) for (const id of ids) places[kind].set(id, { authority, region });
  const had = { school: new Map<string, EligibilityLine['deployment']>(), trust: new Map<string, EligibilityLine['deployment']>() };
  for (const { kind, id, reference, status } of deployments) had[kind].set(id, { reference, status });
  const lines: EligibilityLine[] = [];
  for (const verdict of verdicts.value) {
    const { kind } = verdict.subject;
    const id = idOf(verdict.subject);
    // A trust that the register does not know yet is where the first of the schools is that make it eligible.
    const first = kind === 'trust' ? places.school.get(verdict.evidence[0]?.urn ?? '') : undefined;
    const place = places[kind].get(id) ?? first ?? (scope === null ? NOWHERE : undefined);
    if (place !== undefined) {
      lines.push({ ...verdict, id, authority: place.authority, region: place.region, deployment: had[kind].get(id) ?? null });
    }
  }
  return ok(lines);
}

const NAMES = new Intl.Collator('en-GB');

/** These lines by name. */
export function byName(lines: readonly EligibilityLine[]): readonly EligibilityLine[] {
  return lines.toSorted((a, b) => NAMES.compare(a.name, b.name) || (a.id < b.id ? -1 : 1));
}

/** `school:990001`, as forms hold a subject. */
export function keyOf(subject: Subject): string {
  return `${subject.kind}:${idOf(subject)}`;
}

/** The URN of a school, the code of a trust. */
function idOf(subject: Subject): string {
  return subject.kind === 'school' ? subject.urn : subject.trust;
}
