import { CommanderError } from 'commander';
import { opened } from './open.ts';
import { EXIT, Fault } from './output.ts';
import { createChaser } from './program.ts';

/**
 * Does what `chaser` is asked for in these words. Answers with its exit code: 0 done, 1 refused, 2 wrong use, 3 something does not work. A
 * fault is printed as what, where and how to mend it; anything else is a bug and keeps its stack.
 */
export async function runChaser(env: NodeJS.ProcessEnv, words: readonly string[]): Promise<number> {
  try {
    const chaser = await createChaser(opened(env), words);
    await chaser.parseAsync([...words], { from: 'user' });
    return Number(process.exitCode ?? EXIT.ok);
  } catch (error) {
    return report(error, words.includes('--json'));
  }
}

function report(error: unknown, json: boolean): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (error instanceof Fault) {
    const { kind, message, remedy } = error;
    process.stderr.write(json ? `${JSON.stringify({ error: { kind, message, remedy } })}\n` : `${message}\n${remedy}\n`);
    return error.exitCode;
  }
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  return EXIT.failed;
}
