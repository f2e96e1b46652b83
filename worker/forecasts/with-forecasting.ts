import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { AnswerRecord, StandingForecast } from '../../rehearsal/standing-forecast.ts';
import type { Moment } from '../../rehearsal/play.ts';

/** What the process is asked, and what it answers. */
export type ForecastJob = { readonly moment: Moment; readonly record: AnswerRecord };
export type ForecastSays =
  { readonly kind: 'done'; readonly forecast: StandingForecast } | { readonly kind: 'threw'; readonly why: string };

/** Works a forecast out. Throws with the reason where it cannot be worked out. */
export type Forecasting = (moment: Moment, record: AnswerRecord) => Promise<StandingForecast>;

const PROCESS = fileURLToPath(new URL('forecast-process.ts', import.meta.url));
const MOST_MEGABYTES = 512;
/** A play ends after a bounded number of events. One that takes longer than this is at fault. */
const MOST_MS = 30_000;

/**
 * Does something with forecasts that are worked out in a process of their own, of a low priority: answers and letters do not wait for them. One is
 * worked out at a time. The process ends with what it was begun for.
 */
export async function withForecasting<T>(use: (forecasting: Forecasting) => Promise<T>): Promise<T> {
  let child = begin();
  try {
    return await use((moment, record) => {
      if (!child.connected) child = begin();
      return asked(child, { moment, record });
    });
  } finally {
    child.kill('SIGKILL');
  }
}

function begin(): ChildProcess {
  // It is given none of the secrets in the environment.
  const child = fork(PROCESS, {
    env: {},
    execArgv: [`--max-old-space-size=${MOST_MEGABYTES}`],
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
  return child;
}

function asked(child: ChildProcess, job: ForecastJob): Promise<StandingForecast> {
  return new Promise((resolve, reject) => {
    const over = (end: () => void): void => {
      clearTimeout(clock);
      child.removeAllListeners();
      end();
    };
    const fail = (why: string) => (): void => over(() => reject(new Error(why)));
    const clock = setTimeout(() => {
      child.kill('SIGKILL');
      fail(`It took longer than ${MOST_MS / 1_000} seconds.`)();
    }, MOST_MS);
    child.once('message', (said: ForecastSays) =>
      over(() => (said.kind === 'done' ? resolve(said.forecast) : reject(new Error(said.why)))),
    );
    child.once('exit', fail('Its process ended by itself.'));
    child.once('error', fail('Its process could not be begun.'));
    child.send(job);
  });
}
