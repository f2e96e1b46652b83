import { Command, Option } from 'commander';
import { readMatrix, readQuotes } from '../desk/interviews.ts';
import { questionsIn, sectionsAsked, sectionTitle, THEME_NAMES } from '../domain/fieldwork/schedule.ts';
import type { Schedule } from '../domain/fieldwork/schedule.ts';
import { loadSchedules } from '../fieldwork/read-schedule.ts';
import { matrixReport, quotesReport } from '../outputs/interviews.ts';
import type { Report } from '../outputs/report.ts';
import { FORMATS, formatCalled, writeReport } from '../outputs/write-report.ts';
import { suggestion } from '../programmes/suggestion.ts';
import type { Opened } from './open.ts';
import { print, usage } from './output.ts';

const AUDIENCE = 'engaged, nle, non-engaged or tsc: who is asked';

/** `chaser fieldwork schedule`: what an interviewer asks somebody. */
export function scheduleCommand(): Command {
  return new Command('schedule')
    .description('Print the questions that somebody is asked in an interview, by who they are and by their tier.')
    .argument('<id>', 'the fieldwork, for example si-2019-20')
    .requiredOption('--audience <group>', AUDIENCE)
    .option('--tier <tier>', 'their tier, where the schedule asks for one: tier-2')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  chaser fieldwork schedule si-2019-20 --audience engaged --tier tier-2')
    .action((id: string, { audience, tier, json }: { readonly audience: string; readonly tier?: string; readonly json?: true }) => {
      const schedule = mustFindSchedule(id, audience);
      const tiers = (schedule.facts.tier ?? []).map((one) => one.id);
      if (tiers.length > 0 && tier === undefined) throw usage('--tier is missing.', `It is one of: ${tiers.join(', ')}`);
      if (tier !== undefined && !tiers.includes(tier)) {
        const remedy = tiers.length === 0 ? 'Leave --tier out: this schedule asks for none.' : suggestion(tier, tiers);
        throw usage(`There is no tier "${tier.slice(0, 60)}" in this schedule.`, remedy);
      }
      const sections = sectionsAsked(schedule, tier === undefined ? {} : { tier });
      const { version, title, source } = schedule;
      print(json === true, { schedule: schedule.id, version, title, source, tier: tier ?? null, sections }, () =>
        [
          `${title}, ${questionsIn(sections).length} questions (${source})`,
          ...sections.flatMap((section) => [
            '',
            sectionTitle(section),
            ...section.questions.flatMap(({ number, text, onlyIf, prompts, options }) => [
              `${String(number).padStart(4)}. ${text}${onlyIf === null ? '' : ` [${onlyIf}]`}`,
              ...prompts.map((prompt) => `      - ${prompt}`),
              ...options.map(({ label }) => `      [ ] ${label}`),
            ]),
          ]),
        ].join('\n'),
      );
    });
}

/** `chaser fieldwork matrix`: the coded matrix of the finished interviews of one schedule. */
export function matrixCommand(opened: Opened): Command {
  return new Command('matrix')
    .description('The coded matrix of the finished interviews: how many gave each answer, of how many.')
    .argument('<id>', 'the fieldwork, for example si-2019-20')
    .requiredOption('--audience <group>', AUDIENCE)
    .addOption(formatOption())
    .addHelpText('after', '\nExample:\n  chaser fieldwork matrix si-2019-20 --audience nle > leaders.csv')
    .action((id: string, { audience, format }: { readonly audience: string; readonly format: string }) => {
      const schedule = mustFindSchedule(id, audience);
      return opened.withDatabase(async (db) => write(matrixReport(await readMatrix(db, schedule)), format));
    });
}

/** `chaser fieldwork quotes`: the quote bank. Words without consent are never in it. */
export function quotesCommand(opened: Opened): Command {
  return new Command('quotes')
    .description('What people said who agreed to be quoted, each with role, tier, phase and type and nothing else of them.')
    .argument('<id>', 'the fieldwork, for example si-2019-20')
    .option('--audience <group>', AUDIENCE)
    .addOption(new Option('--theme <theme>', 'one theme').choices(THEME_NAMES))
    .addOption(formatOption())
    .addHelpText('after', '\nExample:\n  chaser fieldwork quotes si-2019-20 --theme matching --format json')
    .action(
      (
        id: string,
        { audience = '', theme = '', format }: { readonly audience?: string; readonly theme?: string; readonly format: string },
      ) => {
        if (audience === '') mustKnowFieldwork(id);
        else mustFindSchedule(id, audience);
        const wanted = { fieldwork: id, theme, group: audience };
        return opened.withDatabase(async (db) => write(quotesReport(await readQuotes(db, wanted), wanted), format));
      },
    );
}

const formatOption = () => new Option('--format <format>', 'what to print').choices(Object.keys(FORMATS)).default('csv');

async function write(report: Report, format: string): Promise<void> {
  process.stdout.write(await writeReport(report, formatCalled(format) ?? 'csv'));
}

function mustKnowFieldwork(id: string): readonly Schedule[] {
  const all = loadSchedules();
  const own = all.filter(({ fieldwork }) => fieldwork === id);
  if (own.length > 0) return own;
  throw usage(
    `No schedule belongs to a fieldwork "${id.slice(0, 60)}".`,
    suggestion(id, [...new Set(all.map(({ fieldwork }) => fieldwork))]),
  );
}

function mustFindSchedule(id: string, audience: string): Schedule {
  const own = mustKnowFieldwork(id);
  const found = own.find(({ group }) => group === audience);
  if (found !== undefined) return found;
  throw usage(
    `No schedule of ${id} is for "${audience.slice(0, 60)}".`,
    suggestion(
      audience,
      own.map(({ group }) => group),
    ),
  );
}
