/**
 * Lists the changes that healing intends but cannot make yet, with the reason: the only such list.
 * Status, incidents and explanations show the same.
 */
import { findPlatformTenant } from '../../access/tenants/tenant-access.ts';
import { classOfClaim } from '../../kernel/arbitration/claim-rows.ts';
import { holdingOperation, readWaiting } from '../../kernel/arbitration/read-waiting.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { findHoldReason } from './find-hold-reason.ts';
import type { WaitingChange } from './waiting-change.ts';
import { waitingFences } from './waiting-fences.ts';
import { waitingGrowths } from './waiting-growths.ts';
import { waitingMoves } from './waiting-moves.ts';
import { waitingRecoveries } from './waiting-recoveries.ts';
import { waitingRestarts } from './waiting-restarts.ts';

/** Finds those of a tenant, the longest wait first. Those of nodes belong to the platform. */
export async function findWaiting(
  deps: CapabilityDeps,
  tenantId: string,
): Promise<readonly WaitingChange[]> {
  const platform = await findPlatformTenant(deps.store);
  const fences = platform?.id === tenantId ? await waitingFences(deps) : [];
  return findAll(deps, tenantId, fences);
}

/** Finds those of its VMs: what waits for nodes is not looked at. */
export function findWaitingVms(
  deps: CapabilityDeps,
  tenantId: string,
): Promise<readonly WaitingChange[]> {
  return findAll(deps, tenantId, []);
}

async function findAll(
  deps: CapabilityDeps,
  tenantId: string,
  fences: readonly WaitingChange[],
): Promise<readonly WaitingChange[]> {
  const claims = (await readWaiting(deps, tenantId)).map((row): WaitingChange => {
    const { who, operation, target_name: target, vm_id: vmId, since_ms: sinceMs } = row;
    const own = { who, operation, target, vmId, sinceMs, reason: row.reason ?? '' };
    return { ...own, from: null, class: classOfClaim(row), heldBy: holdingOperation(row) };
  });
  const hold = await findHoldReason(deps, tenantId);
  const found = [
    ...(await waitingRecoveries(deps, tenantId, hold)),
    ...(await waitingRestarts(deps, tenantId, hold)),
    ...(await waitingMoves(deps, tenantId, hold)),
    ...(await waitingGrowths(deps, tenantId, hold)),
    ...fences,
  ];
  // What the arbiter decided last is the nearest reason, but while nothing reaches it.
  const inOrder = hold === undefined ? [...found, ...claims] : [...claims, ...found];
  const byKey = new Map(inOrder.map((each) => [keyOf(each), each]));
  return [...byKey.values()].sort(
    (left, right) => left.sinceMs - right.sinceMs || (keyOf(left) < keyOf(right) ? -1 : 1),
  );
}

function keyOf({ operation, target, vmId }: WaitingChange): string {
  return `${operation} ${vmId ?? target}`;
}
