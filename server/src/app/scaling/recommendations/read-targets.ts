/** Reads VMs and groups of a tenant with what they have used: the input of recommendations. */
import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import { VmGroupSpec } from '@novacron/contract/kinds/vm-group/vm-group';
import { partPricesOf } from '@novacron/engine/cost/plan-price';
import type { SizeWeights, TunedTarget } from '@novacron/engine/tuning/model/tuning';
import type { VmGroupRow, VmRow } from '../../../ports/tables/tables.ts';
import { readSizeQuestion } from '../../fleet/usage/recommend-size.ts';
import { vmTarget } from '../../fleet/usage/show-usage.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { desiredAs, mapReadable, observedOf } from '../../rows/answer-resource.ts';
import { memberTarget } from '../groups/recommend-member-size.ts';

/** VMs and groups that are analyzed for a tenant: each takes some milliseconds. */
export const TARGETS_MAX = 1_000;

/** A core costs about as much as four GB of memory where prices are not known. */
const USUAL_WEIGHTS: SizeWeights = { cpuCore: 4, memoryGb: 1 };

type Deps = Pick<CapabilityDeps, 'store' | 'clock' | 'metricSeries' | 'prices'>;

/** A target with its row. */
export type FoundTarget = TunedTarget &
  (
    | { readonly kind: 'vm'; readonly row: VmRow }
    | { readonly kind: 'vm_group'; readonly row: VmGroupRow }
  );

/**
 * Reads the VMs that are in no group, and the groups; of many, those that were created first.
 * @param historyS - how far back. Unit: seconds
 */
export async function readTargets(
  deps: Deps,
  tenantId: string,
  historyS?: number,
): Promise<readonly FoundTarget[]> {
  const { vms, groups, members, nodes } = await deps.store.snapshot({
    vms: { from: 'vms', where: { tenant_id: tenantId }, limit: TARGETS_MAX, damaged: 'blank' },
    groups: {
      from: 'vm_groups',
      where: { tenant_id: tenantId },
      limit: TARGETS_MAX,
      damaged: 'blank',
    },
    members: { from: 'vm_group_members', where: { tenant_id: tenantId } },
    nodes: { from: 'nodes' },
  });
  const grouped = new Set(members.map(({ id }) => id));
  const single = mapReadable(vms, (row) => (grouped.has(row.id) ? [] : [row])).flat();
  const found: FoundTarget[] = [];
  for (const row of single) {
    const node = nodes.find(({ name }) => name === observedOf(row).node);
    const question = await readVmQuestion(deps, row, historyS);
    const { id, name } = row;
    found.push({ kind: 'vm', id, name, row, question, ...weightsOf(deps, node) });
  }
  for (const row of mapReadable(groups, (each) => each)) {
    if (desiredAs(row, VmGroupSpec).scaling?.vertical === 'apply') continue;
    const weights = weightsOf(deps, nodes[0]);
    const question = await readSizeQuestion(deps, await memberTarget(deps, row), historyS);
    const { id, name } = row;
    found.push({ kind: 'vm_group', id, name, row, question, ...weights });
  }
  return found.slice(0, TARGETS_MAX);
}

/** Reads what one VM has used at the size that it has. */
export function readVmQuestion(deps: Deps, row: VmRow, historyS?: number) {
  const { cpu_cores, memory_gb } = desiredAs(row, VmSpec);
  const target = vmTarget(row, { cpuCores: cpu_cores, memoryGb: memory_gb });
  return readSizeQuestion(deps, target, historyS);
}

/** Reads what its CPU and memory cost on its node. */
export async function readVmWeights(deps: Deps, row: VmRow) {
  const where = { name: String(observedOf(row).node) };
  const [node] = await deps.store.read({ from: 'nodes', where });
  return weightsOf(deps, node);
}

function weightsOf(
  { prices }: Pick<Deps, 'prices'>,
  node: { readonly class: string | null; readonly zone: string } | undefined,
): Pick<TunedTarget, 'weights' | 'isPriced'> {
  const list = prices.current();
  const parts =
    list === undefined || node === undefined
      ? undefined
      : partPricesOf(list, { nodeClass: node.class, zone: node.zone });
  if (parts === undefined || parts.cpuCore + parts.memoryGb === 0) {
    return { weights: USUAL_WEIGHTS, isPriced: false };
  }
  return { weights: { cpuCore: parts.cpuCore, memoryGb: parts.memoryGb }, isPriced: true };
}
