/**
 * A remedy in the words of a page. The command line gives the same remedies with the command to run. Whoever reads a
 * page has no command line: they ask somebody who has one, or go to another page.
 */
export function remedyOnPage(remedy: string): string {
  return PAGES.reduce((words, [command, instead]) => words.replaceAll(command, instead), remedy);
}

const PAGES: readonly (readonly [RegExp, string])[] = [
  [/Bring the register up to date: chaser import schools \S+/g, 'Ask an administrator to bring the register of schools up to date.'],
  [/Name somebody in a people file: chaser import people \S+/g, 'Ask an administrator to add somebody to the people whom Chaser knows.'],
  [/Give another address in a people file: chaser import people \S+/g, 'Ask an administrator to give them another address.'],
  [
    /Give the contact id or the e-mail address of somebody imported with: chaser import people \S+/g,
    'Give the e-mail address of somebody whom Chaser knows, or ask an administrator to add them.',
  ],
  [/See (?:it|how) with: chaser status \S+/g, 'See the page of the deployment.'],
  [/See the references with: chaser list/g, 'See the list of deployments.'],
  [/Correct its file, and look again with:  chaser programme check \S+/g, 'Ask an administrator to correct the programme’s file.'],
  // A sentence that names any other command is dropped. Readers are told to ask whoever has the command line.
  [/[^.]*\bchaser [a-z]+[^.]*(?:\.|$)/g, ' Ask an administrator.'],
];
