import { Command } from 'commander';
import { noteDeployment } from '../desk/note-deployment.ts';
import { listDeploymentNotes } from '../postgres/desk/deployment-notes.ts';
import { mustFindPerson } from './must-find.ts';
import { Fault, print } from './output.ts';
import type { Opened } from './open.ts';
import { asReference } from './reference.ts';

/** `chaser note`: writes a note on a deployment. */
export function noteCommand(opened: Opened): Command {
  return new Command('note')
    .description('Write a note on a deployment. Staff who see the deployment read it; no e-mail says it, and it is never changed.')
    .argument('<reference>', 'the deployment, for example D00001', asReference)
    .argument('<text>', 'the note')
    .requiredOption('--by <person>', 'who writes it: contact id or e-mail')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Example:
  chaser note D00001 "The office telephones before noon only." --by c.mills@delivery.example

Read the notes with: chaser status D00001
Exit codes: 0 done, 1 refused (nothing was changed), 2 wrong use.`,
    )
    .action(async (reference: string, words: string, options: { by: string; json?: true }) => {
      const notes = await opened.withDatabase(async (db) => {
        const kept = await noteDeployment(db, { reference, words, by: await mustFindPerson(db, options.by) });
        if (!kept.ok) throw new Fault(kept.reason);
        return listDeploymentNotes(db, reference);
      });
      print(options.json === true, { reference, notes }, () => `The note is kept. ${reference} has ${notes.length}.`);
    });
}
