/** Records what becomes of the answers of claimed creates: delivery, and longer leases. */
import type { OutputOf, ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import type { ChangeSet } from '../../../ports/store.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import { replan } from '../../rows/resource-problems.ts';
import type { CallContext } from '../context/call-context.ts';
import type { KernelDeps } from '../context/deps.ts';
import { CLAIM_LEASE_MS, type ClaimColumns } from '../idempotency/claims.ts';
import { idempotencyRowId } from '../idempotency/row-id.ts';
import { retryConflicts } from './retry-conflicts.ts';

/** A change of keys that belong to the claim of a request. */
interface ClaimedChange {
  readonly name: 'idempotency.deliver' | 'idempotency.renew';
  readonly input: ParsedInputOf<'idempotency.deliver'>;
  readonly set: Partial<ClaimColumns>;
}

/**
 * Records that the answers to creates are being stored in a state. From here on no other run gets
 * them: not after the lease either.
 */
export async function deliverAnswers(
  deps: KernelDeps,
  context: CallContext,
  input: ParsedInputOf<'idempotency.deliver'>,
): Promise<Result<OutputOf<'idempotency.deliver'>, Problem>> {
  const set = { delivered_at_ms: deps.clock.nowMs() };
  const done = await changeClaimed(deps, context, { name: 'idempotency.deliver', input, set });
  if (!done.ok) return done;
  const { tenantId } = context.principal;
  const ids = new Set(done.value.map(({ id }) => id));
  const refused = input.keys.filter((key) => !ids.has(idempotencyRowId(tenantId, key)));
  return ok({ delivered: ids.size, ...(refused.length === 0 ? {} : { refused }) });
}

/** Renews the leases of answers that are not delivered. */
export async function renewLeases(
  deps: KernelDeps,
  context: CallContext,
  input: ParsedInputOf<'idempotency.renew'>,
): Promise<Result<OutputOf<'idempotency.renew'>, Problem>> {
  const set = { lease_until_ms: deps.clock.nowMs() + CLAIM_LEASE_MS };
  const done = await changeClaimed(deps, context, { name: 'idempotency.renew', input, set });
  if (!done.ok) return done;
  return ok({ renewed: done.value.filter((row) => row.delivered_at_ms === null).length });
}

/** Changes the keys of a claim that are not delivered; returns all keys of the claim, as read. */
function changeClaimed(
  deps: KernelDeps,
  context: CallContext,
  { name, input: { claim, keys }, set }: ClaimedChange,
): Promise<Result<readonly Tables['idempotency_keys'][], Problem>> {
  const { tenantId } = context.principal;
  const ids = [...new Set(keys)].map((key) => idempotencyRowId(tenantId, key));
  return retryConflicts(deps, context, name, async () => {
    const where = { id: { in: ids }, claim };
    const rows = await deps.store.read({ from: 'idempotency_keys', where });
    const changes: ChangeSet = rows
      .filter((row) => row.delivered_at_ms === null)
      .map(({ id }) => ({
        kind: 'update',
        table: 'idempotency_keys',
        id,
        set,
        expect: { claim, delivered_at_ms: null },
        otherwise: replan('An idempotency key'),
      }));
    const done = changes.length === 0 ? ok(undefined) : await deps.store.commit(changes);
    return done.ok ? ok(rows) : done;
  });
}
