/**
 * Reads long lists again without reading all of them: the pages that the table shows at once, the
 * others when it is scrolled to them.
 */
import type { InfiniteData, Query, QueryClient } from '@tanstack/react-query';
import { mayPass } from '../api/api-problem.ts';
import { type Item, PAGE_SIZE, type Page, readPage, toItem } from '../api/queries.ts';

/** A list of as many pages is read again as a whole. */
const PAGES_WHOLE_MAX = 2;

type Pages = InfiniteData<Page, string>;

/** Reads one page of a list: {@link readPage}. */
type ReadPage = (name: string, input: Item) => Promise<Page>;

/** The pages that a table shows, by the hash of its query: from the first to the last index. */
const shown = new Map<string, readonly [number, number]>();

/** Lists of which pages are being read, by the hash of their query. */
const reading = new Set<string>();

/** Notes which pages a table shows. */
export function noteShownPages(hash: string, range: readonly [number, number]): void {
  shown.set(hash, range);
}

/** Whether a list is too long to be read again as a whole. */
export function isLong({ state: { data } }: Pick<Query, 'state'>): boolean {
  return (pagesOf(data)?.pages.length ?? 0) > PAGES_WHOLE_MAX;
}

/** Marks all pages of a list as changed, and reads those that its table shows. */
async function rereadShown(client: QueryClient, query: Query, read: ReadPage): Promise<void> {
  const data = pagesOf(query.state.data);
  if (data === undefined) return;
  const pages = data.pages.map((page) => Object.assign({}, page, { isStale: true }));
  client.setQueryData(query.queryKey, Object.assign({}, data, { pages }));
  if (query.isActive()) await rereadStale(client, query, read);
}

/** Reads those pages again that are shown and have changed; one list once at a time. */
export async function rereadStale(
  client: QueryClient,
  query: Query,
  read: ReadPage = readPage,
): Promise<void> {
  const { queryKey, queryHash } = query;
  const data = pagesOf(query.state.data);
  const [first, last] = shown.get(queryHash) ?? [0, 0];
  const isStale = data?.pages.slice(first, last + 1).some((page) => page.isStale) ?? false;
  if (data === undefined || !isStale || reading.has(queryHash)) return;
  // A page that is being read would be put behind pages of before.
  if (query.state.fetchStatus === 'fetching') return;
  reading.add(queryHash);
  try {
    const [name, filter] = queryKey;
    const cursors = [data.pageParams[first] ?? ''];
    const fresh: Page[] = [];
    for (const cursor of cursors) {
      const input = Object.assign({ count: true }, filter, { limit: PAGE_SIZE, cursor });
      const page = await read(String(name), input);
      fresh.push(page);
      if (page.next_cursor && fresh.length <= last - first) cursors.push(page.next_cursor);
    }
    client.setQueryData<Pages>(queryKey, (old) => old && putPages(old, { first, fresh, cursors }));
  } finally {
    reading.delete(queryHash);
  }
}

interface FreshPages {
  /** The index of the first one. */
  readonly first: number;
  readonly fresh: readonly Page[];
  readonly cursors: readonly string[];
}

/**
 * Puts pages in place of those before. The pages behind them stay where they begin after the same
 * row as before; otherwise they are left out, and read when the table is scrolled to them.
 */
function putPages(old: Pages, { first, fresh, cursors }: FreshPages): Pages {
  const { total, total_is_exact, next_cursor: next } = fresh.at(-1) ?? { items: [] };
  const behind = first + fresh.length;
  const end = old.pageParams[behind] === next ? undefined : behind;
  const counted = { total, total_is_exact };
  return {
    pages: [...old.pages.slice(0, first), ...fresh, ...old.pages.slice(behind, end)].map(
      (page, index) => (index === 0 ? Object.assign({}, page, counted) : page),
    ),
    pageParams: [
      ...old.pageParams.slice(0, first),
      ...cursors,
      ...old.pageParams.slice(behind, end),
    ],
  };
}

/** Leaves the first pages of a list: a table that is opened begins at its top. */
export function trimPages(client: QueryClient, hash: string): void {
  const query = client.getQueryCache().get(hash);
  if (query === undefined) return;
  client.setQueryData<Pages>(query.queryKey, (old) =>
    old === undefined || old.pages.length <= PAGES_WHOLE_MAX
      ? old
      : {
          pages: old.pages.slice(0, PAGES_WHOLE_MAX),
          pageParams: old.pageParams.slice(0, PAGES_WHOLE_MAX),
        },
  );
}

/** Reads everything again that a filter admits: long lists as far as they are shown. */
export async function refreshQueries(
  client: QueryClient,
  admits: (query: Query) => boolean,
  read: ReadPage = readPage,
): Promise<void> {
  const long = client
    .getQueryCache()
    .findAll({ predicate: (each) => admits(each) && isLong(each) });
  await Promise.all([
    client.invalidateQueries({ predicate: (each) => admits(each) && !isLong(each) }),
    // What could not be read stays marked: it is read with the next event, or when it is shown.
    ...long.map((each) => rereadShown(client, each, read).catch(() => undefined)),
  ]);
}

/** Reads again what is shown and could not be read while the server was away or in trouble. */
export async function rereadFailed(client: QueryClient, read: ReadPage = readPage): Promise<void> {
  const long = client.getQueryCache().findAll({ type: 'active', predicate: isLong });
  const predicate = ({ state }: Query): boolean => state.status === 'error' && mayPass(state.error);
  await Promise.all([
    client.refetchQueries({ type: 'active', predicate }),
    ...long.map((each) => rereadStale(client, each, read).catch(() => undefined)),
  ]);
}

function pagesOf(data: unknown): Pages | undefined {
  const { pages, pageParams } = toItem(data);
  if (!Array.isArray(pages) || !Array.isArray(pageParams)) return undefined;
  return { pages, pageParams: pageParams.map(String) };
}
