import { STRATA } from './population.ts';
import type { Stratum } from './population.ts';
import type { AnswerSplit, Survey } from './survey.ts';

/** Something by which the figures of a survey are split: what the record says of a deployment, or what people answered. */
export type Split = { readonly id: string; readonly title: string } & (
  { readonly kind: 'stratum'; readonly stratum: Stratum } | { readonly kind: 'answers'; readonly of: AnswerSplit }
);

/** What a split by the record is called. */
const STRATUM_TITLES = {
  region: 'region',
  phase: 'phase of school',
  status: 'type of school',
  programme: 'programme',
  stage: 'stage reached',
} as const satisfies Record<Stratum, string>;

/** How figures are split first unless whoever makes a survey says otherwise. */
export const FIRST_SPLIT = 'region';

/**
 * The splits of a survey in the order in which they are taken: the first one, then those by the record, then those by what people answered. What is shown of
 * one leaves less to be shown of those after it (`shownGroups`).
 */
export function splitsOf(survey: Pick<Survey, 'splits'>, first: string): readonly Split[] {
  const all: readonly Split[] = [
    ...STRATA.map((stratum) => ({ id: stratum, title: STRATUM_TITLES[stratum], kind: 'stratum' as const, stratum })),
    ...(survey.splits ?? []).map((of) => ({ id: of.id, title: of.title, kind: 'answers' as const, of })),
  ];
  return [...all.filter(({ id }) => id === first), ...all.filter(({ id }) => id !== first)];
}

/** The strata in the order in which they are told with responses: that by which figures are split first before the others. */
export function strataFrom(first: string): readonly Stratum[] {
  return [...STRATA.filter((stratum) => stratum === first), ...STRATA.filter((stratum) => stratum !== first)];
}
