/** Steps that are child operations: waiting for them, and translating how they ended. */
import type { Problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';
import type { Tables } from '../../../ports/tables/tables.ts';
import type { KernelDeps } from '../context/deps.ts';
import type { StepOutcome } from '../definitions/operation-definition.ts';
import type { OperationExecutor } from '../operations/execute-operations.ts';
import type { AdmittedWrite } from './prepared-write.ts';

/**
 * Time that a step waits for its operation; then it is retried and waits for the same operation.
 */
export const CHILD_WAIT_MS = 2 * 3_600_000;

/** Dependencies of a step that is a child operation. */
export interface WriteStepParts<Deps extends KernelDeps = KernelDeps> {
  readonly deps: Deps;
  readonly executor: Pick<OperationExecutor, 'start' | 'waitForEnd'>;
}

/** Runs an admitted operation, and returns its outcome. */
export async function runChildOperation(
  parts: WriteStepParts,
  admitted: Result<AdmittedWrite, Problem>,
): Promise<StepOutcome> {
  if (!admitted.ok) return toFailedStep(admitted.error);
  const { operation } = admitted.value;
  if (operation.status === 'running') parts.executor.start(operation);
  await waitForEnd(parts, operation.id);
  return outcomeOf(parts.deps, operation.id);
}

/** A refused admission as the outcome of its step: it is retried where that may help. */
export function toFailedStep({
  code,
  detail,
}: Problem): Extract<StepOutcome, { readonly kind: 'failed' }> {
  const mayPass = code === 'conflict' || code === 'unavailable';
  return { kind: 'failed', message: detail, next: mayPass ? 'retry' : 'final' };
}

/**
 * Waits for the end of an operation, up to a limit.
 * @param timeoutMs - the longest wait
 */
export async function waitForEnd(
  { executor }: WriteStepParts,
  operationId: string,
  timeoutMs = CHILD_WAIT_MS,
): Promise<void> {
  const { signal } = new AbortController();
  await executor.waitForEnd(operationId, { timeoutMs, signal });
}

/** The end of an operation, as the outcome of the step that waited for it. */
export async function outcomeOf({ store }: KernelDeps, operationId: string): Promise<StepOutcome> {
  const [row] = await store.read({
    from: 'operations',
    where: { id: operationId },
    damaged: 'blank',
  });
  return toOutcome(operationId, row);
}

/**
 * Same as {@link outcomeOf}, for an operation that was read; undefined if the operation no longer
 * exists.
 */
export function toOutcome(operationId: string, row: Tables['operations'] | undefined): StepOutcome {
  if (row?.status === 'succeeded') return { kind: 'succeeded' };
  if (row === undefined || row.problem_json === null) {
    return { kind: 'failed', message: `${operationId} has not ended in time`, next: 'retry' };
  }
  const { detail } = JSON.parse(row.problem_json);
  return { kind: 'failed', message: String(detail), next: 'final' };
}
