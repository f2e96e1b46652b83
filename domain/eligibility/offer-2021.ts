import { addDays, plainDate } from '../time/plain-date.ts';
import { judgementsKnown, judgementWords } from './judgements.ts';
import type { AsOf, KnownSchool, Member } from './schools.ts';
import { foundInYear, latestWords, sinceWords, whyNotStandalone } from './standalone.ts';
import { ASSUMED_BY_ALL } from './verdict.ts';
import type { Evidence, Ground, Rule, Verdict } from './verdict.ts';

const FROM = plainDate('2021-09-01');
const TO = plainDate('2022-08-31');

/**
 * The trust and school improvement offer 2021 to 2022: schools that enter the year with requires improvement after requires improvement or
 * worse (the stock), and those judged to require improvement during the year (the flow). A school that stands alone is
 * eligible itself. In a multi-academy trust it makes the trust eligible, once however many of its schools do (guidance 2021 to 2022,
 * "Eligibility").
 */
export const OFFER_2021: Rule = {
  from: FROM,
  to: TO,
  source: 'Guidance for system leaders 2021 to 2022, Eligibility',
  assumptions: [
    ...ASSUMED_BY_ALL,
    'A school makes the trust eligible that it is in on the day of which you ask.',
    'A school judged to require improvement during the year stays eligible, even if it is judged again before the year ends.',
  ],
  judge: (known) => [
    ...known.schools.map((school) => judgeSchool(known, school)),
    ...known.multiAcademyTrusts.map((trust) => judgeTrust(known, trust)),
  ],
};

type Found = { readonly grounds: readonly Ground[]; readonly why: string; readonly evidence: readonly Evidence[] };

/** What of a school's judgements meets the criteria. */
function foundOf(known: AsOf, { school, joinedOn }: Member): Found {
  const { urn, name } = school;
  const atStart = judgementsKnown(known.inspectionsOf(urn), addDays(FROM, -1)).slice(-2);
  const [previous, current] = atStart;
  const twice = current?.grade === 3 && previous !== undefined && previous.grade >= 3;
  const during = foundInYear(known, urn, FROM, TO);
  const judgements = [...(twice ? atStart : []), ...during];
  const last = judgements.at(-1);
  if (last === undefined) return { grounds: [], why: latestWords(known, urn), evidence: [] };
  return {
    grounds: [...(twice ? (['twice-before-year'] as const) : []), ...(during.length > 0 ? (['during-year'] as const) : [])],
    why: `${judgements.map(judgementWords).join('; ')}.${sinceWords(known, urn, last)}`,
    evidence: [{ urn, name, joinedOn, judgements }],
  };
}

function judgeSchool(known: AsOf, school: KnownSchool): Verdict {
  const joinedOn = known.trustOf(school)?.joinedOn ?? null;
  const refusal = whyNotStandalone(known, school);
  const { grounds, why, evidence } = foundOf(known, { school, joinedOn });
  return {
    subject: { kind: 'school', urn: school.urn },
    name: school.name,
    ...(refusal === undefined ? { grounds, why, evidence, facts: factsOf(grounds) } : { grounds: [], why: refusal, evidence, facts: {} }),
  };
}

function judgeTrust(known: AsOf, trust: string): Verdict {
  const found = known.membersOf(trust).map((member) => ({ name: member.school.name, ...foundOf(known, member) }));
  const met = found.filter(({ grounds }) => grounds.length > 0);
  const grounds = (['twice-before-year', 'during-year'] as const).filter((ground) => met.some((one) => one.grounds.includes(ground)));
  return {
    subject: { kind: 'trust', trust },
    name: known.nameOfTrust(trust),
    grounds,
    why: met.length === 0 ? 'None of its schools meets the criteria.' : met.map(({ name, why }) => `${name}: ${why}`).join(' '),
    evidence: met.flatMap(({ evidence }) => evidence),
    facts: factsOf(grounds),
  };
}

/** Whoever was eligible when the year began is of the stock, even if the flow brings another judgement. */
function factsOf(grounds: readonly Ground[]): Verdict['facts'] {
  if (grounds.length === 0) return {};
  return { route: 'eligible', intake: grounds.includes('twice-before-year') ? 'stock' : 'flow' };
}
