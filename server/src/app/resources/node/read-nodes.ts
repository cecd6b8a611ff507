/**
 * Shows and lists nodes. All tenants see the nodes and their capacity, but only allocations of
 * their own VMs.
 */
import {
  Node,
  type NodeCutOff,
  type NodeFence,
  type NodeIsolation,
} from '@novacron/contract/fleet/node';
import type { NodeCondition } from '@novacron/contract/fleet/node-condition';
import { err, ok } from '@novacron/contract/result';
import type { Tables } from '../../../ports/tables/tables.ts';
import { findOwnTenant } from '../../access/tenants/tenant-access.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { type ListInput, readList } from '../../kernel/lists/read-list.ts';
import { readFacts } from '../../placement/facts/node-facts.ts';
import { readPrices } from '../../placement/facts/placement-node.ts';
import { damagedRow, parseShown } from '../../rows/damaged-row.ts';
import { showConditions } from '../../rows/observed/node-conditions.ts';
import { mapPage } from '../../rows/page.ts';
import { notFound } from '../../rows/resource-problems.ts';
import { isMoment, toTimestamp } from '../../rows/to-timestamp.ts';
import type { ResourceDeps } from '../deps.ts';
import { isolationOf } from './isolation-guard.ts';
import { cutOffOf } from './node-cut-off.ts';
import { fenceOf, poolHeartbeatOf, suspicionOf } from './node-fence.ts';

const MIB_PER_GB = 1_024;

type Row = Tables['nodes'];
type Held = Pick<Row, 'cpu_cores_used' | 'memory_mib_used' | 'disk_gb_used' | 'vm_count'> & {
  readonly fenced: NodeFence | null;
  readonly cutOff: NodeCutOff | null;
  /** Null for those who do not run the fleet. */
  readonly isolation: NodeIsolation | null;
  readonly conditions: readonly NodeCondition[] | null;
};

/** Lists nodes. */
export async function listNodes(deps: ResourceDeps, input: ListInput, context: CallContext) {
  const page = await readList(deps, { operation: 'node.list', from: 'nodes', where: {} }, input);
  if (!page.ok) return page;
  const heldOn = await visibleNodes(deps, page.value.items, context);
  return ok(mapPage(page.value, (row) => toNode(row, heldOn(row))));
}

/** Shows a node. */
export async function getNode(deps: ResourceDeps, id: string, context: CallContext) {
  const [row] = await deps.store.read({ from: 'nodes', where: { id } });
  if (row === undefined) return err(notFound('node', id));
  const heldOn = await visibleNodes(deps, [row], context);
  return ok(toNode(row, heldOn(row)));
}

/** The allocations of a node that a caller may see, and what of its fence. */
async function visibleNodes(
  { store }: ResourceDeps,
  rows: readonly Row[],
  { principal }: CallContext,
): Promise<(row: Row) => Held> {
  const own = await findOwnTenant(store, principal);
  if (own?.is_platform === 1) {
    return (row) => ({
      ...row,
      fenced: fenceOf(row) ?? null,
      isolation: isolationOf(row),
      cutOff: cutOffOf(row) ?? null,
      conditions: showConditions(row),
    });
  }
  const allocations = await store.read({
    from: 'allocations',
    where: { owner_tenant_id: principal.tenantId, node_id: { in: rows.map(({ id }) => id) } },
  });
  return (row) => {
    const { id } = row;
    const fence = fenceOf(row);
    const cutOff = cutOffOf(row);
    const here = allocations.filter(({ node_id }) => node_id === id);
    const sumOf = (amountOf: (row: (typeof here)[number]) => number): number =>
      here.reduce((sum, row) => sum + amountOf(row), 0);
    return {
      cpu_cores_used: sumOf(({ cpu_cores }) => cpu_cores),
      memory_mib_used: sumOf(({ memory_mib }) => memory_mib),
      disk_gb_used: sumOf(({ disk_gb }) => disk_gb),
      vm_count: new Set(here.map(({ vm_id }) => vm_id)).size,
      // Who said so, and how it is known, is the business of those who run the fleet.
      fenced: fence === undefined ? null : { ...fence, by: null, reason: null },
      isolation: null,
      cutOff: cutOff === undefined ? null : { ...cutOff, by: null, reason: null },
      conditions: null,
    };
  };
}

function toNode(row: Row, held: Held): Node {
  if (!isMoment(row.last_seen_at_ms)) throw damagedRow(row.id, 'last_seen_at_ms is not a time');
  return parseShown(row.id, Node, {
    id: row.id,
    name: row.name,
    zone: row.zone,
    rack: row.rack,
    status: row.status,
    power: row.power ?? 'on',
    control_plane: row.followed_json === null ? 'own' : 'other',
    driver: row.driver,
    capacity: {
      cpu_cores: row.cpu_cores,
      memory_gb: row.memory_mib / MIB_PER_GB,
      disk_gb: row.disk_gb,
    },
    allocated: {
      cpu_cores: held.cpu_cores_used,
      memory_gb: held.memory_mib_used / MIB_PER_GB,
      disk_gb: held.disk_gb_used,
    },
    vm_count: held.vm_count,
    prices: readPrices(row.prices_json) ?? null,
    facts: factsOf(row, held),
    fenced: held.fenced,
    cut_off: held.cutOff,
    suspected: suspicionOf(row) ?? null,
    pool_heartbeat: poolHeartbeatOf(row) ?? null,
    isolation: held.isolation,
    conditions: held.conditions,
    maintenance_until:
      row.maintenance_until_ms === null ? null : toTimestamp(row.maintenance_until_ms),
    last_seen_at: toTimestamp(row.last_seen_at_ms),
  });
}

/** The facts of a node; those who do not run the fleet do not see what is wrong with it. */
function factsOf(row: Row, { conditions }: Held) {
  const facts = readFacts(row);
  if (facts === undefined || conditions !== null) return facts ?? null;
  const { conditions: _conditions, ...others } = facts;
  return others;
}
