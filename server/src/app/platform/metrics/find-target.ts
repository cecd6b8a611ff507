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
  deps: Pick<CapabilityDeps, 'store' | 'metricSeries'>,
  input: TargetInput,
  { principal }: CallContext,
): Promise<Result<NamedTarget, Problem>> {
  const { store } = deps;
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
    const { words, idOf } = PLACES[field];
    const target = { id: idOf(value), tenantId, kind: field, name: `${words} ${value}` };
    if (!(await isThere(deps, target, value))) return err(noPlace(field, value));
    return ok({ ...target, flag: `${flag} ${value}` });
  }
  const [node] = await store.read({ from: 'nodes', where: { id: value } });
  if (node === undefined) return err(notFound('node', value));
  return ok({ id: value, tenantId, kind: 'node', name: node.name, flag: `${flag} ${node.name}` });
}

const KINDS = { vm_id: 'vm', vm_group_id: 'vm_group', network_id: 'network' } as const;

const OF_PLATFORM = 'A metric of nodes, storage or the fleet';

const SEE_NODES = 'See the zones and classes of the nodes: novacron node list -o yaml';

const PLACES = {
  zone: { words: 'zone', idOf: zoneTarget, remedy: SEE_NODES },
  node_class: { words: 'node class', idOf: nodeClassTarget, remedy: SEE_NODES },
  storage_pool: {
    words: 'storage class',
    idOf: storagePoolTarget,
    remedy: 'Choose one of `storage_pools` in the fleet file: ssd, hdd or nvme.',
  },
};

type Place = keyof typeof PLACES;

/** Whether the fleet has a zone or class, or metrics of one that it had. */
async function isThere(
  { store, metricSeries }: Pick<CapabilityDeps, 'store' | 'metricSeries'>,
  { id, kind }: { readonly id: string; readonly kind: Place },
  name: string,
): Promise<boolean> {
  const count =
    kind === 'storage_pool'
      ? await store.count({ from: 'storage_pools', where: { id: name } })
      : await store.count({
          from: 'nodes',
          where: kind === 'zone' ? { zone: name } : { class: name },
        });
  if (count > 0) return true;
  const series = await metricSeries?.list(id);
  return series?.ok === true && series.value.length > 0;
}

function noPlace(field: Place, name: string): Problem {
  const { words, remedy } = PLACES[field];
  return problem('not-found', {
    detail: `The fleet has no ${words} ${name}.`,
    remedy,
    fields: [{ path: [field], message: `no ${words} has this name` }],
  });
}

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
