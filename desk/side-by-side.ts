const AT_ONCE = 8;

/** Does the same work for all of these, eight at a time unless told otherwise, and gives what each brought in their order. Rejects when one rejects. */
export async function sideBySide<T, R>(all: readonly T[], work: (one: T) => Promise<R>, atOnce = AT_ONCE): Promise<readonly R[]> {
  const done: R[] = [];
  const left = all.entries();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const [place, one] of left) done[place] = await work(one);
    }),
  );
  return done;
}
