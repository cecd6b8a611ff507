/** Finds the maximum size of a VM group within the quotas of its tenant. */
import { widestBounds } from '@novacron/contract/kinds/vm-group/group-size';
import type { VmGroupSpec } from '@novacron/contract/kinds/vm-group/vm-group';
import type { VmGroupRow } from '../../../ports/tables/tables.ts';
import type { TenantQuotaRow } from '../../../ports/tables/tenant-rows.ts';
import { chargeOfVms, checkQuota } from '../../access/quota/tenant-quota.ts';
import { amountsOf } from '../../rows/vm-amounts.ts';

/**
 * Finds the largest size with which no quota is exceeded.
 * @returns undefined where the quotas allow every size that the group can have, or are not known
 */
export function findQuotaSize(
  quotas: TenantQuotaRow | undefined,
  { row, spec }: { readonly row: Pick<VmGroupRow, 'size'>; readonly spec: VmGroupSpec },
): number | undefined {
  const more = widestBounds(spec).max - row.size;
  if (quotas === undefined || more <= 0) return undefined;
  const one = amountsOf(spec.vm);
  const fits = (count: number) => {
    const charge = chargeOfVms(count, {
      cpuCores: one.cpuCores * count,
      memoryMib: one.memoryMib * count,
      diskGb: one.diskGb * count,
    });
    return checkQuota(quotas, charge) === undefined;
  };
  if (fits(more)) return undefined;
  let [fitting, exceeding] = [0, more];
  while (exceeding - fitting > 1) {
    const middle = Math.floor((fitting + exceeding) / 2);
    if (fits(middle)) fitting = middle;
    else exceeding = middle;
  }
  return row.size + fitting;
}
