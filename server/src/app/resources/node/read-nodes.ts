/**
 * Shows and lists nodes. All tenants see the nodes and their capacity, but only allocations of
 * their own VMs.
 */
import { toAmount, WHOLE } from '@novacron/contract/cost/money';
import { Node } from '@novacron/contract/fleet/node';
import type { NodePrices } from '@novacron/contract/fleet/node-prices';
import { err, ok } from '@novacron/contract/result';
import type { PriceList } from '@novacron/engine/cost/model/price-list';
import { partPricesOf } from '@novacron/engine/cost/plan-price';
import type { Tables } from '../../../ports/tables/tables.ts';
import { reduceNode } from '../../access/tenants/reduce-for-tenants.ts';
import { findOwnTenant } from '../../access/tenants/tenant-access.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { type ListInput, readList } from '../../kernel/lists/read-list.ts';
import { readFacts } from '../../placement/facts/node-facts.ts';
import { showConditions } from '../../rows/observed/node-conditions.ts';
import { suspicionOf } from '../../rows/observed/node-suspicion.ts';
import { mapPage } from '../../rows/page.ts';
import { damagedRow, parseShown } from '../../rows/parse-stored.ts';
import { notFound } from '../../rows/resource-problems.ts';
import { isMoment, toTimestamp } from '../../rows/to-timestamp.ts';
import type { ResourceDeps } from '../deps.ts';
import { isolationOf } from './isolation-guard.ts';
import { cutOffOf } from './node-cut-off.ts';
import { fenceOf, poolHeartbeatOf } from './node-fence.ts';
import { wakingOf } from './node-waking.ts';

const MIB_PER_GB = 1_024;

type Row = Tables['nodes'];

/** Lists nodes. */
export async function listNodes(deps: ResourceDeps, input: ListInput, context: CallContext) {
  const page = await readList(deps, { operation: 'node.list', from: 'nodes', where: {} }, input);
  if (!page.ok) return page;
  const show = await showerFor(deps, page.value.items, context);
  return ok(mapPage(page.value, show));
}

/** Shows a node. */
export async function getNode(deps: ResourceDeps, id: string, context: CallContext) {
  const [row] = await deps.store.read({ from: 'nodes', where: { id } });
  if (row === undefined) return err(notFound('node', id));
  const show = await showerFor(deps, [row], context);
  return ok(show(row));
}

/** Returns a function that converts nodes to the form a caller may see. */
async function showerFor(
  { store, prices }: ResourceDeps,
  rows: readonly Row[],
  { principal }: CallContext,
): Promise<(row: Row) => Node> {
  const own = await findOwnTenant(store, principal);
  const list = prices.current();
  if (own?.is_platform === 1) return (row) => toNode(row, list);
  const allocations = await store.read({
    from: 'allocations',
    where: { owner_tenant_id: principal.tenantId, node_id: { in: rows.map(({ id }) => id) } },
  });
  return (row) => {
    const here = allocations.filter(({ node_id }) => node_id === row.id);
    const sumOf = (amountOf: (row: (typeof here)[number]) => number): number =>
      here.reduce((sum, each) => sum + amountOf(each), 0);
    return reduceNode(toNode(row, list), {
      allocated: {
        cpu_cores: sumOf(({ cpu_cores }) => cpu_cores),
        memory_gb: sumOf(({ memory_mib }) => memory_mib) / MIB_PER_GB,
        disk_gb: sumOf(({ disk_gb }) => disk_gb),
      },
      vm_count: new Set(here.map(({ vm_id }) => vm_id)).size,
    });
  };
}

function pricesOn({ class: nodeClass, zone }: Row, list: PriceList | undefined): NodePrices | null {
  const found = list && partPricesOf(list, { nodeClass, zone });
  if (found === undefined) return null;
  const { cpuCore, memoryGb, diskGb, spotRatio, spotRisk } = found;
  return {
    cpu_core: toAmount(cpuCore),
    memory_gb: toAmount(memoryGb),
    disk_gb: toAmount(diskGb),
    spot_ratio: spotRatio / WHOLE,
    spot_risk: spotRisk,
  };
}

/** A node as the platform sees it. */
function toNode(row: Row, list: PriceList | undefined): Node {
  if (!isMoment(row.last_seen_at_ms)) throw damagedRow(row.id, 'last_seen_at_ms is not a time');
  return parseShown(row.id, Node, {
    id: row.id,
    name: row.name,
    zone: row.zone,
    rack: row.rack,
    status: row.status,
    power: fenceOf(row) === undefined ? (row.power ?? 'on') : 'off',
    control_plane: row.followed_json === null ? 'own' : 'other',
    driver: row.driver,
    agent_release: row.agent_release,
    capacity: {
      cpu_cores: row.cpu_cores,
      memory_gb: row.memory_mib / MIB_PER_GB,
      disk_gb: row.disk_gb,
    },
    allocated: {
      cpu_cores: row.cpu_cores_used,
      memory_gb: row.memory_mib_used / MIB_PER_GB,
      disk_gb: row.disk_gb_used,
    },
    vm_count: row.vm_count,
    class: row.class,
    prices: pricesOn(row, list),
    facts: readFacts(row) ?? null,
    fenced: fenceOf(row) ?? null,
    cut_off: cutOffOf(row) ?? null,
    suspected: suspicionOf(row) ?? null,
    pool_heartbeat: poolHeartbeatOf(row) ?? null,
    isolation: isolationOf(row),
    woken: wakingOf(row) ?? null,
    conditions: showConditions(row),
    maintenance_until:
      row.maintenance_until_ms === null ? null : toTimestamp(row.maintenance_until_ms),
    last_seen_at: toTimestamp(row.last_seen_at_ms),
  });
}
