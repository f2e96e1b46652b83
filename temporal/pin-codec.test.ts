import type { Payload } from '@temporalio/common';
import fc from 'fast-check';
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { describe, it } from 'vitest';
import { intern } from './interned.ts';
import { createDataConverter, createPayloadCodec } from './payload-codec.ts';
import type { PayloadKeys } from './payload-codec.ts';
import { MissingPin, PinCodec, pinsOf } from './pin-codec.ts';
import type { PinStore } from './pin-codec.ts';
import { payloadConverter } from './pinned-payloads.ts';

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');
const text = ({ data }: Payload) => Buffer.from(data ?? []).toString();
const everything = (payload: Payload) =>
  `${text(payload)}${Object.values(payload.metadata ?? {})
    .map((value) => Buffer.from(value).toString())
    .join()}`;

function memory() {
  const kept = new Map<string, string>();
  const asked: string[] = [];
  const store: PinStore = {
    keep: async (hash, content) => void kept.set(hash, content),
    read: async (hash, { name, workflowId }) => {
      asked.push(`${name} of ${workflowId}`);
      return kept.get(hash);
    },
  };
  return { kept, asked, store };
}

async function one(payloads: Promise<Payload[]>): Promise<Payload> {
  const [payload] = await payloads;
  assert.ok(payload);
  return payload;
}

const encodeWith = (store: PinStore, value: unknown) => one(new PinCodec(store).encode([payloadConverter.toPayload(value)]));
const decodeWith = async (store: PinStore, payload: Payload): Promise<unknown> =>
  payloadConverter.fromPayload(await one(new PinCodec(store).decode([payload], { type: 'workflow', namespace: 'n', workflowId: 'w' })));

const content = fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }).map((value) => JSON.parse(JSON.stringify(value)) as object);
const start = fc.record({ programme: content, calendar: content, beginning: content });

describe('pins', () => {
  it('give back any programme and calendar, with their keys in the order in which they were written', async () => {
    await fc.assert(
      fc.asyncProperty(start, async (value) => {
        const { kept, store } = memory();
        const wire = await encodeWith(store, value);
        assert.equal(JSON.stringify(JSON.parse(text(wire))), JSON.stringify({ beginning: value.beginning }));
        const decoded = (await decodeWith(store, wire)) as typeof value;
        assert.equal(JSON.stringify(decoded.programme), JSON.stringify(value.programme));
        assert.equal(JSON.stringify(decoded.calendar), JSON.stringify(value.calendar));
        assert.deepEqual(new Set(kept.values()), new Set([JSON.stringify(value.programme), JSON.stringify(value.calendar)]));
      }),
      { numRuns: 60 },
    );
  });

  it('let no content reach Temporal, and name it by the SHA-256 of its text', async () => {
    const { store } = memory();
    const programme = { steps: { visit: { title: 'A first visit' } } };
    const wire = await encodeWith(store, { programme, carried: null });
    assert.ok(!everything(wire).includes('first visit'));
    assert.deepEqual(pinsOf(wire), { programme: hashOf(JSON.stringify(programme)) });
  });

  it('are held once and frozen, however many workflows use them', async () => {
    const { store } = memory();
    const wire = await encodeWith(store, { programme: { steps: [{ id: 'visit' }] } });
    const decode = async () => ((await decodeWith(store, wire)) as { programme: { steps: object[] } }).programme;
    const programme = await decode();
    assert.equal(await decode(), programme);
    assert.throws(() => programme.steps.push({}), TypeError);
    assert.throws(() => Object.assign(programme.steps[0] ?? {}, { id: 'other' }), TypeError);
  });

  it('are named again without their content when a workflow continues as new, so that PostgreSQL is not asked', async () => {
    const { store } = memory();
    const wire = await encodeWith(store, { calendar: { version: 'c-1' } });
    const { calendar } = (await decodeWith(store, wire)) as { calendar: object };
    const away: PinStore = { keep: () => Promise.reject(new Error('away')), read: () => Promise.reject(new Error('away')) };
    const again = await encodeWith(away, { calendar, carried: 1 });
    assert.deepEqual(pinsOf(again), pinsOf(wire));
  });

  it('are read once a process, and again after a read that failed', async () => {
    const { asked, kept, store } = memory();
    const wire = await encodeWith(store, { calendar: { version: 'c-2' } });
    const codec = new PinCodec(store);
    const [[hash, content] = ['', '']] = [...kept];
    kept.clear();
    const context = { type: 'workflow', namespace: 'n', workflowId: 'deployment/D00001' } as const;
    await assert.rejects(
      codec.decode([wire], context),
      (error) => error instanceof MissingPin && /calendar of deployment\/D00001/.test(error.message),
    );
    kept.set(hash, content);
    await Promise.all([codec.decode([wire], context), codec.decode([wire], context)]);
    await codec.decode([wire], context);
    assert.deepEqual(asked, ['calendar of deployment/D00001', 'calendar of deployment/D00001']);
  });

  it('are waited for while PostgreSQL is away for a moment', async () => {
    const { store } = memory();
    const wire = await encodeWith(store, { calendar: { version: 'c-3' } });
    let failures = 2;
    const flaky: PinStore = {
      ...store,
      read: async (hash, asked) => (failures-- > 0 ? Promise.reject(new Error('away')) : store.read(hash, asked)),
    };
    assert.deepEqual(await decodeWith(flaky, wire), { calendar: { version: 'c-3' } });
  });

  it('are refused when their content was altered', async () => {
    const { kept, store } = memory();
    const wire = await encodeWith(store, { calendar: { version: 'c-4' } });
    for (const hash of kept.keys()) kept.set(hash, '{"version":"c-5"}');
    await assert.rejects(decodeWith(store, wire), /calendar of w was altered in the database/);
  });

  it('are encrypted with the rest of a payload', async () => {
    const keys: PayloadKeys = [{ id: 'autumn', secret: randomBytes(32) }];
    const { store } = memory();
    const codecs = createDataConverter(keys, store).payloadCodecs ?? [];
    let payloads = [payloadConverter.toPayload({ programme: { id: 'tsi' }, carried: null })];
    for (const codec of codecs) payloads = await codec.encode(payloads);
    assert.equal(pinsOf(payloads[0] ?? {}).programme, undefined);
    payloads = await createPayloadCodec(keys).decode(payloads);
    assert.equal(pinsOf(payloads[0] ?? {}).programme, hashOf('{"id":"tsi"}'));
  });

  it('leave every other value as it was written before there were pins', async () => {
    const { kept, store } = memory();
    for (const value of [
      undefined,
      null,
      1,
      'programme',
      ['calendar'],
      { programme: 'tsi-2022-23' },
      { calendar: null },
      { events: [{ programme: {} }] },
    ]) {
      const wire = await encodeWith(store, value);
      assert.notEqual(Buffer.from(wire.metadata?.['encoding'] ?? []).toString(), 'json/pinned');
      assert.deepEqual(await decodeWith(store, wire), value);
    }
    assert.equal(kept.size, 0);
  });

  it('are forgotten, the oldest first, before they fill the memory', () => {
    let reads = 0;
    const read = (n: number) => intern(`hash-${n}`, () => ({ n: (reads += 1) && n }));
    for (let n = 0; n < 1_001; n += 1) read(n);
    assert.deepEqual(read(1_000), { n: 1_000 });
    assert.equal(reads, 1_001);
    assert.deepEqual(read(0), { n: 0 });
    assert.equal(reads, 1_002);
  });
});
