/**
 * Opens, changes and resolves incidents. One server does it, under the lease; what it finds is the
 * same whichever does.
 */
import { explainIncidents } from '@novacron/engine/healing/incidents/explain-incidents';
import type {
  Failure,
  IncidentPlan,
  KnownIncident,
} from '@novacron/engine/healing/incidents/model/incident';
import { planIncidents } from '@novacron/engine/healing/incidents/plan-incidents';
import type { Change } from '../../../ports/store.ts';
import { findPlatformTenant } from '../../access/tenants/tenant-access.ts';
import { EVENT_SUBJECT } from '../../kernel/events/relay-events.ts';
import type { Reconciler, ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import { commitUnder } from '../../kernel/write/commit-changes.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import type { FoundStrangers } from '../inspection/found-strangers.ts';
import {
  changeIncident,
  openIncident,
  type Replaced,
  type ResolvedIncident,
  recoveredOf,
  resolveIncident,
} from './incident-changes.ts';
import { type Observed, observeFailures } from './observe-failures.ts';

/** Interval between checks without a signal. */
const LOOK_MS = 10_000;

/**
 * VMs that fail by one cause are found one after the other: people are paged once for all of them.
 * Source: `group_wait` of Prometheus Alertmanager.
 */
const GROUP_WAIT_MS = 1_000;

const MS_PER_SECOND = 1_000;

/** Events after which something is wrong. */
const BEGINNINGS: ReadonlySet<unknown> = new Set(['node.lost', 'vm.crash_loop', 'vm.unhealthy']);

/** Events after which an incident may be over. Most starts of VMs have nothing to do with one. */
const ENDS: ReadonlySet<unknown> = new Set([
  'node.back',
  'node.activate.succeeded',
  'node.drain.succeeded',
  'vm.start.succeeded',
  'vm.recover.succeeded',
  'vm.healthy',
]);

/** Dependencies of watching incidents. */
export interface IncidentParts {
  readonly deps: CapabilityDeps;
}

interface WatchParts extends IncidentParts {
  /** Machines of no known VM. */
  readonly strangers: Pick<FoundStrangers, 'all'>;
}

/** Opens, changes and resolves incidents. */
export function incidentWatch(parts: WatchParts): Reconciler {
  // Until the first round of this server it is not known whether there are any.
  let mayBeOpen = true;
  return {
    name: 'incidents',
    summary: 'Opens an incident for each cause of down nodes or VMs.',
    everyMs: LOOK_MS,
    wakesAfterMs: GROUP_WAIT_MS,
    lease: 'reconcilers',
    subscribe: (_budget, wake) =>
      parts.deps.bus.subscribe(EVENT_SUBJECT, ({ type }) => {
        if (BEGINNINGS.has(type) || (mayBeOpen && ENDS.has(type))) wake();
      }),
    run: async (budget) => {
      mayBeOpen = await watchOnce(parts, budget);
      return undefined;
    },
  };
}

/** A commit, and what is measured after it. */
interface Work {
  readonly make: () => Promise<readonly Change[]>;
  readonly onCommitted?: () => void;
}

function resolving(
  deps: CapabilityDeps,
  observed: Observed,
  each: IncidentPlan['resolve'][number],
): Work {
  let resolved: ResolvedIncident | undefined;
  const { cause } = each.incident;
  return {
    make: async () => {
      resolved = await resolveIncident(deps, observed, each);
      return resolved?.changes ?? [];
    },
    onCommitted: () => {
      if (resolved === undefined) return;
      const { resolution } = resolved;
      deps.telemetry.count('novacron_incidents_resolved_total', { cause, resolution });
      measureRecovered(deps, observed, each.incident);
    },
  };
}

/** Those of its VMs that are up again: one that is down by another incident now is not. */
function measureRecovered(
  { clock, telemetry }: CapabilityDeps,
  { members, input }: Observed,
  { id, cause }: KnownIncident,
): void {
  for (const { down_at_ms: fromMs } of recoveredOf(members.get(id), input.vms)) {
    const seconds = (clock.nowMs() - fromMs) / MS_PER_SECOND;
    telemetry.observe('novacron_vm_recovery_seconds', { cause }, seconds);
  }
}

/** Whether people were paged by an incident that becomes part of this one. */
function replacedBy({ key, tenantId }: Failure, { resolve }: IncidentPlan): Replaced {
  const isPaged = resolve.some(
    ({ incident, mergedInto }) =>
      mergedInto === key && incident.tenantId === tenantId && incident.severity === 'critical',
  );
  return isPaged ? 'page' : 'nothing';
}

/** Open incidents of VMs with one cause: of each further one people are not paged. */
const PAGES_MAX = 10;

/** Counts incidents by tenant and cause, those that are open first. */
function countAlike({ input }: Observed) {
  const counts = new Map<string, number>();
  const add = ({ tenantId, cause }: Pick<Failure, 'tenantId' | 'cause'>): number => {
    const key = `${tenantId} ${cause}`;
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    return count;
  };
  for (const incident of input.known) if (incident.resolvedAtMs === null) add(incident);
  return (failure: Failure): Replaced =>
    failure.targetKind === 'vm' && add(failure) > PAGES_MAX ? 'page' : 'nothing';
}

/** @returns whether incidents may be open */
async function watchOnce(
  { deps, strangers }: WatchParts,
  { guard, mayContinue }: ReconcilerBudget,
): Promise<boolean> {
  const platform = await findPlatformTenant(deps.store);
  if (platform === undefined) return false;
  const observed = await observeFailures(deps, platform.id, strangers.all());
  const plan = planIncidents(observed.input, { nowMs: deps.clock.nowMs() });
  for (const line of explainIncidents(plan)) deps.logger.warn({}, `incident ${line}`);
  const likeOthers = countAlike(observed);
  const works: readonly Work[] = [
    ...plan.open.map((failure) => {
      const isPaged = [likeOthers(failure), replacedBy(failure, plan)].includes('page');
      const replaces = isPaged ? 'page' : 'nothing';
      return { make: async () => openIncident(deps, observed, { failure, replaces }) };
    }),
    ...plan.change.map((each) => ({
      make: () => changeIncident(deps, observed, each),
      onCommitted: () => measureRecovered(deps, observed, each.incident),
    })),
    ...plan.resolve.map((each) => resolving(deps, observed, each)),
  ];
  for (const { make, onCommitted } of works) {
    if (!mayContinue()) break;
    const committed = await commitUnder(guard, deps, await make());
    if (committed.ok) onCommitted?.();
  }
  return observed.input.known.length > 0 || plan.open.length > 0;
}
