import { METADATA_ENCODING_KEY } from '@temporalio/common';
import type { DataConverter, Payload, PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { PinCodec } from './pin-codec.ts';
import type { PinStore } from './pin-codec.ts';

/** The keys of this system, newest first. The first encrypts; all of them decrypt. */
export type PayloadKeys = readonly [PayloadKey, ...PayloadKey[]];

export type PayloadKey = { readonly id: string; readonly secret: Buffer };

const { Payload: WirePayload } = proto.temporal.api.common.v1;

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
/** The id stands beside each payload, and Temporal takes 400 bytes for a summary. */
const MOST_OF_ID = 64;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** The names used in the samples of other Temporal SDKs, so that their codec servers can read our payloads. */
const ENCRYPTED = 'binary/encrypted';
const CIPHER_METADATA = 'encryption-cipher';
const KEY_ID_METADATA = 'encryption-key-id';

/**
 * Reads `CHASER_PAYLOAD_KEYS`: `id:base64key[,id:base64key]`, each key 32 bytes; null when it is not set. Throws an
 * error that says which entry is wrong but never prints the key.
 */
export function readPayloadKeys(value: string | undefined): PayloadKeys | null {
  if (value === undefined || value.trim() === '') return null;
  const [first, ...rest] = value.split(',').map((entry, index) => readKey(entry.trim(), index + 1));
  const keys: PayloadKeys = [first as PayloadKey, ...rest];
  const ids = keys.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new Error(`the key id "${twice}" is there twice; give each key an id of its own`);
  return keys;
}

function readKey(entry: string, position: number): PayloadKey {
  const [, id, encoded] = /^([A-Za-z0-9._-]+):([A-Za-z0-9+/]+={0,2})$/.exec(entry) ?? [];
  if (id === undefined || encoded === undefined) {
    throw new Error(`key ${position} is not of the form id:base64key`);
  }
  const secret = Buffer.from(encoded, 'base64');
  if (id.length > MOST_OF_ID) throw new Error(`the id of key ${position} has ${id.length} characters and may have ${MOST_OF_ID}`);
  if (secret.length !== KEY_BYTES) {
    throw new Error(`the key "${id}" has ${secret.length} bytes and needs ${KEY_BYTES}; make one with: openssl rand -base64 32`);
  }
  // A key that was filled in by hand is known to whoever looks at the example.
  if (new Set(secret).size < 8) throw new Error(`the key "${id}" is no random one; make one with: openssl rand -base64 32`);
  return { id, secret };
}

/**
 * How arguments, results and messages are written into Temporal's histories: as JSON, with programmes and calendars named by their hash
 * and kept in the store of pins, encrypted when there are keys, and then the messages of failures too: without keys whoever looks at Temporal
 * reads them at once. Every client and worker of a namespace must use the same converter.
 */
export function createDataConverter(keys: PayloadKeys | null, pins: PinStore): DataConverter {
  return {
    payloadConverterPath: PAYLOAD_CONVERTER,
    ...(keys === null ? {} : { failureConverterPath: ENCODED_FAILURES }),
    payloadCodecs: [new PinCodec(pins), createPayloadCodec(keys)],
  };
}

/** Not in the sandbox of workflows, which knows no keys: `allowed` of workflows/deployment.ts says nothing that would have to be hidden. */
const ENCODED_FAILURES = fileURLToPath(new URL('./encoded-failures.ts', import.meta.url));

export const PAYLOAD_CONVERTER = fileURLToPath(new URL('./pinned-payloads.ts', import.meta.url));

/**
 * AES-256-GCM over whole payloads. The key's id is stored beside each payload, so that keys can be changed while
 * deployments run. Payloads that were never encrypted pass decoding unchanged. Without keys nothing is encrypted, and
 * an encrypted payload is refused with an error that names the missing key.
 */
export function createPayloadCodec(keys: PayloadKeys | null): PayloadCodec {
  return {
    encode: (payloads) => Promise.resolve(keys === null ? payloads : payloads.map((payload) => encrypt(payload, keys[0]))),
    // Async, so that an unreadable payload rejects instead of throwing.
    decode: async (payloads) => payloads.map((payload) => (isEncrypted(payload) ? decrypt(payload, keys ?? []) : payload)),
  };
}

function encrypt(payload: Payload, key: PayloadKey): Payload {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, key.secret, iv);
  const plain = WirePayload.encode(payload).finish();
  return {
    metadata: {
      [METADATA_ENCODING_KEY]: Buffer.from(ENCRYPTED),
      [CIPHER_METADATA]: Buffer.from(CIPHER),
      [KEY_ID_METADATA]: Buffer.from(key.id),
    },
    data: Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]),
  };
}

function decrypt(payload: Payload, keys: readonly PayloadKey[]): Payload {
  const id = metadataOf(payload, KEY_ID_METADATA) ?? '';
  const key = keys.find((candidate) => candidate.id === id);
  if (key === undefined) throw unknownKey(id, keys);
  const sealed = payload.data ?? new Uint8Array();
  if (sealed.length < IV_BYTES + TAG_BYTES) throw damaged(id);
  const decipher = createDecipheriv(CIPHER, key.secret, sealed.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  try {
    const plain = Buffer.concat([decipher.update(sealed.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]);
    return WirePayload.decode(plain);
  } catch {
    throw damaged(id);
  }
}

function isEncrypted(payload: Payload): boolean {
  return metadataOf(payload, METADATA_ENCODING_KEY) === ENCRYPTED;
}

function metadataOf(payload: Payload, name: string): string | undefined {
  const value = payload.metadata?.[name];
  return value ? Buffer.from(value).toString() : undefined;
}

function unknownKey(id: string, keys: readonly PayloadKey[]): Error {
  const known = keys.length === 0 ? 'none is set' : `known are ${keys.map((key) => `"${key.id}"`).join(', ')}`;
  return new Error(
    `A payload is encrypted with the key "${id}" (${known}). Add that key to CHASER_PAYLOAD_KEYS, after the first; ` +
      'keep it there until no deployment begun under it is left.',
  );
}

function damaged(id: string): Error {
  return new Error(
    `A payload that names the key "${id}" cannot be decrypted: it was altered, or another key goes by that id now. ` +
      'Look at CHASER_PAYLOAD_KEYS: every client and worker of the namespace needs the same.',
  );
}
