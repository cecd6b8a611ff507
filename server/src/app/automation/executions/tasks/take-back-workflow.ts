/** Takes back a step that is an execution of another workflow. */
import { ok } from '@novacron/contract/result';
import type { StepOutcome } from '../../../kernel/definitions/operation-definition.ts';
import { cancelNow, steer } from '../../../kernel/operations/steer-operations.ts';
import { failed } from '../../../platform/egress-outcome.ts';
import { type AutomationRun, finish } from './automation-run.ts';
import { awaitEnd, findChild } from './await-task.ts';
import { contextOf } from './execution-context.ts';

/**
 * Has the executions of the step take back what they have done, by what their own steps say. Where
 * the step itself says what takes it back, one that has succeeded is left to that.
 * @returns how the attempt has ended; undefined where `compensate` of the step is left to do
 */
export async function takeBackWorkflow(run: AutomationRun): Promise<StepOutcome | undefined> {
  const { parts, row, step, name } = run;
  const { store } = parts.deps;
  const attempts = await store.read({
    from: 'execution_steps',
    where: { execution_id: row.id, step: name },
  });
  const own = attempts.filter(({ id }) => id.startsWith(`${row.id}/${name}#`));
  const ids = own.flatMap(({ operation_id }) => (operation_id === null ? [] : [operation_id]));
  let left = false;
  for (const id of new Set(ids)) {
    const child = await findChild(run, id);
    if (child?.status === 'succeeded' && step.compensate !== undefined) left = true;
    else if (child !== undefined) {
      const outcome = await takeBack(run, id);
      if (outcome !== undefined) return outcome;
    }
  }
  if (left) return undefined;
  return finish(run, { result: 'undone', operationId: null, outputs: null });
}

/** @returns why it is not taken back; undefined where it is */
async function takeBack(run: AutomationRun, id: string): Promise<StepOutcome | undefined> {
  const { parts } = run;
  const context = await contextOf(run, 'workflow.run');
  if (!context.ok) return failed(context.error.detail);
  const { name } = context.value.principal;
  const found = await findChild(run, id);
  if (found?.status === 'succeeded') {
    const entry = { kind: 'turned-back', why: 'cancelled', by: name } as const;
    const turned = await steer(parts, id, context.value, async ({ status }) =>
      ok(
        status === 'succeeded'
          ? { name: 'operation.cancel', entries: [entry], changes: [], status: 'undoing' }
          : undefined,
      ),
    );
    if (!turned.ok) return failed(turned.error.detail, 'retry');
  } else if (found?.finished_at_ms === null) {
    await cancelNow(parts, id, context.value);
  }
  await awaitEnd(run, id);
  const ended = await findChild(run, id);
  if (ended === undefined || ended.status === 'failed') return undefined;
  if (ended.status === 'stuck') {
    const help = `novacron operation retry ${id}`;
    return failed(`its execution ${id} is stuck: repair that one first (${help})`);
  }
  return failed(`its execution ${id} is ${ended.status}`, 'retry');
}
