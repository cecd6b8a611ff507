/** Plans which silent nodes are powered off now. See README.md. */
import type { Env } from '../env.ts';
import type { FenceableNode, FencingInput, FencingPlan } from './model/fencing.ts';
import { findCommonCauses } from './rules/find-common-causes.ts';

/** Plans a round. */
export function planFencing(
  { nodes, afterMs }: FencingInput,
  { nowMs }: Pick<Env, 'nowMs'>,
): FencingPlan {
  const held = findCommonCauses(nodes);
  const isHeld = ({ zone, rack }: FenceableNode) =>
    held.some(
      (each) =>
        each.zone === null || (each.zone === zone && (each.rack === null || each.rack === rack)),
    );
  const busy = new Set(nodes.filter(({ underWay }) => underWay).map(({ zone }) => zone));
  const fence: FenceableNode[] = [];
  for (const node of [...nodes].sort(compareNames)) {
    if (!isDue(node, { afterMs, nowMs }) || isHeld(node) || busy.has(node.zone)) continue;
    fence.push(node);
    busy.add(node.zone);
  }
  return { fence, held };
}

function isDue(
  { state, silentMs, hasDevice, vms, underWay, notBeforeMs }: FenceableNode,
  { afterMs, nowMs }: { readonly afterMs: number; readonly nowMs: number },
): boolean {
  const isWanted = state === 'silent' && hasDevice && vms > 0 && !underWay;
  return isWanted && silentMs >= afterMs && (notBeforeMs ?? 0) <= nowMs;
}

function compareNames(left: FenceableNode, right: FenceableNode): number {
  return left.name < right.name ? -1 : 1;
}
