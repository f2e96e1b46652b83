/**
 * Reads bytes as text when nobody says how they are encoded. Files of the world are UTF-8 or Windows-1252, and now and then a
 * UTF-8 file has a line that was pasted in Windows-1252. One such byte must not turn every name of the file into “ZoÃ«”, so a
 * file is judged by what most of it is, and each byte that does not fit is read the other way and told by its line.
 */
export type TextEncoding = 'utf-8' | 'windows-1252';

/** A line that is not encoded as the rest of its file. */
export type OddLine = { readonly line: number; readonly text: string };

/** How a text was read. `odd` are the lines that are encoded otherwise than the rest, in the order of the file. */
export type DecodedText = { readonly text: string; readonly encoding: TextEncoding; readonly odd: readonly OddLine[] };

/** Windows-1252 from 0x80 to 0x9F; the rest of it is Latin-1. What it leaves undefined is no character. */
const WINDOWS_1252 = '€\ufffd‚ƒ„…†‡ˆ‰Š‹Œ\ufffdŽ\ufffd\ufffd‘’“”•–—˜™š›œ\ufffdžŸ';

/** Counts what speaks for each encoding, a chunk of bytes at a time. `end` answers which it is. */
export function countEncodings(): { add(chunk: Uint8Array): void; end(): TextEncoding } {
  const strict = new TextDecoder('utf-8', { fatal: true });
  const lenient = new TextDecoder('utf-8');
  let valid = true;
  let odd = 0;
  let letters = 0;
  let others = 0;
  let phonetic = 0;
  const take = (chunk?: Uint8Array) => {
    const stream = chunk !== undefined;
    if (valid) valid = isUtf8(strict, chunk, stream);
    const text = lenient.decode(chunk, { stream });
    odd += text.match(/\ufffd/g)?.length ?? 0;
    letters += text.match(TELLING)?.length ?? 0;
    others += text.match(BEYOND_ASCII_ALL)?.length ?? 0;
    phonetic += text.match(PHONETIC)?.length ?? 0;
  };
  return {
    add: take,
    end() {
      take();
      if (valid && phonetic > 0 && phonetic === others) return 'windows-1252';
      return valid || letters >= odd ? 'utf-8' : 'windows-1252';
    },
  };
}

/**
 * Letters of names in Latin writing, dashes, quotation marks and the signs of money: they speak for UTF-8 where they come out of
 * it. Others come by chance: “É’” in Windows-1252 is a letter of phonetics in UTF-8.
 */
const TELLING = /[\u0080-\u024f\u1e00-\u1eff\u2000-\u2122\ufeff]|[\u{300}-\u{36f}]/gu;
/** Letters of phonetics. A file with these and no other letter beyond ASCII is “CAFÉ’S” in Windows-1252, which happens to fit UTF-8. */
const PHONETIC = /[\u0250-\u02af]/gu;
const BEYOND_ASCII_ALL = /[^\p{ASCII}]/gu;
const BEGINS_TELLING = new RegExp(`^(?:${TELLING.source})`, 'u');

/**
 * One line of a file, given as a string of its bytes, read in the encoding of the file. `odd` says that some of its bytes had to
 * be read the other way.
 */
export function decodeLine(bytes: string, encoding: TextEncoding): { readonly text: string; readonly odd: boolean } {
  if (!NOT_ASCII.test(bytes)) return { text: bytes, odd: false };
  const decoded = decodeMixed(bytes, encoding);
  return { text: decoded.text, odd: encoding === 'utf-8' ? decoded.otherBytes : decoded.utf8 };
}

/** A whole text with the lines that are encoded otherwise than the rest. A byte order mark at its beginning is taken off. */
export function decodeText(bytes: Uint8Array): DecodedText {
  const counts = countEncodings();
  counts.add(bytes);
  const encoding = counts.end();
  const odd: OddLine[] = [];
  const lines = binaryOf(bytes)
    .replace(/^\xef\xbb\xbf/, '')
    .split('\n')
    .map((line, index) => {
      const decoded = decodeLine(line, encoding);
      if (decoded.odd) odd.push({ line: index + 1, text: decoded.text.trim() });
      return decoded.text;
    });
  return { text: lines.join('\n'), encoding, odd };
}

/**
 * The lines of which the encoding was assumed, each in a sentence: those that are encoded otherwise than the rest, and the first
 * with a letter beyond ASCII where the whole is Windows-1252, because bytes never prove that. None for a text in plain UTF-8.
 */
export function assumedLines({ text, encoding, odd }: DecodedText): readonly OddLine[] {
  const lines = encoding === 'utf-8' ? [] : text.split('\n');
  const first = lines.findIndex((line) => BEYOND_ASCII.test(line));
  return [
    ...(first < 0 ? [] : [{ line: first + 1, text: wholeAssumed(lines[first] ?? '') }]),
    ...odd.map((line) => ({ line: line.line, text: lineAssumed(line.text, encoding) })),
  ];
}

/** “The file is not in UTF-8 and was read as Windows-1252: here “École”.” */
export function wholeAssumed(line: string): string {
  return `The file is not in UTF-8 and was read as Windows-1252: here “${wordsAround(line)}”.`;
}

/** “The line is not in UTF-8 as most of the file is; it was read as Windows-1252: “Renée”.” */
export function lineAssumed(line: string, encoding: TextEncoding): string {
  const [most, read] = encoding === 'utf-8' ? ['UTF-8', 'Windows-1252'] : ['Windows-1252', 'UTF-8'];
  return `The line is not in ${most} as most of the file is; it was read as ${read}: “${wordsAround(line)}”.`;
}

/** Whether a line has a letter beyond ASCII, so that its encoding matters. */
export function isBeyondAscii(line: string): boolean {
  return BEYOND_ASCII.test(line);
}

const BEYOND_ASCII = /[^\p{ASCII}]/u;

/** The first letters beyond ASCII of a line with some words around them, for somebody to see whether they were read rightly. */
export function wordsAround(text: string): string {
  const at = text.search(BEYOND_ASCII);
  const from = Math.max(0, at - 20);
  const part = text.slice(from, from + 50).trim();
  return `${from > 0 ? '…' : ''}${part}${from + 50 < text.length ? '…' : ''}`;
}

const NOT_ASCII = /[\u0080-\u00ff]/;

/** A well-formed sequence of UTF-8, or one byte that is none. */
const UTF8_OR_BYTE =
  /[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}|[\x80-\xff]/g;

function decodeMixed(
  bytes: string,
  encoding: TextEncoding,
): { readonly text: string; readonly utf8: boolean; readonly otherBytes: boolean } {
  let utf8 = false;
  let otherBytes = false;
  const text = bytes.replaceAll(UTF8_OR_BYTE, (sequence) => {
    const decoded = sequence.length > 1 ? UTF8.decode(Uint8Array.from(sequence, (byte) => byte.charCodeAt(0))) : '';
    if (decoded !== '' && (encoding === 'utf-8' || BEGINS_TELLING.test(decoded))) {
      utf8 = true;
      return decoded;
    }
    otherBytes = true;
    return sequence.replaceAll(/[\x80-\x9f]/g, (byte) => WINDOWS_1252[byte.charCodeAt(0) - 0x80] ?? '\ufffd');
  });
  return { text, utf8, otherBytes };
}

const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true });

function isUtf8(decoder: InstanceType<typeof TextDecoder>, chunk: Uint8Array | undefined, stream: boolean): boolean {
  try {
    decoder.decode(chunk, { stream });
    return true;
  } catch {
    return false;
  }
}

const CHUNK = 8192;

function binaryOf(bytes: Uint8Array): string {
  let binary = '';
  for (let at = 0; at < bytes.length; at += CHUNK) binary += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return binary;
}
