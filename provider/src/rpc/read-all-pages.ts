/** Reads all pages of a list. */
import { LIST_LIMIT_MAX } from '@novacron/contract/operation/operation-shapes';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';

/** The input that selects a page of a list. */
export interface PageInput {
  readonly limit: number;
  readonly cursor?: string;
}

/** One page of a list. */
export interface PageAnswer<Item> {
  readonly items: readonly Item[];
  readonly next_cursor: string | null;
}

/**
 * Reads all pages of a list, in as few calls as the server allows.
 * Problems: those of the list; pages that were read before are discarded.
 * @param readPage - sends the list's call with this part of its input
 */
export async function readAllPages<Item>(
  readPage: (input: PageInput) => Promise<Result<PageAnswer<Item>, Problem>>,
): Promise<Result<readonly Item[], Problem>> {
  const items: Item[] = [];
  let cursor: string | null = null;
  do {
    const page: Result<PageAnswer<Item>, Problem> = await readPage(
      cursor === null ? { limit: LIST_LIMIT_MAX } : { limit: LIST_LIMIT_MAX, cursor },
    );
    if (!page.ok) return page;
    for (const item of page.value.items) items.push(item);
    cursor = page.value.next_cursor;
  } while (cursor !== null);
  return ok(items);
}
