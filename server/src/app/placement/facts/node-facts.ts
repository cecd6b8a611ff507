/** The facts that nodes announce, and what VMs hold of them, as the planner sees both. */
import type { NodeFacts } from '@novacron/contract/fleet/node-facts';
import { holdClaims } from '@novacron/engine/placement/place/index/hold-claims';
import type {
  Amounts,
  LicencePool,
  PlacementNode,
  VmRequest,
} from '@novacron/engine/placement/place/model/placement';
import { WHOLE_DEVICE_MILLI } from '@novacron/engine/placement/place/resources/assign-devices';
import type { AllocationRow } from '../../../ports/tables/allocation-row.ts';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import { type Claim, readClaim } from '../../rows/allocation-claims.ts';
import { cpuFeature } from '../../rows/cpu-baselines.ts';
import { SHARED_ROOT_DISKS } from '../../rows/hypervisor-features.ts';
import { parseStored } from '../../rows/parse-stored.ts';

/** A node with the claims of its VMs, as text: they are recorded with the decisions. */
export interface ClaimedNodeRow extends NodeRow {
  /** VMs with a claim, as `VmRequest`s; absent or null where there are none. */
  readonly held_json?: string | null;
}

/**
 * Joins nodes with what their VMs hold of them.
 * @param claims - the answer to `FLEET_CLAIMS`, of the same moment as the nodes
 */
export function withClaims(
  nodes: readonly NodeRow[],
  claims: readonly AllocationRow[],
): readonly ClaimedNodeRow[] {
  const heldOn = new Map<string, VmRequest[]>();
  for (const row of claims) {
    const held = heldOn.get(row.node_id) ?? [];
    held.push(toHeldVm(row));
    heldOn.set(row.node_id, held);
  }
  return nodes.map((node) => {
    const held = heldOn.get(node.id);
    return { ...node, held_json: held === undefined ? null : JSON.stringify(held) };
  });
}

/**
 * Reads the facts that the agent of a node announced; undefined where it announced none, or where
 * they are damaged: they are unknown then, until its next announcement.
 */
export function readFacts({ facts_json }: Pick<NodeRow, 'facts_json'>): NodeFacts | undefined {
  // Written from what an agent announced.
  return facts_json == null ? undefined : parseStored(facts_json);
}

/** Adds the facts of a node, less what VMs hold of them. */
export function withFacts(node: PlacementNode, row: ClaimedNodeRow): PlacementNode {
  const facts = readFacts(row);
  if (facts === undefined) return node;
  const { numa_cells, network_mbps, labels, taints, devices, cpu_baselines, storage } = facts;
  const further = [
    ...(cpu_baselines ?? []).map(cpuFeature),
    ...(storage?.sharing === 'shared' ? [SHARED_ROOT_DISKS] : []),
  ];
  const free: PlacementNode = {
    ...node,
    capacity: withinStorage(node, facts),
    ...(numa_cells && {
      numaCells: numa_cells.map(({ cpu_cores, memory_mib }) => ({
        cpuCores: cpu_cores,
        cpuCoresUsed: 0,
        memoryMib: memory_mib,
        memoryMibUsed: 0,
      })),
    }),
    ...(network_mbps !== undefined && {
      pools: { bandwidth: { capacity: network_mbps, used: 0 } },
    }),
    ...(further.length > 0 && { features: [...(node.features ?? []), ...further] }),
    // The labels of its place stay what they are.
    ...(labels && { labels: { ...labels, ...node.labels } }),
    ...(taints && { taints: taints.map(({ key, value, effect }) => ({ key, value, effect })) }),
    ...(devices && {
      devices: devices.map(({ kind, model, count }) => ({
        kind,
        model,
        freeMilli: Array.from({ length: count }, () => WHOLE_DEVICE_MILLI),
      })),
    }),
  };
  // Written by `withClaims`.
  const held: readonly VmRequest[] = row.held_json == null ? [] : JSON.parse(row.held_json);
  return holdClaims(free, held);
}

/**
 * The capacity of a node whose own storage has less free than was promised of it: it refuses a disk
 * that is larger. Disks in storage that nodes share need no room there when VMs move.
 */
function withinStorage({ capacity, used }: PlacementNode, { storage }: NodeFacts): Amounts {
  if (storage?.sharing !== 'local' || storage.free_gb === undefined) return capacity;
  const diskGb = Math.min(capacity.diskGb, used.diskGb + Math.floor(storage.free_gb));
  return { ...capacity, diskGb };
}

/**
 * The licences of the fleet, as its nodes announce them; the largest limit counts while
 * announcements differ.
 */
export function licencesOf(rows: readonly ClaimedNodeRow[]): readonly LicencePool[] {
  const pools = new Map<string, LicencePool>();
  for (const row of rows) {
    for (const { name, per, limit } of readFacts(row)?.licences ?? []) {
      const known = pools.get(name);
      if (known !== undefined && known.limit >= limit) continue;
      pools.set(name, { name, per, limit, used: 0, nodes: [] });
    }
  }
  if (pools.size === 0) return [];
  for (const { name: node, held_json } of rows) {
    const held: readonly Claim[] = held_json == null ? [] : JSON.parse(held_json);
    for (const licence of held.flatMap(({ licences = [] }) => licences)) {
      const pool = pools.get(licence);
      if (pool === undefined) continue;
      const nodes = pool.nodes.includes(node) ? pool.nodes : [...pool.nodes, node];
      pools.set(licence, { ...pool, used: pool.used + 1, nodes });
    }
  }
  return [...pools.values()];
}

function toHeldVm(row: AllocationRow): VmRequest {
  const claim = readClaim(row);
  return {
    name: row.vm_id,
    labels: {},
    cpuCores: row.cpu_cores,
    memoryMib: row.memory_mib,
    diskGb: row.disk_gb,
    ...claim,
  };
}
