import { Command } from 'commander';
import { compareByHelp, SILENCE_DAYS } from '../domain/chasing/call-help.ts';
import type { Forecast, TermRisk } from '../domain/chasing/forecast.ts';
import { isForToday } from '../domain/chasing/call-order.ts';
import type { StepId } from '../domain/programme.ts';
import { londonDate } from '../domain/time/london.ts';
import { longDate } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import { ageWords, callHelpWords } from '../letters/forecast-words.ts';
import { deploymentsAhead } from '../postgres/views/ahead.ts';
import type { Db } from '../postgres/database.ts';
import { readCallHelp } from '../postgres/views/forecasts.ts';
import { callsInFull, openCalls } from '../postgres/views/worklist.ts';
import { answerTimesOf } from '../postgres/views/timeliness.ts';
import type { AnswerTimes } from '../postgres/views/timeliness.ts';
import { forecastOf } from '../rehearsal/forecast.ts';
import { PLAYS, termRiskOf } from '../rehearsal/term-risk.ts';
import { mustFindDeployment } from './must-find.ts';
import { Fault, print, table, usage } from './output.ts';
import type { Opened } from './open.ts';
import { asReference } from './reference.ts';

/** `chaser forecast`: when a deployment will be over if people answer as they did before. */
export function forecastCommand(opened: Opened): Command {
  return new Command('forecast')
    .description('Say when a deployment will be over if those who take part answer as others did, and which answer would help most.')
    .argument('[reference]', 'the deployment, for example D00001', asReference)
    .option('--all', 'every running deployment, those that are most likely to miss the end of a term first')
    .option('--calls', 'the calls worth making today, where a call helps most first, each with the reason')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Plays the programme on from where the deployment stands. How long each answer takes comes from the requests of the last two years;
where too few are known, from the programme. What it assumes stands in docs/product.md, "Forecast".

--all plays each deployment on twenty times, which takes about a third of a second each. --calls takes what the worker has worked out
last, and says when that was.

Examples:
  chaser forecast D00001
  chaser forecast --all --json
  chaser forecast --calls`,
    )
    .action((reference: string | undefined, { all, calls, json }: Options) => {
      if ([reference, all, calls].filter((one) => one !== undefined).length !== 1) {
        throw usage('Give either a deployment, --all or --calls.', 'For example: chaser forecast D00001');
      }
      return opened.withDatabase(async (db) => {
        if (calls === true) {
          const toMake = await callsToMake(db);
          return print(json === true, toMake, () => callsInWords(toMake));
        }
        if (reference === undefined) {
          const risks = await risksOfAll(db);
          return print(json === true, risks, () => risksInWords(risks));
        }
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
        const record = (step: StepId) => times.get(step) ?? [];
        const forecast = { ...forecastOf(moment, record), endOfTerm: termRiskOf(moment, record) };
        return print(json === true, { reference, ...forecast }, () => inWords(reference, forecast));
      });
    });
}

type Options = { readonly all?: true; readonly calls?: true; readonly json?: true };

/** The calls for today in the order in which they help most, each with what it would help. */
async function callsToMake(db: Db) {
  const open = await openCalls(db, { sql: 'true', values: [] });
  const helpOf = await readCallHelp(db, open);
  const helped = open
    .filter(({ standing, today }) => isForToday(standing, today))
    .map((call) => ({ ...call, help: helpOf(call) }))
    .toSorted(compareByHelp);
  return (await callsInFull(db, helped)).map(({ reference, subject, step, round, rung, dueOn, daysLate }) => ({
    ...{ reference, subject, step: step.id, title: step.title, round, rung, dueOn, daysLate },
    help: helpOf({ reference, step: step.id, round }),
  }));
}

function callsInWords(calls: Awaited<ReturnType<typeof callsToMake>>): string {
  if (calls.length === 0) return 'No call is to be made today.';
  return calls
    .flatMap(({ reference, subject, title, dueOn, help }) => [
      `${reference}  ${subject}: ${title}, due on ${longDate(dueOn)}`,
      ...(help === null ? ['It is not worked out yet how much a call would help.'] : [...callHelpWords(help), ageWords(help)]).map(
        (line) => `  ${line}`,
      ),
      '',
    ])
    .join('\n')
    .trimEnd();
}

type RiskOfOne = { readonly reference: string; readonly subject: string; readonly region: string; readonly endOfTerm: TermRisk | null };

/** How likely each running deployment is to miss the end of a term, the likeliest first; those for which none lies ahead come last. */
async function risksOfAll(db: Db): Promise<readonly RiskOfOne[]> {
  const times = new Map<string, AnswerTimes>();
  const risks: RiskOfOne[] = [];
  for (const moment of await deploymentsAhead(db, { sql: 'true', values: [] })) {
    const { reference, subject, region, chronology, nowMs } = moment;
    const today = londonDate(nowMs);
    const key = `${chronology.programme.id} ${today}`;
    const known = times.get(key) ?? (await answerTimesOf(db, chronology.programme.id, today));
    times.set(key, known);
    risks.push({ reference, subject, region, endOfTerm: termRiskOf(moment, (step) => known.get(step) ?? []) });
  }
  const shareOf = ({ endOfTerm }: RiskOfOne) => (endOfTerm === null ? -1 : endOfTerm.missed / endOfTerm.plays);
  return risks.toSorted((one, other) => shareOf(other) - shareOf(one));
}

function risksInWords(risks: readonly RiskOfOne[]): string {
  if (risks.length === 0) return 'No deployment is running.';
  return [
    `How often, of ${PLAYS} plays, a step that is due at the end of a term comes late.`,
    '',
    table(
      ['Deployment', 'Late', 'Step that is late most often', 'Due', 'Subject'],
      risks.map(({ reference, subject, endOfTerm }) => {
        const [worst] = (endOfTerm?.steps ?? []).toSorted((one, other) => other.missed - one.missed);
        return [reference, endOfTerm === null ? '-' : percent(endOfTerm), worst?.title ?? 'None lies ahead', worst?.dueOn ?? '', subject];
      }),
    ),
  ].join('\n');
}

function percent({ missed, plays }: { readonly missed: number; readonly plays: number }): string {
  return `${Math.round((missed / plays) * 100)}%`;
}

function inWords(reference: string, { ends, steps, endOfTerm }: Forecast & { readonly endOfTerm: TermRisk | null }): string {
  const on = (day: PlainDate | null) => (day === null ? 'not known' : longDate(day));
  return [
    `${reference} will be over by ${on(ends.usual)} as usual: half of the answers came as soon as that.`,
    `Quick, as a quarter did: ${on(ends.fast)}. Slow, as three quarters did: ${on(ends.slow)}.`,
    ...(endOfTerm === null
      ? []
      : [`A step that is due at the end of a term comes late in ${endOfTerm.missed} of ${endOfTerm.plays} plays.`]),
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
