import { Command } from 'commander';
import { answerStep } from '../desk/answer-step.ts';
import { EXIT, Fault, print } from './output.ts';
import type { Opened } from './open.ts';

/** `chaser answer`: gives an answer to an open step, or records one for somebody who telephoned. */
export function answerCommand(opened: Opened): Command {
  return new Command('answer')
    .description('Answer an open step of a deployment.')
    .argument('<reference>', 'the deployment, for example D00001')
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
  chaser answer D00001 engage-system-leader contacted --field systemLeader=nkechi.obi@ashdale-trust.example
  chaser answer D00001 confirm-participation accepts --by c.mills@delivery.example --for head@hillcrest.example

Exit codes: 0 it counted, 1 refused (nothing was changed), 2 wrong use.`,
    )
    .action(async (reference: string, step: string, answer: string, options: Options) => {
      const counted = await opened.withDesk((desk) =>
        answerStep(desk, {
          reference,
          step,
          answer,
          fields: fieldsOf(options.field),
          via: options.for === undefined ? 'command-line' : 'telephone',
          ...(options.by === undefined ? {} : { by: options.by }),
          ...(options.for === undefined ? {} : { onBehalfOf: options.for }),
        }),
      );
      if (!counted.ok) throw new Fault(counted.reason);
      const { opened: steps, ended } = counted.value;
      print(options.json === true, counted.value, () =>
        [
          'The answer counted.',
          ...steps.map((next) => `  Opened: ${next.step}${next.round > 1 ? `, round ${next.round}` : ''}`),
          ...(ended === null ? [] : [`  The deployment ended: ${ended}`]),
        ].join('\n'),
      );
    });
}

type Options = { readonly field: readonly string[]; readonly by?: string; readonly for?: string; readonly json?: true };

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

function fieldsOf(given: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    given.map((pair) => {
      const at = pair.indexOf('=');
      if (at > 0) return [pair.slice(0, at), pair.slice(at + 1)];
      throw new Fault({ kind: 'usage', message: `--field "${pair}" has no value.`, remedy: 'Write it as --field name=value.' }, EXIT.usage);
    }),
  );
}
