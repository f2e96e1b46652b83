import { METADATA_ENCODING_KEY } from '@temporalio/common';
import type { Payload, PayloadCodec, SerializationContext } from '@temporalio/common';
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { CONTENT, PINNED, PINS } from './pinned-shape.ts';
import type { PinName, Pins } from './pinned-shape.ts';

/** Where contents are kept, for ever and unchanged, under the SHA-256 of their text. */
export type PinStore = {
  /** Keeps a text. Keeping the same again changes nothing. */
  keep(hash: string, text: string): Promise<void>;
  /** The text, or undefined when there is none; then it also remembers who asked. */
  read(hash: string, asked: AskedFor): Promise<string | undefined>;
};

/** A workflow's id, where one is known, and what of it is needed. */
export type AskedFor = { readonly name: PinName; readonly workflowId: string | null };

/** A workflow task lasts ten seconds: a database that is back within eight costs it nothing. */
const PATIENCE_MS = 8_000;
const AGAIN_MS = 250;
/** A programme is some 80 KB of text. */
const MOST_HELD = 300;

/**
 * Puts each programme and calendar of a payload under its hash into the store when it is encoded, and reads it from there, once a
 * process, when it is decoded. While the store is away, and when it lacks the content, decoding rejects: a workflow's task then fails and
 * Temporal tries it again, for as long as it takes. Payloads of other kinds pass unchanged, so what was written before pins is read as it was.
 */
export class PinCodec implements PayloadCodec {
  readonly #held = new Map<string, Promise<Uint8Array>>();
  readonly #store: PinStore;

  constructor(store: PinStore) {
    this.#store = store;
  }

  async encode(payloads: Payload[]): Promise<Payload[]> {
    return Promise.all(payloads.map(async (payload) => (isPinned(payload) ? this.#withoutContents(payload) : payload)));
  }

  async decode(payloads: Payload[], context?: SerializationContext): Promise<Payload[]> {
    return Promise.all(payloads.map(async (payload) => (isPinned(payload) ? this.#withContents(payload, context) : payload)));
  }

  async #withoutContents(payload: Payload): Promise<Payload> {
    const pins = pinsOf(payload);
    const metadata: Record<string, Uint8Array> = {};
    for (const [key, value] of Object.entries(payload.metadata ?? {})) {
      if (key.startsWith(CONTENT)) pins[key.slice(CONTENT.length) as PinName] = await this.#keep(value);
      else metadata[key] = value;
    }
    return { ...payload, metadata: { ...metadata, [PINS]: Buffer.from(JSON.stringify(pins)) } };
  }

  async #keep(content: Uint8Array): Promise<string> {
    const text = Buffer.from(content).toString();
    const hash = hashOf(text);
    await this.#store.keep(hash, text);
    return hash;
  }

  async #withContents(payload: Payload, context: SerializationContext | undefined): Promise<Payload> {
    const workflowId = context !== undefined && 'workflowId' in context ? (context.workflowId ?? null) : null;
    const contents = await Promise.all(
      (Object.entries(pinsOf(payload)) as [PinName, string][]).map(
        async ([name, hash]) => [`${CONTENT}${name}`, await this.#read(hash, { name, workflowId })] as const,
      ),
    );
    return { ...payload, metadata: { ...payload.metadata, ...Object.fromEntries(contents) } };
  }

  /** Held once it was read. Whoever asks while it is being read waits for the same answer; one that failed is asked for again. */
  async #read(hash: string, asked: AskedFor): Promise<Uint8Array> {
    const held = this.#held.get(hash);
    if (held !== undefined) return held;
    const reading = this.#readPatiently(hash, asked);
    this.#held.set(hash, reading);
    const [oldest] = this.#held.keys();
    if (this.#held.size > MOST_HELD && oldest !== undefined) this.#held.delete(oldest);
    reading.catch(() => this.#held.delete(hash));
    return reading;
  }

  async #readPatiently(hash: string, asked: AskedFor): Promise<Uint8Array> {
    const giveUpAtMs = Date.now() + PATIENCE_MS;
    for (;;) {
      try {
        const text = await this.#store.read(hash, asked);
        if (text === undefined) throw new MissingPin(hash, asked);
        if (hashOf(text) !== hash) throw new AlteredPin(hash, asked);
        // Of its own memory: a slice of a larger buffer would carry all of that into the sandbox.
        return new Uint8Array(Buffer.from(text));
      } catch (error) {
        if (error instanceof MissingPin || error instanceof AlteredPin || Date.now() + AGAIN_MS > giveUpAtMs) throw error;
        await sleep(AGAIN_MS);
      }
    }
  }
}

/** What a history names is not in the store: the two were restored from different moments. */
export class MissingPin extends Error {
  override readonly name = 'MissingPin';

  constructor(hash: string, { name, workflowId }: AskedFor) {
    super(
      `The ${name} of ${workflowId ?? 'a workflow'} is not in the database (pin ${hash}). ` +
        'It waits and loses nothing. Restore the database and Temporal from the same moment: docs/operations.md, “Programmes and calendars by hash”.',
    );
  }
}

class AlteredPin extends Error {
  override readonly name = 'AlteredPin';

  constructor(hash: string, { name, workflowId }: AskedFor) {
    super(
      `The ${name} of ${workflowId ?? 'a workflow'} was altered in the database (pin ${hash}). ` +
        'It waits and loses nothing. Restore the table pins from a backup: docs/operations.md, “Programmes and calendars by hash”.',
    );
  }
}

/** The pins that a payload names; none for a payload of another kind. It is to be decrypted already. */
export function pinsOf(payload: Payload): Pins {
  const pins = isPinned(payload) ? payload.metadata?.[PINS] : undefined;
  return pins ? (JSON.parse(Buffer.from(pins).toString()) as Pins) : {};
}

function isPinned({ metadata }: Payload): boolean {
  const encoding = metadata?.[METADATA_ENCODING_KEY];
  return encoding !== undefined && Buffer.from(encoding).toString() === PINNED;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
