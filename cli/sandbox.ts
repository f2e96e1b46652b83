import { Command } from 'commander';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { askToMove, NO_TRAINING_COPY, workTimeMove } from '../desk/move-time.ts';
import type { MoveWish } from '../desk/move-time.ts';
import { momentWords } from '../desk/moved-time-words.ts';
import { parsePlainDate } from '../domain/time/plain-date.ts';
import { readSandbox } from '../postgres/sandbox/sandbox.ts';
import { askToStop, deploymentsOfMove, lettersOfMove, readMove, readOpenMove } from '../postgres/sandbox/time-moves.ts';
import type { TimeMove } from '../postgres/sandbox/time-moves.ts';
import { exampleDay } from './example-day.ts';
import type { Desk, Opened } from './open.ts';
import { Fault, print, usage } from './output.ts';

const MOST_LETTERS = 50;
const EXIT_CODES = '\nExit codes: 0 done, 1 refused (nothing was changed), 2 wrong use, 3 something does not work.';

/** `chaser sandbox`: the time of a training copy, for all its deployments at once. */
export function sandboxCommand(opened: Opened): Command {
  const sandbox = new Command('sandbox').description(
    'A training copy: see what time it is there, and move time on for all deployments at once.',
  );

  sandbox
    .command('status')
    .description('What time it is in the training copy, and whether time is being moved.')
    .option('--json', 'print JSON')
    .addHelpText('after', `\nExample:\n  chaser sandbox status\n${EXIT_CODES}`)
    .action((options: { json?: true }) =>
      opened.withDatabase(async (db) => {
        const found = await readSandbox(db);
        if (found === null) throw new Fault(NO_TRAINING_COPY);
        const move = await readOpenMove(db);
        print(options.json === true, { ...found, move }, () =>
          [
            `It is ${momentWords(Date.parse(found.now))} in this training copy.`,
            move === null ? 'Time is not being moved.' : progress(move),
          ].join('\n'),
        );
      }),
    );

  sandbox
    .command('to')
    .description('Move time on to a day and time in London; everything on the way happens, the earliest first.')
    .argument('<when>', '"YYYY-MM-DD HH:MM", or a date for 08:00 on that day')
    .option('--json', 'print JSON')
    .addHelpText('after', `\nExamples:\n  chaser sandbox to ${exampleDay(7)}\n  chaser sandbox to "${exampleDay(7)} 12:30"\n${EXIT_CODES}`)
    .action((when: string, options: { json?: true }) => opened.withDesk((desk) => move(desk, readWhen(when), options.json === true)));

  for (const [name, kind, description] of [
    ['monday', 'monday', 'Move time on to the next Monday, 08:00.'],
    ['until-something', 'until-something', 'Move time on until something happens: a letter leaves, or a deployment changes.'],
    ['two-terms', 'two-terms', 'Move time on to the first school day of the term after next, 08:00.'],
  ] as const) {
    sandbox
      .command(name)
      .description(description)
      .option('--json', 'print JSON')
      .addHelpText('after', `\nExample:\n  chaser sandbox ${name}\n${EXIT_CODES}`)
      .action((options: { json?: true }) => opened.withDesk((desk) => move(desk, { kind }, options.json === true)));
  }

  sandbox
    .command('stop')
    .description('Stop the move of time that is going on, where it is.')
    .option('--json', 'print JSON')
    .addHelpText('after', `\nExample:\n  chaser sandbox stop\n${EXIT_CODES}`)
    .action((options: { json?: true }) =>
      opened.withDesk(async (desk) => {
        const open = await readOpenMove(desk.db);
        if (open === null) {
          throw new Fault({
            kind: 'not-moving',
            message: 'Time is not being moved.',
            remedy: 'See what time it is with: chaser sandbox status',
          });
        }
        await askToStop(desk.db, open.id);
        await follow(desk, open.id, options.json === true);
      }),
    );
  return sandbox;
}

async function move(desk: Desk, wish: MoveWish, json: boolean): Promise<void> {
  const id = randomUUID();
  const asked = await askToMove(desk, { id, by: null, wish });
  if (!asked.ok) throw new Fault(asked.reason);
  await follow(desk, id, json);
}

/** Carries a move out, or waits while somebody else does, and tells what happened. Whoever ends it half way leaves it to the web service. */
async function follow(desk: Desk, id: string, json: boolean): Promise<void> {
  let told = '';
  for (;;) {
    await workTimeMove(desk, { forMs: 2_000 });
    const now = await readMove(desk.db, id);
    if (now === null) throw new Fault(NO_TRAINING_COPY);
    if (now.settledAt !== null) {
      const [{ count, letters }, deployments] = await Promise.all([
        lettersOfMove(desk.db, now, MOST_LETTERS),
        deploymentsOfMove(desk.db, now),
      ]);
      return print(json, { move: now, letters, deployments }, () =>
        [
          now.outcome ?? '',
          `${count} letters left, and ${deployments.length} deployments changed.`,
          ...letters
            .toReversed()
            .map(({ at, to, subject, reference }) => `  ${momentWords(Date.parse(at))}  ${reference}  to ${to}: ${subject ?? ''}`),
          ...(count > letters.length ? [`  and ${count - letters.length} before them`] : []),
        ].join('\n'),
      );
    }
    const says = progress(now);
    if (says !== told) process.stderr.write(`${says}\n`);
    told = says;
    await sleep(200);
  }
}

function progress({ reachedAt, toAt, waitsFor }: TimeMove): string {
  const to = toAt === null ? 'until something happens' : `to ${momentWords(Date.parse(toAt))}`;
  return `Time is being moved ${to}; it is ${momentWords(Date.parse(reachedAt))} now.${waitsFor === null ? '' : ` ${waitsFor}`}`;
}

function readWhen(text: string): MoveWish {
  const [, day = '', hour = '08', minute = '00'] = /^(\d{4}-\d{2}-\d{2})(?:[ T]([01]\d|2[0-3]):([0-5]\d))?$/.exec(text.trim()) ?? [];
  const date = parsePlainDate(day);
  if (date === undefined) throw usage(`“${text}” is not a day and time.`, `Give them as "${exampleDay(7)} 08:00", in London time.`);
  return { kind: 'to', date, minute: Number(hour) * 60 + Number(minute) };
}
