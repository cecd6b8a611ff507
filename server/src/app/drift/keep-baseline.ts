/** Shows baselines, and makes what a resource is now its baseline. */
import type { Baseline } from '@novacron/contract/drift';
import { RESOURCE_KINDS, type ResourceKind } from '@novacron/contract/field';
import type { ParsedInputOf } from '@novacron/contract/operations';
import { type Problem, problem } from '@novacron/contract/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { ResourceRow } from '../../ports/tables.ts';
import type { CallContext } from '../application.ts';
import { auditRefusal } from '../audit.ts';
import { decideWrite } from '../decide-write.ts';
import type { AppDeps } from '../deps.ts';
import { eventChange } from '../events.ts';
import { desiredOf } from '../resources/answer-resource.ts';
import { findResource } from '../resources/find-resource.ts';
import { busy, notFound } from '../resources/resource-problems.ts';
import { replan } from '../write.ts';
import { baselineChanges, proveBaselines, toBaseline } from './baseline.ts';

/** Shows what drift of a resource is measured from. Problems: `not-found`. */
export async function showBaseline(
  { store }: AppDeps,
  { id }: ParsedInputOf<'drift_baseline.get'>,
  { principal }: CallContext,
): Promise<Result<Baseline, Problem>> {
  const where = { id, tenant_id: principal.tenantId };
  const [row] = await store.read({ from: 'baselines', where });
  if (row === undefined) return err(noBaseline(id));
  const proofs = await proveBaselines(store, [row]);
  return ok(toBaseline(row, proofs.get(id) ?? 'unproven'));
}

/**
 * Accepts what a resource is now. Problems: `not-found`, `policy-denied`, `conflict` while an
 * operation works on it.
 */
export async function setBaseline(
  deps: AppDeps,
  input: ParsedInputOf<'drift_baseline.set'>,
  context: CallContext,
): Promise<Result<{ readonly resource: Baseline }, Problem>> {
  const found = await findAny(deps, input.id, context);
  if (!found.ok) return found;
  const { kind, row } = found.value;
  if (row.busy_operation_id !== null) return err(busy(kind, row));
  const target = { id: row.id, name: row.name };
  const decision = await decideWrite(deps, context, {
    operation: 'drift_baseline.set',
    resourceKind: kind,
    target,
    before: desiredOf(row),
    wanted: desiredOf(row),
    unknown: [],
  });
  if (decision.problem !== undefined) {
    await auditRefusal(deps, context, 'drift_baseline.set', target, decision.problem);
    return err(decision.problem);
  }
  return adopt(deps, { kind, row }, context);
}

/** A resource of the tenant, of whatever kind it is. */
async function findAny({ store }: AppDeps, id: string, { principal }: CallContext) {
  for (const kind of RESOURCE_KINDS) {
    const found = await findResource(store, kind, { tenantId: principal.tenantId, id });
    if (found.ok) return ok({ kind, row: found.value as ResourceRow });
  }
  return err(notFound('resource', id));
}

async function adopt(
  deps: AppDeps,
  { kind, row }: { readonly kind: ResourceKind; readonly row: ResourceRow },
  context: CallContext,
): Promise<Result<{ readonly resource: Baseline }, Problem>> {
  const [earlier] = await deps.store.read({ from: 'baselines', where: { id: row.id } });
  const scope = { deps, context, nowMs: deps.clock.nowMs() };
  const [kept, proof] = baselineChanges(scope, {
    kind,
    target: { id: row.id, name: row.name },
    fields: desiredOf(row),
    origin: 'adopt',
    deployment: earlier?.deployment ?? context.deployment,
  });
  const done = await deps.store.commit([
    kept,
    proof,
    eventChange(deps, {
      tenantId: row.tenant_id,
      type: 'drift.adopted',
      source: 'api',
      target: row.id,
      priority: 'normal',
      data: { name: row.name, by: context.principal.name },
    }),
  ]);
  if (!done.ok) return done;
  const [now] = await deps.store.read({ from: 'baselines', where: { id: row.id } });
  return now === undefined ? err(replan(row.name)) : ok({ resource: toBaseline(now, 'proven') });
}

function noBaseline(id: string): Problem {
  return problem('not-found', {
    detail: `There is no baseline of a resource with the id ${id}: Terraform has applied none.`,
    remedy: 'Apply it with Terraform, or accept what is: novacron drift baseline set.',
    fields: [{ path: ['id'], message: 'has no baseline' }],
  });
}
