/** Which placed VMs have a say in where a VM may go. */
import type { Peer, PlacementRequest } from '../model/placement.ts';
import { selectsPeer } from './count-peers.ts';

/** Keeps those that a rule of the VM speaks about, and those that must be apart from it. */
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
