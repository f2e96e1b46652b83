import {
  BinaryPayloadConverter,
  CompositePayloadConverter,
  JsonPayloadConverter,
  METADATA_ENCODING_KEY,
  UndefinedPayloadConverter,
  ValueError,
} from '@temporalio/common';
import type { Payload, PayloadConverterWithEncoding } from '@temporalio/common';
import { decode, encode } from '@temporalio/common/lib/encoding.js';
import { hashOfInterned, intern } from './interned.ts';
import { CONTENT, PINNED, PINS, PINS_NAMED } from './pinned-shape.ts';
import type { PinName, Pins } from './pinned-shape.ts';

/**
 * Takes a programme and a calendar out of an argument or result (`PINS_NAMED`), and puts them back. It runs in the sandbox of workflows
 * and in clients alike. Between it and the `PinCodec` a payload carries each content as metadata; the codec replaces that by its hash.
 */
class PinningPayloadConverter implements PayloadConverterWithEncoding {
  readonly encodingType = PINNED;

  toPayload(value: unknown): Payload | undefined {
    if (typeof value !== 'object' || value === null) return undefined;
    const pins: Pins = {};
    const contents: Record<string, Uint8Array> = {};
    for (const name of PINS_NAMED) {
      const content: unknown = (value as Record<string, unknown>)[name];
      if (typeof content !== 'object' || content === null) continue;
      const hash = hashOfInterned(content);
      if (hash === undefined) contents[`${CONTENT}${name}`] = encode(JSON.stringify(content));
      pins[name] = hash ?? '';
    }
    if (Object.keys(pins).length === 0) return undefined;
    const rest = Object.fromEntries(Object.entries(value).filter(([name]) => pins[name as PinName] === undefined));
    return {
      metadata: { [METADATA_ENCODING_KEY]: encode(PINNED), [PINS]: encode(JSON.stringify(pins)), ...contents },
      data: encode(JSON.stringify(rest)),
    };
  }

  fromPayload<T>({ metadata, data }: Payload): T {
    if (!metadata?.[PINS] || !data) throw new ValueError('A pinned payload names no pins.');
    const pins = JSON.parse(decode(metadata[PINS])) as Pins;
    const contents = Object.entries(pins).map(([name, hash]) => [
      name,
      intern(hash, () => {
        const content = metadata[`${CONTENT}${name}`];
        if (!content) throw new ValueError(`The ${name} under the hash ${hash} was not read before it was needed.`);
        return JSON.parse(decode(content)) as object;
      }),
    ]);
    return { ...(JSON.parse(decode(data)) as object), ...(Object.fromEntries(contents) as object) } as T;
  }
}

/** The SDK's own converters, and before them the one that pins. The SDK finds it by this name. */
export const payloadConverter = new CompositePayloadConverter(
  new UndefinedPayloadConverter(),
  new BinaryPayloadConverter(),
  new PinningPayloadConverter(),
  new JsonPayloadConverter(),
);
