/** The parameters of govukPagination. */
export type Paging = {
  readonly items: readonly ({ readonly number: number; readonly current: boolean; readonly href: string } | { readonly ellipsis: true })[];
  readonly previous?: { readonly href: string };
  readonly next?: { readonly href: string };
};

/** The page that an address asks for, a number of up to six digits; null for anything else. */
export function pageAsked(given: unknown): number | null {
  return typeof given === 'string' && /^[1-9]\d{0,5}$/.test(given) ? Number(given) : null;
}

/** The page to show when one is asked for: never beyond the last. */
export function pageWithin(asked: number, total: number, perPage: number): number {
  return Math.min(asked, Math.max(1, Math.ceil(total / perPage)));
}

/** What is on the page that is asked for, and never on one beyond the last. */
export async function onPage<Found extends { readonly all: number }>(
  asked: number,
  perPage: number,
  read: (some: { readonly limit: number; readonly offset: number }) => Promise<Found>,
): Promise<Found & { readonly page: number }> {
  const of = (page: number) => read({ limit: perPage, offset: (page - 1) * perPage });
  const found = await of(asked);
  const page = pageWithin(asked, found.all, perPage);
  return { ...(page === asked ? found : await of(page)), page };
}

/** Links to the first page, the last, and those around the current one. Null when there is only one page. */
export function pagingOf(current: number, total: number, perPage: number, hrefOf: (page: number) => string): Paging | null {
  const last = Math.ceil(total / perPage);
  if (last < 2) return null;
  const shown = [...new Set([1, current - 1, current, current + 1, last])].filter((page) => page >= 1 && page <= last);
  return {
    items: shown.flatMap((number, at) => {
      const link = { number, current: number === current, href: hrefOf(number) };
      return at > 0 && number > (shown[at - 1] ?? 0) + 1 ? [{ ellipsis: true as const }, link] : [link];
    }),
    ...(current > 1 ? { previous: { href: hrefOf(current - 1) } } : {}),
    ...(current < last ? { next: { href: hrefOf(current + 1) } } : {}),
  };
}
