import { answersFor } from '../../domain/chronology/applies.ts';
import { nthDay } from '../../domain/time/days.ts';
import { londonInstant } from '../../domain/time/london.ts';
import { plainDate } from '../../domain/time/plain-date.ts';
import type { PersonId, Programme, RoleId, Step } from '../../domain/programme.ts';
import { findDeployment, listSteps } from '../../postgres/views/deployments.ts';
import type { StepLine } from '../../postgres/views/deployments.ts';
import { readKnownFacts } from '../../postgres/pinned/known-facts.ts';
import { filledFields } from '../../rehearsal/sample-fields.ts';
import { CALENDAR_2040 } from '../kit/calendar-2040.ts';
import { deploymentWorkflowId } from '../../workflows/ids.ts';
import { changeUpdate } from '../../workflows/messages.ts';
import type { BeginOptions, World } from './world.ts';

/**
 * How people live through an offer: for each step, the answers to its rounds. Without an entry, the first answer that
 * can be given is given. A round that is to be `overtaken` is left until another answer closes it.
 */
export type Choices = Readonly<Record<string, readonly string[]>>;

/** More school days than a life without delays takes. */
const MOST_DAYS = 120;

/** A step that the coordinator raises on the day on which another is answered in this round. */
export type Raised = { readonly step: string; readonly with: string; readonly round: number };

/**
 * Lives a deployment to its end, with one answer on each school day at 11:00 from 9 October 2040. It gives the first
 * answer that can be given, unless `choices` has another for that round, and fills in forms with values that they
 * accept. Returns the deployment's reference.
 */
export async function liveThrough(
  world: World,
  options: BeginOptions & { readonly programme: Programme },
  choices: Choices,
  named: Readonly<Record<RoleId, PersonId>>,
  raised: readonly Raised[] = [],
): Promise<string> {
  const { programme } = options;
  const reference = await world.begin('2040-10-08 09:30', options);
  let today = plainDate('2040-10-08');
  for (let day = 0; day < MOST_DAYS; day += 1) {
    if ((await findDeployment(world.db, reference))?.status !== 'running') return reference;
    const next = nthDay(CALENDAR_2040, 'school', today, 1);
    if (!next.ok) throw new Error(next.reason.message);
    today = next.value;
    await world.forwardTo(reference, `${today} 11:00`);
    const lines = await listSteps(world.db, reference);
    const line = nextOf(
      programme,
      lines.filter(({ step, round }) => choices[step]?.[round - 1] !== 'overtaken'),
    );
    // The only open step is an automatic one, which closes once the next letters have left.
    if (line === undefined) continue;
    const answers = answersFor(stepOf(programme, line), await readKnownFacts(world.db, reference));
    const answer = answers.find(({ id }) => id === choices[line.step]?.[line.round - 1]) ?? answers[0];
    if (answer === undefined) throw new Error(`${line.step} has no answer that could be given.`);
    const pen = { atMs: londonInstant(today, 11 * 60), name: 'Somebody Invented', newcomer: (role: RoleId) => named[role] ?? role };
    await world.answer(reference, line.step, answer.id, { fields: filledFields(answer.fields, {}, pen) });
    for (const { step } of raised.filter((each) => each.with === line.step && each.round === line.round)) {
      const command = { kind: 'raise', step, by: 'coordinator', because: 'It came up at a meeting.' } as const;
      await world.client.workflow.getHandle(deploymentWorkflowId(reference)).executeUpdate(changeUpdate, { args: [command] });
    }
  }
  throw new Error(`${programme.id} does not end: ${JSON.stringify((await listSteps(world.db, reference)).at(-1))}`);
}

/**
 * The oldest open step that somebody can answer. A step that closes others beside it comes after them, and one that
 * only repeats itself comes last.
 */
function nextOf(programme: Programme, lines: readonly StepLine[]): StepLine | undefined {
  const open = lines.filter(({ step, state }) => state === 'open' && programme.steps[step]?.automatic === null);
  const repeats = (line: StepLine) => stepOf(programme, line).answers.every(({ opens }) => opens.length === 1 && opens[0] === line.step);
  const closes = (line: StepLine) => stepOf(programme, line).answers.some((answer) => answer.closes.length > 0);
  return open.find((line) => !repeats(line) && !closes(line)) ?? open.find((line) => !repeats(line)) ?? open[0];
}

function stepOf(programme: Programme, { step }: StepLine): Step {
  const found = programme.steps[step];
  if (found === undefined) throw new Error(`There is no step "${step}".`);
  return found;
}
