/**
 * Utilization, saturation and errors of what nodes have. Source of the idea: B. Gregg, "The USE
 * Method".
 */
import type { Tables } from '../../../ports/tables/tables.ts';
import type { Telemetry } from '../../../ports/telemetry.ts';
import { conditionsOf } from '../../rows/observed/node-conditions.ts';
import type { CapabilityDeps } from '../deps.ts';

type Resource = 'cpu' | 'memory' | 'disk';

const RESOURCES: readonly Resource[] = ['cpu', 'memory', 'disk'];

/** Nodes that are named in metrics; beyond that, only zones are. Three series each. */
const NODES_NAMED_MAX = 300;

/** Above it, VMs wait for the CPU now and then. */
const CPU_SATURATED_RATIO = 0.9;

/** Kinds of conditions by what they say about a resource. */
const SATURATED: Readonly<Record<string, Resource>> = {
  memory_pressure: 'memory',
  disk_full: 'disk',
};
const FAULTY: Readonly<Record<string, Resource>> = {
  memory_errors: 'memory',
  disk_failing: 'disk',
  raid_degraded: 'disk',
  storage_errors: 'disk',
};

/** Sets the gauges of zones, and of nodes while they are few. */
export function setUse(
  telemetry: Telemetry,
  nodes: readonly Tables['nodes'][],
  usage: CapabilityDeps['usage'],
): void {
  const seen = nodes.map((node) => describeUse(node, usage?.ofNode(node.name)));
  const zones = [...new Set(nodes.map(({ zone }) => zone))];
  const perZone = (amountOf: (there: readonly NodeUse[], resource: Resource) => number) =>
    zones.flatMap((zone) => {
      const there = seen.filter(({ node }) => node.zone === zone);
      return RESOURCES.map((resource) => ({
        labels: { zone, resource },
        value: amountOf(there, resource),
      }));
    });
  const shareOf = (there: readonly NodeUse[], resource: Resource): number => {
    const present = there.filter(({ node }) => node.status !== 'lost');
    const sum = (part: 'used' | 'capacity') =>
      present.reduce((before, { amounts }) => before + amounts[resource][part], 0);
    return sum('used') / Math.max(1, sum('capacity'));
  };
  telemetry.set('novacron_zone_utilization_ratio', perZone(shareOf));
  telemetry.set(
    'novacron_zone_saturated_nodes',
    perZone((there, resource) => there.filter(({ saturated }) => saturated.has(resource)).length),
  );
  telemetry.set(
    'novacron_zone_faulty_nodes',
    perZone((there, resource) => there.filter(({ faulty }) => faulty.has(resource)).length),
  );
  const named = nodes.length > NODES_NAMED_MAX ? [] : seen;
  telemetry.set(
    'novacron_node_utilization_ratio',
    named.flatMap((one) =>
      RESOURCES.map((resource) => ({
        labels: { zone: one.node.zone, node: one.node.name, resource },
        value: shareOf([one], resource),
      })),
    ),
  );
}

interface NodeUse {
  readonly node: Tables['nodes'];
  readonly amounts: Readonly<
    Record<Resource, { readonly used: number; readonly capacity: number }>
  >;
  readonly saturated: ReadonlySet<Resource | undefined>;
  readonly faulty: ReadonlySet<Resource | undefined>;
}

function describeUse(
  node: Tables['nodes'],
  measured: { readonly cpuCores: number; readonly memoryMib: number } | undefined,
): NodeUse {
  const cpu = { used: measured?.cpuCores ?? 0, capacity: node.cpu_cores };
  const kinds = conditionsOf(node)
    .filter(({ clearedMs }) => clearedMs === null)
    .map(({ kind }) => kind);
  const isBusy = cpu.used >= cpu.capacity * CPU_SATURATED_RATIO;
  return {
    node,
    amounts: {
      cpu,
      memory: { used: measured?.memoryMib ?? 0, capacity: node.memory_mib },
      disk: { used: node.disk_gb_used, capacity: node.disk_gb },
    },
    saturated: new Set([isBusy ? 'cpu' : undefined, ...kinds.map((kind) => SATURATED[kind])]),
    faulty: new Set([
      node.status === 'lost' ? 'cpu' : undefined,
      ...kinds.map((kind) => FAULTY[kind]),
    ]),
  };
}
