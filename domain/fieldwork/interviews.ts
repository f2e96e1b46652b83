import type { PlainDate } from '../time/plain-date.ts';
import { quantifier } from './quantifiers.ts';
import { questionsIn } from './schedule.ts';
import type { Fact, Facts, Schedule, ScheduleOption, ScheduleQuestion, Theme } from './schedule.ts';

/** What somebody said to one question, as the interviewer kept it. */
export type InterviewAnswer = {
  readonly question: number;
  /** The ids of the options. */
  readonly options: readonly string[];
  readonly note: string;
  /** Their own words; empty where there are none. */
  readonly quote: string;
  /** Whether they agreed to be quoted; null where there are no words. */
  readonly consent: boolean | null;
};

/** An interview without anybody's name. */
export type Interview = {
  readonly id: number;
  readonly schedule: Schedule;
  readonly heldOn: PlainDate;
  readonly facts: Facts;
  readonly finished: boolean;
  readonly answers: readonly InterviewAnswer[];
};

/** What outputs say of somebody: role, tier, phase and type. Never the region or the day. */
export type Label = { readonly role: string; readonly tier: string; readonly phase: string; readonly type: string };

/** The label of an interview, in words. A fact that its schedule does not have is empty. */
export function labelOf({ schedule, facts }: Pick<Interview, 'schedule' | 'facts'>): Label {
  const words = (fact: Fact) => schedule.facts[fact]?.find(({ id }) => id === facts[fact])?.label ?? '';
  return { role: schedule.title, tier: words('tier'), phase: words('phase'), type: words('type') };
}

/** Whether anything was kept: a question that was not asked counts nowhere. */
export function isAnswered({ options, note, quote }: Omit<InterviewAnswer, 'question'>): boolean {
  return options.length > 0 || note !== '' || quote !== '';
}

/** How many of those who answered a question gave one of its options. */
export type MatrixLine = {
  readonly question: ScheduleQuestion;
  readonly option: ScheduleOption;
  readonly count: number;
  /** Finished interviews in which the question was answered. */
  readonly base: number;
  /** A word of the declared scale; null: too few answers for one. */
  readonly words: string | null;
};

export type Matrix = {
  readonly schedule: Schedule;
  readonly interviews: number;
  /** Interviews that were held by another version of the schedule, and so are not in it. */
  readonly otherVersions: number;
  /** The questions with options: the columns. */
  readonly questions: readonly ScheduleQuestion[];
  /** A row for each finished interview. `codes`: for each question its options, null where it was not answered. */
  readonly rows: readonly { readonly label: Label; readonly codes: readonly (readonly ScheduleOption[] | null)[] }[];
  readonly lines: readonly MatrixLine[];
};

/** The coded matrix of the finished interviews that were held by this version of this schedule. */
export function matrixOf(schedule: Schedule, interviews: readonly Interview[]): Matrix {
  const own = interviews.filter((one) => one.finished && one.schedule.id === schedule.id);
  const held = own.filter((one) => one.schedule.version === schedule.version);
  const questions = questionsIn(schedule.sections).filter(({ options }) => options.length > 0);
  const answerTo = ({ answers }: Interview, { number }: ScheduleQuestion) =>
    answers.find((answer) => answer.question === number && isAnswered(answer));
  return {
    schedule,
    interviews: held.length,
    otherVersions: own.length - held.length,
    questions,
    rows: held.map((one) => ({
      label: labelOf(one),
      codes: questions.map((question) => {
        const answer = answerTo(one, question);
        return answer === undefined ? null : question.options.filter(({ id }) => answer.options.includes(id));
      }),
    })),
    lines: questions.flatMap((question) => {
      const answers = held.flatMap((one) => answerTo(one, question) ?? []);
      return question.options.map((option) => {
        const count = answers.filter(({ options }) => options.includes(option.id)).length;
        return { question, option, count, base: answers.length, words: quantifier(count, answers.length) };
      });
    }),
  };
}

/** Words that somebody agreed to have quoted, with their label and nothing else of them. */
export type InterviewQuote = Label & {
  readonly group: string;
  readonly theme: Theme;
  readonly question: number;
  readonly asked: string;
  readonly words: string;
};

export type QuotesWanted = { readonly fieldwork: string; readonly theme: string; readonly group: string };

/**
 * The quote bank: words of finished interviews whose consent was given. '' of `wanted` narrows nothing. In the order of their questions, then
 * of the alphabet, so that nothing tells which of them are one person's.
 */
export function quotesOf(interviews: readonly Interview[], wanted: QuotesWanted): readonly InterviewQuote[] {
  const quotes = interviews
    .filter(({ finished, schedule }) => finished && (wanted.fieldwork === '' || schedule.fieldwork === wanted.fieldwork))
    .flatMap((one) =>
      one.answers.flatMap(({ question: number, quote, consent }) => {
        const question = questionsIn(one.schedule.sections).find((of) => of.number === number);
        if (question === undefined || quote === '' || consent !== true) return [];
        const { group } = one.schedule;
        return [{ ...labelOf(one), group, theme: question.theme, question: number, asked: question.text, words: quote }];
      }),
    );
  return quotes
    .filter(({ theme, group }) => (wanted.theme === '' || theme === wanted.theme) && (wanted.group === '' || group === wanted.group))
    .toSorted((a, b) => a.question - b.question || (a.words < b.words ? -1 : a.words > b.words ? 1 : 0));
}
