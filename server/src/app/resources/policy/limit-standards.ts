/** Limits the number of standards that the policies of a tenant name. */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { CompiledRule } from '../../../ports/policy-runtime.ts';
import { readDeciding } from '../../policy/memory/read-deciding.ts';
import type { WriteScope } from '../scope.ts';

/** Each has a score a day, and a row in every answer about the status. */
const STANDARDS_MAX = 20;

/** Refuses a policy that names one standard too many. */
export async function refuseStandard(
  { deps, context, nowMs }: WriteScope,
  { check }: CompiledRule,
): Promise<Problem | undefined> {
  if (check === undefined) return undefined;
  const at = { nowMs, memory: deps.decisions.memory };
  const deciding = await readDeciding(deps.store, context.principal.tenantId, at);
  const names = new Set(deciding.flatMap((policy) => policy.check?.standard ?? []));
  if (names.has(check.standard) || names.size < STANDARDS_MAX) return undefined;
  return problem('rule-invalid', {
    detail: `The policies name ${STANDARDS_MAX} standards, and ${check.standard} would be another.`,
    remedy: `Name one of them: ${[...names].toSorted().join(', ')}.`,
    fields: [{ path: ['rule'], message: 'names one standard too many' }],
  });
}
