import { plainDate } from '../time/plain-date.ts';
import { inARow, judgementsKnown, judgementWords, knownFrom } from './judgements.ts';
import type { AsOf, KnownSchool, SchoolKind } from './schools.ts';
import { whyNotOpen } from './standalone.ts';
import { ASSUMED_BY_ALL } from './verdict.ts';
import type { Rule, Verdict } from './verdict.ts';

/**
 * The school improvement offer 2019 to 2020: every school that currently requires improvement, in or outside a trust. Its tier is the
 * number of such judgements in a row: one, two, three (evaluation 2019 to 2020, "Background"). Good, requires improvement,
 * requires improvement → Tier 2.
 */
export const OFFER_2019: Rule = {
  from: plainDate('2019-09-01'),
  to: plainDate('2020-08-31'),
  source: 'Evaluation of the school improvement offer 2019 to 2020, Background',
  assumptions: [
    ...ASSUMED_BY_ALL,
    'Four or more judgements of requires improvement in a row count as three: the sources name no more.',
    'A judgement of inadequate ends the row: the evaluation counts judgements of requires improvement only.',
  ],
  judge: (known) => known.schools.map((school) => judge(known, school)),
};

/** Who makes the offer to the school: whoever receives the list of eligible schools (evaluation 2019 to 2020, "Engagement"). Open for a trust of one school of its own. */
const OFFERED_BY: Readonly<Partial<Record<SchoolKind, Verdict['facts']>>> = {
  maintained: { offeredBy: 'local-authority' },
  'in-mat': { offeredBy: 'trust' },
};

function judge(known: AsOf, school: KnownSchool): Verdict {
  const subject = { kind: 'school', urn: school.urn } as const;
  const judgements = judgementsKnown(known.inspectionsOf(school.urn), known.on);
  const count = inARow(judgements);
  const closed = whyNotOpen(known, school);
  const kind = known.kindOf(school);
  const latest = judgements.at(-1);
  const refusal =
    closed ??
    (kind === 'other' ? 'It is neither maintained by a local authority nor an academy.' : undefined) ??
    (latest === undefined ? 'No judgement of it is known.' : undefined) ??
    (count === 0 && latest !== undefined ? `Its latest judgement is ${judgementWords(latest)}.` : undefined);
  const row = refusal === undefined ? judgements.slice(-count) : judgements.slice(-1);
  const tier = count >= 3 ? 'tier-3' : count === 2 ? 'tier-2' : 'tier-1';
  return {
    subject,
    name: school.name,
    grounds: refusal === undefined ? [tier] : [],
    why: refusal ?? `${row.length === 1 ? 'One judgement' : `${row.length} judgements in a row`}: ${row.map(judgementWords).join('; ')}.`,
    evidence:
      row.length === 0 ? [] : [{ urn: school.urn, name: school.name, joinedOn: known.trustOf(school)?.joinedOn ?? null, judgements: row }],
    facts: refusal === undefined && latest !== undefined ? { tier, judgedOn: knownFrom(latest), ...OFFERED_BY[kind] } : {},
  };
}
