/**
 * Due dates a minute, each with its explanation: `chaser due --batch` in a process of its own, from a pipe to a pipe.
 * The goal is 1,000,000 a minute on one core. "Alike" repeats one question, "random" asks for any date, unit, authority
 * and owner: the two tell how much is owed to what was worked out before. Machines are noisy: the count for the
 * processor's time says more than the one by the clock.
 *
 *   npm run bench -- due-dates [N]
 */
import { spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import { epochDay, fromEpochDay, plainDate } from '../domain/time/plain-date.ts';

const N = Number(process.argv[2] ?? 300_000);

/** The command alone; `chaser` also loads the engine's client, which does not belong here. Its last word is its use of the processor. */
const COMMAND = `
  import { dueCommand } from ${JSON.stringify(new URL('../cli/due.ts', import.meta.url).href)};
  await dueCommand().parseAsync(['--batch'], { from: 'user' });
  const { user, system } = process.cpuUsage();
  process.stderr.write(JSON.stringify({ cpuMs: (user + system) / 1000, peakMb: process.resourceUsage().maxRSS / 1024 }));`;

for (const [name, question] of [
  ['alike', () => ({ from: '2022-11-25', allow: '3 working days', authority: '888', owner: 'school' })],
  ['random', randomQuestion(7)],
] as const) {
  const { answers, errors, wallMs, cpuMs, peakMb } = await measure(question);
  if (answers !== N || errors > 0) throw new Error(`${N} questions got ${answers} answers, ${errors} of them errors.`);
  const aMinute = (ms: number) => Math.round((N / ms) * 60_000).toLocaleString('en-GB');
  console.log(
    `due dates, ${name.padEnd(6)}  ${aMinute(wallMs)} a minute by the clock, ${aMinute(cpuMs)} a minute of one core; ` +
      `${N.toLocaleString('en-GB')} in ${(wallMs / 1000).toFixed(1)} s, at most ${Math.round(peakMb)} MB`,
  );
}

async function measure(question: () => object) {
  const startedMs = performance.now();
  const child = spawn(process.execPath, ['--input-type=module', '--eval', COMMAND], { stdio: 'pipe' });
  const exited = new Promise<number | null>((resolve) => void child.on('close', resolve));
  Readable.from(bundles(question)).pipe(child.stdin);
  let told = '';
  child.stderr.on('data', (piece: Buffer) => void (told += piece.toString()));
  let answers = 0;
  let errors = 0;
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    for (let at = chunk.indexOf(0x0a); at >= 0; at = chunk.indexOf(0x0a, at + 1)) answers += 1;
    if (chunk.includes('"error":')) errors += 1;
  }
  if ((await exited) !== 0) throw new Error(told);
  return { answers, errors, wallMs: performance.now() - startedMs, ...(JSON.parse(told) as { cpuMs: number; peakMb: number }) };
}

function* bundles(question: () => object): Generator<string> {
  for (let done = 0; done < N;) {
    let lines = '';
    for (const end = Math.min(N, done + 1_000); done < end; done += 1) lines += `${JSON.stringify({ id: done, ...question() })}\n`;
    yield lines;
  }
}

/** The same questions every time, for the same seed. */
function randomQuestion(seed: number): () => object {
  let state = seed;
  const below = (n: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
  const pick = <T>(values: readonly T[]) => values[below(values.length)];
  const first = epochDay(plainDate('2022-01-10'));
  const days = epochDay(plainDate('2028-03-01')) - first;
  return () => ({
    from: fromEpochDay(first + below(days)),
    allow: pick([
      `${2 + below(39)} working days`,
      `${2 + below(39)} school days`,
      `${2 + below(39)} calendar days`,
      `${2 + below(7)} weeks`,
      'end of term',
      'end of following term',
    ]),
    authority: pick(['888', '320', '334', '383', '373', '210', null]),
    owner: pick(['school', 'system-leader', 'rdp', 'regional-team', null]),
  });
}
