import { londonMinute } from '../domain/time/london.ts';
import { longDate, longDateWithWeekday } from '../domain/time/plain-date.ts';
import { capitalised } from '../domain/words.ts';
import type { RehearsalFinding } from './findings.ts';
import type { Rehearsal } from './rehearse.ts';
import type { Entry } from './timeline.ts';
import type { BusiestWeek } from './weeks.ts';
import { counted } from './words.ts';

/** A rehearsal as a page of text: what was played, the findings, the busiest weeks, and the timeline day by day. */
export function rehearsalAsText(rehearsal: Rehearsal): string {
  const { programme, scenario, subject, startsOn, terms, dates, outcome, lastsUntil, timeline } = rehearsal;
  const lines = [
    `${programme.title} (${programme.id}, version ${programme.version})`,
    `Rehearsed: ${scenario}`,
    `Starts on ${longDateWithWeekday(startsOn)} for ${subject} (invented); terms: ${terms}`,
    ...(dates === null ? [] : [`Dates: ${dates}`]),
    `Lasts until ${longDateWithWeekday(lastsUntil)}: ${outcome}`,
    '',
    ...findingLines(rehearsal.findings),
    '',
    'The most messages, call tasks and escalations in one week',
    ...rehearsal.busiestWeeks.map((week) => `  ${busiestInWords(week)}`),
    '',
    'Timeline',
  ];
  let day = '';
  for (const entry of timeline) {
    if (entry.on !== day) lines.push('', longDateWithWeekday(entry.on));
    day = entry.on;
    lines.push(`  ${timeOf(entry.at)}  ${entry.title}`, ...entry.lines.map((line) => `         ${line}`), ...letterLines(entry));
  }
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

/** What each kind of finding is about, in the order in which they are printed. */
const FINDINGS: Readonly<Record<RehearsalFinding['kind'], string>> = {
  refused: 'Refused in the rehearsal',
  unused: 'In the scenario, but never used',
  'goes-round': 'Goes round in a loop',
  'cannot-be-met': 'Dates that cannot be met',
  'too-tight': 'Dates that leave no time',
  'beyond-calendar': 'Beyond the end of the calendar',
  'never-reached': 'Never reached',
  'outside-term': 'Due dates outside term',
};

/** The findings under a heading for each kind that has any. */
export function findingsByKind(
  findings: readonly RehearsalFinding[],
): readonly { readonly heading: string; readonly texts: readonly string[] }[] {
  return Object.entries(FINDINGS).flatMap(([kind, heading]) => {
    const texts = findings.filter((finding) => finding.kind === kind).map(({ text }) => text);
    return texts.length === 0 ? [] : [{ heading, texts }];
  });
}

function findingLines(findings: readonly RehearsalFinding[]): readonly string[] {
  if (findings.length === 0) return ['Findings: none. Every step, answer and chase is reached, and every date can be met.'];
  return [
    'Findings',
    ...findingsByKind(findings).flatMap(({ heading, texts }) => [`  ${heading}`, ...texts.map((text) => `    - ${text}`)]),
  ];
}

/** "School or trust: 3, in the week of 9 January 2023 (24 in all)" */
export function busiestInWords({ title, messages, weekOf, inAll }: BusiestWeek): string {
  const role = capitalised(title);
  return weekOf === null
    ? `${role}: none`
    : `${role}: ${messages}, in the week of ${longDate(weekOf)} (${counted(inAll, 'message')} in all)`;
}

function letterLines({ letter }: Entry): readonly string[] {
  if (letter?.email == null) return [];
  return ['', ...`Subject: ${letter.email.subject}\n\n${letter.email.text.trim()}`.split('\n').map((line) => `         | ${line}`), ''];
}

/** "08:12", in London. */
export function timeOf(at: string): string {
  const minute = londonMinute(Date.parse(at));
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}
