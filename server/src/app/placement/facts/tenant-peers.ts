/** The placed VMs of a tenant as decisions about its other VMs see them. */
import type { Peer } from '@novacron/engine/placement/model/placement';
import type { AllocationRow } from '../../../ports/tables/allocation-row.ts';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import { toPeers } from '../../rows/allocation-constraints.ts';
import { setWithLimit } from '../../rows/set-with-limit.ts';
import type { PlacementDeps } from '../deps.ts';
import type { RememberedAllocation, RememberedAllocations } from '../placement-memory.ts';
import { cachePeers } from './peer-cache.ts';

/** Tenants whose allocations are remembered. */
const TENANTS_MAX = 64;

/** How long the allocations of a node are used again while nothing on it has changed in size. */
const REREAD_MS = 1_000;

type Deps = Pick<PlacementDeps, 'store' | 'placementMemory'>;

/** The answer to {@link tenantPeers}. */
interface PeerRows {
  readonly there: readonly AllocationRow[];
  readonly older: readonly AllocationRow[];
}

/** The queries for the placed VMs of a tenant; its reservations count as VMs. */
export function tenantPeers(tenantId: string) {
  return {
    there: { from: 'allocations', where: { owner_tenant_id: tenantId } },
    // Written by an earlier release, without their tenant.
    older: { from: 'allocations', where: { owner_tenant_id: null } },
  } as const;
}

/**
 * Turns allocations into the VMs that they are for.
 * @param except - the id of the VM to be placed: it is not its own peer
 * @returns the same objects for the same rows, so that indexes need not compare them
 */
export async function readPeers(
  { store, placementMemory }: Deps,
  tenantId: string,
  { there, older, except }: PeerRows & { readonly except?: string | undefined },
): Promise<readonly Peer[]> {
  const isOther = ({ vm_id }: AllocationRow) => vm_id !== except;
  const known = cachePeers(placementMemory, there.filter(isOther));
  if (older.length === 0) return known;
  const vms = await store.read({ from: 'vms', where: { tenant_id: tenantId } });
  return [...known, ...toPeers(older.filter(isOther), vms)];
}

/**
 * Reads the same for a tenant whose VMs keep no VM away, so that they only count in scores: only
 * nodes whose used amounts have changed are read again. Labels that changed on a node are seen a
 * second later at the latest.
 * @param nodes - the fleet of this moment
 */
export async function readPeersToRank(
  deps: Deps,
  vm: {
    readonly tenantId: string;
    readonly nodes: readonly NodeRow[];
    readonly except: string | undefined;
  },
  nowMs: number,
): Promise<readonly Peer[]> {
  const { tenantId, nodes, except } = vm;
  const { allocations } = deps.placementMemory;
  const known = allocations.get(tenantId) ?? new Map<string, RememberedAllocations>();
  const changed = nodes.filter((node) => !isFresh(known.get(node.id), node, nowMs));
  const all = tenantPeers(tenantId);
  const { there, older } = await deps.store.snapshot({
    older: all.older,
    there:
      changed.length === nodes.length
        ? all.there
        : {
            from: 'allocations',
            where: { owner_tenant_id: tenantId, node_id: { in: changed.map(({ id }) => id) } },
          },
  });
  const rowsOf = new Map<string, AllocationRow[]>(changed.map(({ id }) => [id, []]));
  for (const row of there) rowsOf.get(row.node_id)?.push(row);
  // A new map, so that nodes that have left are forgotten.
  const now = new Map<string, RememberedAllocations>();
  for (const node of nodes) {
    const before = known.get(node.id);
    const rows = rowsOf.get(node.id);
    if (rows !== undefined) {
      const placed = parseChanged(rows, before?.placed ?? []);
      now.set(node.id, { used: usedOf(node), readAtMs: nowMs, placed });
    } else if (before !== undefined) now.set(node.id, before);
  }
  setWithLimit(allocations, [tenantId, now], TENANTS_MAX);
  const peers = [...now.values()].flatMap(({ placed }) =>
    placed.flatMap((each) => (each.row.vm_id === except ? [] : each.peers)),
  );
  return older.length === 0
    ? peers
    : [...peers, ...(await readPeers(deps, tenantId, { there: [], older, except }))];
}

/** Also false where the clock was set back. */
function isFresh(before: RememberedAllocations | undefined, node: NodeRow, nowMs: number): boolean {
  if (before?.used !== usedOf(node)) return false;
  const ageMs = nowMs - before.readAtMs;
  return ageMs >= 0 && ageMs < REREAD_MS;
}

/** The same objects for the same rows, so that indexes need not compare them. */
function parseChanged(
  rows: readonly AllocationRow[],
  before: readonly RememberedAllocation[],
): readonly RememberedAllocation[] {
  const known = new Map(before.map((each) => [each.row.id, each]));
  return rows.map((row) => {
    const same = known.get(row.id);
    const isSame = same?.row.traits_json === row.traits_json;
    return isSame ? same : { row, peers: toPeers([row], []) };
  });
}

/** Every VM that comes to a node or leaves it changes these. */
function usedOf({ cpu_cores_used, memory_mib_used, disk_gb_used, vm_count }: NodeRow): string {
  return `${cpu_cores_used}/${memory_mib_used}/${disk_gb_used}/${vm_count}`;
}
