/** A letter and the moment, in epoch milliseconds, at which it is looked at next. */
type Waits<L> = readonly [letter: L, atMs: number];

/**
 * Letters that wait, the one that is looked at next at hand. Letters of one moment come in the order of `isFirst`, and where it does not tell
 * two apart, in the order in which they were given. Taking the next of n letters out, and putting one back, costs no look at all n.
 */
export class LeavingQueue<L> {
  /** When each letter that still waits is looked at. */
  readonly #atMs = new Map<L, number>();
  readonly #place = new Map<L, number>();
  /** The next at the end. A letter that was put elsewhere or taken out leaves an entry behind, which no longer says what `#atMs` says. */
  readonly #inOrder: Waits<L>[] = [];
  readonly #isFirst: (one: L, other: L) => boolean;

  constructor(letters: Iterable<Waits<L>>, isFirst: (one: L, other: L) => boolean) {
    this.#isFirst = isFirst;
    for (const [letter, atMs] of letters) {
      this.#place.set(letter, this.#place.size);
      this.#atMs.set(letter, atMs);
    }
    this.#inOrder = [...this.#atMs].toSorted((one, other) => this.#compare(other, one));
  }

  /** The letter that is looked at next, with its moment; it stays where it is. Undefined when none waits. */
  next(): Waits<L> | undefined {
    for (;;) {
      const last = this.#inOrder.at(-1);
      if (last === undefined || this.#atMs.get(last[0]) === last[1]) return last;
      this.#inOrder.pop();
    }
  }

  /** When a letter is looked at; undefined when it waits no longer. */
  atMsOf(letter: L): number | undefined {
    return this.#atMs.get(letter);
  }

  /** Has a letter that waits looked at later, or sooner. */
  put(letter: L, atMs: number): void {
    this.#atMs.set(letter, atMs);
    const entry: Waits<L> = [letter, atMs];
    let [from, to] = [0, this.#inOrder.length];
    while (from < to) {
      const middle = (from + to) >>> 1;
      const there = this.#inOrder[middle];
      if (there !== undefined && this.#compare(there, entry) > 0) from = middle + 1;
      else to = middle;
    }
    this.#inOrder.splice(from, 0, entry);
  }

  /** Takes a letter out. */
  remove(letter: L): void {
    this.#atMs.delete(letter);
  }

  #compare([one, oneMs]: Waits<L>, [other, otherMs]: Waits<L>): number {
    if (oneMs !== otherMs) return oneMs - otherMs;
    if (this.#isFirst(one, other)) return -1;
    return this.#isFirst(other, one) ? 1 : (this.#place.get(one) ?? 0) - (this.#place.get(other) ?? 0);
  }
}
