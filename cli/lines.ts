/** A line of text, or the news that it was longer than it may be. Lines count from 1. */
export type Line = { readonly number: number; readonly text: string | undefined };

const NEWLINE = 0x0a;

/**
 * The lines of a stream, in the bundles in which they arrive. Never holds more than one bundle and one line of at most
 * `longestBytes`: of a longer line nothing is kept, it comes with `text` undefined. A byte order mark is left out.
 */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>, longestBytes: number): AsyncGenerator<readonly Line[]> {
  let kept: Uint8Array[] = [];
  let keptBytes = 0;
  let number = 0;
  const keep = (piece: Uint8Array) => {
    keptBytes += piece.length;
    if (keptBytes > longestBytes) kept = [];
    else if (piece.length > 0) kept.push(piece);
  };
  const takeKept = (): Line => {
    const text = keptBytes > longestBytes ? undefined : Buffer.concat(kept).toString('utf8');
    kept = [];
    keptBytes = 0;
    number += 1;
    return { number, text: number === 1 ? text?.replace(/^\uFEFF/, '') : text };
  };

  for await (const chunk of chunks) {
    const lines: Line[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      keep(chunk.subarray(start, end));
      lines.push(takeKept());
      start = end + 1;
    }
    keep(chunk.subarray(start));
    if (lines.length > 0) yield lines;
  }
  if (keptBytes > 0) yield [takeKept()];
}
