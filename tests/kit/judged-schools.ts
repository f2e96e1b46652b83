import assert from 'node:assert/strict';
import { verdictsOn } from '../../domain/eligibility/eligible.ts';
import type { Grade, Inspection } from '../../domain/eligibility/judgements.ts';
import type { Group, Known, KnownSchool, Membership } from '../../domain/eligibility/schools.ts';
import type { Verdict } from '../../domain/eligibility/verdict.ts';
import { plainDate } from '../../domain/time/plain-date.ts';

/** Schools, trusts and judgements for tests of who is eligible. */

export const school = (urn: string, more: Partial<KnownSchool> = {}): KnownSchool => ({
  urn,
  name: `School ${urn}`,
  status: 'Open',
  openedOn: null,
  closedOn: null,
  sector: 'maintained',
  trust: null,
  ...more,
});
export const academy = (urn: string, more: Partial<KnownSchool> = {}) => school(urn, { sector: 'academy', ...more });
export const judged = (urn: string, inspectedOn: string, grade: Grade, publishedOn: string | null = null): Inspection => ({
  urn,
  urnAtTime: urn,
  inspectedOn: plainDate(inspectedOn),
  publishedOn: publishedOn === null ? null : plainDate(publishedOn),
  grade,
});
export const joined = (group: string, urn: string, joinedOn: string | null, leftOn: string | null = null): Membership => ({
  group,
  urn,
  joinedOn: joinedOn === null ? null : plainDate(joinedOn),
  leftOn: leftOn === null ? null : plainDate(leftOn),
});
export const mat = (id: string): Group => ({ id, name: `Trust ${id}`, kind: 'multi-academy-trust', closedOn: null });
export const known = (some: Partial<Known>): Known => ({ schools: [], groups: [], memberships: [], inspections: [], ...some });

/** What the rule of a programme says of one school or trust on a day. */
export function verdictOf(programme: string, about: Partial<Known>, on: string, id: string): Verdict {
  const verdicts = verdictsOn(programme, known(about), plainDate(on));
  assert.ok(verdicts.ok);
  const found = verdicts.value.find(({ subject }) => (subject.kind === 'school' ? subject.urn : subject.trust) === id);
  assert.ok(found, `no verdict on ${id}`);
  return found;
}
