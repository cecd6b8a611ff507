/** The fleet as one tenant's decisions see it: all nodes, and where the tenant's VMs are. */
import { NodeId } from '@novacron/contract/ids';
import { VmSpec } from '@novacron/contract/vm';
import { type FleetIndex, makeFleetIndex } from '@novacron/engine/placement/fleet/fleet-index';
import type { Peer } from '@novacron/engine/placement/model';
import type { ReservationRow } from '../../ports/reservation-row.ts';
import type { Store } from '../../ports/store.ts';
import type { Tables, VmRow } from '../../ports/tables.ts';
import { specOf } from '../reservations/reservation-row.ts';
import { desiredOf, observedOf } from '../resources/answer-resource.ts';
import { wakeableOf } from '../resources/place-or-wake.ts';
import { toPlacementAsk } from '../resources/placement-ask.ts';
import { toPlacementNode } from '../resources/placement-node.ts';

/** A fleet laid out for decisions. */
export interface LoadedFleet {
  readonly index: FleetIndex;
  /** Names of the tenant's VMs. */
  readonly names: ReadonlySet<string>;
  /** Nodes on standby that may be woken for a VM. */
  readonly wakeable: readonly NodeId[];
}

/** Reads nodes and VMs of one moment. */
export async function loadFleet(store: Store, tenantId: string): Promise<LoadedFleet> {
  const { nodes, vms, reservations } = await store.snapshot({
    nodes: { from: 'nodes' },
    reservations: { from: 'reservations', where: { tenant_id: tenantId } },
    vms: { from: 'vms', where: { tenant_id: tenantId } },
  });
  return {
    index: makeFleetIndex({
      nodes: nodes.map(toPlacementNode),
      peers: [...toPeers(vms, nodes), ...reservations.map(toHeldPeer)],
    }),
    names: new Set(vms.map(({ name }) => name)),
    wakeable: wakeableOf(nodes),
  };
}

/** VMs as the rules of other VMs see them; one that is on no node is in nobody's way. */
function toPeers(vms: readonly VmRow[], nodes: readonly Tables['nodes'][]): readonly Peer[] {
  const idByName = new Map(nodes.map(({ id, name }) => [name, id]));
  return vms.flatMap((row): Peer[] => {
    const nodeId = idByName.get(String(observedOf(row).node));
    if (nodeId === undefined) return [];
    // Written by the same rows that are read here.
    return [toPeer(VmSpec.parse(desiredOf(row)), nodeId as NodeId)];
  });
}

/** Room that is held for a VM is as good as the VM. */
function toHeldPeer(row: ReservationRow): Peer {
  return toPeer(specOf(row), NodeId.parse(row.node_id));
}

function toPeer(spec: VmSpec, nodeId: NodeId): Peer {
  const { vm, constraints } = toPlacementAsk(spec);
  const apart = constraints.affinity?.filter(
    ({ rule, need }) => rule === 'apart' && need === 'required',
  );
  const { name, labels, group } = vm;
  return { nodeId, name, labels, group, apart };
}
