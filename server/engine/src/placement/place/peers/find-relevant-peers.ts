/** Finds the placed VMs that affect where a VM may go. */
import type { Peer, PlacementRequest } from '../model/placement.ts';
import { selectsPeer } from './count-peers.ts';

/** Returns the peers that a rule of the VM selects, and those with an anti-affinity to it. */
export function findRelevantPeers(
  { vm, constraints }: PlacementRequest,
  peers: readonly Peer[],
): readonly Peer[] {
  const { affinity = [], spread = [] } = constraints;
  const selectors = [...affinity.map(({ to }) => to), ...spread.map(({ of }) => of)];
  return peers.filter(
    (peer) =>
      selectors.some((selector) => selectsPeer(selector, peer)) ||
      peer.apart?.some(({ to }) => selectsPeer(to, vm)) === true,
  );
}
