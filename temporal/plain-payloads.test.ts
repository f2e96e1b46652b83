import type { Payload } from '@temporalio/common';
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'vitest';
import { createDataConverter, createPayloadCodec } from './payload-codec.ts';
import type { PayloadKeys } from './payload-codec.ts';
import { payloadConverter } from './pinned-payloads.ts';
import { plainPayloads } from './plain-payloads.ts';

const KEYS: PayloadKeys = [{ id: 'autumn', secret: randomBytes(32) }];
const OTHERS: PayloadKeys = [{ id: 'spring', secret: randomBytes(32) }];

const said = ({ data }: Payload): unknown => JSON.parse(Buffer.from(data ?? []).toString());

/** What Temporal keeps of a value, and the pins that were kept beside it. */
async function keptOf(value: unknown, keys: PayloadKeys | null) {
  const pins = new Map<string, string>();
  const store = { keep: async (hash: string, text: string) => void pins.set(hash, text), read: async (hash: string) => pins.get(hash) };
  let payloads = [payloadConverter.toPayload(value)];
  for (const codec of createDataConverter(keys, store).payloadCodecs ?? []) payloads = await codec.encode(payloads);
  const [payload] = payloads;
  assert.ok(payload);
  return { payload, pins, find: async (hash: string) => pins.get(hash) };
}

const START = {
  programme: { id: 'tsi-2022-23', title: 'Targeted support', version: 4, steps: { go: { title: 'Go' } } },
  calendar: { version: '2026-09', terms: ['long'] },
  beginning: { reference: 'D00001' },
};

describe('payloads in plain words', () => {
  it('are decrypted, with name and version in place of the hash of a programme and of a calendar', async () => {
    const { payload, find, pins } = await keptOf(START, KEYS);
    const { payloads, unreadable } = await plainPayloads(KEYS, find, [payload]);
    const [programme, calendar] = [...pins.keys()];
    assert.equal(unreadable, 0);
    assert.deepEqual(payloads.map(said), [
      {
        beginning: { reference: 'D00001' },
        programme: { id: 'tsi-2022-23', title: 'Targeted support', version: 4, pin: programme },
        calendar: { version: '2026-09', pin: calendar },
      },
    ]);
    assert.equal(Buffer.from(payloads[0]?.metadata?.['encoding'] ?? []).toString(), 'json/plain');
  });

  it('say so where the database lacks a programme', async () => {
    const { payload } = await keptOf({ programme: START.programme }, null);
    const { payloads } = await plainPayloads(null, async () => undefined, [payload]);
    assert.match(JSON.stringify(payloads.map(said)), /"pin":"[0-9a-f]{64}","missing":"The database does not have this programme/);
  });

  it('say why where the key is missing or another goes by its id, and leave the others of the page readable', async () => {
    const [first] = OTHERS;
    const [foreign] = await createPayloadCodec(OTHERS).encode([payloadConverter.toPayload('x')]);
    const { payload, find } = await keptOf('Hello', KEYS);
    assert.ok(foreign);
    const { payloads, unreadable } = await plainPayloads(KEYS, find, [foreign, payload]);
    assert.equal(unreadable, 1);
    assert.match(String(payloads[0] && said(payloads[0])), /^Chaser cannot read this\. A payload is encrypted with the key "spring"/);
    assert.equal(payloads[1] && said(payloads[1]), 'Hello');
    const wrong = await plainPayloads([{ ...first, secret: randomBytes(32) }], find, [foreign]);
    assert.match(String(wrong.payloads[0] && said(wrong.payloads[0])), /cannot be decrypted: it was altered, or another key/);
  });

  it('pass unchanged where they are none of ours', async () => {
    const theirs = { metadata: { encoding: Buffer.from('binary/zlib') }, data: Buffer.from([1, 2]) };
    assert.deepEqual(await plainPayloads(KEYS, async () => undefined, [theirs]), { payloads: [theirs], unreadable: 0 });
  });
});
