/** Shows the concurrency group of an execution: who holds it, and at what place it waits. */
import {
  type ExecutionConcurrency,
  GROUP_HOLDERS_MAX,
} from '@novacron/contract/automation/execution';
import { OperationId } from '@novacron/contract/ids';
import { livePlaces } from '@novacron/engine/automation/workflows/concurrency/plan-turns';
import type { Tables } from '../../../../ports/tables/tables.ts';
import { readGroup } from '../../../kernel/concurrency/read-group.ts';
import type { ExecutionPlan } from '../../../kernel/definitions/operation-definition.ts';
import type { CapabilityDeps } from '../../../platform/deps.ts';

/** Returns the group; null where the definition has none. */
export async function showConcurrency(
  deps: Pick<CapabilityDeps, 'store'>,
  { id }: Pick<Tables['operations'], 'id'>,
  { concurrency }: ExecutionPlan,
): Promise<ExecutionConcurrency | null> {
  if (concurrency === undefined) return null;
  const { group, groupId, limit, when_busy } = concurrency;
  const { places } = await readGroup(deps, groupId);
  const workflows = new Map(places.map((each) => [each.executionId, each.workflow] as const));
  const { holding, queued } = livePlaces(places);
  const at = queued.findIndex(({ executionId }) => executionId === id);
  const holders = holding.slice(0, GROUP_HOLDERS_MAX).map(({ executionId }) => ({
    id: OperationId.parse(executionId),
    workflow: workflows.get(executionId) ?? '',
  }));
  return { group, limit, when_busy, place: at < 0 ? null : at + 1, holders };
}
