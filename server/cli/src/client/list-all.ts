/** Reads a list to its end, page after page. */
import { LIST_LIMIT_MAX } from '@novacron/contract/operation/operation-shapes';
import { type OperationName, operationRow } from '@novacron/contract/operations-table/operations';
import { problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { z } from 'zod';
import { type Failure, problemFailure } from '../failures/failure.ts';
import type { Fields } from '../output/fields.ts';
import { callOperation, type Session } from './session.ts';

const Page = z.looseObject({
  items: z.array(z.record(z.string(), z.unknown())),
  next_cursor: z.string().nullish(),
  last_position: z.int().optional(),
  damaged: z.array(z.looseObject({ id: z.string(), detail: z.string() })).optional(),
});
type Page = z.infer<typeof Page>;

/** List to request. */
interface ListRequest {
  readonly operation: OperationName;
  /** Filters, without the fields that turn pages. */
  readonly input: Fields;
  /** Maximum number of items; all by default. */
  readonly itemsMax?: number;
  /** Called with the words about each row that the server cannot read; else they are written. */
  readonly onDamaged?: (detail: string) => void;
}

/**
 * Lists items across all pages, by cursor or by position, as the operation's input says.
 * Rows that the server cannot read are named on standard error, a line each.
 * Failures: the problems of the operation; `internal` for a server that turns in circles.
 */
export async function listAll(
  session: Session,
  request: ListRequest,
): Promise<Result<readonly Fields[], Failure>> {
  const { operation, itemsMax = Number.POSITIVE_INFINITY } = request;
  const { onDamaged = (detail) => void session.io.stderr.write(`damaged: ${detail}\n`) } = request;
  const { shape } = operationRow(operation).input;
  const hasPages = Object.hasOwn(shape, 'limit');
  const items: Fields[] = [];
  let turn: Fields = {};
  for (;;) {
    const limit = Math.min(LIST_LIMIT_MAX, itemsMax - items.length);
    const input = { ...request.input, ...turn, ...(hasPages ? { limit } : {}) };
    const answer = await callOperation(session, operation, input);
    if (!answer.ok) return answer;
    const page = Page.parse(answer.value);
    items.push(...page.items);
    for (const { detail } of page.damaged ?? []) onDamaged(detail);
    if (!hasPages || items.length >= itemsMax) return ok(items.slice(0, itemsMax));
    const next = Object.hasOwn(shape, 'cursor')
      ? nextCursor(page)
      : nextPosition(page, { limit, order: request.input.order });
    if (next === undefined) return ok(items);
    if (isSameTurn(next, turn)) return err(circle(operation));
    turn = next;
  }
}

function nextCursor(page: Page): Fields | undefined {
  return typeof page.next_cursor === 'string' ? { cursor: page.next_cursor } : undefined;
}

interface PageRequest {
  readonly limit: number;
  readonly order: unknown;
}

function nextPosition(page: Page, { limit, order }: PageRequest): Fields | undefined {
  const last = page.items.at(-1)?.position;
  if (typeof last !== 'number') return undefined;
  if (order === 'newest') {
    return page.items.length < limit ? undefined : { before_position: last };
  }
  const isEnd = page.items.length < limit && last >= (page.last_position ?? 0);
  return isEnd ? undefined : { after_position: last };
}

function isSameTurn(left: Fields, right: Fields): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

function circle(operation: OperationName): Failure {
  return problemFailure(
    problem('internal', {
      detail: `The server returns the same page of ${operation} repeatedly.`,
      remedy: 'Contact the administrator of the server.',
    }),
  );
}
