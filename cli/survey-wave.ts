import { Command } from 'commander';
import type { AtEndPlan } from '../desk/plan-at-end.ts';
import { planAtEndSurvey } from '../desk/plan-at-end.ts';
import { planWave } from '../desk/plan-wave.ts';
import type { WaveAsked, WavePlan } from '../desk/plan-wave.ts';
import { AUDIENCE_NAMES, endWave, LEFT_OUT_NAMES, LETTER_NAMES, startAtEnd, startWave, WAVE_STATES } from '../desk/survey-waves.ts';
import { LEFT_OUT } from '../domain/surveys/population.ts';
import type { LeftOut } from '../domain/surveys/population.ts';
import { FIRST_SPLIT } from '../domain/surveys/splits.ts';
import { londonDate } from '../domain/time/london.ts';
import { longDateWithWeekday, parsePlainDate } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import { nowMs } from '../postgres/sandbox/clock.ts';
import { countLeftOut, listWaves, plannedDays, readProgress } from '../postgres/surveys/waves.ts';
import { exampleDay } from './example-day.ts';
import { mustFindWave, waveNumber } from './find-wave.ts';
import { mustFindPerson } from './must-find.ts';
import { Fault, print, table, usage } from './output.ts';
import type { Opened } from './open.ts';
import { figuresOfWaveCommand } from './survey-figures.ts';

type MakeOptions = {
  readonly programme: readonly string[];
  readonly opens: string;
  readonly closes?: string;
  readonly cutOff?: string;
  readonly splitBy?: string;
  readonly by?: string;
  readonly atEnd?: true;
  readonly preview?: true;
  readonly json?: true;
};

/** `chaser survey wave`: makes a survey of people who took part, shows how far one has come, and calls one off. It tells how many, never who. */
export function waveCommand(opened: Opened): Command {
  const wave = new Command('wave').description('Ask people who took part in deployments in a survey. Shows how many answered, never who.');
  wave
    .command('list')
    .description('Every survey that was made, the newest first.')
    .option('--json', 'print JSON')
    .action((options: { json?: true }) =>
      opened.withDatabase(async (db) => {
        const waves = await listWaves(db);
        print(options.json === true, waves, () =>
          waves.length === 0
            ? 'No survey has been made yet.'
            : table(
                ['Wave', 'State', 'Opens', 'Closes', 'Survey'],
                waves.map((one) => [
                  String(one.id),
                  WAVE_STATES[one.state],
                  one.opensOn,
                  one.closesOn,
                  `${one.survey}, version ${one.version}`,
                ]),
              ),
        );
      }),
    );
  wave
    .command('show')
    .description('How far a survey has come: counts by role, and no small ones of who answered.')
    .argument('<wave>', 'its number', waveNumber)
    .option('--json', 'print JSON')
    .action((id: number, options: { json?: true }) =>
      opened.withDatabase(async (db) => {
        const found = await mustFindWave(db, id);
        const [progress, leftOut, days] = [await readProgress(db, id), await countLeftOut(db, id), await plannedDays(db, id)];
        print(options.json === true, { ...found, progress, leftOut, days }, () =>
          [
            `${found.title}: ${WAVE_STATES[found.state].toLowerCase()}${found.calledOffBecause === null ? '' : `, ${found.calledOffBecause}`}`,
            `Opens on ${longDateWithWeekday(found.opensOn)}, closes on ${longDateWithWeekday(found.closesOn)}.`,
            '',
            table(
              ['Role', 'Asked', 'Came back', 'Answered'],
              progress.map((line) => [
                AUDIENCE_NAMES[line.audience],
                String(line.asked),
                String(line.bounced),
                line.submitted === null ? 'not shown' : String(line.submitted),
              ]),
            ),
            ...leftOutWords(leftOut),
            ...(days.length === 0 ? [] : ['', 'Still to be sent:', ...days.map(({ on, kind }) => `  ${on}  ${LETTER_NAMES[kind]}`)]),
          ].join('\n'),
        );
      }),
    );
  wave
    .command('make')
    .description('Make a survey: freezes whom it asks, and sends the invitations on the day on which it opens.')
    .argument('<survey>', 'its id')
    .requiredOption('--programme <ids...>', 'whose deployments it asks about')
    .requiredOption('--opens <date>', 'the day on which it opens')
    .option('--closes <date>', 'the last day on which it can be answered; without it, once everybody has had 15 working or school days')
    .option('--cut-off <date>', 'the last day of valid responses; without it, the day on which it closes')
    .option(
      '--split-by <split>',
      'what its figures are split by first, for good: region, phase, status, programme, stage or a split of the survey',
      FIRST_SPLIT,
    )
    .option('--at-end', 'send it at the end of each deployment that is completed from that day on, until --closes')
    .option('--by <person>', 'who makes it: contact id or e-mail')
    .option('--preview', 'show whom it would ask and what goes when, and make nothing')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Examples:
  chaser survey wave make tsi-2021-22-feedback --programme tsi-2022-23 --opens ${exampleDay(30)} --preview
  chaser survey wave make tsi-2021-22-feedback --programme tsi-2022-23 --opens ${exampleDay(30)} --by policy@department.example
  chaser survey wave make tsi-2021-22-feedback --programme tsi-2022-23 --at-end --opens ${exampleDay(30)} --closes ${exampleDay(300)} --preview`,
    )
    .action((survey: string, options: MakeOptions) => {
      const asked: WaveAsked = {
        survey,
        programmes: options.programme,
        opensOn: asDate(options.opens),
        closesOn: options.closes === undefined ? null : asDate(options.closes),
        cutOffOn: options.cutOff === undefined ? null : asDate(options.cutOff),
        ...(options.splitBy === undefined ? {} : { firstSplit: options.splitBy }),
      };
      const today = londonDate(nowMs());
      if (options.preview === true) {
        return opened.withDatabase(async (db) => {
          if (options.atEnd === true) {
            const found = await planAtEndSurvey(db, asked, today);
            if (!found.ok) throw new Fault(found.reason);
            print(options.json === true, atEndCounted(found.value), () => atEndWords(found.value));
            return;
          }
          const plan = await planWave(db, asked, today);
          if (!plan.ok) throw new Fault(plan.reason);
          print(options.json === true, counted(plan.value), () => planWords(plan.value));
        });
      }
      const { by: given } = options;
      if (given === undefined) throw usage('Nobody is said to make it.', 'Say who with --by, or look first with --preview.');
      return opened.withDesk(async (desk) => {
        const by = await mustFindPerson(desk.db, given);
        if (options.atEnd === true) {
          const standing = await startAtEnd(desk, asked, { by, today });
          if (!standing.ok) throw new Fault(standing.reason);
          const { id, plan } = standing.value;
          print(options.json === true, { wave: id, ...atEndCounted(plan) }, () => `Wave ${id} is made.\n\n${atEndWords(plan)}`);
          return;
        }
        const made = await startWave(desk, asked, { by, today });
        if (!made.ok) throw new Fault(made.reason);
        const { id, plan } = made.value;
        print(options.json === true, { wave: id, ...counted(plan) }, () => `Wave ${id} is made.\n\n${planWords(plan)}`);
      });
    });
  wave
    .command('call-off')
    .description('Call a survey off: nothing more is sent and its links stop working. What was answered stays.')
    .argument('<wave>', 'its number', waveNumber)
    .requiredOption('--because <words>', 'why')
    .requiredOption('--by <person>', 'who decides it: contact id or e-mail')
    .option('--json', 'print JSON')
    .action((id: number, options: { because: string; by: string; json?: true }) => {
      const because = options.because.trim();
      if (because === '') throw usage('No reason is given.', 'Say why with --because, for example --because "The date was wrong".');
      return opened.withDesk(async (desk) => {
        const by = await mustFindPerson(desk.db, options.by);
        const ended = await endWave(desk, id, { by, because });
        if (!ended.ok) throw new Fault(ended.reason);
        print(options.json === true, { wave: id }, () => `Wave ${id} is called off.`);
      });
    });
  return wave.addCommand(figuresOfWaveCommand(opened));
}

function atEndCounted({ survey, ...days }: AtEndPlan) {
  return { survey: { id: survey.id, version: survey.version }, ...days };
}

function atEndWords({ survey, programmes, opensOn, closesOn, cutOffOn, firstSplitTitle }: AtEndPlan): string {
  return [
    `${survey.title}, version ${survey.version}`,
    `Sent at the end of each deployment of ${programmes.join(', ')} that is completed from ${longDateWithWeekday(opensOn)} on.`,
    `Closes on ${longDateWithWeekday(closesOn)}. Responses are valid until ${longDateWithWeekday(cutOffOn)}. Figures are split first by ${firstSplitTitle}.`,
    '',
    'Everybody who took part is asked once while it is open: on their fifth school or working day after the end, with 20 such days to answer.',
  ].join('\n');
}

/** A plan without the people in it. */
function counted({
  survey,
  programmes,
  opensOn,
  closesOn,
  cutOffOn,
  firstSplit,
  asked,
  byAudience,
  twoRoles,
  leftOut,
  letters,
  withoutDays,
  onAssumedDays,
}: WavePlan) {
  const of = { survey: { id: survey.id, version: survey.version }, programmes, opensOn, closesOn, cutOffOn, firstSplit };
  return { ...of, asked, byAudience, twoRoles, leftOut, letters, withoutDays, onAssumedDays };
}

function planWords(plan: WavePlan): string {
  return [
    `${plan.survey.title}, version ${plan.survey.version}`,
    `Opens on ${longDateWithWeekday(plan.opensOn)}, closes on ${longDateWithWeekday(plan.closesOn)}. Responses are valid until ${longDateWithWeekday(plan.cutOffOn)}. Figures are split first by ${plan.firstSplitTitle}.`,
    '',
    `Asked: ${plan.asked}, each once. ${plan.twoRoles} of them have two roles.`,
    ...plan.byAudience.map((line) => `  ${AUDIENCE_NAMES[line.audience]}: ${line.asked}`),
    ...(plan.withoutDays === 0 ? [] : [`  With no day of their own before it closes, so that nobody writes to them: ${plan.withoutDays}`]),
    ...(plan.onAssumedDays === 0 ? [] : [`  On assumed school days: ${plan.onAssumedDays}`]),
    ...leftOutWords(plan.leftOut),
    '',
    'E-mails at most:',
    ...plan.letters.map(({ on, kind, count }) => `  ${on}  ${LETTER_NAMES[kind]}: ${count}`),
  ].join('\n');
}

function leftOutWords(counts: Readonly<Partial<Record<LeftOut, number>>>): readonly string[] {
  const lines = LEFT_OUT.flatMap((reason) => (counts[reason] === undefined ? [] : [`  ${LEFT_OUT_NAMES[reason]}: ${counts[reason]}`]));
  return lines.length === 0 ? [] : ['', 'Left out:', ...lines];
}

function asDate(given: string): PlainDate {
  const date = parsePlainDate(given);
  if (date === undefined) throw usage(`"${given}" is not a date.`, 'Write it as year-month-day, for example 2022-11-25.');
  return date;
}
