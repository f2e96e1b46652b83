import { longDate } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import type { Finding } from './import-report.ts';
import type { Row } from './open-table.ts';
import { date, shortened, text } from './school-row.ts';
import type { ReportCell } from './school-row.ts';

/** That a school belongs to a group, as one row of the file gives it. */
export type MembershipInFile = {
  readonly line: number;
  readonly group: string;
  readonly groupName: string;
  readonly groupType: string;
  readonly companyNumber: string | null;
  readonly groupClosedOn: PlainDate | null;
  readonly urn: string;
  readonly joinedOn: PlainDate | null;
  readonly leftOn: PlainDate | null;
};

export const NEEDED_MEMBERSHIP_COLUMNS = ['Group UID', 'Group Name', 'Group Type', 'URN', 'Joined date'] as const;
export const OPTIONAL_MEMBERSHIP_COLUMNS = ['Companies House Number', 'Closed Date', 'Left date'] as const;

type ReadMembership = { readonly membership: MembershipInFile | null; readonly findings: readonly Finding[] };

/** Reads one row of the groups and their schools: the membership, or null and everything that is wrong with the row. */
export function readMembership(row: Row): ReadMembership {
  const findings: Finding[] = [];
  const report: ReportCell = (column, message, remedy, taken = false) =>
    void findings.push({ line: row.line, column, message, remedy, taken });
  const textOf = (column: string) => text(row, column, report, NEEDED_MEMBERSHIP_COLUMNS);
  const dateOf = (column: string) => date(row, column, report, { needed: NEEDED_MEMBERSHIP_COLUMNS });
  const mustBe = (column: string, what: string, remedy: string) => {
    const said = textOf(column);
    if (said === null) report(column, `There is no ${what}.`, remedy);
    return said ?? '';
  };

  const group = mustBe('Group UID', 'code of the group', 'Give the number that the register has for the group.');
  if (group !== '' && !/^[\w-]{1,20}$/.test(group)) {
    report('Group UID', `"${shortened(group)}" is not the code of a group.`, 'Give the number that the register has for the group.');
  }
  const groupName = mustBe('Group Name', 'name of the group', 'Give its name.');
  const groupType = mustBe('Group Type', 'type of the group', 'Give it, for example Multi-academy trust.');
  const urn = mustBe('URN', 'URN', 'Give the number that the register has for the school.');
  if (urn !== '' && !/^[1-9]\d{5}$/.test(urn)) {
    report('URN', `"${shortened(urn)}" is not a URN.`, 'A URN is a number of six digits, for example 990001.');
  }
  const joinedOn = dateOf('Joined date');
  if (joinedOn === null && row.value('Joined date').trim() === '') {
    report(
      'Joined date',
      `It is not said when ${urn} joined. The school counts as one of the group, but not as inspected since joining, nor as there for three years.`,
      'Give the day: 25-11-2022.',
      true,
    );
  }
  const leftOn = dateOf('Left date');
  if (joinedOn !== null && leftOn !== null && leftOn < joinedOn) {
    report('Left date', `${longDate(leftOn)} is before it joined, on ${longDate(joinedOn)}.`, 'Correct one of the dates.');
  }
  const membership: MembershipInFile = {
    line: row.line,
    group,
    groupName,
    groupType,
    companyNumber: textOf('Companies House Number'),
    groupClosedOn: dateOf('Closed Date'),
    urn,
    joinedOn,
    leftOn,
  };
  return { membership: findings.some(({ taken }) => !taken) ? null : membership, findings };
}
