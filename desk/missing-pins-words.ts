import type { MissingPinRow } from '../postgres/pinned/pins.ts';

/** What a programme or calendar that is not in the database stops, and what to do, for the service page and `chaser doctor`. `says` ends without a full stop. */
export function missingPinsWords(missing: readonly Pick<MissingPinRow, 'name' | 'count' | 'example'>[]): {
  readonly says: string;
  readonly remedy: string;
} {
  const each = missing.map(({ name, count, example }) => {
    const who = example.replace(/^deployment\//, '');
    const stands = count === 1 ? `${who} waits` : `${count} deployments wait, ${who} among them`;
    return `${stands}: the ${name} is not in the database`;
  });
  return {
    says: each.join('. '),
    remedy:
      'Restore the database and Temporal from backups of the same moment: docs/operations.md, “Programmes and calendars by hash”. Nothing is lost meanwhile.',
  };
}
