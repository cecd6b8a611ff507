/**
 * What commands and playbooks of executions have printed: stored when they end, shown one attempt
 * at a time. That of an attempt that runs is with its runner.
 */
import type { ExecutionLog } from '@novacron/contract/automation/execution';
import type { RunnerOutcome } from '@novacron/contract/automation/runner';
import type { OperationId } from '@novacron/contract/ids';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Tables } from '../../../ports/tables/tables.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { CapabilityDeps } from '../deps.ts';
import { type AttemptAt, readLog } from '../runners/ask-runner.ts';
import { readStepOrder } from '../runners/step-order.ts';
import { inOrder } from './approval-subject.ts';
import { findExecution } from './read-executions.ts';

/**
 * Stores what an attempt has printed. An attempt does not fail for its log: that of a runner that
 * has stopped meanwhile is missing.
 */
export async function keepLog(
  deps: CapabilityDeps,
  of: {
    /** Of the execution. */
    readonly row: Pick<Tables['operations'], 'id' | 'tenant_id'>;
    readonly step: string;
    readonly at: AttemptAt;
    readonly outcome: RunnerOutcome;
  },
): Promise<void> {
  const { row, step, at, outcome } = of;
  if (outcome.kind === 'failed' || outcome.log_length === 0) return;
  const text = await readLog(deps, at);
  const kept = await deps.store.commit([
    {
      kind: 'put',
      into: 'execution_logs',
      row: {
        id: `${row.id}/${at.attempt}`,
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
    deps.logger.warn({ ...at, problem: kept.error }, 'a log of a command is not stored');
}

/** Shows what a step has printed. Problems: `not-found`. */
export async function showLog(
  deps: Pick<CapabilityDeps, 'store' | 'bus'>,
  { id, step, attempt }: ParsedInputOf<'execution.logs'>,
  context: CallContext,
) {
  const found = await findExecution(deps, id, context);
  if (!found.ok) return found;
  const live = await readLive(deps, { id, step, attempt });
  if (live !== undefined) return ok(live);
  const where = { execution_id: id, step, ...(attempt === undefined ? {} : { attempt }) };
  const [row] = await deps.store.read({
    from: 'execution_logs',
    where,
    orderBy: { column: 'at_ms', direction: 'desc' },
    limit: 1,
  });
  if (row === undefined) return err(noLog(id, step)) satisfies Result<never, Problem>;
  return ok({
    step: row.step,
    attempt: row.attempt,
    text: row.text,
    dropped_bytes: row.dropped_bytes,
    ended_at: toTimestamp(row.at_ms),
  });
}

/** The log of an attempt that a runner has, and that has not ended; undefined where none has. */
async function readLive(
  deps: Pick<CapabilityDeps, 'store' | 'bus'>,
  { id, step, attempt: wanted }: Omit<ParsedInputOf<'execution.logs'>, 'id'> & { id: OperationId },
): Promise<ExecutionLog | undefined> {
  const { attempts, ended } = await deps.store.snapshot({
    attempts: { from: 'execution_steps', where: { execution_id: id } },
    ended: { from: 'operations', where: { id, finished_at_ms: { above: 0 } } },
  });
  if (ended.length > 0) return undefined;
  const own = attempts.filter((row) => row.step === step && row.order_json !== null);
  const last = inOrder(own).findLast((row) => {
    return wanted === undefined || row.id === `${id}/${wanted}`;
  });
  if (last === undefined || last.result !== null) return undefined;
  const attempt = last.id.slice(id.length + 1);
  const stored = { from: 'execution_logs', where: { id: last.id }, limit: 1 } as const;
  if ((await deps.store.read(stored)).length > 0) return undefined;
  const { runner } = readStepOrder(last.order_json ?? '');
  const text = await readLog(deps, { runner, execution_id: id, attempt });
  return { step, attempt, text, dropped_bytes: 0, ended_at: null };
}

function noLog(id: string, step: string): Problem {
  return problem('not-found', {
    detail: `The step ${step} of ${id} has no log: no command of it has printed and ended.`,
    remedy: `Look at its steps: novacron execution inspect ${id}.`,
    fields: [{ path: ['step'], message: 'has no log' }],
  });
}
