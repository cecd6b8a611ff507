/** An attempt at a step of an execution, and how its end is stored. */
import type { AutomationStep } from '@novacron/contract/automation/definition';
import type { Json, JsonObject } from '@novacron/contract/json';
import type { OperationName } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';
import {
  type RunValues,
  takeOutputs,
} from '@novacron/engine/automation/workflows/resolve/resolve-step';
import type { Tables } from '../../../../ports/tables/tables.ts';
import type { CallContext } from '../../../kernel/context/call-context.ts';
import type {
  AutomationAction,
  ExecutionPlan,
  StepOutcome,
} from '../../../kernel/definitions/operation-definition.ts';
import type { LeaseKeeper } from '../../../kernel/leases/leases.ts';
import type { OperationExecutor } from '../../../kernel/operations/execute-operations.ts';
import type { AutomationSteps } from '../../../kernel/operations/perform-step.ts';
import type { CapabilityStepParts } from '../../../platform/deps.ts';
import { failed } from '../../../platform/egress-outcome.ts';

/** Outputs of one step; larger values are fetched where they are needed. Unit: characters. */
export const OUTPUTS_LENGTH_MAX = 65_536;

/** Dependencies of the steps. */
export interface AutomationParts extends CapabilityStepParts {
  readonly executor: CapabilityStepParts['executor'] & Pick<OperationExecutor, 'takeOver'>;
  /** Checks which servers are alive now. */
  readonly findLiveServers: LeaseKeeper['findLiveServers'];
  /** Reads what an operation has changed, as answers show it. */
  readonly readResource: (
    noun: string,
    id: string,
    context: CallContext,
  ) => Promise<Result<unknown, Problem>>;
  /** Answers a read as a call of it does: with its policies, limits and what the caller may see. */
  readonly read: (
    name: OperationName,
    input: unknown,
    context: CallContext,
  ) => Promise<Result<unknown, Problem>>;
}

/** An attempt at a step of an execution. */
export interface AutomationRun {
  readonly parts: AutomationParts;
  /** Names the attempt. */
  readonly id: string;
  readonly attempt: Parameters<AutomationSteps['perform']>[0];
  readonly execution: ExecutionPlan;
  readonly row: Tables['operations'];
  /** Step as in its definition. */
  readonly step: AutomationStep;
  /** Names it in the log and in rows: that of an item is not that of its step. */
  readonly name: string;
  readonly part: AutomationAction['part'];
  readonly values: RunValues;
  /** Aborted when the execution goes no further, or the server stops. */
  readonly signal: AbortSignal;
  /** Aborted when the server stops. */
  readonly stopping: AbortSignal;
}

/** Ends an attempt that has had its effect, with what its outputs take of the answer. */
export async function finishWith(
  run: AutomationRun,
  answer: Json,
  operationId: string | null,
): Promise<StepOutcome> {
  const outputs = takeOutputs(run.step, answer);
  const kept = outputs.ok ? outputs.value : {};
  const isTooLong = JSON.stringify(kept).length > OUTPUTS_LENGTH_MAX;
  const stored = isTooLong ? {} : kept;
  const end = await finish(run, { result: 'succeeded', operationId, outputs: stored });
  if (outputs.ok && !isTooLong) return end;
  const why = outputs.ok
    ? `its outputs have more than ${OUTPUTS_LENGTH_MAX} characters`
    : `${run.row.target_name}: ${outputs.error}`;
  return { ...end, ...failed(why) };
}

/** The row of an attempt; what it does not say of itself yet is null. */
export function attemptRow(
  {
    parts,
    id,
    row,
    name,
  }: Pick<AutomationRun, 'id' | 'row' | 'name'> & {
    readonly parts: CapabilityStepParts;
  },
  said: Partial<Tables['execution_steps']>,
): Tables['execution_steps'] {
  return {
    id,
    tenant_id: row.tenant_id,
    execution_id: row.id,
    step: name,
    operation_id: null,
    result: null,
    outputs_json: null,
    order_json: null,
    sender_json: null,
    at_ms: parts.deps.clock.nowMs(),
    ...said,
  };
}

/** The outcome of an attempt that has come to its end, with the row that says how. */
export async function finish(
  run: AutomationRun,
  end: {
    readonly result: Tables['execution_steps']['result'];
    readonly operationId: string | null;
    readonly outputs: JsonObject | null;
  },
): Promise<Extract<StepOutcome, { readonly kind: 'succeeded' }>> {
  const known = await findRow(run);
  return {
    kind: 'succeeded',
    record: {
      kind: 'put',
      into: 'execution_steps',
      row: attemptRow(run, {
        operation_id: end.operationId,
        result: end.result,
        outputs_json: end.outputs === null ? null : JSON.stringify(end.outputs),
        order_json: known?.order_json ?? null,
        sender_json: known?.sender_json ?? null,
      }),
    },
  };
}

/** Reads the row of an attempt; undefined where it has begun nothing. */
export async function findRow({ parts, id }: Pick<AutomationRun, 'parts' | 'id'>) {
  const [row] = await parts.deps.store.read({ from: 'execution_steps', where: { id } });
  return row;
}
