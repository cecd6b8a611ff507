/** Counts the VMs that a rule selects in a node's zone, in its rack, or on it. */
import type { Labels, PeerSelector, PlacementNode, TopologyLevel } from '../model/placement.ts';
import type { Tally } from '../model/rule.ts';
import { rackKey } from './similar-vms.ts';

/** The properties of a VM that a selector reads. */
interface Selectable {
  readonly name?: string | undefined;
  readonly group?: string | undefined;
  readonly labels: Labels;
}

/**
 * Whether a selector selects a VM. An empty set of labels selects nothing, rather than everything.
 */
export function selectsPeer(selector: PeerSelector, peer: Selectable): boolean {
  switch (selector.kind) {
    case 'vm':
      return peer.name === selector.name;
    case 'group':
      return peer.group === selector.group;
    default: {
      const wanted = Object.entries(selector.labels);
      return (
        wanted.length > 0 &&
        wanted.every(
          ([key, value]) => Object.hasOwn(peer.labels, key) && peer.labels[key] === value,
        )
      );
    }
  }
}

/** Returns the count of a tally in the node's place of a level. */
export function countAt(tally: Tally, level: TopologyLevel, node: PlacementNode): number {
  if (tally.total === 0) return 0;
  if (level === 'node') return tally.byNode.get(node.id) ?? 0;
  if (level === 'zone') return tally.byZone.get(node.zone) ?? 0;
  return tally.byRack.get(rackKey(node)) ?? 0;
}
