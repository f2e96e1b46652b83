import { beginCountingForms, formsOf, stepsOfForms } from '../domain/measures/forms-returned.ts';
import type { MeasuredEvent } from '../domain/measures/known-life.ts';
import type { Section } from '../domain/measures/report.ts';
import type { Programme } from '../domain/programme.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import type { Db } from '../postgres/database.ts';
import { readProgramme } from '../postgres/pinned/pinned.ts';
import type { FiguresOf } from '../postgres/views/figures.ts';
import { readLoggedLives } from '../postgres/views/measures.ts';
import { listDeploymentChoices } from '../postgres/views/search-deployments.ts';

/** The forms of one programme, by the end of a day and as known then. */
export type FormsReturnedOf = FiguresOf & { readonly asOf: PlainDate };

export type FormsReturned = {
  /** The title of the programme in its newest version. */
  readonly programme: string;
  readonly forms: readonly { readonly form: Section; readonly questions: readonly Section[] }[];
};

const KINDS = [
  'deployment-began',
  'deployment-taken-in',
  'fact-recorded',
  'fact-corrected',
] as const satisfies readonly MeasuredEvent['type'][];
const OF_STEPS = [
  'step-opened',
  'due-date-moved',
  'step-answered',
  'answer-taken-back',
] as const satisfies readonly MeasuredEvent['type'][];

/** How the forms of a programme came back, counted anew from the events each time. Null where nobody whom the reader may see is in the programme. */
export async function reportFormsReturned(db: Db, of: FormsReturnedOf): Promise<FormsReturned | null> {
  const { programmes } = await listDeploymentChoices(db, of.scope);
  const pinned = programmes.filter(({ id }) => id === of.programme).toSorted((one, other) => one.version - other.version);
  const versions = new Map<number, Programme>();
  for (const { id, version } of pinned) versions.set(version, await readProgramme(db, id, version));
  const newest = [...versions.values()].at(-1);
  if (newest === undefined) return null;
  const forms = formsOf([...versions.values()]);
  const counting = beginCountingForms(forms, of.asOf);
  for await (const some of readLoggedLives(db, { ...of, kinds: KINDS, stepKinds: OF_STEPS, steps: stepsOfForms(forms) })) {
    for (const { events, school } of some) {
      const [began] = events;
      const programme = began?.type === 'deployment-began' ? versions.get(began.programme.version) : undefined;
      // A deployment that began since the versions were listed is in the next report.
      if (programme !== undefined) counting.add({ region: school.region, programme, events });
    }
  }
  return { programme: newest.title, forms: counting.sections() };
}
