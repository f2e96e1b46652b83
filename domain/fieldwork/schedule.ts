/** What an interviewer asks: questions in sections, as a schedule prints them. Who is asked which follows from what is known of them. */

/** "source": printed in the published source. "rebuilt": the source gives the topic, the wording is ours. "design": ours. */
export const SCHEDULE_MARKS = ['source', 'rebuilt', 'design'] as const;
export type ScheduleMark = (typeof SCHEDULE_MARKS)[number];

/** What is known of somebody who is interviewed, and never who they are. */
export const FACTS = { tier: 'Tier', phase: 'Phase', type: 'Type of school', region: 'Region' } as const;
export type Fact = keyof typeof FACTS;
export const FACT_NAMES = Object.keys(FACTS) as readonly Fact[];
/** Values by fact, as the schedule calls them; a fact that its schedule does not have is left out. */
export type Facts = Readonly<Partial<Record<Fact, string>>>;

/** What quotations are found by. They are ours: the evaluation prints none. */
export const THEMES = {
  role: 'Their role',
  engagement: 'Becoming aware and engaging',
  declining: 'Declining the offer',
  matching: 'Matching',
  support: 'The support',
  raf: 'The recommended action form and funded support',
  progress: 'Progress and challenges',
  process: 'The process as a whole',
} as const;
export type Theme = keyof typeof THEMES;
export const THEME_NAMES = Object.keys(THEMES) as readonly Theme[];

export type ScheduleOption = { readonly id: string; readonly label: string };

export type ScheduleQuestion = {
  /** As it is printed: unique in its fieldwork. */
  readonly number: number;
  readonly text: string;
  readonly mark: ScheduleMark;
  /** When it is asked at all, in words for the interviewer: "Only ask if not already spoken about NLE". */
  readonly onlyIf: string | null;
  readonly prompts: readonly string[];
  /** What an answer is coded as; none where the schedule prints none. */
  readonly options: readonly ScheduleOption[];
  /** Whether an answer may have several of the options. */
  readonly several: boolean;
  readonly theme: Theme;
};

export type ScheduleSection = {
  readonly id: string;
  /** "C"; empty where the schedule prints none. */
  readonly letter: string;
  readonly title: string;
  /** The tiers that are asked; null: everybody. */
  readonly tiers: readonly string[] | null;
  readonly questions: readonly ScheduleQuestion[];
};

export type Schedule = {
  readonly id: string;
  readonly version: number;
  readonly fieldwork: string;
  /** The group of the fieldwork that it is for. */
  readonly group: string;
  readonly title: string;
  readonly source: string;
  readonly assumptions: readonly string[];
  /** What is asked about the person, with the values that can be chosen. */
  readonly facts: Readonly<Partial<Record<Fact, readonly ScheduleOption[]>>>;
  readonly sections: readonly ScheduleSection[];
};

/** The sections that somebody of these facts is asked, in order. A section with tiers is asked of those alone. */
export function sectionsAsked(schedule: Pick<Schedule, 'sections'>, { tier }: Facts): readonly ScheduleSection[] {
  return schedule.sections.filter(({ tiers }) => tiers === null || (tier !== undefined && tiers.includes(tier)));
}

/** Every question of these sections, in order. */
export function questionsIn(sections: readonly ScheduleSection[]): readonly ScheduleQuestion[] {
  return sections.flatMap(({ questions }) => questions);
}

/** "Section C: Developing the RAF"; the title alone where no letter is printed. */
export function sectionTitle({ letter, title }: Pick<ScheduleSection, 'letter' | 'title'>): string {
  return letter === '' ? title : `Section ${letter}: ${title}`;
}
