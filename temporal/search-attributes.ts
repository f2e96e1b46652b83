import type { Connection } from '@temporalio/client';
import { defineSearchAttributeKey } from '@temporalio/common';
import proto from '@temporalio/proto';

const { INDEXED_VALUE_TYPE_KEYWORD } = proto.temporal.api.enums.v1.IndexedValueType;

/**
 * By what deployments are found on Temporal's own page: `ChaserRegion = 'North West'`. They are set at the start and stay. They are
 * never encrypted, so they name a programme, a region and a school or trust, and no person.
 */
export const ATTRIBUTES = {
  programme: defineSearchAttributeKey('ChaserProgramme', 'KEYWORD'),
  region: defineSearchAttributeKey('ChaserRegion', 'KEYWORD'),
  /** "school/990001" or "trust/99001". */
  subject: defineSearchAttributeKey('ChaserSubject', 'KEYWORD'),
} as const;

const NAMES = Object.values(ATTRIBUTES).map(({ name }) => name);

type Operator = Pick<Connection['operatorService'], 'listSearchAttributes' | 'addSearchAttributes'>;

/** The attributes that a namespace does not know. A server that does not let itself be asked is not taken to lack any. */
export async function missingAttributes(operator: Operator, namespace: string): Promise<readonly string[]> {
  const known = await operator.listSearchAttributes({ namespace }).catch((error: unknown) => {
    if (isRefused(error)) return null;
    throw error;
  });
  return known === null ? [] : NAMES.filter((name) => known.customAttributes?.[name] !== INDEXED_VALUE_TYPE_KEYWORD);
}

/**
 * Adds the attributes that a namespace lacks. Several may do it at once. Where the server does not let us, as Temporal Cloud does not, nothing
 * is changed; deployments start all the same, without them.
 */
export async function addMissingAttributes(operator: Operator, namespace: string): Promise<void> {
  const missing = await missingAttributes(operator, namespace);
  if (missing.length === 0) return;
  const searchAttributes = Object.fromEntries(missing.map((name) => [name, INDEXED_VALUE_TYPE_KEYWORD]));
  await operator.addSearchAttributes({ namespace, searchAttributes }).catch((error: unknown) => {
    if (!isRefused(error) && codeOf(error) !== GRPC_ALREADY_EXISTS) throw error;
  });
}

/** How an operator adds them by hand. */
export const addByHand = (namespace: string, missing: readonly string[]): string =>
  `temporal operator search-attribute create --namespace ${namespace} ${missing.map((name) => `--name ${name} --type Keyword`).join(' ')}`;

const GRPC_ALREADY_EXISTS = 6;
const GRPC_PERMISSION_DENIED = 7;
const GRPC_UNIMPLEMENTED = 12;

function isRefused(error: unknown): boolean {
  return [GRPC_PERMISSION_DENIED, GRPC_UNIMPLEMENTED].includes(codeOf(error) ?? -1);
}

function codeOf(error: unknown): number | undefined {
  return error instanceof Error && 'code' in error ? Number(error.code) : undefined;
}
