import type { Client } from '@novacron/contract/client/client';
import { approvalClosing } from '../access/approvals/close-approvals.ts';
import { concurrencyTurns } from '../automation/executions/concurrency/give-turns.ts';
import { triggeredRuns } from '../automation/executions/run-event-triggers.ts';
import { metricRuns } from '../automation/executions/run-metric-triggers.ts';
import { scheduledRuns } from '../automation/executions/run-schedules.ts';
import { slaWatch } from '../automation/executions/watch-slas.ts';
import { applicationWatch } from '../automation/gitops/watch-applications.ts';
import { metricWatches } from '../automation/metric-watches/score-watches.ts';
import { orchestrationRuns } from '../automation/orchestration/run-policies.ts';
import { budgetWatch } from '../fleet/budgets/watch-budgets.ts';
import type { CapacityPlans } from '../fleet/capacity/create-capacity-plans.ts';
import { capacityWatch } from '../fleet/capacity/watch-capacity.ts';
import { chargeRecords } from '../fleet/costs/charge-records.ts';
import { fleetImprovement } from '../fleet/optimizer/schedule-improvement.ts';
import { nodeWaking } from '../fleet/optimizer/wake-ahead.ts';
import { preemptedRestart } from '../fleet/preemption/restart-preempted.ts';
import { pendingChanges } from '../fleet/restart-windows/make-pending-changes.ts';
import { automaticCorrections } from '../governance/compliance/corrections/correct-automatically.ts';
import { complianceJudge } from '../governance/compliance/scan-compliance.ts';
import { remediatingScan } from '../governance/drift/start-drift.ts';
import { createPolicyVerdicts } from '../governance/scan/policy-verdicts.ts';
import { tenantScan } from '../governance/scan/scan-tenants.ts';
import { violationJudge } from '../governance/violations/scan-violations.ts';
import { conditionMoves } from '../healing/conditions/move-vms.ts';
import { conditionWatch } from '../healing/conditions/watch-conditions.ts';
import { vmGrowth } from '../healing/escalation/grow-vms.ts';
import { leaseFences } from '../healing/fencing/fence-by-lease.ts';
import { fencing } from '../healing/fencing/fence-nodes.ts';
import { reconnections } from '../healing/fencing/reconnect-nodes.ts';
import { memberReplacement } from '../healing/health-checks/replace-members.ts';
import { healthWatch } from '../healing/health-checks/watch-health.ts';
import { reportsCopies } from '../healing/incidents/report-copy.ts';
import { incidentWatch } from '../healing/incidents/watch-incidents.ts';
import { machineChecks } from '../healing/inspection/check-machines.ts';
import { createFoundStrangers } from '../healing/inspection/found-strangers.ts';
import { nodeMaintenance } from '../healing/inspection/node-maintenance.ts';
import { contentRemoval } from '../healing/inspection/remove-contents.ts';
import { outcomeRecords } from '../healing/outcomes/record-outcomes.ts';
import { standbys } from '../healing/recovery/keep-standbys.ts';
import { recoveries } from '../healing/recovery/recover-vms.ts';
import { restarts } from '../healing/recovery/restart-vms.ts';
import type { CallContext } from '../kernel/context/call-context.ts';
import type { OperationExecutor } from '../kernel/operations/execute-operations.ts';
import type { Reconciler } from '../kernel/reconcilers/reconciler.ts';
import { auditVerification } from '../platform/audit/verify-continuously.ts';
import { storeBackups } from '../platform/backups/make-backups.ts';
import { metricCompaction } from '../platform/metrics/compact-metrics.ts';
import { fleetRecords } from '../platform/metrics/record-fleet.ts';
import { queryRecords } from '../platform/metrics/record-queries.ts';
import { type AnswerTimes, usageRecords } from '../platform/metrics/record-usage.ts';
import { notificationDelivery } from '../platform/notifications/send-waiting.ts';
import { retention } from '../platform/retention/create-retention.ts';
import { resealing } from '../platform/sealing/reencrypt.ts';
import { usageRecount } from '../platform/usage-counts/recount-usage.ts';
import { termRotation } from '../resources/node/rotate-term.ts';
import { reservationExpiry } from '../resources/reservation/expire-reservations.ts';
import { autonomousDecisions } from '../scaling/autonomy/decide-groups.ts';
import { keepForecasts } from '../scaling/groups/forecast-load.ts';
import { groupScaling } from '../scaling/groups/scale-groups.ts';
import { memberSizing } from '../scaling/groups/size-members.ts';
import { modelWatch } from '../scaling/models/watch-models.ts';
import type { Analyses } from '../scaling/recommendations/create-analyses.ts';
import { recommendationWatch } from '../scaling/recommendations/watch-recommendations.ts';
import { approvalSubjects } from './approval-subjects.ts';
import type { AppDeps } from './deps.ts';

/** Dependencies of the reconcilers. */
export interface ReconcilerParts {
  readonly deps: AppDeps;
  readonly executor: Pick<OperationExecutor, 'start' | 'takeOver' | 'wake'>;
  /** `one`: no other server can write to the store. */
  readonly servers: 'one' | 'several';
  readonly capacityPlans: CapacityPlans;
  readonly analyses: Analyses;
  /** Reads as the API answers. */
  readonly client: Client<CallContext>;
}

/** The table of all reconcilers, in the order in which they are listed. */
export function listReconcilers(parts: ReconcilerParts): readonly Reconciler[] {
  const { deps, servers } = parts;
  const { sealing, metricSource, decisionModel } = deps;
  const answerTimes: AnswerTimes = new Map();
  const { improvements } = deps.settings;
  const readForecast = keepForecasts(deps);
  const found = { strangers: createFoundStrangers(), reportCopy: reportsCopies(deps) };
  const cleaning = Object.assign(found, parts);
  const verdicts = createPolicyVerdicts();
  return [
    nodeMaintenance(cleaning),
    machineChecks(parts),
    remediatingScan(parts),
    approvalClosing({ deps, subjects: approvalSubjects(parts) }),
    tenantScan({
      deps,
      judges: [violationJudge(deps, verdicts), complianceJudge({ ...parts, verdicts })],
    }),
    automaticCorrections(parts),
    orchestrationRuns(parts),
    groupScaling(parts, readForecast),
    memberSizing(parts),
    recommendationWatch(parts),
    modelWatch(parts),
    ...(decisionModel === undefined
      ? []
      : [
          autonomousDecisions(parts, {
            model: decisionModel,
            readForecast,
            isFleetImproved: improvements?.mode === 'apply',
          }),
        ]),
    nodeWaking(parts),
    scheduledRuns(parts),
    applicationWatch(parts),
    triggeredRuns(parts),
    metricRuns(parts),
    metricWatches(parts),
    slaWatch(parts),
    concurrencyTurns(parts),
    notificationDelivery(parts),
    preemptedRestart(parts),
    reservationExpiry(parts),
    budgetWatch(parts),
    contentRemoval(parts),
    pendingChanges(parts),
    healthWatch(parts, answerTimes),
    vmGrowth(parts),
    memberReplacement(parts),
    conditionWatch(parts),
    incidentWatch(cleaning),
    fencing(parts),
    leaseFences(parts),
    reconnections(cleaning),
    standbys(parts),
    recoveries(parts),
    outcomeRecords(parts),
    restarts(parts),
    ...(deps.settings.proactiveMoves === 0 ? [] : [conditionMoves(parts)]),
    usageRecords(deps, answerTimes),
    fleetRecords(deps),
    ...(metricSource === undefined ? [] : [queryRecords(deps, metricSource)]),
    metricCompaction(deps),
    capacityWatch(parts),
    usageRecount(deps),
    chargeRecords(deps),
    retention(deps),
    auditVerification(deps),
    termRotation(deps),
    ...(deps.backups === undefined ? [] : [storeBackups(deps, deps.backups, deps.settings.backup)]),
    ...(sealing === undefined ? [] : [resealing(deps, sealing, { servers })]),
    ...(improvements === undefined ? [] : [fleetImprovement(parts, improvements)]),
  ];
}
