import { Command } from 'commander';
import { answerStep } from '../desk/answer-step.ts';
import { readForm } from '../domain/forms/read-form.ts';
import { answersFor } from '../domain/chronology/applies.ts';
import { findDeployment } from '../postgres/views/deployments.ts';
import { readKnownFacts } from '../postgres/pinned/known-facts.ts';
import { readPinnedProgramme } from '../postgres/pinned/pinned.ts';
import { Fault, print } from './output.ts';
import type { Desk, Opened } from './open.ts';
import { collect, mustBeMended, typedFields } from './typed-fields.ts';
import { asReference } from './reference.ts';

/** `chaser answer`: gives an answer to an open step, or records one for somebody who telephoned. */
export function answerCommand(opened: Opened): Command {
  return new Command('answer')
    .description('Answer an open step of a deployment.')
    .argument('<reference>', 'the deployment, for example D00001', asReference)
    .argument('<step>', 'the step, for example confirm-participation')
    .argument('<answer>', 'one of the answers of the step, for example accepts')
    .option('--field <name=value>', 'what the answer must say; repeat for each field', collect, [])
    .option('--by <person>', 'who answers or records it: contact id or e-mail; the owner of the step unless told')
    .option('--for <person>', 'the owner who telephoned, when somebody else records it')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Examples:
  chaser answer D00001 confirm-participation accepts
  chaser answer D00001 engage-system-leader contacted --field systemLeader=nkechi.obi@ashdale-trust.example --field capacity=ten-days --field conflict=none
  chaser answer D00001 first-visit visited --field visitedOn="5 December 2022" --field needs="Reading in key stage 1"
  chaser answer D00001 submit-plan submitted --field interventions.1.what="Phonics" --field interventions.1.cost=1,600.50

Values are typed as on the web page: dates as 2022-12-05 or 5 December 2022, money in pounds, entries of a group by their
number. Repeat a field to give it several lines: the options that were chosen, the names of files.
  chaser answer D00001 confirm-participation accepts --by c.mills@delivery.example --for head@hillcrest.example

Exit codes: 0 recorded, 1 refused (nothing was changed), 2 wrong use.`,
    )
    .action(async (reference: string, step: string, answer: string, options: Options) => {
      const typed = typedFields(options.field);
      const counted = await opened.withDesk(async (desk) =>
        answerStep(desk, {
          reference,
          step,
          answer,
          fields: await readFields(desk, { reference, step, answer, typed }),
          via: options.for === undefined ? 'command-line' : 'telephone',
          ...(options.by === undefined ? {} : { by: options.by }),
          ...(options.for === undefined ? {} : { onBehalfOf: options.for }),
        }),
      );
      if (!counted.ok) throw new Fault(counted.reason);
      const { opened: steps, ended } = counted.value;
      print(options.json === true, counted.value, () =>
        [
          'The answer is recorded.',
          ...steps.map((next) => `  Opened: ${next.step}${next.round > 1 ? `, round ${next.round}` : ''}`),
          ...(ended === null ? [] : [`  The deployment ended: ${ended}`]),
        ].join('\n'),
      );
    });
}

type Options = { readonly field: readonly string[]; readonly by?: string; readonly for?: string; readonly json?: true };

type Typed = {
  readonly reference: string;
  readonly step: string;
  readonly answer: string;
  readonly typed: Readonly<Record<string, string>>;
};

/**
 * What was typed, in the form in which the programme stores it. All its faults are reported at once. Whether the answer
 * exists is checked later.
 */
async function readFields({ db }: Desk, { reference, step, answer, typed }: Typed): Promise<Readonly<Record<string, string>>> {
  if ((await findDeployment(db, reference)) === undefined) return typed;
  const programme = await readPinnedProgramme(db, reference);
  const written = programme.steps[step];
  const answers = written === undefined ? [] : answersFor(written, await readKnownFacts(db, reference));
  const chosen = answers.find(({ id }) => id === answer);
  if (chosen === undefined) return typed;
  const { fields, problems } = readForm(chosen, typed);
  mustBeMended(problems);
  return fields;
}
