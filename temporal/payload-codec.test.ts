import { METADATA_ENCODING_KEY } from '@temporalio/common';
import type { Payload } from '@temporalio/common';
import proto from '@temporalio/proto';
import fc from 'fast-check';
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'vitest';
import { within } from '../domain/chasing/wait-words.ts';
import { createDataConverter, createPayloadCodec, readPayloadKeys } from './payload-codec.ts';
import type { PayloadKeys } from './payload-codec.ts';

const { Payload: WirePayload } = proto.temporal.api.common.v1;

const autumn = { id: 'autumn', secret: randomBytes(32) };
const spring = { id: 'spring', secret: randomBytes(32) };
const onlyAutumn: PayloadKeys = [autumn];
const springThenAutumn: PayloadKeys = [spring, autumn];

const payload = (text: string): Payload => ({
  metadata: { [METADATA_ENCODING_KEY]: Buffer.from('json/plain') },
  data: Buffer.from(text),
});

const bytes = (value: Uint8Array | null | undefined) => Buffer.from(value ?? []).toString('hex');
const flat = ({ metadata, data }: Payload) => ({
  metadata: Object.entries(metadata ?? {}).map(([name, value]) => [name, bytes(value)]),
  data: bytes(data),
});

async function encodeOne(keys: PayloadKeys, plain: Payload): Promise<Payload> {
  const [encoded] = await createPayloadCodec(keys).encode([plain]);
  assert.ok(encoded);
  return encoded;
}

describe('the payload codec', () => {
  it('decrypts any payload that it encrypted', async () => {
    const anyPayload = fc.record({
      metadata: fc.dictionary(
        fc.string().filter((name) => name !== '__proto__'),
        fc.uint8Array(),
      ),
      data: fc.uint8Array({ maxLength: 4_096 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(anyPayload, { maxLength: 4 }), async (payloads) => {
        const codec = createPayloadCodec(onlyAutumn);
        const decoded = await codec.decode(await codec.encode(payloads));
        assert.deepEqual(decoded.map(flat), payloads.map(flat));
      }),
    );
  });

  it('leaves nothing of a payload readable once encrypted', async () => {
    const encoded = await encodeOne(onlyAutumn, payload('"headteacher"'));
    assert.ok(!Buffer.from(encoded.data ?? []).includes('headteacher'));
    assert.equal(bytes(encoded.metadata?.['encryption-key-id']), bytes(Buffer.from('autumn')));
  });

  it('leaves the longest summary within the 400 bytes that Temporal takes, under the longest id of a key', async () => {
    const keys = readPayloadKeys(`${'k'.repeat(64)}:${randomBytes(32).toString('base64')}`);
    assert.ok(keys);
    for (const word of ['a', 'ŷ', '"', '\n', '🎓']) {
      const encoded = await encodeOne(keys, payload(JSON.stringify(within(word.repeat(400)))));
      assert.ok(WirePayload.encode(encoded).finish().length <= 400);
    }
    assert.throws(
      () => readPayloadKeys(`${'k'.repeat(65)}:${randomBytes(32).toString('base64')}`),
      /id of key 1 has 65 characters and may have 64/,
    );
  });

  it('encrypts the same payload differently each time', async () => {
    const [one, other] = await createPayloadCodec(onlyAutumn).encode([payload('1'), payload('1')]);
    assert.notEqual(bytes(one?.data), bytes(other?.data));
  });

  it('detects a change to any single bit', async () => {
    const encoded = await encodeOne(onlyAutumn, payload('"yes"'));
    const length = encoded.data?.length ?? 0;
    await fc.assert(
      fc.asyncProperty(fc.nat(length - 1), fc.nat(7), async (position, bit) => {
        const data = Buffer.from(encoded.data ?? []);
        data.writeUInt8(data.readUInt8(position) ^ (1 << bit), position);
        await assert.rejects(createPayloadCodec(onlyAutumn).decode([{ ...encoded, data }]), /cannot be decrypted/);
      }),
    );
  });

  it('detects a payload that was cut short', async () => {
    const encoded = await encodeOne(onlyAutumn, payload('"yes"'));
    const data = encoded.data?.subarray(0, 20) ?? null;
    await assert.rejects(createPayloadCodec(onlyAutumn).decode([{ ...encoded, data }]), /cannot be decrypted/);
  });

  it('reads what an older key encrypted, and encrypts with the first key', async () => {
    const old = await encodeOne(onlyAutumn, payload('"before"'));
    const rotated = createPayloadCodec(springThenAutumn);
    const [decoded] = await rotated.decode([old]);
    assert.equal(bytes(decoded?.data), bytes(Buffer.from('"before"')));
    const fresh = await encodeOne(springThenAutumn, payload('"after"'));
    assert.equal(bytes(fresh.metadata?.['encryption-key-id']), bytes(Buffer.from('spring')));
  });

  it('names the key that is missing', async () => {
    const encoded = await encodeOne(onlyAutumn, payload('1'));
    await assert.rejects(createPayloadCodec([spring]).decode([encoded]), /key "autumn" \(known are "spring"\).*CHASER_PAYLOAD_KEYS/);
    await assert.rejects(createPayloadCodec(null).decode([encoded]), /key "autumn" \(none is set\)/);
  });

  it('refuses a different key that has the right id', async () => {
    const encoded = await encodeOne(onlyAutumn, payload('1'));
    const impostor: PayloadKeys = [{ id: 'autumn', secret: spring.secret }];
    await assert.rejects(createPayloadCodec(impostor).decode([encoded]), /another key goes by that id/);
  });

  it('passes on payloads that were never encrypted', async () => {
    const plain = payload('{"reference":"D00001"}');
    assert.deepEqual(await createPayloadCodec(onlyAutumn).decode([plain]), [plain]);
  });

  it('encrypts nothing when there are no keys', async () => {
    const plain = payload('1');
    assert.deepEqual(await createPayloadCodec(null).encode([plain]), [plain]);
    const store = { keep: async () => undefined, read: async () => undefined };
    assert.equal(createDataConverter(null, store).payloadCodecs?.length, 2);
    // Then messages of failures are not hidden either, and Temporal's page shows them.
    assert.equal(createDataConverter(null, store).failureConverterPath, undefined);
    assert.match(createDataConverter(onlyAutumn, store).failureConverterPath ?? '', /encoded-failures\.ts$/);
  });
});

describe('CHASER_PAYLOAD_KEYS', () => {
  const good = randomBytes(32).toString('base64');

  it('may be left out', () => {
    assert.equal(readPayloadKeys(undefined), null);
    assert.equal(readPayloadKeys('  '), null);
  });

  it('keeps keys in the order in which they are to be used', () => {
    const keys = readPayloadKeys(`2026-spring:${good}, 2025-autumn:${good}`);
    assert.deepEqual(
      keys?.map(({ id, secret }) => [id, secret.length]),
      [
        ['2026-spring', 32],
        ['2025-autumn', 32],
      ],
    );
  });

  it('names the fault in CHASER_PAYLOAD_KEYS without printing a key', () => {
    const short = randomBytes(16).toString('base64');
    for (const [value, told] of [
      [good, /key 1 is not of the form id:base64key/],
      [`a:${good},b`, /key 2 is not of the form/],
      [`a:${short}`, /"a" has 16 bytes and needs 32/],
      [`a:${good},a:${good}`, /"a" is there twice/],
    ] as const) {
      assert.throws(
        () => readPayloadKeys(value),
        (error: Error) => told.test(error.message) && !error.message.includes(good) && !error.message.includes(short),
      );
    }
  });
});
