import type { Reason } from '../domain/result.ts';

/** Thrown within a transaction, which is then rolled back, and told outside. */
export class RefusedWithin extends Error {
  override readonly name = 'RefusedWithin';
  readonly reason: Reason;
  constructor(reason: Reason) {
    super(reason.message);
    this.reason = reason;
  }
}
