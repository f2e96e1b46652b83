import { InvalidArgumentError } from 'commander';
import { parsePlainDate } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import type { Db } from '../postgres/database.ts';
import { listDeploymentChoices } from '../postgres/views/search-deployments.ts';
import { Fault } from './output.ts';

/** "2026-10-31" of --as-of. */
export function aDate(text: string): PlainDate {
  const date = parsePlainDate(text);
  if (date !== undefined) return date;
  throw new InvalidArgumentError('Write a date as year, month and day: 2026-10-31');
}

/** The id of --programme; '' where none is given. */
export async function mustBeProgramme(db: Db, id: string | undefined): Promise<string> {
  if (id === undefined) return '';
  const { programmes } = await listDeploymentChoices(db, { sql: 'true', values: [] });
  if (programmes.some((one) => one.id === id)) return id;
  throw new Fault({
    kind: 'unknown-programme',
    message: `No deployment of a programme "${id.slice(0, 60)}" is known.`,
    remedy: `Give one of: ${programmes.map((one) => one.id).join(', ')}.`,
  });
}
