import { EffectivePolicy } from '@novacron/contract/kinds/policy/policy';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import { explainPolicies } from '@novacron/engine/policy/explain-policies';
import type { CallContext } from '../../kernel/context/call-context.ts';
import type { DecidingDeps } from '../memory/deciding-deps.ts';
import { readDeciding } from '../memory/read-deciding.ts';

/** Lists the policies that decide for a namespace of the caller's tenant, inherited ones first. */
export async function explainTenantPolicies(
  { store, clock, decisions }: DecidingDeps,
  { namespace, action, kind, labels }: ParsedInputOf<'policy.explain'>,
  { principal }: CallContext,
): Promise<Result<{ readonly policies: readonly EffectivePolicy[] }, Problem>> {
  const memory = decisions.memory;
  const deciding = await readDeciding(store, principal.tenantId, {
    nowMs: clock.nowMs(),
    memory,
  });
  const explained = explainPolicies(deciding, { namespace, action, kind, labels });
  const policies = explained.map(({ policy, from, decides, explanation }) =>
    EffectivePolicy.parse({
      id: policy.id,
      name: policy.name,
      type: policy.type,
      version: policy.version,
      enforcement_mode: policy.mode,
      scope: policy.scope ?? 'tenant',
      from,
      decides,
      ...(policy.data === undefined ? {} : { data: policy.data }),
      explanation:
        policy.fault === undefined
          ? explanation
          : `${explanation}, and it refuses every write: ${policy.fault}`,
    }),
  );
  return ok({ policies });
}
