/**
 * The result of a rule: success, or a refusal with a typed reason. Rules never throw on what a user may try. A refusal
 * says what is wrong and how to mend it.
 */
export type Ok<T> = { readonly ok: true; readonly value: T };
export type Refused<R extends Reason> = { readonly ok: false; readonly reason: R };
export type Result<T, R extends Reason> = Ok<T> | Refused<R>;

/** Every reason carries a machine-readable `kind`, a sentence for people, and the way to mend it. */
export type Reason = {
  readonly kind: string;
  readonly message: string;
  readonly remedy: string;
};

export const ok = <T>(value: T): Ok<T> => ({ ok: true, value });
export const refused = <R extends Reason>(reason: R): Refused<R> => ({ ok: false, reason });
