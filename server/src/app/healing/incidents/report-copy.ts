/** Opens the incidents of a VM that ran on two nodes: for its tenant, and for the platform. */
import type { Failure } from '@novacron/engine/healing/incidents/model/incident';
import { findPlatformTenant } from '../../access/tenants/tenant-access.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { describeCopy, type ReportCopy } from '../inspection/second-copy.ts';
import { openIncident } from './incident-changes.ts';

/** Makes the report of second copies. */
export function reportsCopies(deps: CapabilityDeps): ReportCopy {
  return async (copy) => {
    const { vmId, name: target, tenantId, node, places, generation } = copy;
    const platform = await findPlatformTenant(deps.store);
    const tenants = new Set([tenantId, platform?.id ?? tenantId]);
    const cause = 'second_copy';
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
