/**
 * A fleet index that is built once and then updated with what has changed: most decisions see one
 * node and one VM that the previous one did not. The index and the cached results of rules are
 * reused, so a decision costs as much as has changed, not as much as there is.
 */
import type { NodeId } from '@novacron/contract/ids';
import type { Peer, PlacementNode } from '../model/placement.ts';
import { dropNode, type FleetIndex, makeFleetIndex, putNode, putPeer } from './fleet-index.ts';

/** VMs that are given together: the same array again says that none of them has changed. */
export type PeerGroup = readonly Peer[];

/** A fleet index and the fleet that it was last updated to. Only its owner updates it. */
export interface FleetIndexCache {
  readonly index: FleetIndex;
  readonly nodes: Map<NodeId, PlacementNode>;
  groups: readonly PeerGroup[];
}

/** Makes a cache of an empty fleet. */
export function openFleetIndexCache(): FleetIndexCache {
  return { index: makeFleetIndex({ nodes: [], peers: [] }), nodes: new Map(), groups: [] };
}

/**
 * Updates a cached fleet index.
 * @param now - the whole fleet; nodes are compared by value, groups of peers and peers by identity,
 *   so callers pass the same array for VMs that have not changed, and the same object for one
 * @returns the index, which answers like a newly built one until the next call
 */
export function refreshFleetIndex(
  kept: FleetIndexCache,
  now: { readonly nodes: readonly PlacementNode[]; readonly groups: readonly PeerGroup[] },
): FleetIndex {
  refreshNodes(kept, now.nodes);
  refreshPeers(kept, now.groups);
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

function refreshPeers(kept: FleetIndexCache, groups: readonly PeerGroup[]): void {
  const { index } = kept;
  const { gone, come } = compareGroups(kept.groups, groups);
  kept.groups = groups;
  const { homes } = index.peers;
  const moved = new Set<string | undefined>();
  for (const peer of gone) {
    if (come.has(peer)) continue;
    putPeer(index, peer, -1);
    moved.add(peer.name);
  }
  for (const peer of come) {
    if (gone.has(peer)) continue;
    if (peer.name !== undefined && homes.has(peer.name)) moved.add(peer.name);
    putPeer(index, peer, 1);
  }
  if (moved.size === 0) return;
  // A VM that moves is in two places: its name refers to the last one, as in a new index.
  for (const group of groups) {
    for (const { name, nodeId } of group) if (moved.has(name) && name) homes.set(name, nodeId);
  }
}

/** Finds who differs, and perhaps some who do not: mostly one VM has come at the end of a group. */
function compareGroups(before: readonly PeerGroup[], after: readonly PeerGroup[]) {
  const gone = new Set<Peer>();
  const come = new Set<Peer>();
  for (let at = 0; at < Math.max(before.length, after.length); at += 1) {
    const [old, now] = [before[at] ?? NO_PEERS, after[at] ?? NO_PEERS];
    if (old === now) continue;
    let same = 0;
    while (same < old.length && old[same] === now[same]) same += 1;
    for (const peer of old.slice(same)) gone.add(peer);
    for (const peer of now.slice(same)) come.add(peer);
  }
  return { gone, come };
}

const NO_PEERS: PeerGroup = [];

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
