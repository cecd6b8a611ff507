import type { OperationName } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, type Result } from '@novacron/contract/result';
import { replan } from '../../rows/resource-problems.ts';
import type { CallContext } from '../context/call-context.ts';
import type { KernelDeps } from '../context/deps.ts';

/**
 * Attempts of one write: each conflict means that another write was committed. More than the calls
 * of a JSON-RPC batch, which all start from the same state.
 */
const ADMISSION_ATTEMPTS_MAX = 128;

/**
 * Prepares and commits a write, again after each optimistic-lock conflict. The only such loop:
 * every admission goes through it, and so through the semaphore and the counter.
 * @param attempt - reads, plans and commits; a problem with `data.replan` is a conflict
 */
export async function retryConflicts<T>(
  deps: Pick<KernelDeps, 'admissions' | 'telemetry'>,
  { principal }: Pick<CallContext, 'principal'>,
  operation: OperationName,
  attempt: () => Promise<Result<T, Problem>>,
): Promise<Result<T, Problem>> {
  let last: Problem = replan('It');
  for (let round = 0; round < ADMISSION_ATTEMPTS_MAX; round += 1) {
    const tried =
      round === 0 ? await attempt() : await deps.admissions.run(principal.tenantId, attempt);
    if (tried.ok || tried.error.data?.replan !== true) return tried;
    last = tried.error;
    deps.telemetry.count('novacron_admission_replans_total', { operation });
  }
  return err(last);
}
