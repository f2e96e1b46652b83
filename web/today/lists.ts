import { pageAsked, pageWithin, pagingOf } from '../shared/paging.ts';
import type { CallOrder } from './today-view.ts';

/** Each list shows this many lines on a page. */
export const PER_PAGE = 50;
/** As many calls as anybody makes in a morning. Each comes with its form, and with more the page would be slow to load on a telephone. */
export const CALLS_PER_PAGE = 20;
const perPage = (list: ListName): number => (list === 'calls' ? CALLS_PER_PAGE : PER_PAGE);
const LISTS = [
  'calls',
  'escalations',
  'replies',
  'problems',
  'prints',
  'promises',
  'requests',
  'waiting',
  'due',
  'stops',
  'contacts',
  'changed',
  'answered',
] as const;
type ListName = (typeof LISTS)[number];
/** Which page of each list is shown, and how the calls are ordered. A list that is not named shows its first page. */
export type Pages = Readonly<Partial<Record<ListName, number>>> & { readonly order?: CallOrder };

/** The pages that an address asks for: `?calls=2&answered=3&order=late`. Anything that makes no sense is ignored. */
export function pagesIn(query: Readonly<Record<string, unknown>>): Pages {
  const pages = Object.fromEntries(
    LISTS.flatMap((list) => {
      const page = pageAsked(query[list]);
      return page === null ? [] : [[list, page]];
    }),
  );
  return { ...pages, ...orderIn(query) };
}

/** The order that an address or a form asks for, where it is another than the usual one. */
export function orderIn(asked: Readonly<Record<string, unknown>>): { readonly order?: CallOrder } {
  return asked['order'] === 'late' ? { order: 'late' } : {};
}

/** One page of a list, with the lines it shows and links to the other pages. */
export function listOf<T, Item>(list: ListName, pages: Pages, lines: readonly T[], itemOf: (line: T) => Item) {
  const page = pageWithin(pages[list] ?? 1, lines.length, perPage(list));
  const first = (page - 1) * perPage(list);
  return { ...pageOf(list, pages, page, lines.length), shown: lines.slice(first, first + perPage(list)).map(itemOf) };
}

/** Where one page of a list stands, with links to the other pages. */
export function pageOf(list: ListName, pages: Pages, page: number, all: number) {
  const first = (page - 1) * perPage(list);
  const hrefOf = (number: number) => {
    const asked = Object.entries({ ...pages, [list]: number }).map(([each, of]): [string, string] => [each, String(of)]);
    return `/?${new URLSearchParams(asked).toString()}#${list}`;
  };
  return {
    all,
    /** Counted from 1. */
    from: first + 1,
    to: Math.min(first + perPage(list), all),
    paging: pagingOf(page, all, perPage(list), hrefOf),
  };
}

type Counted = { readonly all: number };

/** The parts of the page in its order, each with how many lines it has; links lead to them. */
export function partsOf(
  page: {
    readonly makesCalls: boolean;
    readonly lateAll: number;
    readonly closedDays: readonly object[];
    readonly closedSchools: readonly object[];
    readonly datesToSeeTo: readonly string[];
  } & Readonly<Record<Exclude<ListName, 'changed'> | 'changedSchools', Counted>>,
) {
  const [closed, changed] = [page.closedSchools.length, page.changedSchools.all];
  return [
    ...(page.makesCalls ? [{ id: 'calls', text: 'Calls worth making', count: page.calls.all }] : []),
    { id: 'escalations', text: 'Escalations to take on', count: page.escalations.all },
    { id: 'replies', text: 'Replies to read', count: page.replies.all },
    { id: 'problems', text: 'Problems people told us about', count: page.problems.all },
    // Few programmes send letters on paper.
    ...(page.prints.all > 0 ? [{ id: 'prints', text: 'Letters to print and post', count: page.prints.all }] : []),
    { id: 'promises', text: 'Promises', count: page.promises.all },
    { id: 'requests', text: 'Requests to decide', count: page.requests.all },
    { id: 'waiting', text: 'Waiting for me', count: page.waiting.all },
    { id: 'due', text: 'Due this week', count: page.due.all },
    { id: 'late', text: 'Late', count: page.lateAll },
    { id: 'stops', text: 'Pauses that should have ended', count: page.stops.all },
    { id: 'contacts', text: 'Contact details to fix', count: page.contacts.all },
    ...(page.closedDays.length > 0 ? [{ id: 'closed-days', text: 'Closed days to decide on', count: page.closedDays.length }] : []),
    ...(closed > 0 ? [{ id: 'closed', text: 'Schools that have closed or are going to close', count: closed }] : []),
    ...(changed > 0 ? [{ id: 'changed', text: 'Changes to schools and trusts', count: changed }] : []),
    { id: 'answered', text: 'Answered since yesterday', count: page.answered.all },
    ...(page.datesToSeeTo.length > 0 ? [{ id: 'dates', text: 'Term dates to check', count: page.datesToSeeTo.length }] : []),
  ];
}
