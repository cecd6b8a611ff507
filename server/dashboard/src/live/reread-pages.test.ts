import { describe, expect, test } from '@jest/globals';
import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { ApiProblem, unanswered, unreachable } from '../api/api-problem.ts';
import type { Item, Page } from '../api/queries.ts';
import {
  noteShownPages,
  refreshQueries,
  rereadFailed,
  rereadStale,
  trimPages,
} from './reread-pages.ts';

const KEY = ['vm.list', {}, 'pages'];

/** A page of one row; the cursor behind a row is its name. */
function pageOf(name: string, next: string | null, total: number): Page {
  return { items: [{ id: name }], next_cursor: next, total, total_is_exact: true };
}

/** A list of four pages in a table, and the server's pages by their cursors. */
function start(server: Readonly<Record<string, Page>>) {
  const client = new QueryClient();
  const reads: string[] = [];
  const read = (name: string, { cursor }: Item): Promise<Page> => {
    reads.push(`${name} ${String(cursor)}`);
    const page = server[String(cursor)];
    return page === undefined ? Promise.reject(new Error('away')) : Promise.resolve(page);
  };
  const names = ['a', 'b', 'c', 'd'];
  client.setQueryData(KEY, {
    pages: names.map((name, index) => pageOf(name, names[index + 1] ? name : null, 4)),
    pageParams: ['', 'a', 'b', 'c'],
  });
  const observer = new QueryObserver(client, {
    queryKey: KEY,
    staleTime: Infinity,
    queryFn: () => Promise.reject(new Error('It is read by pages.')),
  });
  const stop = observer.subscribe(() => undefined);
  const [query] = client.getQueryCache().findAll({ queryKey: KEY });
  if (query === undefined) throw new Error('There is no such query.');
  const shownIds = () => {
    const { pages = [] } = Object(client.getQueryData(KEY));
    return pages.flatMap((page: Page) => page.items.map(({ id }) => id));
  };
  return { client, reads, read, query, stop, shownIds };
}

describe('a long list that has changed', () => {
  test('is read as far as it is shown, and the other pages when they are', async () => {
    const { client, reads, read, query, stop, shownIds } = start({
      '': pageOf('new', 'new', 5),
      c: pageOf('d2', null, 5),
    });
    noteShownPages(query.queryHash, [3, 3]);
    await refreshQueries(client, () => true, read);
    expect(reads).toEqual(['vm.list c']);
    expect(shownIds()).toEqual(['a', 'b', 'c', 'd2']);
    expect(Object(client.getQueryData(KEY)).pages[0].total).toBe(5);
    await rereadStale(client, query, read);
    expect(reads).toHaveLength(1);
    noteShownPages(query.queryHash, [0, 0]);
    await rereadStale(client, query, read);
    expect(reads).toEqual(['vm.list c', 'vm.list ']);
    // The pages behind it began after another row: they are read when they are scrolled to.
    expect(shownIds()).toEqual(['new']);
    stop();
  });

  test('keeps the pages behind one that ends with the same row', async () => {
    const { client, read, query, stop, shownIds } = start({ a: pageOf('b', 'b', 4) });
    noteShownPages(query.queryHash, [1, 1]);
    await refreshQueries(client, () => true, read);
    expect(shownIds()).toEqual(['a', 'b', 'c', 'd']);
    stop();
  });

  test('is read again with the next event after a failure', async () => {
    const server: Record<string, Page> = {};
    const { client, reads, read, query, stop, shownIds } = start(server);
    noteShownPages(query.queryHash, [3, 3]);
    await refreshQueries(client, () => true, read);
    expect(shownIds()).toEqual(['a', 'b', 'c', 'd']);
    server.c = pageOf('d2', null, 4);
    await refreshQueries(client, () => true, read);
    expect(reads).toHaveLength(2);
    expect(shownIds()).toEqual(['a', 'b', 'c', 'd2']);
    stop();
  });

  test('that no table shows is not read, and begins with its first pages', async () => {
    const { client, reads, read, query, stop, shownIds } = start({});
    stop();
    await refreshQueries(client, () => true, read);
    expect(reads).toEqual([]);
    trimPages(client, query.queryHash);
    expect(shownIds()).toEqual(['a', 'b']);
  });
});

describe('what could not be read', () => {
  /** A query that a page shows, and that fails until its server is well. */
  async function showFailing(client: QueryClient, key: string, cause: Error) {
    const state = { isWell: false, reads: 0 };
    const observer = new QueryObserver(client, {
      queryKey: [key],
      retry: false,
      queryFn: async () => {
        state.reads += 1;
        if (!state.isWell) throw cause;
        return 'read';
      },
    });
    observer.subscribe(() => undefined);
    await client.refetchQueries({ queryKey: [key] });
    return state;
  }

  test.each([
    ['a server that was away', unreachable()],
    ['a server that did not answer', unanswered(30, false)],
    ['a server in trouble', problemWith(503)],
  ])('of %s is read again', async (_what, cause) => {
    const client = new QueryClient();
    const state = await showFailing(client, 'a', cause);
    state.isWell = true;
    await rereadFailed(client);
    expect(client.getQueryData(['a'])).toBe('read');
    const { reads } = state;
    await rereadFailed(client);
    expect(state.reads).toBe(reads);
  });

  test.each([
    ['was refused', problemWith(403)],
    ['the page itself cannot read', new Error('a bug')],
  ])('because it %s is not', async (_what, cause) => {
    const client = new QueryClient();
    const state = await showFailing(client, 'a', cause);
    const { reads } = state;
    await rereadFailed(client);
    expect(state.reads).toBe(reads);
  });

  test('of a long list is read as far as it is shown', async () => {
    const server: Record<string, Page> = {};
    const { client, read, query, stop, shownIds } = start(server);
    noteShownPages(query.queryHash, [3, 3]);
    await refreshQueries(client, () => true, read);
    server.c = pageOf('d2', null, 4);
    await rereadFailed(client, read);
    expect(shownIds()).toEqual(['a', 'b', 'c', 'd2']);
    stop();
  });
});

function problemWith(status: number): ApiProblem {
  const texts = { title: '', code: '', detail: '', remedy: '' };
  return new ApiProblem(Object.assign({ status, errors: [] }, texts));
}
