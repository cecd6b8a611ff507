/**
 * A what-if overlay over an index: places VMs for a preview or a batch without changing the fleet.
 */
import type { NodeId } from '@novacron/contract/ids';
import type {
  Amounts,
  Peer,
  PlacementNode,
  PlacementPlan,
  PlacementRequest,
} from '../model/placement.ts';
import { rackKey } from '../peers/similar-vms.ts';
import { allocateVm } from './allocate-vm.ts';
import { type FleetIndex, findNode, putPeer, replaceNode } from './fleet-index.ts';
import { grantsOn } from './hold-claims.ts';
import { countPeer, makePeerTable, type PeerTable } from './peer-table.ts';
import { releaseVm } from './release-vm.ts';

/** An index and what has been placed over it. */
export interface FleetOverlay {
  readonly index: FleetIndex;
  readonly changed: Map<NodeId, PlacementNode>;
  /** Peers that the index does not know. */
  readonly peers: PeerTable;
}

/** Opens an overlay on which nothing has been placed yet. */
export function openOverlay(index: FleetIndex): FleetOverlay {
  const siteOf = (id: NodeId) => {
    const node = findNode(index, id);
    return node === undefined ? undefined : { zone: node.zone, rack: rackKey(node) };
  };
  return { index, changed: new Map(), peers: makePeerTable(siteOf) };
}

/** Records a decision on the overlay; the next decision on it sees the VM as placed. */
export function placeOnOverlay(
  overlay: FleetOverlay,
  request: PlacementRequest,
  plan: Omit<PlacementPlan, 'decision'>,
): void {
  const node = overlay.changed.get(plan.nodeId) ?? findNode(overlay.index, plan.nodeId);
  if (node === undefined) return;
  overlay.changed.set(node.id, allocateVm(node, request.vm, plan));
  countPeer(overlay.peers, toPeer(request, plan), 1);
}

/** Records a VM whose node is known from elsewhere; it gets what is free of cells and devices. */
export function putOnOverlay(
  overlay: FleetOverlay,
  request: PlacementRequest,
  nodeId: NodeId,
): void {
  const node = overlay.changed.get(nodeId) ?? findNode(overlay.index, nodeId);
  if (node === undefined) return;
  placeOnOverlay(overlay, request, { nodeId, ...grantsOn(node, request.vm) });
}

/** Takes room on a node for a VM that is elsewhere, as for its standby: no rule is about it. */
export function reserveOnOverlay(overlay: FleetOverlay, amounts: Amounts, nodeId: NodeId): void {
  const node = overlay.changed.get(nodeId) ?? findNode(overlay.index, nodeId);
  if (node === undefined) return;
  overlay.changed.set(nodeId, allocateVm(node, amounts, { devices: [], cells: [] }));
}

/**
 * Counts a VM that is on the overlay in (1) or out (-1) of the peers of others: a decision about
 * another place for itself must not see it as one of them.
 */
export function countOnOverlay(
  overlay: FleetOverlay,
  { request, nodeId }: { readonly request: PlacementRequest; readonly nodeId: NodeId },
  by: 1 | -1,
): void {
  countPeer(overlay.peers, toPeer(request, { nodeId }), by);
}

/** Applies a decision to the index itself; only for its owner. */
export function placeOnIndex(
  index: FleetIndex,
  request: PlacementRequest,
  plan: PlacementPlan,
): void {
  const node = findNode(index, plan.nodeId);
  if (node === undefined) return;
  replaceNode(index, allocateVm(node, request.vm, plan));
  putPeer(index, toPeer(request, plan), 1);
}

/** Removes a VM from the index that `placeOnIndex` has added; only for its owner. */
export function removeFromIndex(
  index: FleetIndex,
  request: PlacementRequest,
  plan: PlacementPlan,
): void {
  const node = findNode(index, plan.nodeId);
  if (node === undefined) return;
  putPeer(index, toPeer(request, plan), -1);
  replaceNode(index, releaseVm(node, request.vm, plan));
}

/** Returns a placed VM as later decisions see it. */
export function toPeer(
  { vm, constraints }: PlacementRequest,
  { nodeId }: Pick<PlacementPlan, 'nodeId'>,
): Peer {
  const apart = constraints.affinity?.filter(
    ({ rule, need }) => rule === 'apart' && need === 'required',
  );
  return { nodeId, labels: vm.labels, name: vm.name, group: vm.group, apart };
}
