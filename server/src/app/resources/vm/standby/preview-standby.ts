/** Says where the standby of a planned VM would be, as plans show it. */
import { explainStandbyGap } from '@novacron/engine/healing/recover/explain-standbys';
import { rankStandbyNodes } from '@novacron/engine/healing/recover/rules/rank-standby-nodes';
import { place } from '../../../placement/decide/place.ts';
import type { PlannedPlace } from '../../../placement/previews/store-preview.ts';
import { SHARED_ROOT_DISKS } from '../../../rows/hypervisor-features.ts';
import type { WriteScope } from '../../scope.ts';
import { findSharedDisks, reachesDisks } from '../reach/find-reaching-nodes.ts';
import type { PlannedStandby } from './choose-standby.ts';
import { toStandbyNode } from './observe-standbys.ts';

/**
 * Chooses it as it is chosen once the VM runs, beside the other VMs of the plan. Nothing is
 * reserved yet.
 * @returns a line for the explanation of the placement; none for a VM that asks for no standby
 */
export async function previewStandby(
  planned: PlannedPlace,
  scope: Pick<WriteScope, 'deps' | 'context' | 'nowMs'>,
): Promise<readonly string[]> {
  const { ask, node } = planned;
  if (ask.vm.features?.includes(SHARED_ROOT_DISKS) !== true) return [];
  const found = await findStandby(planned, scope);
  return found.kind === 'held'
    ? [`${found.node} would be its standby: room is reserved there once the VM runs`]
    : [`no node could hold its standby now: ${explainStandbyGap(found.reason, node)}`];
}

/** Finds the node of it, on the fleet as the plan makes it. */
export async function findStandby(
  { ask, node: home, overlay, licences }: PlannedPlace,
  scope: Pick<WriteScope, 'deps' | 'context' | 'nowMs'>,
): Promise<PlannedStandby> {
  const nodes = await scope.deps.store.read({ from: 'nodes' });
  const own = nodes.find(({ name }) => name === home);
  const disks = own && findSharedDisks([], own);
  if (own === undefined || disks === undefined) return { kind: 'gap', reason: 'local' };
  const reach = new Set(nodes.filter((row) => reachesDisks(row, disks)).map(({ name }) => name));
  const tiers = rankStandbyNodes({ home, reach }, toStandbyNode(own), nodes.map(toStandbyNode));
  for (const tier of tiers) {
    const others = nodes.map(({ name }) => name).filter((name) => !tier.includes(name));
    const { constraints } = ask;
    const excludeNodes = [...(constraints.excludeNodes ?? []), ...others];
    const placed = await place(
      'preview',
      {
        ask: { ...ask, constraints: { ...constraints, excludeNodes } },
        overlay,
        licences,
        kept: undefined,
        wakeable: [],
      },
      scope,
    );
    // Nothing is stopped for a standby.
    if (placed.ok && placed.value.victims.length === 0) {
      return { kind: 'held', node: placed.value.plan.decision.target_node };
    }
  }
  return { kind: 'gap', reason: tiers.length === 0 ? 'reach' : 'room' };
}
