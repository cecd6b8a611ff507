/**
 * Finishes executions that are stuck: a person has taken back by hand what could not be taken back,
 * and says so. What is still to be taken back before those steps goes on by itself.
 */
import type { Execution } from '@novacron/contract/automation/execution';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { stepsNotUndone } from '@novacron/engine/sagas/check-operator-action';
import type { LogEntry } from '@novacron/engine/sagas/log/log-entry';
import { planNextSteps } from '@novacron/engine/sagas/plan-next-steps';
import type { Tables } from '../../../ports/tables/tables.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { refused, steer, takeTurnAgain } from '../../kernel/operations/steer-operations.ts';
import type { Steering } from '../../kernel/operations/steering-changes.ts';
import { refuseByPolicy } from '../../kernel/write/write-object.ts';
import { findExecution, getExecution } from './read-executions.ts';
import type { PartsOfSteering } from './tasks/steer-part.ts';

/**
 * Finishes an execution. Problems: `not-found`, those of policies, `validation-failed` where no
 * step of it waits for that, `conflict`.
 */
export async function finishExecution(
  parts: PartsOfSteering,
  { id, reason }: ParsedInputOf<'execution.finish'>,
  context: CallContext,
): Promise<Result<{ readonly resource: Execution }, Problem>> {
  const { deps } = parts;
  const found = await findExecution(deps, id, context);
  if (!found.ok) return found;
  const { target_name: workflow, target_id: workflowId } = found.value;
  const denied = await refuseByPolicy(deps, context, {
    operation: 'execution.finish',
    resourceKind: 'execution',
    target: { id, name: workflow },
    before: null,
    wanted: { workflow, workflow_id: workflowId, reason },
  });
  if (denied !== undefined) return err(denied);
  const by = context.principal.name;
  const done = await steer(parts, id, context, (row, log) =>
    planFinish(parts, { row, log }, { by, reason }),
  );
  if (!done.ok) return done;
  const shown = await getExecution(deps, id, context);
  return shown.ok ? ok({ resource: shown.value }) : shown;
}

async function planFinish(
  { deps }: PartsOfSteering,
  { row, log }: { readonly row: Tables['operations']; readonly log: readonly LogEntry[] },
  { by, reason }: { readonly by: string; readonly reason: string },
): Promise<Result<Steering, Problem>> {
  const definition = deps.definitions.read(row);
  const steps = row.status === 'stuck' ? stepsNotUndone(definition, log) : [];
  if (steps.length === 0) {
    const why =
      row.status === 'stuck' ? 'none of its steps is waiting for that' : 'it is not stuck';
    const remedy = `See its state: novacron execution inspect ${row.id}`;
    return err(refused(row, `cannot be finished: ${why}`, { remedy }));
  }
  const entries = steps.map((step): LogEntry => {
    return { kind: 'succeeded', step, direction: 'undo', by };
  });
  const plan = planNextSteps(definition, [...log, ...entries], deps.clock.nowMs());
  const turn = plan.kind === 'run' ? await takeTurnAgain(deps, row, definition) : ok([]);
  if (!turn.ok) return turn;
  return ok({
    name: 'execution.finish',
    entries,
    changes: [...(definition.onRetry ?? []), ...turn.value],
    status: 'undoing',
    reason,
  });
}
