/** The fleet as one tenant's decisions see it: all nodes, and where the tenant's VMs are. */
import { NodeId } from '@novacron/contract/ids';
import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import { type FleetIndex, makeFleetIndex } from '@novacron/engine/placement/index/fleet-index';
import type { Peer } from '@novacron/engine/placement/model/placement';
import type { Store } from '../../../ports/store.ts';
import type { ReservationRow } from '../../../ports/tables/reservation-row.ts';
import type { Tables, VmRow } from '../../../ports/tables/tables.ts';
import { desiredOf, observedOf } from '../../rows/answer-resource.ts';
import { keepLatest } from '../../rows/keep-latest.ts';
import { toPlacementAsk } from '../../rows/placement-ask.ts';
import { wakeableOf } from '../decide/place-or-wake.ts';
import { toPlacementNode } from '../facts/placement-node.ts';
import { specOf } from '../reservations/reservation-row.ts';

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
      peers: [...toPeers(readVms(store, tenantId, vms), nodes), ...reservations.map(toHeldPeer)],
    }),
    names: new Set(vms.map(({ name }) => name)),
    wakeable: wakeableOf(nodes),
  };
}

/** A VM as it was read last. */
interface KnownVm {
  readonly desired: string;
  readonly observed: string;
  /** The name of its node. */
  readonly node: string;
  readonly vm: Omit<Peer, 'nodeId'>;
}

/** VMs by their ids. */
type KnownVms = ReadonlyMap<string, KnownVm>;

/** Of tenants that plan at the same time; the others are read anew. */
const TENANTS_MAX = 16;

const KNOWN = new WeakMap<Store, Map<string, KnownVms>>();

/** A run reads the fleet each second, and most VMs are as they were: only the others are parsed. */
function readVms(store: Store, tenantId: string, rows: readonly VmRow[]): KnownVms {
  const ofStore = KNOWN.get(store) ?? new Map<string, KnownVms>();
  KNOWN.set(store, ofStore);
  const before = ofStore.get(tenantId);
  const read = new Map(rows.map((row) => [row.id, readVm(row, before?.get(row.id))]));
  keepLatest(ofStore, [tenantId, read], TENANTS_MAX);
  return read;
}

function readVm(row: VmRow, known: KnownVm | undefined): KnownVm {
  const { desired_json: desired, observed_json: observed } = row;
  const isAsked = known?.desired === desired;
  if (isAsked && known.observed === observed) return known;
  // Written by the same rows that are read here.
  const vm = isAsked ? known.vm : toPeer(VmSpec.parse(desiredOf(row)));
  return { desired, observed, node: String(observedOf(row).node), vm };
}

/** VMs as the rules of other VMs see them; one that is on no node is in nobody's way. */
function toPeers(vms: KnownVms, nodes: readonly Tables['nodes'][]): readonly Peer[] {
  const idByName = new Map(nodes.map(({ id, name }) => [name, id]));
  return [...vms.values()].flatMap(({ node, vm }): Peer[] => {
    const nodeId = idByName.get(node);
    return nodeId === undefined ? [] : [{ ...vm, nodeId: nodeId as NodeId }];
  });
}

/** Room that is held for a VM is as good as the VM. */
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
