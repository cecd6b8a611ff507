/** The room that a standby holds, as changes and as amounts. */
import { equalJson } from '@novacron/contract/json';
import type { Amounts } from '@novacron/engine/placement/place/model/placement';
import type { Change, ChangeSet } from '../../../../ports/store.ts';
import type { NodeRow } from '../../../../ports/tables/node-row.ts';
import type { StandbyRow } from '../../../../ports/tables/standby-row.ts';
import {
  chargeOfVms,
  chargeTenant,
  rechargeTenant,
  refundTenant,
} from '../../../access/quota/tenant-quota.ts';
import { replan } from '../../../rows/resource-problems.ts';
import { negate, takeFromNode } from '../../../rows/vm-amounts.ts';

/** Returns the charge for a standby: its amounts only, since the VM itself is counted already. */
export function chargeOfStandby(amounts: Amounts) {
  return chargeOfVms(0, amounts);
}

/** The amounts of a standby. */
export function amountsOfStandby(row: StandbyRow): Amounts {
  return { cpuCores: row.cpu_cores, memoryMib: row.memory_mib, diskGb: row.disk_gb };
}

/** Gives back all that a standby holds; guard: it is there as it was read. */
export function releaseStandby(row: StandbyRow): ChangeSet {
  const otherwise = replan(`The standby of ${row.id}`);
  const { allocation_id, node_id } = row;
  const gone: Change = {
    kind: 'delete',
    from: 'standbys',
    id: row.id,
    expect: { allocation_id, since_ms: row.since_ms },
    otherwise,
  };
  if (allocation_id === null || node_id === null) return [gone];
  const amounts = amountsOfStandby(row);
  return [
    gone,
    { kind: 'delete', from: 'allocations', id: allocation_id, otherwise },
    takeFromNode(node_id, negate(amounts), -1, otherwise),
    ...refundTenant(row.tenant_id, chargeOfStandby(amounts)),
  ];
}

/**
 * Restores the standby that a failed recovery had used, if the amounts match. The node's usage does
 * not change, because the same amounts are reserved there.
 * @returns undefined where its VM needs another room than the standby had
 */
export function restoreStandby(row: StandbyRow, needed: Amounts): ChangeSet | undefined {
  const amounts = amountsOfStandby(row);
  if (!equalJson(amounts, needed)) return undefined;
  const charge = rechargeTenant(row.tenant_id, chargeOfStandby(amounts));
  return [...rowsOfStandby(row), ...charge];
}

/** The allocation of a standby: room and nothing else, so that no rule is about it. */
export function holdStandby(
  row: StandbyRow,
  { id, name }: Pick<NodeRow, 'id' | 'name'>,
): ChangeSet {
  if (row.allocation_id === null) return [];
  const amounts = amountsOfStandby(row);
  return [
    ...rowsOfStandby(row),
    takeFromNode(id, amounts, 1, replan(`Node ${name}`)),
    ...chargeTenant(row.tenant_id, chargeOfStandby(amounts)),
  ];
}

function rowsOfStandby(row: StandbyRow): ChangeSet {
  const { allocation_id, cpu_cores, memory_mib, disk_gb, node_id, since_ms, tenant_id } = row;
  if (allocation_id === null || node_id === null) return [];
  const otherwise = replan(`The standby of ${row.id}`);
  return [
    { kind: 'insert', into: 'standbys', row, otherwise },
    {
      kind: 'insert',
      into: 'allocations',
      row: {
        id: allocation_id,
        vm_id: allocation_id,
        node_id,
        cpu_cores,
        memory_mib,
        disk_gb,
        created_at_ms: since_ms,
        owner_tenant_id: tenant_id,
        traits_json: '[]',
        binds_others: null,
        spot_priority: null,
        claims_json: null,
        has_claims: 0,
      },
      otherwise,
    },
  ];
}

/** The nodes as they are once a standby is given back. */
export function withoutStandby<Row extends NodeRow>(
  nodes: readonly Row[],
  row: StandbyRow | undefined,
): readonly Row[] {
  if (row === undefined) return nodes;
  return nodes.map((node) =>
    node.id === row.node_id
      ? {
          ...node,
          cpu_cores_used: node.cpu_cores_used - row.cpu_cores,
          memory_mib_used: node.memory_mib_used - row.memory_mib,
          disk_gb_used: node.disk_gb_used - row.disk_gb,
          vm_count: node.vm_count - 1,
        }
      : node,
  );
}

/** Room on a node. */
export interface RoomOnNode {
  /** Name of the node. */
  readonly node: string;
  readonly amounts: Amounts;
}

/** The nodes as they are once standbys that are planned hold their room. */
export function withPlannedStandbys<Row extends NodeRow>(
  nodes: readonly Row[],
  planned: readonly RoomOnNode[],
): readonly Row[] {
  if (planned.length === 0) return nodes;
  return nodes.map((node) => {
    const own = planned.filter((each) => each.node === node.name);
    const sum = (of: keyof Amounts) => own.reduce((all, { amounts }) => all + amounts[of], 0);
    return {
      ...node,
      cpu_cores_used: node.cpu_cores_used + sum('cpuCores'),
      memory_mib_used: node.memory_mib_used + sum('memoryMib'),
      disk_gb_used: node.disk_gb_used + sum('diskGb'),
      vm_count: node.vm_count + own.length,
    };
  });
}
