import { beginCountingForms, formsOf, stepsOfForms } from '../domain/measures/forms-returned.ts';
import type { MeasuredEvent } from '../domain/measures/known-life.ts';
import type { Section } from '../domain/measures/report.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import type { Db } from '../postgres/database.ts';
import { countLogs } from '../postgres/counting/count-logs.ts';
import type { CountingOptions } from '../postgres/counting/count-logs.ts';
import type { FormsJob } from '../postgres/counting/counts.ts';
import { readProgramme } from '../postgres/pinned/pinned.ts';
import type { FiguresOf } from '../postgres/views/figures.ts';
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
export async function reportFormsReturned(db: Db, of: FormsReturnedOf, options: CountingOptions = {}): Promise<FormsReturned | null> {
  const { programmes } = await listDeploymentChoices(db, of.scope);
  const pinned = programmes.filter(({ id }) => id === of.programme).toSorted((one, other) => one.version - other.version);
  const versions = await Promise.all(pinned.map(({ id, version }) => readProgramme(db, id, version)));
  const newest = versions.at(-1);
  if (newest === undefined) return null;
  const forms = formsOf(versions);
  const job: FormsJob = {
    kind: 'forms',
    versions,
    asOf: of.asOf,
    events: { kinds: KINDS, ofSteps: [{ kinds: OF_STEPS, steps: stepsOfForms(forms) }] },
  };
  const counting = beginCountingForms(forms, of.asOf);
  for (const counted of await countLogs(db, of, job, options)) counting.addCounted(counted);
  return { programme: newest.title, forms: counting.sections() };
}
