/** Executions of other workflows as steps: what is run, as a part of what, and what it answers. */
import type { AutomationStep, Compensation } from '@novacron/contract/automation/definition';
import type { Json } from '@novacron/contract/json';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { pauseOf } from '@novacron/engine/sagas/rules/pause-of';
import type { Tables } from '../../../../ports/tables/tables.ts';
import type { ExecutionPlan } from '../../../kernel/definitions/operation-definition.ts';
import { readLog } from '../../../kernel/operations/answer-operation.ts';
import type { PreparedWrite } from '../../../kernel/write/prepared-write.ts';
import type { CapabilityDeps } from '../../../platform/deps.ts';
import { noWorkflow } from '../../../resources/workflow/read-called.ts';
import { grantOf } from '../../../resources/workflow/run-as.ts';
import { toTimestamp } from '../../../rows/to-timestamp.ts';
import type { AutomationRun } from './automation-run.ts';
import { CHAIN_LENGTH_MAX, END_OF_CHAIN } from './chain-of-executions.ts';
import { executionStatusOf } from './execution-status.ts';
import { planPause } from './plan-pause.ts';
import { valuesOf } from './run-values.ts';
import { callerOf, steerPart } from './steer-part.ts';

/** Finds the workflow that a step names, and what its run is given. Problems: it is not there. */
export async function findCall(
  { parts, row }: AutomationRun,
  { workflow: name = '', version }: AutomationStep | Compensation,
  inputs: Json,
): Promise<Result<Json, string>> {
  const where = { tenant_id: row.tenant_id, name };
  const [found] = await parts.deps.store.read({ from: 'workflows', where, damaged: 'blank' });
  if (found === undefined) return err(noWorkflow(name));
  return ok({ id: found.id, inputs, ...(version === undefined ? {} : { at_version: version }) });
}

/**
 * Makes a prepared execution a part of the one whose step starts it. Problems: one that would wait
 * for itself, because an execution above it is of the same workflow, or has its concurrency group;
 * a text that no admin has authorized, below one that acts as another key than its starter
 */
export async function asPartOf(
  { parts, execution: above, row, name: step }: AutomationRun,
  prepared: PreparedWrite,
): Promise<Result<PreparedWrite, readonly Problem[]>> {
  const { execution, target } = prepared;
  if (execution === undefined) return ok(prepared);
  const depth = (above.cause?.depth ?? 1) + 1;
  const part = above.cause?.kind === 'step' ? above.cause : undefined;
  const workflows = [...(part?.workflows ?? []), above.workflowId];
  const groups = [...(part?.groups ?? [])];
  if (above.concurrency !== undefined) groups.push(above.concurrency.groupId);
  if (depth > CHAIN_LENGTH_MAX) {
    return err([refusedPart(target.name, `with it ${END_OF_CHAIN}`)]);
  }
  if (workflows.includes(execution.workflowId)) {
    return err([refusedPart(target.name, 'it would start itself again and never end')]);
  }
  if (execution.concurrency !== undefined && groups.includes(execution.concurrency.groupId)) {
    const { group } = execution.concurrency;
    const why = `a parent execution is already in its concurrency group ${group}`;
    return err([refusedPart(target.name, why)]);
  }
  const { onBehalfOf } = above;
  if (onBehalfOf !== undefined && !(await isAuthorized(parts.deps, execution))) {
    const why =
      `its steps would act as ${above.by.name}, and no admin has authorized its text: give it ` +
      'run_as, and have it authorized';
    return err([refusedPart(target.name, why)]);
  }
  const cause = {
    kind: 'step',
    execution_id: row.id,
    workflow: row.target_name,
    step,
    depth,
    workflows,
    groups,
  } as const;
  const excluded = [...new Set([...(above.excluded ?? []), ...(execution.excluded ?? [])])];
  const behalf = onBehalfOf === undefined ? {} : { onBehalfOf };
  return ok({ ...prepared, execution: { ...behalf, ...execution, cause, excluded } });
}

/** Whether an admin has authorized the text that an execution runs to act as an API key. */
async function isAuthorized(
  { store }: Pick<CapabilityDeps, 'store'>,
  { workflowId: id, digest }: Pick<ExecutionPlan, 'workflowId' | 'digest'>,
): Promise<boolean> {
  const [workflow] = await store.read({ from: 'workflows', where: { id } });
  return workflow !== undefined && grantOf(workflow)?.digest === digest;
}

function refusedPart(name: string, why: string): Problem {
  return problem('validation-failed', {
    detail: `The step does not start ${name}: ${why}.`,
    remedy: 'Correct the workflows (novacron workflow show lists what each one starts).',
    fields: [{ path: ['id'], message: why }],
  });
}

/** An execution that begins while the one above it is paused is paused, too. */
export async function pauseWithParent(run: AutomationRun, childId: string): Promise<void> {
  const { parts, row } = run;
  const pause = pauseOf(await readLog(parts.deps.store, row.id));
  if (pause === undefined) return;
  await steerPart(parts, childId, callerOf(run, pause.by), planPause);
}

/** Returns the source of the step's outputs: the execution, and the outputs of its steps by id. */
export async function answerOfExecution(
  { store, definitions }: Pick<CapabilityDeps, 'store' | 'definitions'>,
  row: Tables['operations'],
): Promise<Json> {
  const definition = definitions.read(row);
  const done = await store.read({
    from: 'execution_steps',
    where: { execution_id: row.id, result: 'succeeded' },
  });
  const { outputs } = valuesOf(row.id, definition, done);
  const log = await readLog(store, row.id);
  const execution = {
    id: row.id,
    workflow: row.target_name,
    version: definition.execution?.version ?? 0,
    status: executionStatusOf(row, definition, log),
    finished_at: row.finished_at_ms === null ? null : toTimestamp(row.finished_at_ms),
  };
  const steps = [...outputs].map(([id, taken]) => [id, { outputs: taken }] as const);
  return { execution, steps: Object.fromEntries(steps) };
}
