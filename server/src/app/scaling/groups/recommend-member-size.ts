/** Recommends the size of the members of a group by what they have used. */
import type { Rightsizing } from '@novacron/contract/kinds/vm/rightsizing';
import { VmGroupSpec } from '@novacron/contract/kinds/vm-group/vm-group';
import type { VmGroupRow } from '../../../ports/tables/tables.ts';
import { recommendSize, type SizedTarget } from '../../fleet/usage/recommend-size.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { desiredAs } from '../../rows/answer-resource.ts';

/** Metric of the memory that members could still use. */
const AVAILABLE = 'memory_available_bytes';

/** Recommends it. */
export async function recommendMemberSize(
  deps: CapabilityDeps,
  row: VmGroupRow,
): Promise<Rightsizing> {
  return recommendSize(deps, await memberTarget(deps, row));
}

/** The members of a group as a target of right-sizing. */
export async function memberTarget(
  deps: Pick<CapabilityDeps, 'store'>,
  row: VmGroupRow,
): Promise<SizedTarget> {
  const { vm, scaling } = desiredAs(row, VmGroupSpec);
  const members = await deps.store.read({
    from: 'vm_group_members',
    where: { group_id: row.id },
  });
  const size = { cpuCores: vm.cpu_cores, memoryGb: vm.memory_gb };
  const isScaled = (metric: string): boolean =>
    scaling?.rules?.some((rule) => rule.metric === metric) ?? false;
  return {
    name: `the members of ${row.name}`,
    groupId: row.id,
    vmIds: members.map(({ id }) => id),
    configured: size,
    allocated: size,
    scaled: {
      cpu: isScaled('cpu_utilization_ratio'),
      memory: isScaled('memory_utilization_ratio') || isScaled(AVAILABLE),
    },
  };
}
