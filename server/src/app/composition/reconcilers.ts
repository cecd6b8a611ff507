import { concurrencyTurns } from '../capabilities/automation/concurrency/give-turns.ts';
import { triggeredRuns } from '../capabilities/automation/run-event-triggers.ts';
import { metricRuns } from '../capabilities/automation/run-metric-triggers.ts';
import { scheduledRuns } from '../capabilities/automation/run-schedules.ts';
import { slaWatch } from '../capabilities/automation/watch-slas.ts';
import { conditionMoves } from '../capabilities/conditions/move-vms.ts';
import { conditionWatch } from '../capabilities/conditions/watch-conditions.ts';
import { remediatingScan } from '../capabilities/drift/start-drift.ts';
import { vmGrowth } from '../capabilities/escalation/grow-vms.ts';
import { leaseFences } from '../capabilities/fencing/fence-by-lease.ts';
import { fencing } from '../capabilities/fencing/fence-nodes.ts';
import { reconnections } from '../capabilities/fencing/reconnect-nodes.ts';
import { machineChecks } from '../capabilities/healing/check-machines.ts';
import { createFoundStrangers } from '../capabilities/healing/found-strangers.ts';
import { nodeMaintenance } from '../capabilities/healing/node-maintenance.ts';
import { contentRemoval } from '../capabilities/healing/remove-contents.ts';
import { memberReplacement } from '../capabilities/health-checks/replace-members.ts';
import { healthWatch } from '../capabilities/health-checks/watch-health.ts';
import { incidentWatch } from '../capabilities/incidents/watch-incidents.ts';
import { outcomeRecords } from '../capabilities/learning/record-outcomes.ts';
import { metricCompaction } from '../capabilities/metrics/compact-metrics.ts';
import { queryRecords } from '../capabilities/metrics/record-queries.ts';
import { usageRecords } from '../capabilities/metrics/record-usage.ts';
import { notificationDelivery } from '../capabilities/notifications/send-waiting.ts';
import { fleetImprovement } from '../capabilities/optimizer/schedule-improvement.ts';
import { nodeWaking } from '../capabilities/optimizer/wake-ahead.ts';
import { orchestrationRuns } from '../capabilities/orchestration/run-policies.ts';
import { preemptedRestart } from '../capabilities/preemption/restart-preempted.ts';
import { standbys } from '../capabilities/recovery/keep-standbys.ts';
import { recoveries } from '../capabilities/recovery/recover-vms.ts';
import { restarts } from '../capabilities/recovery/restart-vms.ts';
import { pendingChanges } from '../capabilities/restart-windows/make-pending-changes.ts';
import { retention } from '../capabilities/retention/create-retention.ts';
import { groupScaling } from '../capabilities/scaling/scale-groups.ts';
import { memberSizing } from '../capabilities/scaling/size-members.ts';
import { resealing } from '../capabilities/sealing/reencrypt.ts';
import { usageRecount } from '../capabilities/usage-counts/recount-usage.ts';
import { violationScan } from '../capabilities/violations/scan-violations.ts';
import type { OperationExecutor } from '../kernel/operations/execute-operations.ts';
import type { Reconciler } from '../kernel/reconcilers/reconciler.ts';
import { termRotation } from '../resources/node/rotate-term.ts';
import { reservationExpiry } from '../resources/reservation/expire-reservations.ts';
import type { AppDeps } from './deps.ts';

/** What the reconcilers need. */
export interface ReconcilerParts {
  readonly deps: AppDeps;
  readonly executor: Pick<OperationExecutor, 'start' | 'takeOver'>;
  readonly onEvents: () => void;
  /** `one`: no other server can write to the store. */
  readonly servers: 'one' | 'several';
}

/** The table of all reconcilers, in the order in which they are listed. */
export function listReconcilers(parts: ReconcilerParts): readonly Reconciler[] {
  const { deps, servers } = parts;
  const { sealing, metricSource } = deps;
  const { improvements } = deps.settings;
  const cleaning = Object.assign({ strangers: createFoundStrangers() }, parts);
  return [
    nodeMaintenance(cleaning),
    machineChecks(parts),
    remediatingScan(parts),
    violationScan(parts),
    orchestrationRuns(parts),
    groupScaling(parts),
    memberSizing(parts),
    nodeWaking(parts),
    scheduledRuns(parts),
    triggeredRuns(parts),
    metricRuns(parts),
    slaWatch(parts),
    concurrencyTurns(parts),
    notificationDelivery(parts),
    preemptedRestart(parts),
    reservationExpiry(parts),
    contentRemoval(parts),
    pendingChanges(parts),
    healthWatch(parts),
    vmGrowth(parts),
    memberReplacement(parts),
    conditionWatch(parts),
    incidentWatch(cleaning),
    fencing(parts),
    leaseFences(parts),
    reconnections(parts),
    standbys(parts),
    recoveries(parts),
    outcomeRecords(parts),
    restarts(parts),
    ...(deps.settings.proactiveMoves === 0 ? [] : [conditionMoves(parts)]),
    usageRecords(deps),
    ...(metricSource === undefined ? [] : [queryRecords(deps, metricSource)]),
    metricCompaction(deps),
    usageRecount(deps),
    retention(deps),
    termRotation(deps),
    ...(sealing === undefined ? [] : [resealing(deps, sealing, { servers })]),
    ...(improvements === undefined ? [] : [fleetImprovement(parts, improvements)]),
  ];
}
