/**
 * Sends signals to executions. One that comes before its step begins is stored; one that a step
 * waits for takes the execution over in the same commit, as a vote does.
 */
import type { AutomationStep } from '@novacron/contract/automation/definition';
import type { Execution } from '@novacron/contract/automation/execution';
import type { ExecutionSignal } from '@novacron/contract/automation/signal';
import { listNames } from '@novacron/contract/formats/list-names';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { assert, err, ok, type Result } from '@novacron/contract/result';
import { takeOutputs } from '@novacron/engine/automation/workflows/resolve/resolve-step';
import { stepStatesOf } from '@novacron/engine/sagas/rules/step-states';
import type { Change } from '../../../ports/store.ts';
import type { ExecutionSignalRow } from '../../../ports/tables/automation/workflow-rows.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { eventSource } from '../../kernel/events/event-source.ts';
import { eventChange } from '../../kernel/events/events.ts';
import { readLog } from '../../kernel/operations/answer-operation.ts';
import type { OperationExecutor } from '../../kernel/operations/execute-operations.ts';
import { retryConflicts } from '../../kernel/write/retry-conflicts.ts';
import { commitObject, refuseByPolicy } from '../../kernel/write/write-object.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { replan } from '../../rows/resource-problems.ts';
import { findExecution, getExecution } from './read-executions.ts';
import { answerOf } from './signals/perform-signal.ts';
import { awaitedSignal, signalIdOf, toSignals } from './signals/signal-rows.ts';
import { stepsOf } from './tasks/run-values.ts';
import { sameExecution, takeExecution } from './tasks/take-execution.ts';

/** Dependencies of signals. */
export interface SignalParts {
  readonly deps: CapabilityDeps;
  readonly executor: Pick<OperationExecutor, 'takeOver' | 'wake'>;
}

type Input = ParsedInputOf<'execution.signal'>;
type OperationRow = Tables['operations'];

type Sent = Result<
  {
    readonly resource: Execution;
    readonly signal: ExecutionSignal;
    readonly repeated: boolean;
  },
  Problem
>;

/** Names that a refusal lists. */
const NAMED_MAX = 10;

/**
 * Sends a signal; the first with a name counts. Problems: `not-found`, those of policies,
 * `validation-failed` where it has ended, or no step waits for such a signal.
 */
export function sendSignal(parts: SignalParts, input: Input, context: CallContext): Promise<Sent> {
  return retryConflicts(parts.deps, context, 'execution.signal', () => send(parts, input, context));
}

async function send(parts: SignalParts, input: Input, context: CallContext): Promise<Sent> {
  const { deps } = parts;
  const found = await findExecution(deps, input.id, context);
  if (!found.ok) return found;
  const row = found.value;
  const where = { id: signalIdOf(row.id, input.signal) };
  const [known] = await deps.store.read({ from: 'execution_signals', where });
  if (known?.state === 'received') {
    const denied = await refuseByPolicy(deps, context, askedOf(row, input));
    return denied === undefined
      ? answer(deps, { row: known, repeated: true }, context)
      : err(denied);
  }
  const received: ExecutionSignalRow = {
    ...awaitedSignal(row, input.signal),
    state: 'received',
    data_json: JSON.stringify(input.data ?? {}),
    sent_by: context.principal.name,
    sent_at_ms: deps.clock.nowMs(),
  };
  const steps = stepsOf(deps.definitions.read(row));
  const refusal = refuseSignal(row, steps, received);
  if (refusal !== undefined) return err(refusal);
  const isAwaited = known !== undefined && (await waitsFor(deps, row, input.signal));
  const taken = isAwaited ? takeExecution(deps, row) : { change: sameExecution(row) };
  const done = await commitObject(deps, context, {
    ...askedOf(row, input),
    changes: [taken.change, ...storeSignal(known, received)],
    events: [
      eventChange(deps, {
        tenantId: row.tenant_id,
        type: 'execution.signal.received',
        source: eventSource(context),
        target: row.id,
        priority: 'normal',
        data: { execution_id: row.id, workflow: row.target_name, signal: input.signal },
      }),
    ],
    answer: undefined,
  });
  if (!done.ok) return done;
  await goOn(parts, row, taken.row);
  return answer(deps, { row: received, repeated: false }, context);
}

/** Returns the request as policies and the audit log see it. */
function askedOf({ id, target_name, target_id }: OperationRow, { signal }: Input) {
  const about = { workflow: target_name, workflow_id: target_id };
  return {
    operation: 'execution.signal',
    resourceKind: 'execution',
    target: { id, name: target_name },
    before: { ...about, signal: null },
    wanted: { ...about, signal },
  } as const;
}

function refuseSignal(
  row: OperationRow,
  steps: readonly AutomationStep[],
  received: ExecutionSignalRow,
): Problem | undefined {
  const { name } = received;
  if (row.status !== 'running') {
    const how = row.finished_at_ms === null ? 'is taken back' : 'has ended';
    return refused(row, {
      detail: `no longer accepts signals: it ${how}`,
      remedy: `See its state: novacron execution inspect ${row.id}`,
      field: 'id',
    });
  }
  const waiting = steps.filter(({ wait }) => wait?.signal === name);
  if (waiting.length === 0) {
    const names = [...new Set(steps.flatMap(({ wait }) => wait?.signal ?? []))];
    const known = names.length === 0 ? 'none at all' : listNames(names, NAMED_MAX);
    return refused(row, {
      detail: `has no step waiting for the signal ${name}`,
      remedy: `Its steps wait for these signals: ${known}. Correct the name, and send it again.`,
      field: 'signal',
    });
  }
  // What a step cannot take its outputs from would fail it, and no other one would count.
  for (const step of waiting) {
    const outputs = takeOutputs(step, answerOf(received));
    if (outputs.ok) continue;
    return refused(row, {
      detail: `cannot take the signal ${name} in its step ${step.id}: ${outputs.error}`,
      remedy: 'Send the values that the outputs of the step declare: --data \'{"NAME":VALUE}\'.',
      field: 'data',
    });
  }
  return undefined;
}

function refused(
  { id, target_name: workflow }: OperationRow,
  { detail, remedy, field }: Readonly<Record<'detail' | 'remedy' | 'field', string>>,
): Problem {
  return problem('validation-failed', {
    detail: `The execution ${id} of ${workflow} ${detail}.`,
    remedy,
    fields: [{ path: [field], message: detail }],
  });
}

/** Whether a step has begun to wait for a signal, and does so now. */
async function waitsFor(deps: CapabilityDeps, row: OperationRow, name: string): Promise<boolean> {
  const { steps } = deps.definitions.read(row);
  const states = stepStatesOf(steps, await readLog(deps.store, row.id));
  return steps.some(
    ({ name: step, action }) =>
      action.kind === 'automation' &&
      action.step.wait?.signal === name &&
      states.get(step)?.forward.kind === 'started',
  );
}

/** Fails where another signal of the name, or a step that waits for it, was faster. */
function storeSignal(
  known: ExecutionSignalRow | undefined,
  received: ExecutionSignalRow,
): readonly Change[] {
  const otherwise = replan(`The signal ${received.name}`);
  if (known === undefined) {
    return [{ kind: 'insert', into: 'execution_signals', row: received, otherwise }];
  }
  const { id, ...set } = received;
  const expect = { state: 'awaited' } as const;
  return [{ kind: 'update', table: 'execution_signals', id, set, expect, otherwise }];
}

/**
 * Resumes the waiting execution: on this server, if the commit has taken it over or it already runs
 * here.
 */
async function goOn(
  { deps, executor }: SignalParts,
  row: OperationRow,
  taken: OperationRow | undefined,
): Promise<void> {
  if (taken !== undefined) executor.takeOver(taken, await readLog(deps.store, row.id));
  else if (row.owner === deps.instanceId) executor.wake(row.id);
}

async function answer(
  deps: CapabilityDeps,
  { row, repeated }: { readonly row: ExecutionSignalRow; readonly repeated: boolean },
  context: CallContext,
): Promise<Sent> {
  const shown = await getExecution(deps, row.execution_id, context);
  if (!shown.ok) return shown;
  const [signal] = toSignals([row]);
  assert(signal !== undefined, `${row.id} was received`);
  return ok({ resource: shown.value, signal, repeated });
}
