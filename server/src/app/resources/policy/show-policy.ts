/** Shows a policy with what is wrong with its stored text. */
import { Policy, PolicySpec } from '@novacron/contract/kinds/policy/policy';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { getResource } from '../../kernel/resource-rows/read-resources.ts';
import { findMismatches } from '../../policy/memory/stored-mismatches.ts';
import { desiredAs, toAnswer } from '../../rows/answer-resource.ts';
import type { ResourceDeps } from '../deps.ts';

/** Answers `policy.get`. Problems: `not-found`. */
export async function showPolicy(
  deps: ResourceDeps,
  id: string,
  context: CallContext,
): Promise<Result<unknown, Problem>> {
  const found = await getResource(deps, 'policy', id, context, (row) => row);
  if (!found.ok) return found;
  const row = found.value;
  const { tenantId } = context.principal;
  const parts = { policies: deps.policies, mismatches: deps.decisions.mismatches };
  const mismatches = await findMismatches(parts, desiredAs(row, PolicySpec), { tenantId });
  return ok({ ...Policy.parse(toAnswer(row)), mismatches });
}
