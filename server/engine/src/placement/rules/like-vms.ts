/** Like VMs: those whose joint loss would hurt, found by their labels. */
import type { Labels, PlacementInput, PlacementNode, ScoreView } from '../model.ts';

/**
 * Whether two VMs of a tenant are alike: they share a label, name and value, or neither has any.
 * A tenant that labels nothing still has its VMs spread.
 */
export function areAlike(left: Labels, right: Labels): boolean {
  const leftLabels = Object.entries(left);
  if (leftLabels.length === 0) return Object.keys(right).length === 0;
  return leftLabels.some(([name, value]) => Object.hasOwn(right, name) && right[name] === value);
}

/** Names a rack: its name is unique within its zone only. The length keeps the two apart. */
export function rackKey({ zone, rack }: Pick<PlacementNode, 'zone' | 'rack'>): string {
  return `${zone.length}:${zone}/${rack}`;
}

/**
 * Counts the like VMs of the tenant by zone and by rack.
 * @remarks Peers on nodes that are not in the fleet any more are left out.
 */
export function countLikeVms({ vm, nodes, peers }: PlacementInput): ScoreView {
  const likeByNode = new Map<string, number>();
  for (const { nodeId, labels } of peers) {
    if (areAlike(vm.labels, labels)) addTo(likeByNode, nodeId, 1);
  }
  const likeByZone = new Map<string, number>();
  const likeByRack = new Map<string, number>();
  for (const node of likeByNode.size === 0 ? [] : nodes) {
    const count = likeByNode.get(node.id);
    if (count === undefined) continue;
    addTo(likeByZone, node.zone, count);
    addTo(likeByRack, rackKey(node), count);
  }
  return { vm, likeByZone, likeByRack };
}

function addTo(counts: Map<string, number>, key: string, count: number): void {
  counts.set(key, (counts.get(key) ?? 0) + count);
}
