import { Command } from 'commander';
import { londonDate } from '../domain/time/london.ts';
import { longDate } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import { deploymentsAhead } from '../postgres/views/ahead.ts';
import { answerTimesOf } from '../postgres/views/timeliness.ts';
import { forecastOf, SILENCE_DAYS } from '../rehearsal/forecast.ts';
import type { Forecast } from '../rehearsal/forecast.ts';
import { mustFindDeployment } from './must-find.ts';
import { Fault, print, table } from './output.ts';
import type { Opened } from './open.ts';
import { asReference } from './reference.ts';

/** `chaser forecast`: when a deployment will be over if people answer as they did before. */
export function forecastCommand(opened: Opened): Command {
  return new Command('forecast')
    .description('Say when a deployment will be over if those who take part answer as others did, and which answer would help most.')
    .argument('<reference>', 'the deployment, for example D00001', asReference)
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Plays the programme on from where the deployment stands. How long each answer takes comes from the requests of the last two years;
where too few are known, from the programme. What it assumes stands in docs/product.md, "Forecast".

Example:
  chaser forecast D00001`,
    )
    .action((reference: string, { json }: { readonly json?: true }) =>
      opened.withDatabase(async (db) => {
        await mustFindDeployment(db, reference);
        const [moment] = await deploymentsAhead(db, { sql: 'd.reference = $1', values: [reference] });
        if (moment === undefined) {
          throw new Fault({
            kind: 'has-ended',
            message: `${reference} has ended.`,
            remedy: 'Forecast a deployment that is running: chaser list --status running',
          });
        }
        const times = await answerTimesOf(db, moment.chronology.programme.id, londonDate(moment.nowMs));
        const forecast = forecastOf(moment, (step) => times.get(step) ?? []);
        print(json === true, { reference, ...forecast }, () => inWords(reference, forecast));
      }),
    );
}

function inWords(reference: string, { ends, steps }: Forecast): string {
  const on = (day: PlainDate | null) => (day === null ? 'not known' : longDate(day));
  return [
    `${reference} will be over by ${on(ends.usual)} as usual: half of the answers came as soon as that.`,
    `Quick, as a quarter did: ${on(ends.fast)}. Slow, as three quarters did: ${on(ends.slow)}.`,
    '',
    table(
      ['Step', 'Due', 'Usually by', 'Slow by', `No answer in ${SILENCE_DAYS} days`, 'If answered tomorrow', 'From'],
      steps.map(({ title, dueOn, usualOn, slowOn, silence, gain, from }) => [
        title,
        dueOn,
        usualOn ?? '?',
        slowOn ?? '?',
        silence === null ? '' : `${Math.round(silence * 100)}%`,
        gain === null ? '' : gain === 0 ? 'no earlier' : `${gain} ${gain === 1 ? 'day' : 'days'} earlier`,
        from === 'record' ? 'record' : 'programme',
      ]),
    ),
  ].join('\n');
}
