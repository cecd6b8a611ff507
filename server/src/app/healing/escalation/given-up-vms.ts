/** VMs that restarts have not helped, as the plan of escalation sees them. */
import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import type { GivenUpVm, GuestSigns } from '@novacron/engine/healing/escalate/model/escalation';
import type { VmRow } from '../../../ports/tables/tables.ts';
import { desiredAs, observedOf } from '../../rows/answer-resource.ts';
import { grownOf } from '../../rows/observed/grown-size.ts';
import { resetsBefore } from '../../rows/observed/observed-health.ts';
import { attemptsBefore } from '../../rows/observed-machine.ts';

/** The part of NovaCron that gives VMs another size. */
export const GROWTH = 'growth';

/** Returns the reason why NovaCron gave up on a VM; undefined if it did not. */
export function faultOfGivenUp(row: VmRow): GivenUpVm['fault'] | undefined {
  const observed = observedOf(row);
  if (attemptsBefore(observed) !== null) return 'crash_loop';
  return resetsBefore(observed) === null ? undefined : 'unhealthy';
}

/** A VM that was given up. */
export function toGivenUpVm(
  row: VmRow,
  fault: GivenUpVm['fault'],
  known: { readonly signs: GuestSigns; readonly notBeforeMs: number | undefined },
): GivenUpVm {
  const spec = desiredAs(row, VmSpec);
  const { memory_gb: memoryGb = null, cpu_cores: cpuCores = null } = spec.healing?.grow_to ?? {};
  const grown = grownOf(spec);
  return {
    id: row.id,
    name: row.name,
    priority: spec.priority,
    fault,
    size: { memoryGb: spec.memory_gb, cpuCores: spec.cpu_cores },
    ceiling: memoryGb === null && cpuCores === null ? null : { memoryGb, cpuCores },
    signs: known.signs,
    growths: grown?.times ?? 0,
    lastGrowthMs: grown?.last_at_ms ?? null,
    notBeforeMs: known.notBeforeMs ?? null,
  };
}
