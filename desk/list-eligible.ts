import type { Subject } from '../domain/chronology/events.ts';
import { ruleOn } from '../domain/eligibility/eligible.ts';
import type { EligibilityRefusal } from '../domain/eligibility/eligible.ts';
import { asOf } from '../domain/eligibility/schools.ts';
import type { Known } from '../domain/eligibility/schools.ts';
import type { Ground, Rule, Verdict } from '../domain/eligibility/verdict.ts';
import { ok } from '../domain/result.ts';
import type { Result } from '../domain/result.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import type { Db } from '../postgres/database.ts';
import { readKnown } from '../postgres/views/eligibility.ts';
import { listHadDeployments, listSubjectPlaces, placesInScope } from '../postgres/views/eligible-subjects.ts';
import type { HadDeployment, RegisterPlace, SubjectsOfPlace } from '../postgres/views/eligible-subjects.ts';
import type { Scope } from '../postgres/views/deployment-source.ts';
import { keptWhileRegisterStands } from '../postgres/views/register-state.ts';

/** A verdict on a school or trust, with where it is. */
export type JudgedLine = Verdict & {
  /** The URN of a school, the code of a trust. */
  readonly id: string;
  /** "" where the register knows neither the trust nor a school that makes it eligible. */
  readonly authority: string;
  readonly region: string;
};

/** A verdict with its deployment of the programme. */
export type EligibilityLine = JudgedLine & {
  /** The one that runs or, where none does, the last; null when it never had one. */
  readonly deployment: Pick<HadDeployment, 'reference' | 'status'> | null;
};

/** A verdict on every school and trust in scope. */
export type EligibilityList = {
  /** Where they are, in no order. */
  readonly places: readonly Pick<RegisterPlace, 'authority' | 'region'>[];
  /** The grounds that any of them meets, in the order in which they are first met. */
  readonly grounds: readonly Ground[];
  /** Those that are eligible, or those that are not, by name. */
  lines(which: Which): readonly JudgedLine[];
  /** What holds of one; undefined when it is not in scope. */
  lineOf(subject: Subject): JudgedLine | undefined;
};
type Which = 'eligible' | 'not-eligible';

/** A line with its place by its index; null where nobody knows it. */
type Placed = { readonly line: JudgedLine; readonly place: number | null };
type Judged = {
  readonly places: readonly RegisterPlace[];
  /** As the rule gave them. */
  readonly eligible: readonly Placed[];
  /** By name. */
  inOrder(which: Which): readonly Placed[];
  placedOf(subject: Subject): Placed | undefined;
};
type Register = { readonly known: Known; readonly subjects: readonly SubjectsOfPlace[] };

/** So many lists of programmes and days are kept: one takes some 20 MB with 25,000 schools. */
const MOST_LISTS = 4;
const registerOf = keptWhileRegisterStands<Register>(1);
const judgedBy = keptWhileRegisterStands<Judged>(MOST_LISTS);

/**
 * A verdict on every school and trust in scope, as of a day. Without a scope, on all that are known. Verdicts are worked out once for all who ask
 * and kept until somebody writes to the register. Refused when no rule is known for the programme, or when the day is outside its offer.
 */
export async function listEligibility(
  db: Db,
  programme: string,
  on: PlainDate,
  scope: Scope | null,
): Promise<Result<EligibilityList, EligibilityRefusal>> {
  const rule = ruleOn(programme, on);
  if (!rule.ok) return rule;
  const judged = await judgedBy(db, `${programme} ${on}`, async () =>
    judgedOf(await registerOf(db, '', () => readRegister(db)), rule.value, on),
  );
  const within = scope === null ? null : await placesInScope(db, scope, judged.places);
  const inScope = ({ place }: Placed) => within === null || (place !== null && within.has(place));
  return ok({
    places: judged.places.filter((_, nth) => within === null || within.has(nth)),
    grounds: [...new Set(judged.eligible.filter(inScope).flatMap(({ line }) => line.grounds))],
    lines: (which) => judged.inOrder(which).flatMap((placed) => (inScope(placed) ? [placed.line] : [])),
    lineOf(subject) {
      const placed = judged.placedOf(subject);
      return placed !== undefined && inScope(placed) ? placed.line : undefined;
    },
  });
}

async function readRegister(db: Db): Promise<Register> {
  const [known, subjects] = await Promise.all([readKnown(db), listSubjectPlaces(db)]);
  return { known, subjects };
}

function judgedOf({ known, subjects }: Register, rule: Rule, on: PlainDate): Judged {
  const places: RegisterPlace[] = [];
  const nthOf = new Map<string, number>();
  const placeOf = { school: new Map<string, number>(), trust: new Map<string, number>() };
  for (const { kind, code, authority, region, ids } of subjects) {
    const key = JSON.stringify([code, region]);
    const nth = nthOf.get(key) ?? places.push({ code, authority, region }) - 1;
    nthOf.set(key, nth);
    for (const id of ids) placeOf[kind].set(id, nth);
  }
  const placed = rule.judge(asOf(known, on)).map((verdict): Placed => {
    const { kind } = verdict.subject;
    const id = idOf(verdict.subject);
    // A trust that the register does not know yet is where the first of the schools is that make it eligible.
    const first = kind === 'trust' ? placeOf.school.get(verdict.evidence[0]?.urn ?? '') : undefined;
    const place = placeOf[kind].get(id) ?? first ?? null;
    const { authority, region } = (place === null ? undefined : places[place]) ?? { authority: '', region: '' };
    return { line: { ...verdict, id, authority, region }, place };
  });
  const bySubject = new Map(placed.map((one) => [keyOf(one.line.subject), one]));
  const eligible = placed.filter(({ line }) => line.grounds.length > 0);
  const sorted: Partial<Record<Which, readonly Placed[]>> = {};
  return {
    places,
    eligible,
    placedOf: (subject) => bySubject.get(keyOf(subject)),
    // Putting thousands of names in order takes a while: each list is when it is asked for first.
    inOrder: (which) =>
      (sorted[which] ??= byName(which === 'eligible' ? eligible : placed.filter(({ line }) => line.grounds.length === 0))),
  };
}

const NAMES = new Intl.Collator('en-GB');

function byName(placed: readonly Placed[]): readonly Placed[] {
  return placed.toSorted(({ line: a }, { line: b }) => NAMES.compare(a.name, b.name) || (a.id < b.id ? -1 : 1));
}

/** These lines, each with its deployment of the programme. */
export async function withDeployments(db: Db, programme: string, lines: readonly JudgedLine[]): Promise<readonly EligibilityLine[]> {
  if (lines.length === 0) return [];
  const had = { school: new Map<string, EligibilityLine['deployment']>(), trust: new Map<string, EligibilityLine['deployment']>() };
  const idsOf = (kind: Subject['kind']) => lines.flatMap(({ subject, id }) => (subject.kind === kind ? [id] : []));
  for (const { kind, id, reference, status } of await listHadDeployments(db, programme, idsOf('school'), idsOf('trust'))) {
    had[kind].set(id, { reference, status });
  }
  return lines.map((line) => ({ ...line, deployment: had[line.subject.kind].get(line.id) ?? null }));
}

/** `school:990001`, as forms hold a subject. */
export function keyOf(subject: Subject): string {
  return `${subject.kind}:${idOf(subject)}`;
}

/** The URN of a school, the code of a trust. */
function idOf(subject: Subject): string {
  return subject.kind === 'school' ? subject.urn : subject.trust;
}
