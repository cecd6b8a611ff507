/**
 * Bounds what an orchestration policy does by the rights of its author, as those of a new API key
 * are bound: NovaCron carries out its actions long after the call that wrote it. Source: N. Hardy,
 * The Confused Deputy, ACM SIGOPS Operating Systems Review 1988.
 */
import type { OrchestrationPolicy } from '@novacron/contract/kinds/orchestration-policy/document';
import type { OperationName } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { findRole } from '../../access/identity/find-role.ts';
import { refuseLasting } from '../../access/identity/key-lifetime.ts';
import { checkTenantAccess } from '../../access/tenants/tenant-access.ts';
import type { WriteScope } from '../scope.ts';
import { operationsOfAction } from './action-operations.ts';

/** An operation that a rule of a policy starts. */
interface StartedOperation {
  readonly rule: string;
  readonly operation: OperationName;
}

/**
 * Refuses a policy that would do more than its author may do. Problems: `forbidden` for an
 * operation that the author's role does not allow, and for a credential that the policy would
 * outlive; `feature-disabled` for an operation that the tenant may not use.
 * @returns undefined where the author may write the policy
 */
export async function refuseAuthor(
  policy: OrchestrationPolicy,
  { deps, context: { principal } }: WriteScope,
): Promise<Problem | undefined> {
  const started = listStarted(policy);
  if (started.length === 0) return undefined;
  // A write that was stored for later carries the name of its caller's role only.
  const held =
    principal.operations ??
    (await findRole(deps.store, principal.tenantId, principal.role))?.operations;
  const missing = started.filter(({ operation }) => held?.has(operation) !== true);
  if (missing.length > 0) return beyondRole(principal.role, missing);
  for (const each of started) {
    const access = await checkTenantAccess(deps, each.operation, undefined, principal);
    if (!access.ok) return atRule(access.error, each);
  }
  return refuseLasting(principal, {
    what: 'An orchestration policy with actions',
    doing: 'writing orchestration policies with actions',
  });
}

function listStarted({ spec }: OrchestrationPolicy): readonly StartedOperation[] {
  return spec.rules.flatMap(({ name: rule, actions }) =>
    actions.flatMap(operationsOfAction).map((operation) => ({ rule, operation })),
  );
}

function beyondRole(role: string, missing: readonly StartedOperation[]): Problem {
  const names = [...new Set(missing.map(({ operation }) => operation))];
  return problem('forbidden', {
    detail:
      'An orchestration policy cannot do what its author may not do; your role ' +
      `${role} does not allow ${names.join(', ')}.`,
    remedy: 'Leave these actions out, or ask a user whose role allows them to write the policy.',
    fields: missing.map(({ rule, operation }) => ({
      path: ['document'],
      message: `rule ${rule}: starts ${operation}, which you may not call`,
    })),
    data: { missing: names },
  });
}

function atRule(refusal: Problem, { rule, operation }: StartedOperation): Problem {
  const message = `rule ${rule}: starts ${operation}, which your tenant may not use`;
  return { ...refusal, fields: [{ path: ['document'], message }] };
}
