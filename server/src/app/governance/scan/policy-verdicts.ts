/**
 * Latest verdicts of policies that count as checks. The judge of policies adds what it has asked
 * anyway; the judge of compliance counts it.
 */
import type { CheckResult } from '@novacron/engine/compliance/model/check';
import { retainKeys } from './judge.ts';

/** Verdicts about resources. */
interface AddedVerdicts {
  /** Resources that were asked about. */
  readonly resourceIds: readonly string[];
  /** Policies that were asked; other verdicts stay. */
  readonly policyIds: ReadonlySet<string>;
  readonly results: readonly CheckResult[];
}

interface TenantVerdicts {
  /** By resource and policy. */
  readonly byResource: Map<string, Map<string, CheckResult>>;
  readonly changed: Set<string>;
  isComplete: boolean;
}

/** Latest verdicts by tenant. */
export interface PolicyVerdicts {
  /** Replaces the verdicts of policies about resources. */
  readonly add: (tenantId: string, added: AddedVerdicts) => void;
  /** Drops the verdicts of policies that are no longer asked. */
  readonly retainPolicies: (tenantId: string, policyIds: ReadonlySet<string>) => void;
  /** Notes that every policy was asked about every resource. */
  readonly complete: (tenantId: string) => void;
  /** Whether that was so once: what is missing before would look like a change. */
  readonly isComplete: (tenantId: string) => boolean;
  /** The verdicts about a resource. */
  readonly about: (tenantId: string, resourceId: string) => readonly CheckResult[];
  /** The resources whose verdicts changed since the last call. */
  readonly takeChanged: (tenantId: string) => readonly string[];
  /** Forgets all other tenants. */
  readonly retain: (tenantIds: ReadonlySet<string>) => void;
}

/** Makes an empty memory of verdicts. */
export function createPolicyVerdicts(): PolicyVerdicts {
  const tenants = new Map<string, TenantVerdicts>();
  const of = (tenantId: string): TenantVerdicts => {
    const known = tenants.get(tenantId) ?? newTenant();
    tenants.set(tenantId, known);
    return known;
  };
  return {
    add: (tenantId, added) => addVerdicts(of(tenantId), added),
    retainPolicies: (tenantId, policyIds) => retainPolicies(of(tenantId), policyIds),
    complete: (tenantId) => {
      of(tenantId).isComplete = true;
    },
    isComplete: (tenantId) => of(tenantId).isComplete,
    about: (tenantId, id) => [...(of(tenantId).byResource.get(id)?.values() ?? [])],
    takeChanged: (tenantId) => {
      const { changed } = of(tenantId);
      const ids = [...changed];
      changed.clear();
      return ids;
    },
    retain: (tenantIds) => retainKeys(tenants, tenantIds),
  };
}

function newTenant(): TenantVerdicts {
  return { byResource: new Map(), changed: new Set(), isComplete: false };
}

function addVerdicts(
  { byResource, changed }: TenantVerdicts,
  { resourceIds, policyIds, results }: AddedVerdicts,
): void {
  for (const id of resourceIds) {
    const before = [...(byResource.get(id)?.values() ?? [])];
    const kept = before.filter(({ checkId }) => !policyIds.has(checkId));
    const after = [...kept, ...results.filter(({ subjectId }) => subjectId === id)];
    if (after.length > 0) byResource.set(id, new Map(after.map((each) => [each.checkId, each])));
    else byResource.delete(id);
    if (textOf(before) !== textOf(after)) changed.add(id);
  }
}

function retainPolicies(
  { byResource, changed }: TenantVerdicts,
  policyIds: ReadonlySet<string>,
): void {
  for (const [id, verdicts] of byResource) {
    for (const policyId of verdicts.keys()) {
      if (policyIds.has(policyId)) continue;
      verdicts.delete(policyId);
      changed.add(id);
    }
    if (verdicts.size === 0) byResource.delete(id);
  }
}

function textOf(results: readonly CheckResult[]): string {
  return JSON.stringify(results.toSorted((a, b) => (a.checkId < b.checkId ? -1 : 1)));
}
