/**
 * Lists the current conditions that prevent VMs of a node from starting elsewhere, regardless of
 * other decisions.
 */
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import { findHoldReason } from '../../healing/waiting/find-hold-reason.ts';
import { findWaitingVms } from '../../healing/waiting/find-waiting.ts';
import { waitingFences } from '../../healing/waiting/waiting-fences.ts';
import { HOLD_ALL } from '../../kernel/holds/find-hold.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';

/** Current obstacles. */
export interface Blocks {
  /**
   * Reason why the node is not powered off automatically now; undefined if there is no obstacle.
   */
  readonly fence: string | undefined;
  /** Sentences about holds, and about VMs that wait now. */
  readonly lines: readonly string[];
}

/** Finds it. @param vmIds - the VMs that are explained, all of the tenant */
export async function findBlocks(
  deps: CapabilityDeps,
  node: NodeRow,
  { tenantId, vmIds }: { readonly tenantId: string; readonly vmIds: readonly string[] },
): Promise<Blocks> {
  const holdAll = await findHoldReason(deps, HOLD_ALL);
  const hold = await findHoldReason(deps, tenantId);
  const fences = await waitingFences(deps);
  const fence = fences.find(({ target }) => target === node.name)?.reason ?? holdAll?.reason;
  const waiting = await findWaitingVms(deps, tenantId);
  const own = waiting.filter(({ vmId, operation, reason }) => {
    const isOwn = vmId !== null && vmIds.includes(vmId) && operation === 'vm.recover';
    return isOwn && reason !== hold?.reason;
  });
  const held = `No VM starts elsewhere now: ${hold?.reason}.`;
  return {
    fence,
    lines: [
      ...(hold === undefined ? [] : [held]),
      ...own.map(({ target, reason }) => `VM ${target} waits: ${reason}`),
    ],
  };
}
