/** Whether a server is ready. */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, type Result } from '@novacron/contract/result';
import type { Store } from '../../ports/store.ts';

/**
 * Checks that the store reads and writes and that there is a node to place VMs on. Problems:
 * `unavailable`, with what is missing.
 */
export async function checkReadiness(store: Store): Promise<Result<void, Problem>> {
  const ready = await store.read({ from: 'nodes', where: { status: 'ready' }, limit: 1 });
  // After an outage of its database a store may read again before it can write.
  if (ready.length > 0) return store.commit([]);
  return err(
    problem('unavailable', {
      detail: 'No node is ready.',
      remedy: 'Start an agent, or find the reason why nodes are lost: novacron node list.',
    }),
  );
}
