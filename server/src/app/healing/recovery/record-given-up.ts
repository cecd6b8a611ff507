import { canonicalJson, type JsonObject } from '@novacron/contract/json';
import type { VmRow } from '../../../ports/tables/tables.ts';
import { eventChange } from '../../kernel/events/events.ts';
import type { ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import { commitUnder } from '../../kernel/write/commit-changes.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { observedOf } from '../../rows/answer-resource.ts';
import { replan } from '../../rows/resource-problems.ts';

/**
 * Records that NovaCron has given a VM up, with an event for its tenant, unless the VM has changed.
 * @param given.after - its observed fields afterwards
 */
export async function recordGivenUp(
  deps: CapabilityDeps,
  row: VmRow,
  given: {
    readonly after: JsonObject;
    readonly type: 'vm.crash_loop' | 'vm.stays_unhealthy';
    readonly data: JsonObject;
    readonly guard: ReconcilerBudget['guard'];
  },
): Promise<void> {
  const { id, name, generation, observed_json, tenant_id: tenantId } = row;
  const { node } = observedOf(row);
  await commitUnder(given.guard, deps, [
    {
      kind: 'update',
      table: 'vms',
      id,
      set: { observed_json: canonicalJson(given.after) },
      expect: { generation, observed_json, busy_operation_id: null },
      otherwise: replan(`The VM ${name}`),
    },
    eventChange(deps, {
      tenantId,
      type: given.type,
      source: 'healing',
      target: id,
      priority: 'high',
      data: { name, node, ...given.data },
    }),
  ]);
}

/** Returns a number of attempts in words. */
export function inWords(attempts: number): string {
  return attempts === 1 ? 'once' : `${attempts} times in a row`;
}
