import { basename } from 'node:path';
import type pg from 'pg';
import { ok, refused } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';
import { storeAlone } from './import-lock.ts';
import { collectFindings, MOST_FINDINGS } from './import-report.ts';
import type { ImportOptions, ImportReport } from './import-report.ts';
import { NEEDED_MEMBERSHIP_COLUMNS, OPTIONAL_MEMBERSHIP_COLUMNS, readMembership } from './membership-row.ts';
import type { MembershipInFile } from './membership-row.ts';
import { openTable } from './open-table.ts';
import type { TableRefusal } from './open-table.ts';
import { listNotInRegister } from './store-inspections.ts';
import { storeMemberships } from './store-memberships.ts';

type MembershipsRefusal = TableRefusal | (Reason & { readonly kind: 'no-rows' });

const REMEDY =
  'Import the file "All group records with links" (academies and other groups with their schools), from the downloads page of Get Information about Schools, as it is.';

/**
 * Imports which school belongs to which group since when, as Get Information about Schools publishes it, the whole file in one
 * transaction. A bad row is left out and reported. What is known already is updated, and nothing is ever removed: a school that joins
 * another trust has left the one before. Refused, with nothing changed, when the file is of another kind.
 */
export async function importMemberships(
  db: pg.Pool,
  file: string,
  options: ImportOptions = {},
): Promise<Result<ImportReport, MembershipsRefusal>> {
  const table = await openTable(file, { needed: NEEDED_MEMBERSHIP_COLUMNS, optional: OPTIONAL_MEMBERSHIP_COLUMNS, remedy: REMEDY });
  if (!table.ok) return table;
  const findings = collectFindings(options.maxFindings ?? MOST_FINDINGS);
  const found = new Map<string, MembershipInFile>();
  let read = 0;
  let rejected = 0;
  for await (const { rows, broken, assumed, bytesRead } of table.value.batches()) {
    findings.add([...assumed, ...broken]);
    read += rows.length + broken.length;
    rejected += broken.length;
    for (const row of rows) {
      const { membership, findings: told } = readMembership(row);
      findings.add(told);
      if (membership === null) {
        rejected += 1;
        continue;
      }
      const key = `${membership.group} ${membership.urn}`;
      const before = found.get(key);
      if (before !== undefined) {
        rejected += 1;
        findings.add([
          {
            line: before.line,
            column: 'URN',
            message: `URN ${before.urn} is in group ${before.group} again on line ${membership.line}, and that later row was used.`,
            remedy: 'Remove the row that is out of date.',
            taken: false,
          },
        ]);
      }
      found.set(key, membership);
    }
    options.onProgress?.(bytesRead, table.value.bytes);
  }
  if (read === 0) return refused({ kind: 'no-rows', message: `${basename(file)} has a header and no rows.`, remedy: REMEDY });

  const memberships = [...found.values()];
  const stored = await storeAlone(db, options.dryRun === true, async (tx) => {
    const counts = await storeMemberships(tx, memberships);
    const lines = new Map(memberships.map(({ urn, line }) => [urn, line]));
    findings.add(
      (await listNotInRegister(tx, [...lines.keys()])).map((urn) => ({
        line: lines.get(urn) ?? 1,
        column: 'URN',
        message: `The register has no school ${urn}. Its membership is kept, and counts once the register has it.`,
        remedy: 'Bring the register up to date: chaser import schools FILE',
        taken: true,
      })),
    );
    return counts;
  });
  return ok({ read, rejected, ...stored, encoding: table.value.encoding, findings: findings.list(), findingCount: findings.count });
}
