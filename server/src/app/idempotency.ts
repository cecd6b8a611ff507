/** Idempotency keys: a repeated create answers again until its caller says that the answer arrived. */
import { type Problem, problem } from '@novacron/contract/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Change, Store } from '../ports/store.ts';
import type { Tables } from '../ports/tables.ts';
import type { CallContext } from './application.ts';

/** What an earlier request with the same key led to. */
export interface EarlierAnswer {
  readonly resourceId: string;
  readonly operation: Tables['operations'];
}

/** The row's id: keys are the tenant's own. */
export function idempotencyRowId(tenantId: string, key: string): string {
  return `${tenantId}/${key}`;
}

/** Looks for an earlier answer; `idempotency-key-reused` when the key came with another request. */
export async function findEarlierAnswer(
  store: Store,
  context: CallContext,
  request: { readonly key: string | undefined; readonly hash: string },
): Promise<Result<EarlierAnswer | undefined, Problem>> {
  if (request.key === undefined) return ok(undefined);
  const id = idempotencyRowId(context.principal.tenantId, request.key);
  const [row] = await store.read({ from: 'idempotency_keys', where: { id } });
  if (row === undefined) return ok(undefined);
  if (row.request_hash !== request.hash) return err(keyReused(request.key));
  const [operation] = await store.read({ from: 'operations', where: { id: row.operation_id } });
  if (operation === undefined) return ok(undefined);
  return ok({ resourceId: row.resource_id, operation });
}

/** The change that remembers a request under its key. */
export function idempotencyChanges(
  context: CallContext,
  request: { readonly key: string | undefined; readonly hash: string },
  resourceId: string,
  operation: Tables['operations'],
): Change[] {
  if (request.key === undefined) return [];
  const { tenantId } = context.principal;
  return [
    {
      kind: 'insert',
      into: 'idempotency_keys',
      row: {
        id: idempotencyRowId(tenantId, request.key),
        tenant_id: tenantId,
        request_hash: request.hash,
        resource_id: resourceId,
        operation_id: operation.id,
        created_at_ms: operation.created_at_ms,
      },
      otherwise: problem('conflict', {
        detail: 'The same request with the same idempotency key is being admitted right now.',
        remedy: 'Send the request again.',
        data: { replan: true },
      }),
    },
  ];
}

/** Forgets the keys whose answers arrived. */
export async function confirmKeys(
  store: Store,
  context: CallContext,
  keys: readonly string[],
): Promise<Result<{ readonly confirmed: number }, Problem>> {
  const ids = keys.map((key) => idempotencyRowId(context.principal.tenantId, key));
  const rows = await store.read({ from: 'idempotency_keys', where: { id: { in: ids } } });
  const done = await store.commit(
    rows.map((row) => ({ kind: 'drop', from: 'idempotency_keys', id: row.id })),
  );
  return done.ok ? ok({ confirmed: rows.length }) : done;
}

function keyReused(key: string): Problem {
  return problem('idempotency-key-reused', {
    detail: `The idempotency key ${key} was used for a request with another content.`,
    remedy: 'Use a new key for a new request.',
  });
}
