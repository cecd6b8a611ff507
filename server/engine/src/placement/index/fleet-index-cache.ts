/**
 * A fleet that is laid out once and then brought up to date by what has changed: the next decision
 * mostly sees one node and one VM that the last one has not seen. Its layout, and what rules say of
 * places and loads, is kept, so a decision costs what has changed and not what is there.
 */
import type { NodeId } from '@novacron/contract/ids';
import type { Peer, PlacementNode } from '../model/placement.ts';
import { dropNode, type FleetIndex, makeFleetIndex, putNode, putPeer } from './fleet-index.ts';

/** A fleet and what it was last told; for its owner, who alone brings it up to date. */
export interface FleetIndexCache {
  readonly index: FleetIndex;
  readonly nodes: Map<NodeId, PlacementNode>;
  peers: ReadonlySet<Peer>;
}

/** A fleet of nobody. */
export function openFleetIndexCache(): FleetIndexCache {
  return { index: makeFleetIndex({ nodes: [], peers: [] }), nodes: new Map(), peers: new Set() };
}

/**
 * Brings a kept fleet up to date.
 * @param now - the whole fleet; nodes are compared by what they are, peers by identity, so who
 *   asks often hands in the same object for a VM that has not changed
 * @returns the index, which answers like one made anew until the next call
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
  // A VM that moves is in two places: where it is by name is the one told last, as in a new index.
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
