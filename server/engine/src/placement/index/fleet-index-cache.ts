/**
 * A fleet index that is built once and then updated with what has changed: most decisions see one
 * node and one VM that the previous one did not. The index and the cached results of rules are
 * reused, so a decision costs as much as has changed, not as much as there is.
 */
import type { NodeId } from '@novacron/contract/ids';
import type { Peer, PlacementNode } from '../model/placement.ts';
import { dropNode, type FleetIndex, makeFleetIndex, putNode, putPeer } from './fleet-index.ts';

/** A fleet index and the fleet that it was last updated to. Only its owner updates it. */
export interface FleetIndexCache {
  readonly index: FleetIndex;
  readonly nodes: Map<NodeId, PlacementNode>;
  peers: ReadonlySet<Peer>;
}

/** Makes a cache of an empty fleet. */
export function openFleetIndexCache(): FleetIndexCache {
  return { index: makeFleetIndex({ nodes: [], peers: [] }), nodes: new Map(), peers: new Set() };
}

/**
 * Updates a cached fleet index.
 * @param now - the whole fleet; nodes are compared by value, peers by identity, so callers pass the
 *   same object for a VM that has not changed
 * @returns the index, which answers like a newly built one until the next call
 */
export function refreshFleetIndex(
  kept: FleetIndexCache,
  now: { readonly nodes: readonly PlacementNode[]; readonly peers: readonly Peer[] },
): FleetIndex {
  refreshNodes(kept, now.nodes);
  refreshPeers(kept, now.peers);
  return kept.index;
}

function refreshNodes(
  { index, nodes: known }: FleetIndexCache,
  nodes: readonly PlacementNode[],
): void {
  for (const node of nodes) {
    const before = known.get(node.id);
    if (before !== undefined && isSame(before, node)) continue;
    putNode(index, node);
    known.set(node.id, node);
  }
  if (known.size === nodes.length) return;
  const left = new Set(nodes.map(({ id }) => id));
  for (const id of [...known.keys()]) {
    if (left.has(id)) continue;
    dropNode(index, id);
    known.delete(id);
  }
}

function refreshPeers(kept: FleetIndexCache, peers: readonly Peer[]): void {
  const { index } = kept;
  const now = new Set(peers);
  const renamed = new Set<string | undefined>();
  const count = (peer: Peer, by: 1 | -1): void => {
    putPeer(index, peer, by);
    renamed.add(peer.name);
  };
  for (const peer of kept.peers) if (!now.has(peer)) count(peer, -1);
  for (const peer of now) if (!kept.peers.has(peer)) count(peer, 1);
  kept.peers = now;
  if (renamed.size === 0) return;
  // A VM that moves is in two places: its name refers to the last one, as in a new index.
  const { homes } = index.peers;
  for (const { name, nodeId } of now) if (renamed.has(name) && name) homes.set(name, nodeId);
}

/** Whether two values of a node are the same; they are plain data. */
function isSame(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  if (!isComposed(left) || !isComposed(right)) return false;
  const names = Object.keys(left);
  return (
    Array.isArray(left) === Array.isArray(right) &&
    names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && isSame(left[name], right[name]))
  );
}

function isComposed(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
