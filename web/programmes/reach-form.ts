import { showsNothing } from '../../domain/unseen-characters.ts';
import { REGIONS } from '../../register/regions.ts';
import { ticked, typed } from '../answer/read-fields.ts';
import type { FormBody, FormProblem } from '../answer/read-fields.ts';

const LONGEST_REASON = 500;

/** Where a version is to count and why, as it was entered. */
export type ReachForm = {
  readonly where: 'all' | 'some' | '';
  /** The regions that were ticked. */
  readonly regions: readonly string[];
  readonly because: string;
};

/** What the form gives: null for all regions. */
type ReachAsked = { readonly regions: readonly string[] | null; readonly because: string };

/** Reads where a version is to count and why, with what is wrong with it. */
export function readReach(body: FormBody): {
  readonly form: ReachForm;
  readonly asked: ReachAsked;
  readonly problems: readonly FormProblem[];
} {
  const where = typed(body, 'where');
  const regions = REGIONS.filter((region) => ticked(body, 'region').includes(region));
  const form: ReachForm = { where: where === 'all' || where === 'some' ? where : '', regions, because: typed(body, 'because') };
  const problems: readonly FormProblem[] = [
    ...(form.where === '' ? [{ id: 'where', text: 'Select where new deployments begin with it' }] : []),
    ...(form.where === 'some' && regions.length === 0 ? [{ id: 'region', text: 'Select at least one region' }] : []),
    ...becauseProblems(form.because),
  ];
  return { form, asked: { regions: form.where === 'some' ? regions : null, because: form.because }, problems };
}

/** What is wrong with a reason. */
export function becauseProblems(because: string): readonly FormProblem[] {
  if (showsNothing(because)) return [{ id: 'because', text: 'Enter why, in a sentence' }];
  return because.length > LONGEST_REASON ? [{ id: 'because', text: `Use ${LONGEST_REASON} characters or fewer` }] : [];
}

/** The form as the view `programmes/reach-fields` takes it. `held`: regions in which the version counts already, which stay ticked. */
export function reachView({ where, regions, because }: ReachForm, held: readonly string[] = []) {
  return {
    where,
    because,
    regions: REGIONS.map((region) => ({
      value: region,
      text: region,
      checked: regions.includes(region) || held.includes(region),
      disabled: held.includes(region),
    })),
  };
}

export function faultsBy(problems: readonly FormProblem[]): Readonly<Record<string, { readonly text: string }>> {
  return Object.fromEntries(problems.map(({ id, text }) => [id, { text }]));
}
