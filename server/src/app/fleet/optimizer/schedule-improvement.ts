/**
 * Improves the fleet on a schedule: by ordinary operations, under the same guards and with the same
 * budget, or only reports what it would do.
 */

import type { ImprovementPlan } from '@novacron/contract/fleet/improvement';
import type { TenantId } from '@novacron/contract/ids';
import { isImprovementDue } from '@novacron/engine/placement/optimizer/is-improvement-due';
import { findPlatformTenant } from '../../access/tenants/tenant-access.ts';
import { isWaitingProblem } from '../../kernel/arbitration/waiting-problem.ts';
import { beginRequest, type CallContext } from '../../kernel/context/call-context.ts';
import { eventChange } from '../../kernel/events/events.ts';
import { platformCaller } from '../../kernel/operations/platform-caller.ts';
import type { Reconciler } from '../../kernel/reconcilers/reconciler.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import { OWN_PRINCIPALS } from '../../rows/own-principals.ts';
import {
  defragmentFleet,
  emptyNodes,
  type ImprovementParts,
  rebalanceFleet,
} from './improve-fleet.ts';
import type { ImprovementSchedule } from './improvement-schedule.ts';

/** The actor that records show for automatic improvements. */
const OPTIMIZER_NAME = OWN_PRINCIPALS.optimizer;

/** Interval between checks of the schedule. */
const LOOK_MS = 60_000;

/** The least share of the capacity that a consolidation leaves free. Unit: percent. */
const HEADROOM_PERCENT = 20;

/** Improves the fleet on its schedule, under a lease of its own that stores when it last ran. */
export function fleetImprovement(
  parts: ImprovementParts,
  schedule: ImprovementSchedule,
): Reconciler {
  return {
    name: 'fleet-improvement',
    summary: 'Improves the fleet by its goal on its schedule.',
    everyMs: LOOK_MS,
    lease: 'optimizer',
    run: async ({ progress, noteProgress }) => {
      const nowMs = parts.deps.clock.nowMs();
      const before = progress();
      if (!isImprovementDue(schedule, before, nowMs)) return undefined;
      noteProgress(nowMs);
      // What waits is tried in the next round, not in the next period.
      if ((await improveOnce(parts, schedule)) === 'waits') noteProgress(before);
      return undefined;
    },
  };
}

/** Plans, then acts or reports where the plan improves the fleet. */
async function improveOnce(
  parts: ImprovementParts,
  schedule: ImprovementSchedule,
): Promise<'waits' | undefined> {
  const { deps } = parts;
  const tenant = await findPlatformTenant(deps.store);
  if (tenant === undefined) return undefined;
  const tenantId = tenant.id;
  // The store's own id, parsed before it was written.
  const context = callerOf(parts, tenantId as TenantId);
  const planned = await ask(parts, schedule, { context, dryRun: true });
  const noted = { goal: schedule.goal, tenantId };
  if (!planned.ok) return tell(parts, 'refused', { ...noted, detail: planned.error.detail });
  // `improve-fleet.ts` has just made it.
  const { plan } = planned.value as { readonly plan: ImprovementPlan };
  if (plan.moves.length === 0 && plan.emptied.length === 0) return undefined;
  if (schedule.mode === 'apply') {
    const begun = await ask(parts, schedule, { context, dryRun: false });
    if (begun.ok) return undefined;
    if (isWaitingProblem(begun.error)) return 'waits';
    return tell(parts, 'refused', { ...noted, detail: begun.error.detail });
  }
  const { explanation } = plan;
  return tell(parts, 'reported', { ...noted, moves: plan.moves.length, explanation });
}

/** Publishes the plan as an event, because there is no caller to answer. */
async function tell(
  { deps }: ImprovementParts,
  verb: 'refused' | 'reported',
  { tenantId, ...data }: { readonly tenantId: string; readonly [fact: string]: unknown },
): Promise<undefined> {
  const event = eventChange(deps, {
    tenantId,
    type: `optimizer.${verb}`,
    source: 'optimizer',
    target: 'fleet',
    priority: verb === 'refused' ? 'high' : 'normal',
    data,
  });
  await commitChanges(deps, [event]);
  return undefined;
}

function ask(
  parts: ImprovementParts,
  { goal, movesMax }: ImprovementSchedule,
  { context, dryRun }: { readonly context: CallContext; readonly dryRun: boolean },
) {
  const input = { dry_run: dryRun, failover: 'keep', moves_max: movesMax } as const;
  switch (goal) {
    case 'rebalance':
      return rebalanceFleet(parts, input, context);
    case 'consolidate':
    case 'reduce_cost': {
      const limits = { ...input, headroom_percent: HEADROOM_PERCENT, power_down: false };
      return emptyNodes(parts, { kind: goal, input: limits }, context);
    }
    case 'defragment':
      return defragmentFleet(parts, input, context);
  }
}

function callerOf({ deps }: ImprovementParts, tenantId: TenantId): CallContext {
  const { principal, client, requestId } = platformCaller(deps, tenantId, 'migration');
  return {
    principal: { ...principal, id: OPTIMIZER_NAME, name: OPTIMIZER_NAME, role: 'admin', tenantId },
    requestId,
    client,
    deployment: 'default',
    signal: new AbortController().signal,
    request: beginRequest(),
  };
}
