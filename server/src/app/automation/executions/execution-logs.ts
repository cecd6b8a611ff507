/**
/**
 * Output of commands and playbooks of executions: stored when they end, requested from their runner
 * while they run, and shown one attempt at a time.
 */
import type { RunnerOutcome } from '@novacron/contract/automation/runner';
import { OperationId } from '@novacron/contract/ids';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { ExecutionStepRow } from '../../../ports/tables/automation/workflow-rows.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { type AttemptAt, askOutcome, readLog } from '../runners/ask-runner.ts';
import { parseOrder } from '../runners/step-order.ts';
import { findExecution } from './read-executions.ts';

/**
 * Stores what an attempt has printed. An attempt does not fail for its log: that of a runner that
 * has stopped meanwhile is missing.
 */
export async function keepLog(
  deps: CapabilityDeps,
  of: {
    /** Row of the execution. */
    readonly row: Pick<Tables['operations'], 'id' | 'tenant_id'>;
    readonly step: string;
    readonly at: AttemptAt;
    readonly outcome: RunnerOutcome;
  },
): Promise<void> {
  const { row, step, at, outcome } = of;
  if (outcome.kind === 'failed' || outcome.log_length === 0) return;
  const { text } = await readLog(deps, at);
  const kept = await commitChanges(deps, [
    {
      kind: 'put',
      into: 'execution_logs',
      row: {
        id: logIdOf(row.id, at.attempt),
        tenant_id: row.tenant_id,
        execution_id: row.id,
        step,
        attempt: at.attempt,
        text,
        dropped_bytes: outcome.dropped_bytes,
        at_ms: deps.clock.nowMs(),
      },
    },
  ]);
  if (!kept.ok)
    deps.logger.warn({ ...at, problem: kept.error }, 'the log of a command could not be stored');
}

/** Shows what a step has printed. Problems: `not-found`. */
export async function showLog(
  deps: Pick<CapabilityDeps, 'store' | 'bus'>,
  { id, step, attempt, from }: ParsedInputOf<'execution.logs'>,
  context: CallContext,
) {
  const found = await findExecution(deps, id, context);
  if (!found.ok) return found;
  const begun = await findBegun(deps, { id, step, attempt });
  const where = { execution_id: id, step, ...(attempt === undefined ? {} : { attempt }) };
  const [row] = await deps.store.read({
    from: 'execution_logs',
    where,
    orderBy: { column: 'at_ms', direction: 'desc' },
    limit: 1,
  });
  // The newest may run: what it has printed is with its runner.
  if (begun !== undefined && begun.id !== row?.id) {
    const shown = await readRunning(deps, begun, from);
    if (shown !== undefined) return ok(shown);
  }
  if (row === undefined) return err(noLog(id, step)) satisfies Result<never, Problem>;
  return ok({
    step: row.step,
    attempt: row.attempt,
    text: row.text.slice(from),
    next: Math.max(from, row.text.length),
    dropped_bytes: row.dropped_bytes,
    ended_at: toTimestamp(row.at_ms),
  });
}

/** Finds the newest attempt that a runner was chosen for, and that has not ended well. */
async function findBegun(
  { store }: Pick<CapabilityDeps, 'store'>,
  { id, step, attempt }: Omit<ParsedInputOf<'execution.logs'>, 'from'>,
): Promise<ExecutionStepRow | undefined> {
  const where = { execution_id: id, step };
  const rows = await store.read({ from: 'execution_steps', where });
  return rows
    .filter(({ result, order_json: order }) => result === null && order !== null)
    .filter((row) => attempt === undefined || row.id === logIdOf(id, attempt))
    .toSorted((one, other) => other.at_ms - one.at_ms)[0];
}

/** Asks the runner of an attempt for its log. @returns undefined where it has none, or is silent */
async function readRunning(
  deps: Pick<CapabilityDeps, 'bus'>,
  { id, execution_id: execution, step, order_json: json }: ExecutionStepRow,
  from: number,
) {
  const order = parseOrder(json);
  if (order === undefined) return undefined;
  const attempt = id.slice(logIdOf(execution, '').length);
  const at = { runner: order.runner, execution_id: OperationId.parse(execution), attempt };
  const answer = await askOutcome(deps, at, { start: order.start });
  // It may have ended just now, and is about to be stored.
  const ended = answer?.kind === 'ended' ? answer.outcome : undefined;
  const hasPrinted = ended !== undefined && ended.kind !== 'failed' && ended.log_length > 0;
  if (answer?.kind !== 'running' && !hasPrinted) return undefined;
  const { text, droppedBytes } = await readLog(deps, at, from);
  const dropped = hasPrinted ? ended.dropped_bytes : droppedBytes;
  return {
    step,
    attempt,
    text,
    next: from + text.length,
    dropped_bytes: dropped,
    ended_at: null,
  };
}

function logIdOf(execution: string, attempt: string): string {
  return `${execution}/${attempt}`;
}

function noLog(id: string, step: string): Problem {
  return problem('not-found', {
    detail: `The step ${step} of ${id} has no log: its command printed nothing.`,
    remedy: `Look at its steps: novacron execution inspect ${id}.`,
    fields: [{ path: ['step'], message: 'has no log' }],
  });
}
