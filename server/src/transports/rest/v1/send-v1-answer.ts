/** Turns an operation's answer into the frozen shape of v1: plain, and nothing that v2 added. */

import {
  V1_PREFIX,
  type V1Fields,
  type V1Row,
} from '@novacron/contract/operations-table/v1-mapping';
import { assertNever } from '@novacron/contract/result';
import { z } from 'zod';
import type { ExchangeResponse } from '../../http/exchange.ts';

type Members = Readonly<Record<string, unknown>>;

const Resource = z.record(z.string(), z.unknown());
const Page = z.looseObject({ items: z.array(Resource), next_cursor: z.string().nullable() });
const Operation = z.looseObject({ id: z.string(), target_id: z.string() });
const Written = z.looseObject({ resource: Resource, operation: Operation });
const Removed = z.looseObject({ operation: Operation });

const CREATED_STATUS = 201;

/**
 * Answers with JSON, the row's status, `ETag` where the answer is about one resource, and
 * `Location` where it is new.
 */
export function sendV1Answer(response: ExchangeResponse, row: V1Row, answer: unknown): void {
  const { body, revision } = toV1(row, answer);
  if (typeof revision === 'number') response.set('ETag', `"${revision}"`);
  if (row.status === CREATED_STATUS) {
    response.set('Location', `${V1_PREFIX}${row.path}/${encodeURIComponent(String(body.id))}`);
  }
  response.status(row.status).set('Content-Type', 'application/json').end(JSON.stringify(body));
}

function toV1(
  row: V1Row,
  answer: unknown,
): { readonly body: Members; readonly revision?: unknown } {
  switch (row.answer) {
    case 'resource': {
      const resource = Resource.parse(answer);
      return { body: pick(row.resource, resource), revision: resource.revision };
    }
    case 'page': {
      const { items, next_cursor } = Page.parse(answer);
      return { body: { items: items.map((item) => pick(row.resource, item)), next_cursor } };
    }
    case 'written': {
      const { resource, operation } = Written.parse(answer);
      const body = { ...pick(row.resource, resource), operation_id: operation.id };
      return { body, revision: resource.revision };
    }
    case 'removed': {
      const { operation } = Removed.parse(answer);
      return { body: { id: operation.target_id, operation_id: operation.id } };
    }
    default:
      return assertNever(row.answer);
  }
}

/** The fields of v1 alone, in its order; what v2 no longer answers is null. */
function pick(fields: V1Fields, resource: Members): Members {
  return Object.fromEntries(Object.entries(fields).map(([v1, v2]) => [v1, resource[v2] ?? null]));
}
