import { PLACE } from './place.ts';

export { SUBJECT } from './place.ts';
export type { InScope as Scope } from './place.ts';

/** Deployments as `d`, each with its `school` and `trust`. */
export const DEPLOYMENT_SOURCE = `deployments d ${PLACE}`;

/** Collects the values of a query and returns the place of each: `$3`. */
export function parameters(values: readonly unknown[]): { readonly all: readonly unknown[]; place(value: unknown): string } {
  const all = [...values];
  return {
    all,
    place(value) {
      all.push(value);
      return `$${all.length}`;
    },
  };
}

/** A pattern that finds a text anywhere. What people type is taken literally, `%` and `_` too. */
export function anywhere(text: string): string {
  return `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;
}
