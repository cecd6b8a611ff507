import { NodeId } from '@novacron/contract/ids';
import { NodeStatus } from '@novacron/contract/node';
import type { PlacementNode } from '@novacron/engine/placement/model';
import type { Tables } from '../../ports/tables.ts';
import type { UsageWatch } from '../usage/watch-usage.ts';

/** A stored node as the placement planner sees it. */
export function toPlacementNode(row: Tables['nodes']): PlacementNode {
  return {
    id: NodeId.parse(row.id),
    name: row.name,
    zone: row.zone,
    rack: row.rack,
    status: NodeStatus.parse(row.status),
    capacity: { cpuCores: row.cpu_cores, memoryMib: row.memory_mib, diskGb: row.disk_gb },
    used: {
      cpuCores: row.cpu_cores_used,
      memoryMib: row.memory_mib_used,
      diskGb: row.disk_gb_used,
    },
    vmCount: row.vm_count,
    // What a request for one rack asks for.
    labels: { rack: row.rack },
  };
}

/** Stored nodes with what was measured of them lately, for decisions about where a VM goes. */
export function toMeasuredNodes(
  rows: readonly Tables['nodes'][],
  usage: UsageWatch | undefined,
): readonly PlacementNode[] {
  return rows.map((row) => {
    const used = usage?.ofNode(row.name);
    if (used === undefined) return toPlacementNode(row);
    const cpuRatio = used.cpuCores / row.cpu_cores;
    return {
      ...toPlacementNode(row),
      load: { cpuRatio, memoryRatio: used.memoryMib / row.memory_mib },
    };
  });
}
