/** The allocation and quota changes of a resize, for each of its ends. */
import type { Amounts } from '@novacron/engine/placement/place/model/placement';
import type { ChangeSet } from '../../../../ports/store.ts';
import type { Tables } from '../../../../ports/tables/tables.ts';
import { chargeOfVms, chargeTenant, refundTenant } from '../../../access/quota/tenant-quota.ts';
import type { Saga } from '../../../kernel/operations/saga.ts';
import { replan } from '../../../rows/resource-problems.ts';
import {
  amountsHeldBy,
  largest,
  negate,
  positivePart,
  subtract,
  takeFromNode,
} from '../../../rows/vm-amounts.ts';

/** Growth is reserved at admission; a reduction is released when the change is done. */
export function planResize(found: {
  readonly tenantId: string;
  readonly node: Tables['nodes'] | undefined;
  readonly allocation: Tables['allocations'] | undefined;
  readonly to: Amounts;
}): Partial<Saga> {
  const { tenantId, node, allocation, to } = found;
  if (node === undefined || allocation === undefined) return {};
  const from = amountsHeldBy(allocation);
  const otherwise = replan(`Node ${node.name}`);
  const allocate = (amounts: Amounts): ChangeSet => [
    {
      kind: 'update',
      table: 'allocations',
      id: allocation.id,
      set: {
        cpu_cores: amounts.cpuCores,
        memory_mib: amounts.memoryMib,
        disk_gb: amounts.diskGb,
      },
      otherwise,
    },
  ];
  const growth = positivePart(subtract(to, from));
  const shrinkage = positivePart(subtract(from, to));
  return {
    reserve: [
      takeFromNode(node.id, growth, 0, otherwise),
      ...chargeTenant(tenantId, chargeOfVms(0, growth)),
      ...allocate(largest(from, to)),
    ],
    finalize: [
      takeFromNode(node.id, negate(shrinkage), 0, otherwise),
      ...refundTenant(tenantId, chargeOfVms(0, shrinkage)),
      ...allocate(to),
    ],
    rollback: [
      takeFromNode(node.id, negate(growth), 0, otherwise),
      ...refundTenant(tenantId, chargeOfVms(0, growth)),
      ...allocate(from),
    ],
  };
}
