/** Writes that have no operation, such as those of access: refused, or committed and audited. */
import type { Problem } from '@novacron/contract/problem/problem';
import { err, type Result } from '@novacron/contract/result';
import type { Change } from '../../../ports/store.ts';
import { changedFields } from '../../rows/changed-fields.ts';
import { auditChange, auditRefusal } from '../audit/audit.ts';
import type { CallContext } from '../context/call-context.ts';
import type { KernelDeps } from '../context/deps.ts';
import type { PolicySubject } from '../context/policy-question.ts';

/** Asks the policies, and audits their refusal. @returns undefined when the write is allowed */
export async function refuseByPolicy(
  deps: KernelDeps,
  context: CallContext,
  write: Omit<PolicySubject, 'unknown'>,
): Promise<Problem | undefined> {
  const { problem } = await deps.verdicts.decide(context, { ...write, unknown: [] });
  // A request that is sent again later was not decided.
  const isDecided = problem !== undefined && problem.code !== 'rate-limited';
  if (isDecided) await auditWrite(deps, context, write, problem);
  return problem;
}

/** Audits a refusal of another kind. */
export async function auditWrite(
  deps: KernelDeps,
  context: CallContext,
  { operation, target }: Pick<PolicySubject, 'operation' | 'target'>,
  refusal: Problem,
): Promise<void> {
  await auditRefusal(deps, context, operation, target, refusal);
}

/** A write, and how the store changes by it. */
export interface AskedWrite extends Omit<PolicySubject, 'unknown' | 'moment' | 'subject'> {
  readonly changes: readonly Change[];
  readonly events?: readonly Change[];
}

/**
 * Commits a write if the policies allow it, with the entry of the audit log that says which fields
 * it changed. Problems: `policy-denied`, those of the store.
 */
export async function commitAsked(
  deps: KernelDeps,
  context: CallContext,
  { changes, events = [], ...write }: AskedWrite,
): Promise<Result<void, Problem>> {
  const refusal = await refuseByPolicy(deps, context, write);
  if (refusal !== undefined) return err(refusal);
  const { operation, resourceKind, target, before, wanted } = write;
  const audited = auditChange(deps, context, {
    operation,
    outcome: 'done',
    resourceKind,
    target,
    changes: changedFields(before, wanted),
  });
  return deps.store.commit([...changes, audited, ...events]);
}
