/** The observed VMs and VM groups of a tenant that orchestration policies evaluate. */
import type { OrchestratedResource } from '@novacron/contract/kinds/orchestration-policy/document';
import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import { GROUP_LABEL, VmGroupSpec } from '@novacron/contract/kinds/vm-group/vm-group';
import type { GroupSizes } from '@novacron/engine/automation/orchestration/resize-group';
import { mean } from 'simple-statistics';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import type { VmGroupRow, VmRow } from '../../../ports/tables/tables.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { isScaledByRules, labelsOfGroup } from '../../resources/vm-group/policies-of-groups.ts';
import { desiredAs, mapReadable, observedOf } from '../../rows/answer-resource.ts';
import { isOutOfContact } from '../../rows/observed/node-suspicion.ts';
import { healthOf } from '../../rows/observed/observed-health.ts';

/** A resource that policies may act on. */
export interface ObservedResource {
  readonly id: string;
  readonly facts: OrchestratedResource;
  /** For a VM group: its sizes. */
  readonly sizes?: GroupSizes;
  /** For a VM group: whether its own rules scale it, so that policies do not. */
  readonly isScaledByRules?: boolean;
  /** For a VM: the zone of its node. */
  readonly zone?: string | undefined;
  readonly node?: string | undefined;
}

const MIB_PER_GB = 1024;

/**
 * Reads them. Metrics are ratios, and only present where they were measured lately: `cpu_usage` and
 * `memory_usage` of the allocated amounts, `node_usage` of the cores of the VM's node. `healthy` is
 * 1 for a VM in its desired state on a node that answers, unless its health check fails; else 0. A
 * group has the means of its members, and `size`.
 */
export async function observeResources(
  { store, usage }: Pick<CapabilityDeps, 'store' | 'usage'>,
  tenantId: string,
): Promise<readonly ObservedResource[]> {
  const where = { tenant_id: tenantId };
  const { vms, groups, nodes } = await store.snapshot({
    vms: { from: 'vms', where },
    groups: { from: 'vm_groups', where },
    nodes: { from: 'nodes' },
  });
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const machines = mapReadable(vms, (row) => observeVm(row, byName, usage));
  return [...machines, ...mapReadable(groups, (row) => observeGroup(row, machines))];
}

function observeVm(
  row: VmRow,
  nodes: ReadonlyMap<string, NodeRow>,
  usage: CapabilityDeps['usage'],
): ObservedResource {
  const spec = desiredAs(row, VmSpec);
  const observed = observedOf(row);
  const { node: nodeName, status } = observed;
  const node = nodes.get(String(nodeName));
  const own = node && usage?.ofVm(node.name, row.id);
  const around = node && usage?.ofNode(node.name);
  const known = status === 'creating' || status === 'deleting' || row.busy_operation_id !== null;
  const isReached = node === undefined || !isOutOfContact(node);
  const isUnhealthy = healthOf(observed)?.state === 'unhealthy';
  const isAsDesired = status === spec.power_state && isReached && !isUnhealthy;
  return {
    id: row.id,
    zone: node?.zone,
    node: node?.name,
    facts: {
      type: 'vm',
      name: row.name,
      namespace: null,
      labels: spec.metadata ?? {},
      metrics: {
        ...(own && {
          cpu_usage: own.cpuCores / spec.cpu_cores,
          memory_usage: own.memoryMib / (spec.memory_gb * MIB_PER_GB),
        }),
        ...(around && node && { node_usage: around.cpuCores / node.cpu_cores }),
        // Unknown while an operation works on it.
        ...(known ? {} : { healthy: isAsDesired ? 1 : 0 }),
      },
    },
  };
}

function observeGroup(row: VmGroupRow, vms: readonly ObservedResource[]): ObservedResource {
  const spec = desiredAs(row, VmGroupSpec);
  const members = vms.filter(({ facts }) => facts.labels[GROUP_LABEL] === row.id);
  const names = new Set(members.flatMap(({ facts }) => Object.keys(facts.metrics)));
  const means = [...names].map((name): [string, number] => {
    const values = members.flatMap(({ facts }) => facts.metrics[name] ?? []);
    return [name, mean(values)];
  });
  return {
    id: row.id,
    sizes: { size: row.size, minSize: spec.min_size, maxSize: spec.max_size },
    isScaledByRules: isScaledByRules(spec),
    facts: {
      type: 'vm_group',
      name: row.name,
      namespace: null,
      labels: labelsOfGroup(spec),
      metrics: { ...Object.fromEntries(means), size: row.size },
    },
  };
}
