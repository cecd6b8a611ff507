/** Plans which nodes that do not answer are powered off or cut off now. See README.md. */
import type { Env } from '../../env.ts';
import type { FenceableNode, FencingInput, FencingPlan } from './model/fencing.ts';
import { chooseLevel } from './rules/choose-level.ts';
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
  const cutOff: FenceableNode[] = [];
  for (const node of [...nodes].sort(compareNames)) {
    if (node.underWay || isAlive(node) || !isSilent(node, afterMs)) continue;
    if (isHeld(node) || busy.has(node.zone)) continue;
    const level = chooseLevel(node, nowMs);
    if (level === undefined) continue;
    (level === 'power' ? fence : cutOff).push(node);
    busy.add(node.zone);
  }
  const alive = nodes.filter(isAlive).sort(compareNames);
  return { fence, cutOff, held, alive };
}

/** Its management network is away: its guests run, and a power-off would be an eviction. */
function isAlive(node: FenceableNode): boolean {
  return isUnheard(node) && node.pool?.kind === 'moves';
}

/** Two channels that are silent need no more time; one alone does. */
function isSilent({ state, silentMs, pool }: FenceableNode, afterMs: number): boolean {
  if (state === 'suspected') return pool?.kind === 'stopped';
  return state === 'silent' && (pool?.kind === 'stopped' || silentMs >= afterMs);
}

function compareNames(left: FenceableNode, right: FenceableNode): number {
  return left.name < right.name ? -1 : 1;
}
