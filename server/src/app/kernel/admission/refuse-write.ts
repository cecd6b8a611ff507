/** Refusals of writes of access (keys, roles, tenants), which have no operation. */
import type { Problem } from '@novacron/contract/problem/problem';
import { auditRefusal } from '../audit/audit.ts';
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
