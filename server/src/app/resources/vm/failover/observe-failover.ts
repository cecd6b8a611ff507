/** The whole fleet as the room for failover is checked: nodes, VMs, and who starts elsewhere. */

import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import { startsElsewhere } from '@novacron/contract/kinds/vm/vm-healing';
import type { FailoverVm, Restartable } from '@novacron/engine/healing/failover/model/failover';
import type {
  PlacementNode,
  PlacementRequest,
} from '@novacron/engine/placement/place/model/placement';
import { groupBy } from '@novacron/runtime/group-by';
import type { NodeRow } from '../../../../ports/tables/node-row.ts';
import type { Tables, VmRow } from '../../../../ports/tables/tables.ts';
import { FLEET_NODES, toFleetFacts } from '../../../placement/facts/fleet-facts.ts';
import { withClaims } from '../../../placement/facts/node-facts.ts';
import { specOf } from '../../../placement/reservations/reservation-row.ts';
import { steerFleet } from '../../../placement/steering/steer-fleet.ts';
import { desiredAs, mapReadable, observedOf } from '../../../rows/answer-resource.ts';
import { withCpuFeature } from '../../../rows/cpu-baselines.ts';
import { toPlacementRequest } from '../../../rows/placement-request.ts';
import { amountsHeldBy } from '../../../rows/vm-amounts.ts';
import type { ResourceDeps } from '../../deps.ts';
import { hasEncrypted, opensVolumes } from '../../volume/volume-encryption.ts';
import {
  findSharedDisks,
  poolsOfVolumes,
  reachesDisks,
  reachesPools,
} from '../reach/find-reaching-nodes.ts';
import { canRestore, findRestore, type RestoreFacts, whyNoRestore } from '../reach/find-restore.ts';

/** The rule that each write moves that takes room of a node. */
export const FAILOVER_RULE = 'failover/room';

/** The query for its version. */
export const FAILOVER_VERSION = { from: 'rule_versions', where: { id: FAILOVER_RULE } } as const;

/** The fleet of one moment. */
export interface ObservedFailover {
  readonly version: number;
  readonly rows: readonly NodeRow[];
  readonly nodes: readonly PlacementNode[];
  readonly vms: readonly FailoverVm[];
  /** Disk location of new VMs, by node id; nodes without shared storage are omitted. */
  readonly disks: ReadonlyMap<string, string>;
  /**
   * Returns the restart requirements of a VM on a node; undefined for a VM that waits for its node.
   */
  readonly restartOf: (vm: RestartQuestion) => Restartable | undefined;
}

/** A VM, its node, and what it asks of it. */
export interface RestartQuestion {
  readonly id: string;
  readonly spec: Pick<VmSpec, 'healing' | 'deletion_protection'>;
  readonly node: NodeRow;
  readonly request: PlacementRequest;
}

/** Reads it in one snapshot, but for the snapshots of volumes that VMs are restored from. */
export async function observeFailover(deps: ResourceDeps): Promise<ObservedFailover> {
  const read = await deps.store.snapshot({
    version: FAILOVER_VERSION,
    nodes: FLEET_NODES,
    vms: { from: 'vms' },
    allocations: { from: 'allocations' },
    reservations: { from: 'reservations' },
    standbys: { from: 'standbys', where: { node: { not: null } } },
    volumes: { from: 'volumes', where: { attached_to: { not: null } } },
  });
  const snapshots = read.vms.some(mayBeRestored)
    ? await deps.store.read({ from: 'snapshots' })
    : [];
  const steered = await steerFleet(deps, read.vms);
  const claims = read.allocations.filter(({ has_claims }) => has_claims === 1);
  const { nodes } = toFleetFacts(withClaims(read.nodes, claims), deps);
  const vmRows = new Map<string, VmRow>(read.vms.map((row) => [row.id, row]));
  const rowOf = new Map<string, NodeRow>(read.nodes.map((row) => [row.id, row]));
  const allocations = groupBy(read.allocations, ({ vm_id }) => vm_id);
  const restartOf = rememberReaches({ ...read, snapshots, exports: deps.exports });
  const standbyOf = new Map<string, string | null>(read.standbys.map(({ id, node }) => [id, node]));
  const residents = read.allocations.flatMap((allocation): readonly FailoverVm[] => {
    const row = vmRows.get(allocation.vm_id);
    const node = rowOf.get(allocation.node_id);
    if (row === undefined || node === undefined) return [];
    const places = allocations.get(row.id)?.length ?? 1;
    const ask = steered.get(row.id);
    const standby = standbyOf.get(row.id) ?? undefined;
    const held = { row, allocation, node, places, ask, standby };
    return mapReadable([row], () => toResident(held, restartOf));
  });
  const held = read.reservations.flatMap((row): readonly FailoverVm[] => {
    const node = rowOf.get(row.node_id);
    const request = toPlacementRequest(specOf(row));
    return node === undefined
      ? []
      : [{ id: row.id, tenantId: row.tenant_id, node: node.name, request }];
  });
  const version = read.version[0]?.version ?? 0;
  const vms = [...residents, ...held];
  const disks = new Map(
    read.nodes.flatMap((row) => {
      const own = findSharedDisks([], row);
      if (own === undefined) return [];
      const { writer: _writer, ...pools } = own;
      return [[row.id, JSON.stringify(pools)] as const];
    }),
  );
  return { version, rows: read.nodes, nodes, vms, disks, restartOf };
}

/** Few VMs are: the others cost no parsing and no reading of snapshots. */
function mayBeRestored({ desired_json }: VmRow): boolean {
  return desired_json.includes('"on_node_loss":"restore"');
}

interface Held {
  readonly row: VmRow;
  readonly allocation: Tables['allocations'];
  readonly node: NodeRow;
  readonly places: number;
  readonly ask: PlacementRequest | undefined;
  readonly standby: string | undefined;
}

function toResident(
  { row, allocation, node, places, ask, standby }: Held,
  restartOf: ObservedFailover['restartOf'],
): FailoverVm {
  const spec = desiredAs(row, VmSpec);
  const asked = withCpuFeature(ask ?? toPlacementRequest(spec), row);
  const vm = { ...asked.vm, ...amountsHeldBy(allocation) };
  const request = { ...asked, vm, unknownFacts: 'accept' } as const;
  const mayStart = places === 1 && observedOf(row).status !== 'failed';
  return {
    id: row.id,
    tenantId: row.tenant_id,
    priority: spec.priority,
    node: node.name,
    request,
    restart: mayStart ? restartOf({ id: row.id, spec, node, request }) : undefined,
    standby,
  };
}

/** Sets of nodes are shared by VMs with the same storage: there are few of them. */
function rememberReaches(facts: RestoreFacts): ObservedFailover['restartOf'] {
  const { nodes, volumes } = facts;
  const attached = groupBy(volumes, ({ attached_to }) => attached_to ?? '');
  const known = new Map<string, Restartable>();
  return ({ id, spec, node, request }) => {
    if (!startsElsewhere(spec.healing) || request.constraints.node !== undefined) return undefined;
    const own = attached.get(id) ?? [];
    const disks = findSharedDisks(own, node);
    const found = disks && remember(disks, (each) => reachesDisks(each, disks));
    if (found !== undefined && hasOther(found, node)) return found;
    if (spec.healing?.on_node_loss === 'restore') {
      const restore = findRestore({ ...facts, volumes: own }, node);
      if (whyNoRestore(restore) !== undefined) return undefined;
      const { pools, volumes: restored, encrypted } = restore;
      const makes = { pools, restores: restored.length > 0, encrypted };
      const able = remember(makes, (each) => canRestore(each, restore));
      return hasOther(able, node) ? able : undefined;
    }
    if (spec.healing?.on_node_loss !== 'recreate' || spec.deletion_protection) return undefined;
    const pools = poolsOfVolumes(own, node);
    const encrypted = hasEncrypted(own);
    const fresh = remember(
      { pools, encrypted },
      (each) => reachesPools(each, pools) && opensVolumes(each, own),
    );
    return hasOther(fresh, node) ? fresh : undefined;
  };

  function remember(by: object, isReached: (node: NodeRow) => boolean): Restartable {
    const key = JSON.stringify(by);
    const found = known.get(key) ?? {
      reach: new Set(nodes.filter(isReached).map(({ name }) => name)),
    };
    known.set(key, found);
    return found;
  }
}

function hasOther({ reach }: Restartable, node: NodeRow): boolean {
  return [...reach].some((name) => name !== node.name);
}
