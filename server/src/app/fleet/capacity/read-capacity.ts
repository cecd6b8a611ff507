/** Reads the resources of the fleet with what is used of them now: the input of a capacity plan. */
import { toAmount } from '@novacron/contract/cost/money';
import { MEASURED_MEMBERS } from '@novacron/contract/formats/metric-name';
import { VmGroupSpec } from '@novacron/contract/kinds/vm-group/vm-group';
import type { CapacityScope, NodeOffer } from '@novacron/engine/capacity/model/capacity';
import type { PriceList } from '@novacron/engine/cost/model/price-list';
import { classPricesOf } from '@novacron/engine/cost/plan-price';
import { groupBy } from '@novacron/runtime/group-by';
import { mean } from 'simple-statistics';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import { readFacts } from '../../placement/facts/node-facts.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { measureFleet } from '../../platform/metrics/measure-fleet.ts';
import { readFleet } from '../../platform/metrics/record-fleet.ts';
import { desiredAs, mapReadable } from '../../rows/answer-resource.ts';
import { DERIVED, listAmounts, type PlannedAmount } from './planned-amounts.ts';

/** A resource without its history. */
export interface FoundResource extends PlannedAmount {
  /** Target of the series of its use. */
  readonly targetId: string;
  /** Undefined: the platform. */
  readonly tenantId: string | undefined;
  readonly scope: CapacityScope;
  /** The part of the capacity that nodes on standby have. */
  readonly standby: number;
  readonly nodes: number;
  readonly offers: readonly NodeOffer[];
}

const KINDS: readonly CapacityScope['kind'][] = [
  'fleet',
  'zone',
  'node_class',
  'storage_pool',
  'network',
  'tenant',
];

/** Its disks are recorded with the fleet. */
const SERVER: CapacityScope = { kind: 'server', name: 'server' };

const MIB = 1_048_576;

type Values = ReadonlyMap<string, number>;

/** A node that takes VMs, or will once it is awake, with its metrics and derived ones. */
interface CountedNode {
  readonly row: NodeRow;
  readonly values: Values;
}

/** Reads all. */
export async function readCapacity(deps: CapabilityDeps): Promise<readonly FoundResource[]> {
  const rows = await readFleet(deps);
  const tenants = await deps.store.read({ from: 'tenants' });
  const names = new Map([...tenants, ...rows.networks].map(({ id, name }) => [id, name]));
  const counted = rows.nodes.filter(({ status }) => status === 'ready' || status === 'standby');
  const measured = new Map(
    measureFleet(rows, deps.usage).map(({ target, values }) => [target.id, values]),
  );
  // Nodes on standby wake where they are needed: their capacity is there.
  const awake = counted.map((row) => ({ ...row, status: 'ready' }));
  const whole = measureFleet({ ...rows, nodes: awake }, undefined);
  const byId = new Map(whole.map(({ target, values }) => [target.id, values]));
  const nodes = counted.map((row) => ({ row, values: addDerived(row, byId.get(row.id)) }));
  const list = deps.prices.current();
  const found = whole.flatMap(({ target, values }): readonly FoundResource[] => {
    const { id, tenantId } = target;
    const kind = KINDS.find((each) => each === target.kind);
    if (kind === undefined) return [];
    const scope = { kind, name: names.get(id) ?? id.slice(id.indexOf(':') + 1) };
    const members = nodes.filter(({ row }) => isMember(row, scope));
    const all = new Map([
      ...(measured.get(id) ?? []),
      ...values,
      ...sumDerived(members, kind, deps.settings.failoverNodes),
    ]);
    return listAmounts(all).map((amount) => {
      const own = { ...amount, targetId: id, tenantId, scope };
      if (amount.provider !== 'nodes') {
        const of = amount.provider === 'server' ? SERVER : scope;
        return { ...own, scope: of, standby: 0, nodes: 0, offers: [] };
      }
      const asleep = members.filter(({ row }) => row.status === 'standby');
      const standby = asleep.reduce((sum, node) => sum + amountIn(node, amount), 0);
      return { ...own, standby, nodes: members.length, offers: offersOf(members, amount, list) };
    });
  });
  return [...found, ...(await readGroups(deps))];
}

function isMember({ zone, class: ofNode }: NodeRow, { kind, name }: CapacityScope): boolean {
  if (kind === 'node_class') return ofNode === name;
  return kind === 'fleet' || (kind === 'zone' && zone === name);
}

/** What a node has of its own, not of what it promises; and what it adds to the failover room. */
function addDerived(row: NodeRow, values: Values = new Map()): Values {
  const { cpu = 1, memory = 1 } = readFacts(row)?.overcommit ?? {};
  return new Map([
    ...values,
    [DERIVED.cpuPhysical, row.cpu_cores / cpu],
    [DERIVED.memoryPhysical, (row.memory_mib / memory) * MIB],
    [DERIVED.cpuFailover, row.cpu_cores],
    [DERIVED.memoryFailover, row.memory_mib * MIB],
  ]);
}

/** The room for failover is what is left of the fleet without its largest nodes. */
function sumDerived(
  members: readonly CountedNode[],
  kind: CapacityScope['kind'],
  failoverNodes: number,
): readonly (readonly [string, number])[] {
  const sumOf = (name: string, lost: number): readonly [string, number] => {
    const amounts = members.map(({ values }) => values.get(name) ?? 0);
    const left = amounts.toSorted((one, other) => other - one).slice(lost);
    return [name, left.reduce((sum, amount) => sum + amount, 0)];
  };
  const lost = Math.max(1, failoverNodes);
  return [
    sumOf(DERIVED.cpuPhysical, 0),
    sumOf(DERIVED.memoryPhysical, 0),
    ...(kind === 'fleet'
      ? [sumOf(DERIVED.cpuFailover, lost), sumOf(DERIVED.memoryFailover, lost)]
      : []),
  ];
}

function amountIn({ values }: CountedNode, { limit, per }: PlannedAmount): number {
  return (values.get(limit) ?? 0) / per;
}

/**
 * A further node is as those of its class are on average; nodes without a class are a class of
 * their own.
 */
function offersOf(
  members: readonly CountedNode[],
  amount: PlannedAmount,
  list: PriceList | undefined,
): readonly NodeOffer[] {
  const having = members.filter((node) => amountIn(node, amount) > 0);
  return [...groupBy(having, ({ row }) => row.class)].map(([nodeClass, nodes]) => {
    const cost = list && classPricesOf(list, nodeClass)?.nodeCost;
    return {
      nodeClass,
      amount: mean(nodes.map((node) => amountIn(node, amount))),
      pricePerHour: toAmount(cost),
    };
  });
}

/** The sizes of groups that are scaled: their members, of at most `max_size`. */
async function readGroups({ store }: CapabilityDeps): Promise<readonly FoundResource[]> {
  const rows = await store.read({ from: 'vm_groups', damaged: 'blank' });
  const members = await store.tally({ from: 'vm_group_members', by: ['group_id'] });
  const sizes = new Map(members.map(({ values: [id], total }) => [id, total]));
  return mapReadable(rows, (row): FoundResource[] => {
    const { scaling, max_size: capacity } = desiredAs(row, VmGroupSpec);
    if (scaling === null) return [];
    return [
      {
        metric: 'members',
        unit: 'VMs',
        series: MEASURED_MEMBERS,
        limit: 'max_size',
        per: 1,
        use: sizes.get(row.id) ?? 0,
        capacity,
        provider: 'others',
        targetId: row.id,
        tenantId: row.tenant_id,
        scope: { kind: 'vm_group', name: row.name },
        standby: 0,
        nodes: 0,
        offers: [],
      },
    ];
  }).flat();
}
