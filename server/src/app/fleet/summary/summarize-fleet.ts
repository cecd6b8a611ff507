/**
 * Summarizes the fleet for an overview. The database counts: nothing here reads the rows of VMs, so
 * that the answer costs about the same for a hundred VMs and for ten thousand.
 */
import type { FleetSummary, SummaryPart } from '@novacron/contract/monitoring/summary-operations';
import type { ReconcilerStatus } from '@novacron/contract/operation/reconciler';
import type { OperationName } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import { mayCall } from '../../access/identity/may-call.ts';
import { checkTenantAccess, findOwnTenant } from '../../access/tenants/tenant-access.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { countAlerts, countDrift, countIncidents, countNodes } from './count-parts.ts';
import { readEngine } from './read-engine.ts';
import { countOperations, readGroups, readVms } from './read-machines.ts';
import { readCapacity, readFailover } from './read-room.ts';
import type { SummaryParts } from './summary-parts.ts';

/** The operation that shows the same in detail: who may call it is shown the part. */
const SHOWN_BY = {
  nodes: 'node.list',
  vms: 'vm.list',
  groups: 'vm_group.list',
  incidents: 'incident.list',
  operations: 'operation.list',
  drift: 'drift.report',
  alerts: 'alert.list',
  capacity: 'node.list',
  failover: 'capacity.failure',
  engine: 'orchestration.status',
} as const satisfies Readonly<Record<SummaryPart, OperationName>>;

type Readers = {
  readonly [Name in SummaryPart]: (parts: SummaryParts) => Promise<NonNullable<FleetSummary[Name]>>;
};

const READERS: Readers = {
  nodes: async ({ deps }) =>
    countNodes(await deps.store.tally({ from: 'nodes', by: ['zone', 'status'] })),
  vms: readVms,
  groups: readGroups,
  incidents: async ({ deps, tenantId }) =>
    countIncidents(
      await deps.store.tally({
        from: 'incidents',
        where: { tenant_id: tenantId, state: { in: ['open', 'acknowledged'] } },
        by: ['state', 'severity'],
      }),
    ),
  operations: countOperations,
  drift: async ({ deps, tenantId }) =>
    countDrift(
      await deps.store.tally({
        from: 'drift_records',
        where: { tenant_id: tenantId, status: { in: ['open', 'tampered'] } },
        by: ['status', 'severity'],
      }),
    ),
  alerts: async ({ deps, tenantId }) =>
    countAlerts(
      await deps.store.tally({
        from: 'alerts',
        where: { tenant_id: tenantId, state: { in: ['open', 'acknowledged', 'silenced'] } },
        by: ['state', 'severity'],
      }),
    ),
  capacity: readCapacity,
  failover: readFailover,
  engine: readEngine,
};

/** Summarizes. What the caller's role or tenant may not see is null, with the reason. */
export async function summarizeFleet(
  deps: CapabilityDeps,
  reconcilers: () => readonly ReconcilerStatus[],
  { principal }: CallContext,
): Promise<Result<FleetSummary, Problem>> {
  const isPlatform = (await findOwnTenant(deps.store, principal))?.is_platform === 1;
  const parts = { deps, tenantId: principal.tenantId, isPlatform, reconcilers };
  const leftOut: { part: SummaryPart; reason: string }[] = [];

  async function read<Name extends SummaryPart>(
    part: Name,
  ): Promise<NonNullable<FleetSummary[Name]> | null> {
    const reason = await refusalOf(deps, principal, SHOWN_BY[part]);
    if (reason === undefined) return READERS[part](parts);
    leftOut.push({ part, reason });
    return null;
  }

  return ok({
    at: toTimestamp(deps.clock.nowMs()),
    nodes: await read('nodes'),
    vms: await read('vms'),
    groups: await read('groups'),
    incidents: await read('incidents'),
    operations: await read('operations'),
    drift: await read('drift'),
    alerts: await read('alerts'),
    capacity: await read('capacity'),
    failover: await read('failover'),
    engine: await read('engine'),
    left_out: leftOut,
  });
}

/** Explains why a caller may not see the result of an operation; undefined if it may. */
async function refusalOf(
  deps: CapabilityDeps,
  principal: CallContext['principal'],
  name: OperationName,
): Promise<string | undefined> {
  if (!mayCall(principal, name)) return `Your role ${principal.role} does not allow ${name}.`;
  const access = await checkTenantAccess(deps, name, undefined, principal);
  return access.ok ? undefined : access.error.detail;
}
