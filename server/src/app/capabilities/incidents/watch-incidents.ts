/**
 * Opens, changes and resolves incidents. One server does it, under the lease; what it finds is the
 * same whichever does.
 */
import { explainIncidents } from '@novacron/engine/incidents/explain-incidents';
import { planIncidents } from '@novacron/engine/incidents/plan-incidents';
import type { Change } from '../../../ports/store.ts';
import { findPlatformTenant } from '../../access/tenants/tenant-access.ts';
import { EVENT_SUBJECT } from '../../kernel/events/relay-events.ts';
import type { Reconciler, ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import type { CapabilityDeps } from '../deps.ts';
import { changeIncident, openIncident, resolveIncident } from './incident-changes.ts';
import { observeFailures } from './observe-failures.ts';

/** How often it looks without a signal. */
const LOOK_MS = 10_000;

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

/** What watching needs. */
export interface IncidentParts {
  readonly deps: CapabilityDeps;
  readonly onEvents: () => void;
}

/** Opens, changes and resolves incidents. */
export function incidentWatch(parts: IncidentParts): Reconciler {
  // Until the first round of this server it is not known whether there are any.
  let mayBeOpen = true;
  return {
    name: 'incidents',
    summary: 'Opens an incident for each cause by which nodes or VMs are down.',
    everyMs: LOOK_MS,
    lease: 'reconcilers',
    subscribe: (_budget, wake) =>
      parts.deps.bus.subscribe(EVENT_SUBJECT, ({ type }) => {
        if (BEGINNINGS.has(type) || (mayBeOpen && ENDS.has(type))) wake();
      }),
    run: async (budget) => {
      const round = await watchOnce(parts.deps, budget);
      mayBeOpen = round.mayBeOpen;
      if (round.changed > 0) parts.onEvents();
      return undefined;
    },
  };
}

/** What a round came to. */
interface Round {
  /** How many incidents were opened, changed or resolved. */
  readonly changed: number;
  readonly mayBeOpen: boolean;
}

async function watchOnce(
  deps: CapabilityDeps,
  { guard, mayContinue }: ReconcilerBudget,
): Promise<Round> {
  const platform = await findPlatformTenant(deps.store);
  if (platform === undefined) return { changed: 0, mayBeOpen: false };
  const observed = await observeFailures(deps, platform.id);
  const plan = planIncidents(observed.input, { nowMs: deps.clock.nowMs() });
  for (const line of explainIncidents(plan)) deps.logger.warn({}, `incident ${line}`);
  const makers: (() => Promise<readonly Change[]>)[] = [
    ...plan.open.map((failure) => async () => openIncident(deps, failure)),
    ...plan.change.map((each) => () => changeIncident(deps, observed, each)),
    ...plan.resolve.map((each) => () => resolveIncident(deps, observed, each)),
  ];
  let changed = 0;
  for (const make of makers) {
    if (!mayContinue()) break;
    const committed = await deps.store.commit([guard(), ...(await make())]);
    if (committed.ok) changed += 1;
  }
  return { changed, mayBeOpen: observed.input.known.length > 0 || plan.open.length > 0 };
}
