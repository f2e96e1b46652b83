import type { Candidate } from '../../domain/matching/shortlist.ts';
import type { FormProblem } from '../answer/read-fields.ts';

/**
 * The order in which leaders are to be asked, from the place that was given to each. Places begin at 1, none is given twice and none is
 * missing between them.
 */
export function readPlaces(
  candidates: readonly Pick<Candidate, 'leader' | 'name'>[],
  placeOf: (leader: string) => string,
): { readonly order: readonly string[]; readonly problems: readonly FormProblem[] } {
  const placed = candidates
    .map(({ leader, name }) => ({ leader, name, place: Number(placeOf(leader)) }))
    .filter(({ place }) => Number.isInteger(place) && place > 0)
    .toSorted((one, other) => one.place - other.place);
  if (placed.length === 0) return { order: [], problems: [{ id: 'shortlist', text: 'Select whom to ask now' }] };
  const problems = placed.flatMap(({ leader, name, place }, at): readonly FormProblem[] => {
    const before = placed[at - 1];
    if (before?.place === place) return [{ id: `place-${leader}`, text: `Give ${name} and ${before.name} different places` }];
    const expected = (before?.place ?? 0) + 1;
    return place === expected
      ? []
      : [{ id: `place-${leader}`, text: `Nobody has place ${expected}. Give ${name} that place, or choose somebody for it` }];
  });
  return { order: placed.map(({ leader }) => leader), problems };
}
