/** Refuses to start executions while people hold automation. */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { KernelDeps } from '../../../kernel/context/deps.ts';
import { isRefusedByHold } from '../../../kernel/holds/find-hold.ts';
import { explainHold, readShownHolds } from '../../../platform/holds/read-holds.ts';

const HELD = 'held';

/** Says who holds automation of a tenant, and why. @returns undefined where it is not held */
export async function refuseHeld(
  deps: Pick<KernelDeps, 'store' | 'clock'>,
  { workflow, tenantId }: { readonly workflow: string; readonly tenantId: string },
): Promise<Problem | undefined> {
  const [hold] = await readShownHolds(deps, 'automation', tenantId);
  if (hold === undefined) return undefined;
  const end = hold.until === null ? 'it is released' : hold.until;
  return problem('conflict', {
    detail: `${workflow} does not start: ${explainHold('automation', hold)}.`,
    remedy:
      `Wait until ${end}, or ask an admin to release it: novacron automation release` +
      `${hold.scope === 'all' ? ' --all' : ''}.`,
    data: { reason: HELD, held_by: hold.held_by },
  });
}

/** Whether a start was refused because automation is held. */
export function isHeld(found: Problem): boolean {
  return found.data?.reason === HELD || isRefusedByHold(found);
}
