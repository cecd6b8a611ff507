/** Shows what the orchestration of a tenant does: counts of what is stored, states of what runs. */
import type { OrchestrationStatus } from '@novacron/contract/kinds/vm/orchestration-operations';
import type { ReconcilerStatus } from '@novacron/contract/operation/reconciler';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import { findOwnTenant } from '../../access/tenants/tenant-access.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { EVENT_SUBJECT } from '../../kernel/events/relay-events.ts';
import { SERVER_PREFIX } from '../../kernel/leases/leases.ts';
import { findSteering } from '../../placement/steering/load-placement-policies.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';

const HOUR_MS = 3_600_000;

/** A tenant that decides more in an hour reads that it is at least this many. */
const COUNTED_MAX = 10_000;

/**
 * Reads the status. A tenant sees its own policies and decisions; servers, nodes and reconcilers
 * are shown to the first tenant alone.
 */
export async function showOrchestrationStatus(
  deps: CapabilityDeps,
  reconcilers: () => readonly ReconcilerStatus[],
  { principal }: CallContext,
): Promise<Result<OrchestrationStatus, Problem>> {
  const { tenantId } = principal;
  const newest = {
    where: { tenant_id: tenantId },
    orderBy: { column: 'id', direction: 'desc' },
    limit: COUNTED_MAX,
  } as const;
  const { placements, scalings } = await deps.store.snapshot({
    placements: { from: 'placement_decisions', ...newest },
    scalings: { from: 'scaling_events', ...newest },
  });
  const sinceMs = deps.clock.nowMs() - HOUR_MS;
  const isPlatform = (await findOwnTenant(deps.store, principal))?.is_platform === 1;
  return ok({
    policies: await countPolicies(deps, tenantId),
    decisions_last_hour: {
      placement: placements.filter((row) => row.created_at_ms >= sinceMs).length,
      scaling: scalings.filter((row) => row.timestamp >= sinceMs).length,
    },
    platform: isPlatform ? await readPlatform(deps, reconcilers()) : null,
  });
}

/** Counts the orchestration policies of a tenant, and those of them that do nothing. */
export async function countPolicies(
  deps: CapabilityDeps,
  tenantId: string,
): Promise<OrchestrationStatus['policies']> {
  const policies = await deps.store.read({
    from: 'orchestration_policies',
    where: { tenant_id: tenantId },
    damaged: 'blank',
  });
  // Policies in Rego are in the same table; only orchestration policies say whether they steer.
  const own = policies.filter(({ steers }) => steers !== null);
  const enabled = own.filter(({ steers }) => steers === 1);
  const acting = await findSteering(deps, enabled);
  return { total: own.length, enabled: enabled.length, faulty: enabled.length - acting.length };
}

/** Reads the state of servers, nodes, bus and reconcilers, which the platform alone is shown. */
export async function readPlatform(
  { store, clock, bus }: CapabilityDeps,
  reconcilers: readonly ReconcilerStatus[],
): Promise<NonNullable<OrchestrationStatus['platform']>> {
  const leases = await store.read({ from: 'leases' });
  const nodes = await store.tally({ from: 'nodes', by: ['status'] });
  const nowMs = clock.nowMs();
  const others = leases.filter(
    ({ id, expires_at_ms }) => id.startsWith(SERVER_PREFIX) && expires_at_ms > nowMs,
  );
  return {
    // A server that is alone with its store holds no lease of its own name.
    servers: Math.max(1, others.length),
    nodes: Object.fromEntries(nodes.map(({ values: [status], total }) => [status, total])),
    bus: { state: await findBusState(bus) },
    reconcilers: reconcilers.map(
      ({ name, state, failures_in_a_row, last_started_at, last_error }) => ({
        name,
        state,
        failures_in_a_row,
        last_started_at,
        last_error,
      }),
    ),
  };
}

/** Asks for one retained event: any answer but `unavailable` shows that the bus answers. */
async function findBusState(bus: CapabilityDeps['bus']): Promise<'reachable' | 'unreachable'> {
  const answer = await bus.replay(EVENT_SUBJECT, { from: 1, limit: 1 });
  return !answer.ok && answer.error.code === 'unavailable' ? 'unreachable' : 'reachable';
}
