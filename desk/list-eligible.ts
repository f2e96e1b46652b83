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

/**
 * A verdict on every school and trust in scope, as of a day, by name. Without a scope, on all that are known. Refused when no rule is
 * known for the programme, or when the day is outside its offer.
 */
export async function listEligibility(
  db: Db,
  programme: string,
  on: PlainDate,
  scope: Scope | null,
): Promise<Result<readonly EligibilityLine[], EligibilityRefusal>> {
  const verdicts = verdictsOn(programme, await readKnown(db), on);
  if (!verdicts.ok) return verdicts;
  const places = new Map(
    (await listSubjectPlaces(db, scope ?? { sql: 'true', values: [] })).map(({ kind, id, ...place }) => [`${kind}:${id}`, place]),
  );
  const had = new Map(
    (await listHadDeployments(db, programme)).map(({ kind, id, reference, status }) => [`${kind}:${id}`, { reference, status }]),
  );
  const lines = verdicts.value.flatMap((verdict): readonly EligibilityLine[] => {
    const key = keyOf(verdict.subject);
    // A trust that the register does not know yet is where the first of the schools is that make it eligible.
    const first = verdict.subject.kind === 'trust' ? places.get(`school:${verdict.evidence[0]?.urn}`) : undefined;
    const place = places.get(key) ?? first ?? (scope === null ? { authority: '', region: '' } : undefined);
    return place === undefined ? [] : [{ ...verdict, id: idOf(verdict.subject), ...place, deployment: had.get(key) ?? null }];
  });
  return ok(lines.toSorted((a, b) => a.name.localeCompare(b.name, 'en-GB') || (a.id < b.id ? -1 : 1)));
}

/** `school:990001`, as forms hold a subject. */
export function keyOf(subject: Subject): string {
  return `${subject.kind}:${idOf(subject)}`;
}

/** The URN of a school, the code of a trust. */
function idOf(subject: Subject): string {
  return subject.kind === 'school' ? subject.urn : subject.trust;
}
