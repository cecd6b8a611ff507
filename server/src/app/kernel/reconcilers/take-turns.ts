/**
 * Shares a round of a reconciler among tenants: each has its turn, and one whose work takes longer
 * has fewer turns, so that much work of one tenant delays the others by a turn and no more.
 */
import { type Clock, steadyMs } from '@novacron/runtime/clock';
import { createFairQueue } from '@novacron/runtime/fair-queue';

/** Work of a round for a tenant; after each part, other tenants may proceed. */
export interface TenantWork {
  readonly tenantId: string;
  readonly work: AsyncIterator<void>;
}

/** Does all of it, in turns, as long as the round may go on. */
export async function takeTurns(
  { clock }: { readonly clock: Clock },
  works: readonly TenantWork[],
  mayContinue: () => boolean,
): Promise<void> {
  const queue = createFairQueue<AsyncIterator<void>>();
  for (const { tenantId, work } of works) queue.push(tenantId, work, 'back');
  while (mayContinue()) {
    const tenantId = queue.next(() => true);
    const [work] = tenantId === undefined ? [] : queue.take(tenantId, 1);
    if (tenantId === undefined || work === undefined) return;
    const beganMs = steadyMs(clock);
    const { done } = await work.next();
    if (done !== true) queue.push(tenantId, work, 'back');
    queue.charge(tenantId, steadyMs(clock) - beganMs);
  }
}
