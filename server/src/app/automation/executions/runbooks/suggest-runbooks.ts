/** Finds stored workflows and runbooks that were run in incidents. */
import type { SuggestedRunbook } from '@novacron/contract/automation/runbook-draft';
import { WorkflowId } from '@novacron/contract/ids';
import type { CapabilityDeps } from '../../../platform/deps.ts';

/** Executions that are looked at, the latest. */
const EXECUTIONS_MAX = 1_000;

/** Suggestions of one answer. */
const SUGGESTIONS_MAX = 10;

/** In which incidents they were run. */
interface Scope {
  readonly tenant_id: string;
  /** Ids of the operations that were done in these incidents. */
  readonly operations: ReadonlySet<string>;
  /** Unit: ms since the epoch. */
  readonly fromMs: number;
}

/** Lists those whose executions began one of the operations, the most successful first. */
export async function suggestRunbooks(
  { store }: CapabilityDeps,
  { tenant_id, operations, fromMs }: Scope,
): Promise<readonly SuggestedRunbook[]> {
  const executions = await store.read({
    from: 'operations',
    where: { tenant_id, kind: 'workflow.run', created_at_ms: { above: fromMs - 1 } },
    orderBy: { column: 'id', direction: 'desc' },
    limit: EXECUTIONS_MAX,
    damaged: 'blank',
  });
  if (executions.length === 0) return [];
  const ids = executions.map(({ id }) => id);
  const steps = await store.read({
    from: 'execution_steps',
    where: { execution_id: { in: ids } },
    damaged: 'blank',
  });
  const used = new Set(
    steps.flatMap(({ operation_id: id, execution_id }) =>
      id !== null && operations.has(id) ? [execution_id] : [],
    ),
  );
  const stored = await store.read({
    from: 'workflows',
    where: { id: { in: [...new Set(executions.map(({ target_id }) => target_id))] } },
    damaged: 'blank',
  });
  const found = new Map<string, SuggestedRunbook>();
  for (const { id, target_id, target_name, status } of executions) {
    const workflow = stored.find((row) => row.id === target_id);
    if (workflow === undefined || !used.has(id)) continue;
    const known = found.get(target_id);
    found.set(target_id, {
      workflow_id: WorkflowId.parse(target_id),
      workflow: target_name,
      executions: (known?.executions ?? 0) + 1,
      succeeded: (known?.succeeded ?? 0) + (status === 'succeeded' ? 1 : 0),
      enabled: workflow.enabled === 1,
    });
  }
  return [...found.values()]
    .toSorted(
      (left, right) => right.succeeded - left.succeeded || right.executions - left.executions,
    )
    .slice(0, SUGGESTIONS_MAX);
}
