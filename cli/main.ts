#!/usr/bin/env node
import { CommanderError } from 'commander';
import { opened } from './open.ts';
import { EXIT, Fault } from './output.ts';
import { createChaser } from './program.ts';

try {
  const chaser = await createChaser(opened(process.env), process.argv.slice(2));
  await chaser.parseAsync();
} catch (error) {
  process.exitCode = report(error, process.argv.includes('--json'));
}

/** Prints a fault as what, where and how to mend it. Anything else is a bug and keeps its stack. */
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
