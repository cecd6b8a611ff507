/** The amounts that VMs take of nodes, in the units of allocations. */

import type { NodeStatus } from '@novacron/contract/fleet/node';
import type { VmSpec } from '@novacron/contract/kinds/vm/vm';
import type { Problem } from '@novacron/contract/problem/problem';
import type { Amounts } from '@novacron/engine/placement/place/model/placement';
import type { Change } from '../../ports/store.ts';
import type { Tables, VmRow } from '../../ports/tables/tables.ts';
import { observedOf } from './answer-resource.ts';

const MIB_PER_GB = 1024;

/** The amounts of a VM with this spec. */
export function amountsOf(spec: Pick<VmSpec, 'cpu_cores' | 'memory_gb' | 'disk_gb'>): Amounts {
  return {
    cpuCores: spec.cpu_cores,
    memoryMib: Math.round(spec.memory_gb * MIB_PER_GB),
    diskGb: spec.disk_gb,
  };
}

/** The amounts of an allocation, which can exceed those of its VM after a change that got stuck. */
export function amountsHeldBy(allocation: Tables['allocations']): Amounts {
  return {
    cpuCores: allocation.cpu_cores,
    memoryMib: allocation.memory_mib,
    diskGb: allocation.disk_gb,
  };
}

/**
 * The allocation on the node of the VM. There is another one only after a migration that got stuck.
 */
export function allocationAtHome(
  vm: VmRow,
  rows: {
    readonly allocations: readonly Tables['allocations'][];
    readonly nodes: readonly Tables['nodes'][];
  },
): Tables['allocations'] | undefined {
  const home = rows.nodes.find((node) => node.name === observedOf(vm).node);
  return rows.allocations.find((allocation) => allocation.node_id === home?.id);
}

/** The difference between two amounts, dimension by dimension. */
export function subtract(left: Amounts, right: Amounts): Amounts {
  return {
    cpuCores: left.cpuCores - right.cpuCores,
    memoryMib: left.memoryMib - right.memoryMib,
    diskGb: left.diskGb - right.diskGb,
  };
}

/** The parts above zero. */
export function positivePart(amounts: Amounts): Amounts {
  return {
    cpuCores: Math.max(0, amounts.cpuCores),
    memoryMib: Math.max(0, amounts.memoryMib),
    diskGb: Math.max(0, amounts.diskGb),
  };
}

/** The larger of both in each dimension: reserved while one becomes the other. */
export function largest(left: Amounts, right: Amounts): Amounts {
  return {
    cpuCores: Math.max(left.cpuCores, right.cpuCores),
    memoryMib: Math.max(left.memoryMib, right.memoryMib),
    diskGb: Math.max(left.diskGb, right.diskGb),
  };
}

/** The smaller of both in each dimension. */
export function smallest(left: Amounts, right: Amounts): Amounts {
  return negate(largest(negate(left), negate(right)));
}

/**
 * The amounts of a VM after a change of it: a preempted one that the change does not start holds
 * its disk alone.
 */
export function amountsToHold(
  spec: VmSpec,
  allocation: Tables['allocations'] | undefined,
  power: 'start' | 'stop' | 'stay',
): Amounts {
  const wanted = amountsOf(spec);
  if (allocation?.cpu_cores !== 0 || power === 'start') return wanted;
  return { cpuCores: 0, memoryMib: 0, diskGb: wanted.diskGb };
}

/** The negated amounts, for a release. */
export function negate(amounts: Amounts): Amounts {
  return subtract({ cpuCores: 0, memoryMib: 0, diskGb: 0 }, amounts);
}

/**
 * The guarded change that reserves amounts on a node, or releases them when negative.
 * @param vmCount - added VMs, which only a node in service takes, or removed ones when negative
 * @param status - of a node that takes VMs before it is in service: it is woken for them
 */
export function takeFromNode(
  nodeId: string,
  amounts: Amounts,
  vmCount: number,
  otherwise: Problem,
  status: NodeStatus = 'ready',
): Change {
  return {
    kind: 'add',
    table: 'nodes',
    id: nodeId,
    by: [
      { column: 'cpu_cores_used', amount: amounts.cpuCores, limit: 'cpu_cores' },
      { column: 'memory_mib_used', amount: amounts.memoryMib, limit: 'memory_mib' },
      { column: 'disk_gb_used', amount: amounts.diskGb, limit: 'disk_gb' },
      { column: 'vm_count', amount: vmCount },
    ],
    ...(vmCount > 0 ? { expect: { status } } : {}),
    otherwise,
  };
}
