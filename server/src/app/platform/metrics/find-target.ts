/** Finds the target of a metrics request: a VM, a VM group or its tenant. */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { MetricSeries, MetricTarget } from '../../../ports/metric-series.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { findResource } from '../../kernel/resource-rows/find-resource.ts';
import type { CapabilityDeps } from '../deps.ts';

/** A target with its name, for people. */
export interface NamedTarget extends MetricTarget {
  readonly name: string;
}

/** The fields of a request that name a target. */
export interface TargetInput {
  readonly vm_id?: string | undefined;
  readonly vm_group_id?: string | undefined;
}

/** Finds the target of a request. Problems: `validation-failed` for two, `not-found`. */
export async function findTarget(
  { store }: Pick<CapabilityDeps, 'store'>,
  { vm_id: vmId, vm_group_id: groupId }: TargetInput,
  { principal }: CallContext,
): Promise<Result<NamedTarget, Problem>> {
  const { tenantId } = principal;
  if (vmId !== undefined && groupId !== undefined) return err(twoTargets());
  const id = vmId ?? groupId;
  if (id === undefined) return ok({ id: tenantId, tenantId, kind: 'tenant', name: 'the tenant' });
  const kind = vmId === undefined ? 'vm_group' : 'vm';
  const found = await findResource(store, kind, { tenantId, id });
  return found.ok ? ok({ id, tenantId, kind, name: found.value.name }) : found;
}

function twoTargets(): Problem {
  return problem('validation-failed', {
    detail: 'The request names a VM and a VM group.',
    remedy: 'Give vm_id or vm_group_id; neither for metrics of the tenant.',
    fields: [{ path: ['vm_group_id'], message: 'must be absent where vm_id is given' }],
  });
}

/** The series of this server. Problems: `unavailable` where it stores none. */
export function seriesOf({
  metricSeries,
}: Pick<CapabilityDeps, 'metricSeries'>): Result<MetricSeries, Problem> {
  if (metricSeries !== undefined) return ok(metricSeries);
  return err(
    problem('unavailable', {
      detail: 'This server stores no metrics.',
      remedy: 'Ask the operators of NovaCron: the log of its start says why.',
    }),
  );
}
