/**
 * Opens the incidents of a VM that ran on two nodes, for its tenant and for the platform, and finds
 * what became of the second copy.
 */
import type { Failure } from '@novacron/engine/healing/incidents/model/incident';
import type { IncidentRow } from '../../../ports/tables/incident-rows.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import { findPlatformTenant } from '../../access/tenants/tenant-access.ts';
import { decodeDefinition, isDamaged } from '../../kernel/definitions/operation-definition.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { CLEANUP_KIND } from '../inspection/clean-node.ts';
import { describeCopy, type ReportCopy } from '../inspection/second-copy.ts';
import { openIncident } from './incident-changes.ts';

const CAUSE = 'second_copy';

/** Makes the report of second copies. */
export function reportsCopies(deps: CapabilityDeps): ReportCopy {
  return async (copy) => {
    const { vmId, name: target, tenantId, node, places, generation } = copy;
    const platform = await findPlatformTenant(deps.store);
    const tenants = new Set([tenantId, platform?.id ?? tenantId]);
    const cause = CAUSE;
    const key = `${cause} ${vmId} ${node.name} ${generation}`;
    const known = await deps.store.read({
      from: 'incidents',
      where: { tenant_id: { in: [...tenants] }, cause, cause_key: key },
    });
    if (known.length > 0) return [];
    const of = { key, cause, target, targetKind: 'vm', severity: 'critical' } as const;
    const nodes = [node.name, ...places].sort();
    const evidence = describeCopy(deps, copy);
    return [...tenants].flatMap((each) => {
      const failure: Failure = { ...of, tenantId: each, nodes, vms: [], vmCount: 0, evidence };
      return openIncident(deps, { members: new Map() }, { failure, replaces: 'nothing' });
    });
  };
}

/** The removal of a second copy. */
export interface CopyRemoval {
  /** Name of the node that has it, or had it. */
  readonly node: string;
  readonly operation: Tables['operations'];
}

/** Finds the last one; undefined for an incident of another cause, or where the copy is left. */
export async function findCopyRemoval(
  { store }: Pick<CapabilityDeps, 'store'>,
  { cause, cause_key, opened_at_ms }: IncidentRow,
): Promise<CopyRemoval | undefined> {
  if (cause !== CAUSE) return undefined;
  const [, vmId = '', node = ''] = cause_key.split(' ');
  const removals = await store.read({
    from: 'operations',
    where: {
      kind: CLEANUP_KIND,
      target_id: vmId,
      created_at_ms: { above: opened_at_ms - 1 },
    },
    orderBy: { column: 'id', direction: 'asc' },
    damaged: 'blank',
  });
  const operation = removals
    .filter(
      (row) =>
        !isDamaged(row) &&
        decodeDefinition(row).steps.some(
          ({ action }) => action.kind === 'agent' && action.node === node,
        ),
    )
    .at(-1);
  return operation && { node, operation };
}
