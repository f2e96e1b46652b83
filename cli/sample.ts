import { Command } from 'commander';
import { answerStep } from '../desk/answer-step.ts';
import { startDeployment } from '../desk/start-deployment.ts';
import { listDeployments } from '../postgres/deployments.ts';
import { importSample } from '../register/import-sample.ts';
import { mustLoadProgramme } from './load.ts';
import { Fault, print } from './output.ts';
import type { Desk, Opened } from './open.ts';

/** A sample deployment, and how far it has come: the answers that are given at once. */
type Sample = { readonly urn: string; readonly answers: readonly (readonly [step: string, answer: string, fields?: Readonly<Record<string, string>>])[] };

const CONFIRMED = [
  ['contact-school', 'contacted'],
  ['confirm-participation', 'accepts'],
] as const;

/** `chaser sample`: what `npm start` begins with. Does nothing when there are deployments already. */
export function sampleCommand(opened: Opened): Command {
  return new Command('sample')
    .description('Load the sample of invented schools and people, and start a few deployments.')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  chaser sample')
    .action(async (options: { json?: true }) => {
      const begun = await opened.withDesk(async (desk) => {
        await importSample(desk.db);
        if ((await listDeployments(desk.db, 1)).length > 0) return [];
        const references: string[] = [];
        for (const sample of SAMPLES) references.push(await beginSample(desk, sample));
        return references;
      });
      print(options.json === true, { begun }, () =>
        begun.length === 0 ? 'The sample was loaded before.' : `Loaded the sample and started ${begun.join(', ')}.`,
      );
    });
}
