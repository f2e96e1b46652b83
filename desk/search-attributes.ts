import { TypedSearchAttributes } from '@temporalio/common';
import type { Client } from '@temporalio/client';
import type { Subject } from '../domain/chronology/events.ts';
import { ATTRIBUTES } from '../temporal/search-attributes.ts';

/** What a deployment is found by on Temporal's own page, and until it ends: its programme, its subject, and its region if the register has one ('' if not). */
export function attributesOf(programme: string, subject: Subject, region: string): TypedSearchAttributes {
  return new TypedSearchAttributes([
    { key: ATTRIBUTES.programme, value: programme },
    { key: ATTRIBUTES.subject, value: subject.kind === 'school' ? `school/${subject.urn}` : `trust/${subject.trust}` },
    ...(region === '' ? [] : [{ key: ATTRIBUTES.region, value: region }]),
  ]);
}

/** When each namespace last refused the attributes, in epoch milliseconds. */
const refusedMs = new Map<string, number>();
const TRY_AGAIN_AFTER_MS = 60_000;
const GRPC_INVALID_ARGUMENT = 3;

/**
 * Starts a workflow with attributes, and without them where the namespace does not know them yet: a deployment is worth more than its place in a
 * list. Then it is asked again after a minute. Whatever else is wrong rejects as it would have.
 */
export async function startWithAttributes<T>(
  { options }: Client,
  attributes: TypedSearchAttributes,
  start: (given: { readonly typedSearchAttributes?: TypedSearchAttributes }) => Promise<T>,
): Promise<T> {
  if (Date.now() - (refusedMs.get(options.namespace) ?? 0) < TRY_AGAIN_AFTER_MS) return start({});
  try {
    return await start({ typedSearchAttributes: attributes });
  } catch (error) {
    if (!isRefusedByEngine(error)) throw error;
    const started = await start({});
    refusedMs.set(options.namespace, Date.now());
    return started;
  }
}

/** Whether the engine refused a request for what it says, so that nothing came of it: the namespace does not know an attribute, for example. */
export function isRefusedByEngine(error: unknown): boolean {
  for (let one = error; one instanceof Error; one = one.cause) if ('code' in one && Number(one.code) === GRPC_INVALID_ARGUMENT) return true;
  return false;
}
