/**
 * VMs whose hypervisor process hangs: their node answers, and the process does not. It is the
 * health of VMs without a health check; of others, their check says what they come to.
 */
import type { Machine } from '@novacron/contract/agent/machine';
import { canonicalJson } from '@novacron/contract/json';
import type { ChangeSet } from '../../../ports/store.ts';
import type { VmRow } from '../../../ports/tables/tables.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { desiredOf, observedOf } from '../../rows/answer-resource.ts';
import { hasCheck, healthOf, withHealth } from '../../rows/observed/observed-health.ts';
import { replan } from '../../rows/resource-problems.ts';
import { recordObservedChange } from './record-observed-change.ts';

/**
 * Time without any answer after which a process counts as hung: longer than the switch-over of a
 * migration, or a swapping host, prevents an answer. Unit: ms.
 */
const HUNG_MS_MIN = 60_000;

const MS_PER_SECOND = 1_000;

/**
 * Plans the change to record for a VM without a health check.
 * @param machine - as its node has inspected it
 * @returns undefined where it is as it was
 */
function planHung(
  deps: CapabilityDeps,
  row: VmRow,
  machine: Machine | undefined,
): ChangeSet | undefined {
  const observed = observedOf(row);
  if (hasCheck(desiredOf(row)) || observed.status !== 'running') return undefined;
  const before = healthOf(observed);
  const silentMs = machine?.unresponsive_ms;
  const isHung = silentMs !== undefined && silentMs >= HUNG_MS_MIN;
  // While it is silent for less than that, it may be the process of before or a new one.
  const isUnsure = silentMs !== undefined && !isHung;
  if (isUnsure || (!isHung && before === undefined)) return undefined;
  const isKnown = before?.hung_at_generation === row.generation;
  if (isHung && isKnown) return undefined;
  const { generation, observed_json, id, name } = row;
  const seconds = Math.round((silentMs ?? 0) / MS_PER_SECOND);
  const seen = `its hypervisor process has not responded for ${seconds} s`;
  const after = isHung
    ? {
        state: 'unhealthy' as const,
        seen,
        resets_failed: before?.resets_failed ?? null,
        hung_at_generation: generation,
      }
    : undefined;
  const state = isHung ? 'unhealthy' : 'healthy';
  return [
    {
      kind: 'update',
      table: 'vms',
      id,
      set: {
        observed_json: canonicalJson(withHealth(observed, after)),
        health: isHung ? 'unhealthy' : null,
      },
      expect: { generation, observed_json, busy_operation_id: null },
      otherwise: replan(`The VM ${name}`),
    },
    // One that hangs again after a reset has not been anything else in between.
    ...(isHung && before !== undefined
      ? []
      : recordObservedChange(deps, {
          kind: `vm.${state}`,
          resourceKind: 'vm',
          row,
          by: 'healer',
          changes: { health: { was: before?.state ?? null, is: isHung ? 'unhealthy' : null } },
          news: isHung ? 'bad' : 'good',
          data: { node: observed.node, ...(isHung ? { seen } : {}) },
        })),
  ];
}

/**
 * Records it.
 * @returns `refused`: it was changed in the meantime, and nothing was recorded
 */
export async function keepHung(
  deps: CapabilityDeps,
  row: VmRow,
  machine: Machine | undefined,
): Promise<'as-before' | 'changed' | 'refused'> {
  const health = planHung(deps, row, machine);
  if (health === undefined) return 'as-before';
  const done = await commitChanges(deps, health);
  return done.ok ? 'changed' : 'refused';
}
