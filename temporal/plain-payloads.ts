import { METADATA_ENCODING_KEY } from '@temporalio/common';
import type { Payload } from '@temporalio/common';
import { createPayloadCodec } from './payload-codec.ts';
import type { PayloadKeys } from './payload-codec.ts';
import { pinsOf } from './pin-codec.ts';
import type { PinName } from './pinned-shape.ts';

/** The JSON text of the programme or calendar with this hash; undefined when the database has none. */
export type FindPin = (hash: string) => Promise<string | undefined>;

export type PlainPayloads = {
  /** As many as were given, in their order. */
  readonly payloads: readonly Payload[];
  /** How many of them could not be read, and say so themselves. */
  readonly unreadable: number;
};

/**
 * Payloads as a person reads them on Temporal's own page: decrypted, and with the name and version of a programme or calendar in place of its
 * hash. One that cannot be read becomes a sentence that says why, so that the others of its page are read all the same. Those that
 * are neither encrypted nor pinned pass unchanged. What comes out is for reading: it is never given to a workflow.
 */
export async function plainPayloads(keys: PayloadKeys | null, findPin: FindPin, payloads: readonly Payload[]): Promise<PlainPayloads> {
  const codec = createPayloadCodec(keys);
  let unreadable = 0;
  const plain = await Promise.all(
    payloads.map(async (payload) => {
      try {
        const [decrypted = payload] = await codec.decode([payload]);
        return await withNames(decrypted, findPin);
      } catch (error) {
        unreadable += 1;
        return jsonPayload(`Chaser cannot read this. ${error instanceof Error ? error.message : String(error)}`);
      }
    }),
  );
  return { payloads: plain, unreadable };
}

async function withNames(payload: Payload, findPin: FindPin): Promise<Payload> {
  const pins = Object.entries(pinsOf(payload)) as [PinName, string][];
  if (pins.length === 0) return payload;
  const rest = JSON.parse(Buffer.from(payload.data ?? []).toString()) as object;
  const named = await Promise.all(pins.map(async ([name, hash]) => [name, nameOf(name, hash, await findPin(hash))] as const));
  return jsonPayload({ ...rest, ...Object.fromEntries(named) });
}

/** What tells one programme or calendar from another. */
const TELLING = ['id', 'title', 'version'] as const;

function nameOf(name: PinName, pin: string, text: string | undefined): Readonly<Record<string, unknown>> {
  if (text === undefined) return { pin, missing: `The database does not have this ${name}: ask chaser doctor.` };
  const content = JSON.parse(text) as Readonly<Record<string, unknown>>;
  return { ...Object.fromEntries(TELLING.flatMap((key) => (key in content ? [[key, content[key]]] : []))), pin };
}

function jsonPayload(value: unknown): Payload {
  return { metadata: { [METADATA_ENCODING_KEY]: Buffer.from('json/plain') }, data: Buffer.from(JSON.stringify(value)) };
}
