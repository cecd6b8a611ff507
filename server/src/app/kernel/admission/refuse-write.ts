/** Writes of access (keys, roles, tenants) that are no operations: what speaks against one. */
import type { Problem } from '@novacron/contract/problem';
import type { CallContext } from '../../composition/application.ts';
import { decideWrite, type WriteInQuestion } from '../../policy/decide/decide-write.ts';
import { auditRefusal } from '../audit/audit.ts';
import type { AppDeps } from '../context/deps.ts';

/** Asks the policies, and audits a refusal by them. @returns undefined when it is allowed */
export async function refuseByPolicy(
  deps: AppDeps,
  context: CallContext,
  write: Omit<WriteInQuestion, 'unknown'>,
): Promise<Problem | undefined> {
  const { problem } = await decideWrite(deps, context, { ...write, unknown: [] });
  if (problem !== undefined) await auditWrite(deps, context, write, problem);
  return problem;
}

/** Audits a refusal of another kind. */
export async function auditWrite(
  deps: AppDeps,
  context: CallContext,
  { operation, target }: Pick<WriteInQuestion, 'operation' | 'target'>,
  refusal: Problem,
): Promise<void> {
  await auditRefusal(deps, context, operation, target, refusal);
}
