/** Plans which nodes that do not answer are powered off now. See README.md. */
import type { Env } from '../env.ts';
import type { FenceableNode, FencingInput, FencingPlan } from './model/fencing.ts';
import { findCommonCauses, isUnheard } from './rules/find-common-causes.ts';

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
  const alive = nodes.filter(isAlive).sort(compareNames);
  return { fence, held, alive };
}

/** Its management network is away: its guests run, and a power-off would be an eviction. */
function isAlive(node: FenceableNode): boolean {
  return isUnheard(node) && node.pool?.kind === 'moves';
}

function isDue(
  node: FenceableNode,
  { afterMs, nowMs }: { readonly afterMs: number; readonly nowMs: number },
): boolean {
  const { hasDevice, vms, underWay, notBeforeMs } = node;
  const isWanted = hasDevice && vms > 0 && !underWay && !isAlive(node);
  return isWanted && isSilent(node, afterMs) && (notBeforeMs ?? 0) <= nowMs;
}

/** Two channels that are silent need no more time; one alone does. */
function isSilent({ state, silentMs, pool }: FenceableNode, afterMs: number): boolean {
  if (state === 'suspected') return pool?.kind === 'stopped';
  return state === 'silent' && (pool?.kind === 'stopped' || silentMs >= afterMs);
}

function compareNames(left: FenceableNode, right: FenceableNode): number {
  return left.name < right.name ? -1 : 1;
}
