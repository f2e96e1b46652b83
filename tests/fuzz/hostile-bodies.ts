import fc from 'fast-check';
import type { Form } from './forms.ts';

/** One request to be sent, before it is known who sends it: nothing of it depends on the run but the seed and the forms found. */
export type HostileRequest = {
  readonly route: string;
  readonly url: string;
  readonly contentType: string | null;
  readonly body: Buffer;
  /** Which of those who can sign in sends it, as a number to be taken modulo their count. */
  readonly sender: number;
  /** Says how the body was made. */
  readonly kind: string;
};

export type Ground = {
  readonly routes: readonly string[];
  readonly forms: readonly Form[];
  /** What stands in the place of a route's parameters: real references, steps, tokens. */
  readonly parts: Readonly<Record<string, readonly string[]>>;
};

/** Stands for the value that the page of whoever sends it holds; put in its place when it is sent. */
export const CSRF = 'csrf-of-the-sender';

const LONG = [64, 1_000, 20_000, 80_000, 240_000] as const;
/** What patterns stumble over when it comes many times: blanks, signs of addresses and dates, the ends of lines. */
const REPEATED = [
  'a',
  '0',
  ' ',
  '\t',
  '\n',
  '@',
  '.',
  '-',
  'a@',
  '0-',
  '1/',
  '<',
  '(',
  '\\',
  '%',
  ' ,',
  'a.',
  '\u00A0',
  '\u200B',
  '£1,',
  '+4',
] as const;
const ENDS = ['', '!', 'x', '\n', '@', '"'] as const;

const repeated = fc
  .tuple(fc.constantFrom(...REPEATED), fc.constantFrom(...LONG), fc.constantFrom(...ENDS))
  .map(([piece, length, end]) => piece.repeat(Math.ceil(length / piece.length)).slice(0, length) + end);

const ODD = [
  '\0',
  'a\0b',
  '\uD800',
  'x\uDFFFy',
  '\u202Egpj.exe',
  '\u00AD\u200B\u200D\uFEFF',
  '\u{E0001}\u{E007F}',
  '\r\nSet-Cookie: a=b',
  '../../../../etc/passwd',
  '..\\..\\windows\\win.ini',
  '%2e%2e%2f',
  "'; DROP TABLE events; --",
  '{{ 7*7 }}',
  '{% include "/etc/passwd" %}',
  '<script>alert(1)</script>',
  '__proto__',
  'constructor',
  'toString',
  'NaN',
  '-0',
  '1e400',
  '9'.repeat(400),
  '9007199254740993',
  '0x10',
  '2026-02-30',
  '99999-01-01',
  '-000001-01-01',
  'null',
  'true',
  '[]',
  '[object Object]',
] as const;

const text = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...ODD) },
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  { weight: 3, arbitrary: fc.string({ unit: 'grapheme', maxLength: 60 }) },
  { weight: 2, arbitrary: fc.constantFrom('', ' ', '0', '1', '-1', '31', '2026', 'yes', 'on') },
  { weight: 2, arbitrary: repeated },
);

const ODD_NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'hasOwnProperty',
  'toString',
  'a[b][c]',
  'a[]',
  '',
  '.',
  'csrf[]',
  'because',
  '\0',
] as const;

/** Values as JSON can hold them where a form holds text. */
const value = fc.oneof(
  text,
  fc.double(),
  fc.constantFrom(1e308, -1e308, Number.MAX_SAFE_INTEGER, 5e-324, true, false, null),
  fc.array(text, { maxLength: 40 }),
  fc.dictionary(fc.constantFrom(...ODD_NAMES), text, { maxKeys: 4 }),
  fc.integer({ min: 10, max: 4_000 }).map((depth) => nested(depth)),
);

/** Requests to every route, in the order in which a seed gives them. */
export function hostileRequest({ routes, forms, parts }: Ground): fc.Arbitrary<HostileRequest> {
  const names = [...new Set(forms.flatMap(({ fields }) => fields.map(([name]) => name)))].filter((name) => name !== 'csrf').toSorted();
  const byRoute = new Map(routes.map((route) => [route, forms.filter(({ action }) => patternOf(route).test(action.split('?')[0] ?? ''))]));

  return fc
    .tuple(fc.constantFrom(...routes), fc.nat(), fc.nat(), fc.infiniteStream(fc.nat()), fc.boolean())
    .chain(([route, sender, pick, which, askedFor]) => {
      const own = byRoute.get(route) ?? [];
      const form = own.length === 0 ? undefined : own[pick % own.length];
      const url = form !== undefined && askedFor ? fc.constant(form.action) : addressOf(route, parts, which);
      return fc.record({
        route: fc.constant(route),
        url,
        sender: fc.constant(sender),
        made: body(form?.fields ?? [], names),
      });
    })
    .map(({ made, ...request }) => ({ ...request, ...made }));
}

type Made = Pick<HostileRequest, 'contentType' | 'body' | 'kind'>;
type Fields = readonly (readonly [string, string])[];

function body(fields: Fields, names: readonly string[]): fc.Arbitrary<Made> {
  const name = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...(names.length === 0 ? ['because'] : names)) },
    { weight: 1, arbitrary: fc.constantFrom(...ODD_NAMES) },
    { weight: 1, arbitrary: fc.string({ maxLength: 12 }) },
  );
  const pair = fc.tuple(name, text);
  /** A form as the page holds it, of which some inputs were changed, said twice or left out. */
  const changed = fc.tuple(fc.infiniteStream(fc.tuple(fc.nat(9), text)), fc.array(pair, { maxLength: 3 })).map(([stream, more]) => {
    const kept: (readonly [string, string])[] = [['csrf', CSRF]];
    for (const [field, before] of fields) {
      if (field === 'csrf') continue;
      const [chance, odd] = stream.next().value as [number, string];
      if (chance < 4) kept.push([field, before]);
      else if (chance < 7) kept.push([field, odd]);
      else if (chance === 7) kept.push([field, before], [field, odd]);
    }
    return [...kept, ...more];
  });
  const invented = fc.array(pair, { maxLength: 12 }).map((pairs) => [['csrf', CSRF] as const, ...pairs]);
  const pairs = fc.oneof({ weight: 3, arbitrary: changed }, { weight: 1, arbitrary: invented });

  return fc.oneof(
    { weight: 10, arbitrary: pairs.map((sent) => made('form', URLENCODED, urlencoded(sent))) },
    { weight: 2, arbitrary: fc.tuple(name, fc.integer({ min: 2, max: 900 }), text).map(([key, times, said]) => many(key, times, said)) },
    { weight: 3, arbitrary: fc.tuple(changed, fc.dictionary(name, value, { maxKeys: 6 })).map(([sent, more]) => json(sent, more)) },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 6 }).map((any) => made('any JSON', JSON_TYPE, JSON.stringify(any))) },
    { weight: 1, arbitrary: fc.constantFrom(...RAW_JSON).map((raw) => made('raw JSON', JSON_TYPE, raw)) },
    {
      weight: 4,
      arbitrary: fc.tuple(pairs, text, text, fc.nat(6)).map(([sent, file, content, slip]) => multipart(sent, file, content, slip)),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constantFrom(...WRONG_TYPES), fc.uint8Array({ maxLength: 300 }))
        .map(([type, bytes]) => ({ kind: 'bytes', contentType: type, body: Buffer.from(bytes) })),
    },
    { weight: 1, arbitrary: fc.constantFrom(...WRONG_TYPES, URLENCODED).map((type) => made('nothing', type, '')) },
  );
}

const URLENCODED = 'application/x-www-form-urlencoded';
const JSON_TYPE = 'application/json';
const WRONG_TYPES = [
  null,
  '',
  'text/plain',
  'application/xml',
  'application/json; charset=utf-7',
  'multipart/form-data',
  'multipart/form-data; boundary=',
  'multipart/form-data; boundary="a b"',
  'multipart/mixed; boundary=x',
  `${URLENCODED}; charset=utf-16`,
  'a/b/c',
] as const;
const RAW_JSON = [
  '{"__proto__":{"csrf":"x"}}',
  '{"constructor":{"prototype":{"x":1}}}',
  '{"csrf":"a","csrf":"b"}',
  '{"a":1',
  '[]',
  'null',
  '1e999',
  '"\\ud800"',
  `${'['.repeat(50_000)}${']'.repeat(50_000)}`,
  `{"text":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}}`,
] as const;

function made(kind: string, contentType: string | null, said: string): Made {
  return { kind, contentType, body: Buffer.from(said) };
}

/** Lone surrogates cannot be told in UTF-8: they are written byte by byte, as a broken browser would. */
function urlencoded(pairs: Fields): string {
  return pairs.map(([name, said]) => `${percent(name)}=${percent(said)}`).join('&');
}

function percent(said: string): string {
  return said.isWellFormed() ? encodeURIComponent(said) : encodeURIComponent(said.toWellFormed()).replaceAll('%EF%BF%BD', '%ED%A0%80');
}

function many(name: string, times: number, said: string): Made {
  const one = `${percent(name)}=${percent(said.slice(0, 200))}`;
  return made('one name many times', URLENCODED, [`csrf=${CSRF}`, ...Array.from({ length: times }, () => one)].join('&'));
}

function json(pairs: Fields, more: Readonly<Record<string, unknown>>): Made {
  const written = [...pairs.map(([name, said]) => [name, said] as const), ...Object.entries(more)]
    .map(([name, said]) => `${JSON.stringify(name)}:${JSON.stringify(said) ?? 'null'}`)
    .join(',');
  return made('JSON in the place of a form', JSON_TYPE, `{${written}}`);
}

/** A form with a file, with one slip in how it is written: none, no end, another boundary, a header too many, a name twice … */
function multipart(pairs: Fields, fileName: string, content: string, slip: number): Made {
  const boundary = 'fuzzboundary';
  const inputs = pairs.map(([name, said]) => `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(name)}"\r\n\r\n${said}\r\n`);
  const file = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${quoted(fileName)}"\r\nContent-Type: text/calendar\r\n\r\n${content}\r\n`;
  const end = `--${boundary}--\r\n`;
  const all = [...inputs, file];
  const bodies = [
    all.join('') + end,
    all.join(''),
    all.join('').slice(0, -content.length - 30),
    all.join('').replaceAll(boundary, 'another') + end,
    `--${boundary}\r\n${'X-Header: 1\r\n'.repeat(500)}\r\n\r\n${end}`,
    all.join('') + file + file + end,
    `${all.join('').replaceAll('\r\n', '\n')}${end}`,
  ];
  return made(`a form with a file, slip ${slip}`, `multipart/form-data; boundary=${boundary}`, bodies[slip] ?? '');
}

function quoted(name: string): string {
  return name.replaceAll(/[\r\n"]/g, ' ');
}

function nested(depth: number): unknown {
  let inner: unknown = 1;
  for (let at = 0; at < depth; at += 1) inner = at % 2 === 0 ? [inner] : { a: inner };
  return inner;
}

/** The route with something in the place of each parameter: mostly what is there, now and then what cannot be. */
function addressOf(route: string, parts: Ground['parts'], which: fc.Stream<number>): fc.Arbitrary<string> {
  const chosen = route.replaceAll(/:(\w+)/g, (_, name: string) => {
    const known = parts[name] ?? [];
    const at = which.next().value as number;
    const odd = at % 6 === 0 || known.length === 0;
    return odd ? strange(ODD[at % ODD.length] ?? '') : encodeURIComponent(known[at % known.length] ?? '');
  });
  return fc.constant(chosen);
}

function strange(said: string): string {
  return percent(said).slice(0, 300);
}

function patternOf(route: string): RegExp {
  return new RegExp(`^${route.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll(/:\w+/g, '[^/]+')}$`);
}
