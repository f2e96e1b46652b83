import { basename } from 'node:path';
import type pg from 'pg';
import { nowMs } from '../postgres/sandbox/clock.ts';
import { GRADES, knownFrom } from '../domain/eligibility/judgements.ts';
import { ok, refused } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';
import { londonDate } from '../domain/time/london.ts';
import { longDate } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import { storeAlone } from './import-lock.ts';
import { collectFindings, MOST_FINDINGS } from './import-report.ts';
import type { Findings, ImportOptions, InspectionsReport } from './import-report.ts';
import { NEEDED_INSPECTION_COLUMNS, OPTIONAL_INSPECTION_COLUMNS, readInspections } from './inspection-row.ts';
import type { InspectionInFile } from './inspection-row.ts';
import { openTable } from './open-table.ts';
import type { Row, TableRefusal } from './open-table.ts';
import { listNotInRegister, storeInspections } from './store-inspections.ts';

type InspectionsRefusal = TableRefusal | (Reason & { readonly kind: 'no-rows' });

const REMEDY =
  'Import Ofsted’s management information on state-funded schools, the sheet of inspections saved as CSV. Its header must be the first line: delete titles above it.';

/**
 * Imports judgements of overall effectiveness from Ofsted's management information, the whole file in one transaction. Each row gives the latest judgement of a
 * school and the one before. A bad row is left out and reported; the rest is stored beside what is known already, and nothing is ever
 * removed. Refused, with nothing changed, when the file is of another kind.
 */
export async function importInspections(
  db: pg.Pool,
  file: string,
  options: ImportOptions = {},
): Promise<Result<InspectionsReport, InspectionsRefusal>> {
  const table = await openTable(file, { needed: NEEDED_INSPECTION_COLUMNS, optional: OPTIONAL_INSPECTION_COLUMNS, remedy: REMEDY });
  if (!table.ok) return table;
  const findings = collectFindings(options.maxFindings ?? MOST_FINDINGS);
  const gathered = gatherInspections(londonDate(nowMs()), findings);
  for await (const { rows, broken, assumed, bytesRead } of table.value.batches()) {
    findings.add([...assumed, ...broken]);
    gathered.take(rows, broken.length);
    options.onProgress?.(bytesRead, table.value.bytes);
  }
  const { read, rejected, withoutJudgement } = gathered;
  if (read === 0) return refused({ kind: 'no-rows', message: `${basename(file)} has a header and no rows.`, remedy: REMEDY });

  const stored = await storeAlone(db, options.dryRun === true, async (tx) => {
    const counts = await storeInspections(tx, gathered.inspections());
    const lines = new Map(gathered.inspections().map(({ urn, line }) => [urn, line]));
    findings.add(
      (await listNotInRegister(tx, [...lines.keys()])).map((urn) => ({
        line: lines.get(urn) ?? 1,
        column: 'URN',
        message: `The register has no school ${urn}. Its judgements are kept, and count once the register has it.`,
        remedy: 'Bring the register up to date: chaser import schools FILE',
        taken: true,
      })),
    );
    return counts;
  });
  return ok({
    read,
    rejected,
    withoutJudgement,
    ...stored,
    encoding: table.value.encoding,
    findings: findings.list(),
    findingCount: findings.count,
  });
}

/** Gathers the judgements of a file: one for each school and day. */
function gatherInspections(today: PlainDate, findings: Pick<Findings, 'add'>) {
  const found = new Map<string, InspectionInFile>();
  const counts = { read: 0, rejected: 0, withoutJudgement: 0 };
  return {
    take(rows: readonly Row[], broken: number): void {
      counts.read += rows.length + broken;
      counts.rejected += broken;
      for (const row of rows) {
        const { inspections, rejected, findings: told } = readInspections(row, today);
        findings.add(told);
        if (rejected) counts.rejected += 1;
        else if (inspections.length === 0) counts.withoutJudgement += 1;
        for (const inspection of inspections) counts.rejected += keep(inspection);
      }
    },
    inspections: (): readonly InspectionInFile[] => [...found.values()],
    get read() {
      return counts.read;
    },
    get rejected() {
      return counts.rejected;
    },
    get withoutJudgement() {
      return counts.withoutJudgement;
    },
  };

  /** Keeps a judgement; answers how many rows are left out by it. */
  function keep(now: InspectionInFile): 0 | 1 {
    const key = `${now.urn} ${now.inspectedOn}`;
    const before = found.get(key);
    if (before === undefined || (before.asPrevious && !now.asPrevious)) {
      found.set(key, now);
      return 0;
    }
    if (now.asPrevious && !before.asPrevious) return 0;
    const [taken, left] = knownFrom(now) >= knownFrom(before) ? [now, before] : [before, now];
    found.set(key, taken);
    if (taken.grade === left.grade || now.asPrevious) return 0;
    const why = knownFrom(taken) === knownFrom(left) ? 'stands further down' : `was published later, on ${longDate(knownFrom(taken))}`;
    findings.add([
      {
        line: left.line,
        column: 'Overall effectiveness',
        message: `URN ${left.urn} has two judgements of ${longDate(left.inspectedOn)}: ${GRADES[left.grade]} here, and ${GRADES[taken.grade]} on line ${taken.line}, which was taken because it ${why}.`,
        remedy: 'Remove the row that is wrong.',
        taken: false,
      },
    ]);
    return 1;
  }
}
