/** Reads the fleet for the preview runs of a tenant: all nodes, and the VMs of the tenant. */
import { NodeId } from '@novacron/contract/ids';
import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import { type FleetIndex, makeFleetIndex } from '@novacron/engine/placement/index/fleet-index';
import type { Peer } from '@novacron/engine/placement/model/placement';
import type { ReservationRow } from '../../../ports/tables/reservation-row.ts';
import type { Tables, VmRow } from '../../../ports/tables/tables.ts';
import { desiredOf, observedOf } from '../../rows/answer-resource.ts';
import { keepLatest } from '../../rows/keep-latest.ts';
import { toPlacementAsk } from '../../rows/placement-ask.ts';
import type { PlacementDeps } from '../deps.ts';
import { FLEET_NODES, toFleetFacts } from '../facts/fleet-facts.ts';
import type { PlacementMemory, RememberedVm } from '../placement-memory.ts';
import { specOf } from '../reservations/reservation-row.ts';

/** An indexed fleet. */
export interface LoadedFleet {
  readonly index: FleetIndex;
  /** Names of the tenant's VMs. */
  readonly names: ReadonlySet<string>;
  /** Nodes on standby that may be woken for a VM. */
  readonly wakeable: readonly NodeId[];
}

/** Reads nodes and VMs of one moment. */
export async function loadFleet(
  deps: Pick<PlacementDeps, 'store' | 'usage' | 'placementMemory'>,
  tenantId: string,
): Promise<LoadedFleet> {
  const { nodes, vms, reservations } = await deps.store.snapshot({
    nodes: FLEET_NODES,
    reservations: { from: 'reservations', where: { tenant_id: tenantId } },
    vms: { from: 'vms', where: { tenant_id: tenantId } },
  });
  const fleet = toFleetFacts(nodes, deps);
  const known = readVms(deps.placementMemory, tenantId, vms);
  return {
    index: makeFleetIndex({
      nodes: fleet.nodes,
      peers: [...toPeers(known, nodes), ...reservations.map(toHeldPeer)],
    }),
    names: new Set(vms.map(({ name }) => name)),
    wakeable: fleet.wakeable,
  };
}

/** VMs by their ids. */
type KnownVms = ReadonlyMap<string, RememberedVm>;

/** Tenants that plan at the same time; the VMs of others are parsed again. */
const TENANTS_MAX = 16;

/** A run reads the fleet each second, and most VMs are as they were: only the others are parsed. */
function readVms(memory: PlacementMemory, tenantId: string, rows: readonly VmRow[]): KnownVms {
  const before = memory.vms.get(tenantId);
  const read = new Map(rows.map((row) => [row.id, readVm(row, before?.get(row.id))]));
  keepLatest(memory.vms, [tenantId, read], TENANTS_MAX);
  return read;
}

function readVm(row: VmRow, known: RememberedVm | undefined): RememberedVm {
  const { desired_json: desired, observed_json: observed } = row;
  const isAsked = known?.desired === desired;
  if (isAsked && known.observed === observed) return known;
  // Written by the same rows that are read here.
  const vm = isAsked ? known.vm : toPeer(VmSpec.parse(desiredOf(row)));
  return { desired, observed, node: String(observedOf(row).node), vm };
}

/** VMs as the rules of other VMs see them, without those that are on no node. */
function toPeers(vms: KnownVms, nodes: readonly Tables['nodes'][]): readonly Peer[] {
  const idByName = new Map(nodes.map(({ id, name }) => [name, id]));
  return [...vms.values()].flatMap(({ node, vm }): Peer[] => {
    const nodeId = idByName.get(node);
    return nodeId === undefined ? [] : [{ ...vm, nodeId }];
  });
}

/** Reserved room counts like the VM that it is reserved for. */
function toHeldPeer(row: ReservationRow): Peer {
  return { ...toPeer(specOf(row)), nodeId: NodeId.parse(row.node_id) };
}

function toPeer(spec: VmSpec): Omit<Peer, 'nodeId'> {
  const { vm, constraints } = toPlacementAsk(spec);
  const apart = constraints.affinity?.filter(
    ({ rule, need }) => rule === 'apart' && need === 'required',
  );
  const { name, labels, group } = vm;
  return { name, labels, group, apart };
}
