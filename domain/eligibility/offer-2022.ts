import { longDate, plainDate } from '../time/plain-date.ts';
import { judgementsKnown, judgementWords } from './judgements.ts';
import type { Inspection } from './judgements.ts';
import type { AsOf, KnownSchool, Member } from './schools.ts';
import { foundInYear, latestWords, sinceWords, whyNotStandalone } from './standalone.ts';
import { ASSUMED_BY_ALL } from './verdict.ts';
import type { Ground, Rule, Verdict } from './verdict.ts';

const FROM = plainDate('2022-09-01');
const TO = plainDate('2023-08-31');
/** "On the 1 Sept 22 they contain at least two schools that have been part of their trust for three years." */
const THREE_YEARS_BEFORE = plainDate('2019-09-01');
const FEWEST_SETTLED = 2;
/** It meets the criteria: it is no exception, whose grounds would be asked for. */
const FACTS = { route: 'eligible' } as const;

/**
 * The trust and school improvement offer 2022 to 2023 (guidance 2022 to 2023, "Key principles"). A school that stands alone is eligible when
 * it is judged to require improvement during the year. A multi-academy trust is when on 1 September 2022 it has at least two schools that have
 * been in it for three years, and either half or more of its schools that were inspected since joining require improvement or worse, or the
 * judgements of those have declined.
 *
 * The guidance calls the decline a school improvement score below 0 and does not print its formula. Ours: the sum, over the schools
 * inspected since joining, of the grade before minus the grade now. Good (2), now requires improvement (3): 2 − 3 = −1.
 */
export const OFFER_2022: Rule = {
  from: FROM,
  to: TO,
  source: 'Guidance for system leaders 2022 to 2023, Key principles',
  assumptions: [
    ...ASSUMED_BY_ALL,
    'The improvement score is ours, because the guidance does not print its formula: the sum, over schools inspected since they joined, of the grade before the latest one minus the latest one.',
    'A school whose first judgement came after it joined adds nothing to the score.',
    'Three years are counted on 1 September 2022. Judgements, and which schools the trust has, are those of the day of which you ask.',
    'A school inspected on the day it joined counts as inspected since joining. One whose day of joining is not known does not.',
    'A school judged to require improvement during the year stays eligible, even if it is judged again before the year ends.',
  ],
  judge: (known) => {
    const atStart = known.at(FROM);
    return [
      ...known.schools.map((school) => judgeSchool(known, school)),
      ...known.multiAcademyTrusts.map((trust) => judgeTrust(known, atStart, trust)),
    ];
  },
};

function judgeSchool(known: AsOf, school: KnownSchool): Verdict {
  const { urn, name } = school;
  const refusal = whyNotStandalone(known, school);
  const judgements = foundInYear(known, urn, FROM, TO);
  const last = judgements.at(-1);
  const evidence = last === undefined ? [] : [{ urn, name, joinedOn: known.trustOf(school)?.joinedOn ?? null, judgements }];
  const subject = { kind: 'school', urn } as const;
  if (refusal !== undefined) return { subject, name, grounds: [], why: refusal, evidence, facts: {} };
  if (last === undefined) return { subject, name, grounds: [], why: latestWords(known, urn), evidence, facts: {} };
  const why = `${judgements.map(judgementWords).join('; ')}.${sinceWords(known, urn, last)}`;
  return { subject, name, grounds: ['during-year'], why, evidence, facts: FACTS };
}

/** A school of a trust that was inspected since it joined: its latest judgement, and the one before. */
type Inspected = { readonly member: Member; readonly current: Inspection; readonly previous: Inspection | undefined };

function inspectedSinceJoining(known: AsOf, member: Member): readonly Inspected[] {
  const [current, previous] = judgementsKnown(known.inspectionsOf(member.school.urn), known.on).toReversed();
  if (current === undefined || member.joinedOn === null || current.inspectedOn < member.joinedOn) return [];
  return [{ member, current, previous }];
}

function judgeTrust(known: AsOf, atStart: AsOf, trust: string): Verdict {
  const settled = atStart.membersOf(trust).filter(({ joinedOn }) => joinedOn !== null && joinedOn <= THREE_YEARS_BEFORE);
  const inspected = known.membersOf(trust).flatMap((member) => inspectedSinceJoining(known, member));
  const worse = inspected.filter(({ current }) => current.grade >= 3);
  const score = inspected.reduce((sum, { current, previous }) => sum + (previous === undefined ? 0 : previous.grade - current.grade), 0);
  const isHalf = inspected.length > 0 && worse.length * 2 >= inspected.length;
  const grounds: readonly Ground[] = [...(isHalf ? (['half-of-trust'] as const) : []), ...(score < 0 ? (['trust-declines'] as const) : [])];
  const settles = settled.length >= FEWEST_SETTLED;
  const settledWords = `${countOf(settled.length)} been in the trust for three years on ${longDate(FROM)}`;
  const judgedWords =
    inspected.length === 0
      ? 'no school was inspected since it joined'
      : `${worse.length} of ${inspected.length} inspected since joining ${worse.length === 1 ? 'requires' : 'require'} improvement or worse; improvement score ${score < 0 ? `−${-score}` : score}`;
  return {
    subject: { kind: 'trust', trust },
    name: known.nameOfTrust(trust),
    grounds: settles ? grounds : [],
    why: `${settledWords}; ${judgedWords}.`,
    evidence: inspected.map(({ member: { school, joinedOn }, current, previous }) => ({
      urn: school.urn,
      name: school.name,
      joinedOn,
      judgements: previous === undefined ? [current] : [previous, current],
    })),
    facts: settles && grounds.length > 0 ? FACTS : {},
  };
}

function countOf(settled: number): string {
  return settled === 0 ? 'No school had' : settled === 1 ? 'One school had' : `${settled} schools had`;
}
