/** Queries: the key of each is its operation and input, so that events find what they change. */
import type {
  InputOf,
  OperationName,
  OutputOf,
} from '@novacron/contract/operations-table/operations';
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { call, callByName } from './client.ts';

/** One answer of an operation that reads. */
export function queryOf<Name extends OperationName>(
  name: Name,
  input: InputOf<Name> | { readonly id: string },
) {
  return queryOptions<OutputOf<Name>>({
    queryKey: [name, input],
    queryFn: ({ signal }) => call(name, input, signal),
  });
}

/** A page of a list. */
export interface Page {
  readonly items: readonly Item[];
  readonly next_cursor?: string | null;
  readonly total?: number;
  readonly total_is_exact?: boolean;
  /** Something has joined or left the list since it was read. */
  readonly isStale?: boolean;
}

/** A row of a list, or one resource: fields by name. */
export type Item = Readonly<Record<string, unknown>>;

/** Rows that the server sends at once. */
export const PAGE_SIZE = 100;

/** Nouns whose changes are no events: open lists of them are read again from time to time. */
const WITHOUT_EVENTS: readonly string[] = [
  'api_key',
  'enrollment',
  'policy_author',
  'policy_signing_key',
  'policy_waiver',
  'role',
  'session',
  'tenant',
  'terraform_state',
];

/** Interval for reading these lists again. Unit: milliseconds. */
const WITHOUT_EVENTS_MS = 10_000;

/** The pages of a list, each read when it is scrolled to; the server filters and sorts them. */
export function pagesOf(name: string, filter: Item, isWhole = false) {
  const limit = isWhole ? {} : { limit: PAGE_SIZE };
  return infiniteQueryOptions({
    queryKey: [name, filter, 'pages'],
    initialPageParam: '',
    // Rows stay while others are filtered or sorted, so that nothing jumps.
    placeholderData: keepPreviousData,
    refetchInterval: WITHOUT_EVENTS.includes(name.split('.')[0] ?? '') && WITHOUT_EVENTS_MS,
    queryFn: async ({ pageParam, signal }): Promise<Page> => {
      const cursor = pageParam === '' ? {} : { cursor: pageParam };
      return readPage(name, Object.assign({ count: true }, filter, limit, cursor), signal);
    },
    getNextPageParam: ({ next_cursor: next }: Page) => next ?? undefined,
  });
}

/** One page of a list. */
export async function readPage(name: string, input: Item, signal?: AbortSignal): Promise<Page> {
  return toPage(await callByName(name, input, signal));
}

/** Anything that an operation answers, read by its name. */
export function anyQueryOf(name: string, input: Item) {
  return queryOptions({
    queryKey: [name, input],
    queryFn: async ({ signal }) => toItem(await callByName(name, input, signal)),
  });
}

/** An object as a row; anything else has no fields. */
export function toItem(value: unknown): Item {
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value))
    : {};
}

/** A list of objects as rows; anything else has none. */
export function toItems(value: unknown): readonly Item[] {
  return Array.isArray(value) ? value.map(toItem) : [];
}

function toPage(answer: unknown): Page {
  const { items, next_cursor: next, total, total_is_exact: isExact } = toItem(answer);
  return {
    items: toItems(items),
    next_cursor: typeof next === 'string' ? next : null,
    total: typeof total === 'number' ? total : undefined,
    total_is_exact: isExact === true,
  };
}
