/** Finds the target of a metrics request: a resource, its tenant, or a part of the fleet. */
import {
  FLEET_TARGET,
  nodeClassTarget,
  storagePoolTarget,
  zoneTarget,
} from '@novacron/contract/monitoring/fleet-metrics';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { MetricSeries, MetricTarget } from '../../../ports/metric-series.ts';
import { findOwnTenant, requirePlatform } from '../../access/tenants/tenant-access.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { findResource } from '../../kernel/resource-rows/find-resource.ts';
import { notFound } from '../../rows/resource-problems.ts';
import type { CapabilityDeps } from '../deps.ts';

/** A target with its name, for people. */
export interface NamedTarget extends MetricTarget {
  readonly name: string;
  /** The flag of the command line that chooses it. Empty: the tenant. */
  readonly flag: string;
}

/** The fields of a request that name a target; `fleet` is false where it does not. */
export interface TargetInput {
  readonly vm_id?: string | undefined;
  readonly vm_group_id?: string | undefined;
  readonly network_id?: string | undefined;
  readonly node_id?: string | undefined;
  readonly zone?: string | undefined;
  readonly node_class?: string | undefined;
  readonly storage_pool?: string | undefined;
  readonly fleet?: boolean;
}

const FIELDS = [
  'vm_id',
  'vm_group_id',
  'network_id',
  'node_id',
  'zone',
  'node_class',
  'storage_pool',
  'fleet',
] as const;

/**
 * Finds the target of a request. Problems: `validation-failed` for several, `not-found`,
 * `forbidden` for those of the platform.
 */
export async function findTarget(
  { store }: Pick<CapabilityDeps, 'store'>,
  input: TargetInput,
  { principal }: CallContext,
): Promise<Result<NamedTarget, Problem>> {
  const { tenantId } = principal;
  const given = FIELDS.filter((field) => input[field] !== undefined && input[field] !== false);
  const [field] = given;
  if (given.length > 1) return err(severalTargets(given));
  if (field === undefined) {
    return ok({ id: tenantId, tenantId, kind: 'tenant', name: 'the tenant', flag: '' });
  }
  const value = String(input[field]);
  const flag = `--${field.replaceAll('_', '-')}`;
  if (field === 'vm_id' || field === 'vm_group_id' || field === 'network_id') {
    const kind = KINDS[field];
    const found = await findResource(store, kind, { tenantId, id: value });
    if (!found.ok) return found;
    const { name } = found.value;
    return ok({ id: value, tenantId, kind, name, flag: `${flag} ${name}` });
  }
  const allowed = requirePlatform(await findOwnTenant(store, principal), OF_PLATFORM);
  if (!allowed.ok) return allowed;
  if (field === 'fleet') {
    return ok({ id: FLEET_TARGET, tenantId, kind: 'fleet', name: 'the fleet', flag });
  }
  if (field !== 'node_id') {
    const name = `${PLACES[field].words} ${value}`;
    const kind = field;
    return ok({ id: PLACES[field].idOf(value), tenantId, kind, name, flag: `${flag} ${value}` });
  }
  const [node] = await store.read({ from: 'nodes', where: { id: value } });
  if (node === undefined) return err(notFound('node', value));
  return ok({ id: value, tenantId, kind: 'node', name: node.name, flag: `${flag} ${node.name}` });
}

const KINDS = { vm_id: 'vm', vm_group_id: 'vm_group', network_id: 'network' } as const;

const OF_PLATFORM = 'A metric of nodes, storage or the fleet';

const PLACES = {
  zone: { words: 'zone', idOf: zoneTarget },
  node_class: { words: 'node class', idOf: nodeClassTarget },
  storage_pool: { words: 'storage', idOf: storagePoolTarget },
};

function severalTargets(given: readonly string[]): Problem {
  return problem('validation-failed', {
    detail: `The request names several targets: ${given.join(', ')}.`,
    remedy: 'Give one of them; none for metrics of the tenant.',
    fields: given.slice(1).map((field) => ({
      path: [field],
      message: `must be absent where ${given[0]} is given`,
    })),
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
