import { seenWords } from './seen-words.ts';

/**
 * `npm run words`: prints everything that people read on pages, in letters, in errors and on the command line, file by file, so that it
 * can be read in one go. With words behind it, only what contains one of them: `npm run words -- clock "court of"`.
 */
const wanted = process.argv.slice(2).map((word) => word.toLowerCase());
let shown = '';
for (const { file, line, words } of seenWords()) {
  if (wanted.length > 0 && !wanted.some((word) => words.toLowerCase().includes(word))) continue;
  process.stdout.write(`${file === shown ? '' : `\n${file}\n`}${String(line).padStart(5)}  ${words}\n`);
  shown = file;
}
