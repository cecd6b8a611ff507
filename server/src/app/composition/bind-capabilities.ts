/** Binds the operations of capabilities. */
import {
  AdministrativeWrite,
  PreviewableAction,
  PreviewableOperation,
} from '@novacron/contract/admission/admission';
import type { Client } from '@novacron/contract/client/client';
import type { ReconcilerStatus } from '@novacron/contract/operation/reconciler';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';

import { getApproval, listApprovals } from '../access/approvals/read-approvals.ts';
import { voteOnApproval } from '../access/approvals/vote-on-approval.ts';
import { hideLoad } from '../access/tenants/hide-load.ts';
import { reduceAdmission, reduceLoss } from '../access/tenants/reduce-for-tenants.ts';
import { listAlerts } from '../automation/alerts/read-alerts.ts';
import { acknowledgeOne, silenceOne } from '../automation/alerts/write-alerts.ts';
import { showGraph } from '../automation/executions/analysis/show-graph.ts';
import { showOptimization } from '../automation/executions/analysis/show-optimization.ts';
import { backfillSchedule } from '../automation/executions/backfill/backfill-schedule.ts';
import { showLog } from '../automation/executions/execution-logs.ts';
import { finishExecution } from '../automation/executions/finish-execution.ts';
import { holdAutomation, showAutomation } from '../automation/executions/holds/hold-automation.ts';
import { steerExecution } from '../automation/executions/pause-executions.ts';
import { previewRun, WORKFLOW_RUN } from '../automation/executions/preview-run.ts';
import { getExecution, listExecutions } from '../automation/executions/read-executions.ts';
import { draftRunbook } from '../automation/executions/runbooks/draft-runbook.ts';
import { generateRunbook } from '../automation/executions/runbooks/generate-runbook.ts';
import { writeReport } from '../automation/executions/runbooks/write-report.ts';
import { sendSignal } from '../automation/executions/send-signal.ts';
import { startRollback, startSync } from '../automation/gitops/start-sync.ts';
import { listWatches } from '../automation/metric-watches/read-watches.ts';
import { unwatchMetric, watchMetric } from '../automation/metric-watches/write-watches.ts';
import { showOrchestrationStatus } from '../automation/orchestration/show-status.ts';
import { deleteRunner } from '../automation/runners/delete-runner.ts';
import { getRunner, listRunners } from '../automation/runners/read-runners.ts';
import { bulkVms } from '../fleet/bulk/bulk-vms.ts';
import type { CapacityPlans } from '../fleet/capacity/create-capacity-plans.ts';
import { answerEstimate } from '../fleet/capacity/estimate-capacity.ts';
import { explainNodeLoss, explainVmLoss } from '../fleet/capacity/explain-loss.ts';
import { answerFailure } from '../fleet/capacity/forecast-failure.ts';
import { showCapacityPlan } from '../fleet/capacity/show-capacity-plan.ts';
import { createConsoleTicket } from '../fleet/console/create-ticket.ts';
import { compareCosts } from '../fleet/costs/compare-costs.ts';
import { forecastCosts } from '../fleet/costs/forecast-costs.ts';
import { reportCosts } from '../fleet/costs/report-costs.ts';
import { configureBus, showAuthority } from '../fleet/enrollment/configure-bus.ts';
import {
  createEnrollment,
  listEnrollments,
  revokeEnrollment,
} from '../fleet/enrollment/enrollments.ts';
import { redeemEnrollment, renewEnrollment } from '../fleet/enrollment/issue-certificate.ts';
import { activateNode } from '../fleet/optimizer/activate-node.ts';
import {
  defragmentFleet,
  drainNode,
  emptyNodes,
  rebalanceFleet,
} from '../fleet/optimizer/improve-fleet.ts';
import { checkReachability } from '../fleet/reachability/check-reachability.ts';
import { summarizeFleet } from '../fleet/summary/summarize-fleet.ts';
import { showNodeUsage, showVmUsage } from '../fleet/usage/show-usage.ts';
import { previewAdmission } from '../governance/admission-preview/preview-admission.ts';
import { previewObject } from '../governance/admission-preview/preview-object.ts';
import {
  previewVolumeImport,
  VOLUME_IMPORT,
} from '../governance/admission-preview/preview-volume-import.ts';
import {
  createAttestation,
  deleteAttestation,
  listAttestations,
} from '../governance/compliance/attestations.ts';
import { correctFinding } from '../governance/compliance/corrections/correct-finding.ts';
import {
  showComplianceSettings,
  updateComplianceSettings,
} from '../governance/compliance/corrections/correction-settings.ts';
import {
  getFinding,
  listFindings,
  reportCompliance,
  showComplianceStatus,
} from '../governance/compliance/read-compliance.ts';
import { diffCompliance } from '../governance/compliance/read-history.ts';
import { requestScan } from '../governance/compliance/request-scan.ts';
import { anchorEvidence, listEvidence } from '../governance/compliance/sign-evidence.ts';
import { setBaseline, showBaseline } from '../governance/drift/drift-baselines.ts';
import { driftSettings } from '../governance/drift/drift-settings.ts';
import { remediateDrift } from '../governance/drift/remediate-drift.ts';
import { reportDrift } from '../governance/drift/report-drift.ts';
import { previewPolicy } from '../governance/policy-preview/preview-policy.ts';
import {
  getPolicyViolation,
  listPolicyViolations,
} from '../governance/violations/read-violations.ts';
import { explainIncident } from '../healing/incidents/explain-incident.ts';
import { getIncident, listIncidents } from '../healing/incidents/read-incidents.ts';
import { reportHealing } from '../healing/incidents/report-healing.ts';
import { showHealing } from '../healing/incidents/show-healing.ts';
import { acknowledgeIncident, silenceIncident } from '../healing/incidents/write-incidents.ts';
import { forgetOutcomes, showOutcomes } from '../healing/outcomes/show-outcomes.ts';
import type { CallContext } from '../kernel/context/call-context.ts';
import type { Handlers } from '../kernel/context/handler.ts';
import { listBackups, runBackup, verifyBackup } from '../platform/backups/manage-backups.ts';
import { hold, release } from '../platform/holds/change-hold.ts';
import { correlateMetrics } from '../platform/metrics/correlate-metrics.ts';
import { importMetrics } from '../platform/metrics/import-metrics.ts';
import { listMetrics, queryMetric } from '../platform/metrics/read-metrics.ts';
import { showAnomalies } from '../platform/metrics/show-anomalies.ts';
import { writeMetrics } from '../platform/metrics/write-metrics.ts';
import { getChannel, listChannels } from '../platform/notifications/read-channels.ts';
import {
  createChannel,
  deleteChannel,
  testChannel,
  updateChannel,
} from '../platform/notifications/write-channels.ts';
import { listSealingKeys } from '../platform/sealing/list-sealing-keys.ts';
import { showSettings, updateSettings } from '../platform/settings/manage-settings.ts';
import {
  deleteState,
  pruneState,
  removeLock,
  restoreState,
} from '../platform/terraform-states/change-state.ts';
import { diffStates } from '../platform/terraform-states/diff-states.ts';
import { getState, listStates, listVersions } from '../platform/terraform-states/find-state.ts';
import { testFence } from '../resources/node/fence-node.ts';
import { autonomySettings } from '../scaling/autonomy/autonomy-settings.ts';
import { overrideDecision } from '../scaling/autonomy/override-decision.ts';
import {
  getAutonomousDecision,
  listAutonomousDecisions,
} from '../scaling/autonomy/read-decisions.ts';
import { listForecastModels } from '../scaling/forecasts/list-forecast-models.ts';
import { showForecast } from '../scaling/forecasts/show-forecast.ts';
import { compareShapes } from '../scaling/groups/compare-shapes.ts';
import { explainGroup } from '../scaling/groups/explain-group.ts';
import { holdScaling, releaseScaling } from '../scaling/groups/hold-scaling.ts';
import { listScalingEvents } from '../scaling/groups/list-scaling-events.ts';
import { showScaling } from '../scaling/groups/show-scaling.ts';
import { deleteModel, promoteModel, rollBackModel } from '../scaling/models/change-model.ts';
import { modelSettings } from '../scaling/models/model-settings.ts';
import {
  exportModel,
  listVersions as listModelVersions,
  writeCard,
} from '../scaling/models/read-models.ts';
import { startTrial, stopTrial } from '../scaling/models/run-trial.ts';
import { compareModels, predictWithModel } from '../scaling/models/use-model.ts';
import { applyRecommendation } from '../scaling/recommendations/apply-recommendation.ts';
import type { Analyses } from '../scaling/recommendations/create-analyses.ts';
import { listRecommendations } from '../scaling/recommendations/list-recommendations.ts';
import {
  replayRecommendations,
  showSignals,
  trainModels,
} from '../scaling/recommendations/train-models.ts';
import { OBJECT_PREVIEWS } from './administrative-writes.ts';
import { approvalSubjects } from './approval-subjects.ts';
import type { BindParts } from './bind-writes.ts';
import type { AppDeps } from './deps.ts';

const OBJECT_WRITE = AdministrativeWrite.or(PreviewableAction);

function preview(
  deps: AppDeps,
  { operation, ...asked }: ParsedInputOf<'admission.preview'>,
  context: CallContext,
) {
  const ofObject = OBJECT_WRITE.safeParse(operation);
  if (ofObject.success) {
    const parts = { deps, previews: OBJECT_PREVIEWS };
    return previewObject(parts, { ...asked, operation: ofObject.data }, context);
  }
  if (operation === WORKFLOW_RUN) return previewRun(deps, asked, context);
  if (operation === VOLUME_IMPORT) return previewVolumeImport(deps, asked, context);
  return previewAdmission(
    deps,
    { ...asked, operation: PreviewableOperation.parse(operation) },
    context,
  );
}

/** Makes the handlers. */
export function bindCapabilities(
  parts: BindParts & {
    readonly reconcilers: () => readonly ReconcilerStatus[];
    readonly capacityPlans: CapacityPlans;
    readonly analyses: Analyses;
    readonly client: Client<CallContext>;
  },
) {
  const { deps, reconcilers } = parts;
  const approvals = { deps, subjects: approvalSubjects(parts) };
  return {
    'cost.report': (input, context) => reportCosts(deps, input, context),
    'cost.forecast': (input, context) => forecastCosts(deps, input, context),
    'cost.compare': (input, context) => compareCosts(deps, input, context),
    'terraform_state.list': (input, context) => listStates(deps, input, context),
    'terraform_state.get': (input, context) => getState(deps, input, context),
    'terraform_state.versions': (input, context) => listVersions(deps, input, context),
    'terraform_state.diff': (input, context) => diffStates(deps, input, context),
    'terraform_state.restore': (input, context) => restoreState(deps, input, context),
    'terraform_state.prune': (input, context) => pruneState(deps, input, context),
    'terraform_state.unlock': (input, context) => removeLock(deps, input, context),
    'terraform_state.delete': (input, context) => deleteState(deps, input, context),
    'gitops_application.sync': (input, context) => startSync(parts, input, context),
    'gitops_application.rollback': (input, context) => startRollback(parts, input, context),
    'workflow.graph': (input, context) => showGraph(deps, input, context),
    'workflow.optimize': (input, context) => showOptimization(deps, input, context),
    'runbook.generate': (input, context) => generateRunbook(deps, input, context),
    'workflow.backfill': (input, context) =>
      backfillSchedule({ ...parts, knownMs: deps.settings.retention.operationsMs }, input, context),
    'runbook.draft': (input, context) => draftRunbook(parts, input, context),
    'execution.get': ({ id }, context) => getExecution(deps, id, context),
    'execution.report': (input, context) => writeReport(deps, input, context),
    'execution.logs': (input, context) => showLog(deps, input, context),
    'execution.list': (input, context) => listExecutions(deps, input, context),
    'execution.pause': (input, context) => steerExecution(parts, 'execution.pause', input, context),
    'execution.resume': (input, context) =>
      steerExecution(parts, 'execution.resume', input, context),
    'execution.finish': (input, context) => finishExecution(parts, input, context),
    'execution.signal': (input, context) => sendSignal(parts, input, context),
    'notification_channel.get': ({ id }, context) => getChannel(deps, id, context),
    'notification_channel.list': (input, context) => listChannels(deps, input, context),
    'notification_channel.create': (input, context) => createChannel(deps, input, context),
    'notification_channel.update': (input, context) => updateChannel(deps, input, context),
    'notification_channel.delete': (input, context) => deleteChannel(deps, input, context),
    'notification_channel.test': (input, context) => testChannel(deps, input, context),
    'runner.get': ({ id }, context) => getRunner(deps, id, context),
    'runner.delete': (input, context) => deleteRunner(deps, input, context),
    'runner.list': (input, context) => listRunners(deps, input, context),
    'approval.get': ({ id }, context) => getApproval(approvals, id, context),
    'approval.list': (input, context) => listApprovals(deps, input, context),
    'approval.approve': (input, context) =>
      voteOnApproval(approvals, 'approval.approve', input, context),
    'approval.deny': (input, context) => voteOnApproval(approvals, 'approval.deny', input, context),
    'vm.console': (input, context) => createConsoleTicket(deps, input, context),
    'vm.bulk': (input, context) => bulkVms(parts, input, context),
    'vm.usage': ({ id }, context) => showVmUsage(deps, id, context),
    'network.reachability': (input, context) => checkReachability(deps, input, context),
    'orchestration.status': (_input, context) =>
      showOrchestrationStatus(deps, reconcilers, context),
    'fleet.summary': (_input, context) => summarizeFleet(deps, reconcilers, context),
    'alert.list': (input, context) => listAlerts(deps, input, context),
    'alert.ack': (input, context) => acknowledgeOne(parts, input, context),
    'alert.silence': (input, context) => silenceOne(parts, input, context),
    'metric.anomalies': (input, context) => showAnomalies(deps, input, context),
    'metric.correlate': (input, context) => correlateMetrics(deps, input, context),
    'metric.watch': (input, context) => watchMetric(deps, input, context),
    'metric.unwatch': (input, context) => unwatchMetric(deps, input, context),
    'metric.watches': (input, context) => listWatches(deps, input, context),
    'metric.forecast': (input, context) => showForecast(deps, input, context),
    'model.forecasts': (input, context) => listForecastModels(deps, input, context),
    'model.versions': (input, context) => listModelVersions(deps, input, context),
    'model.compare': (input, context) => compareModels(deps, input, context),
    'model.promote': (input, context) => promoteModel(deps, input, context),
    'model.rollback': (input, context) => rollBackModel(deps, input, context),
    'model.start_trial': (input, context) => startTrial(deps, input, context),
    'model.stop_trial': (input, context) => stopTrial(deps, input, context),
    'model.predict': (input, context) => predictWithModel(deps, input, context),
    'model.card': (input, context) => writeCard(deps, input, context),
    'model.export': (input, context) => exportModel(deps, input, context),
    'model.delete': (input, context) => deleteModel(deps, input, context),
    'model_settings.get': (_input, context) => modelSettings.show(deps, context),
    'model_settings.update': (input, context) => modelSettings.update(deps, input, context),
    'metric.import': (input, context) => importMetrics(deps, input, context),
    'metric.list': (input, context) => listMetrics(deps, input, context),
    'metric.query': (input, context) => queryMetric(deps, input, context),
    'metric.write': (input, context) => writeMetrics(deps, input, context),
    'vm_group.explain': (input, context) => explainGroup(deps, input, context),
    'vm_group.alternatives': (input, context) => compareShapes(deps, input, context),
    'scaling.status': (_input, context) => showScaling(deps, context),
    'scaling.hold': (input, context) => holdScaling(parts, input, context),
    'scaling.release': (input, context) => releaseScaling(parts, input, context),
    'autonomous_decision.list': (input, context) => listAutonomousDecisions(deps, input, context),
    'autonomous_decision.get': (input, context) => getAutonomousDecision(deps, input, context),
    'autonomous_decision.override': (input, context) => overrideDecision(deps, input, context),
    'autonomy_settings.get': (_input, context) => autonomySettings.show(deps, context),
    'autonomy_settings.update': (input, context) => autonomySettings.update(deps, input, context),
    'scaling_event.list': (input, context) => listScalingEvents(deps, input, context),
    'incident.get': (input, context) => getIncident(deps, input, context),
    'incident.explain': (input, context) => explainIncident(deps, input, context),
    'incident.list': (input, context) => listIncidents(deps, input, context),
    'incident.ack': (input, context) => acknowledgeIncident(parts, input, context),
    'incident.silence': (input, context) => silenceIncident(parts, input, context),
    'healing.status': (_input, context) => showHealing(deps, context),
    'healing.report': (input, context) =>
      reportHealing(deps, input, context, deps.settings.retention),
    'healing.hold': (input, context) => hold(parts, 'healing', input, context),
    'healing.release': (input, context) => release(parts, 'healing', input, context),
    'automation.status': (_input, context) => showAutomation(deps, context),
    'automation.hold': (input, context) => holdAutomation(parts, input, context),
    'automation.release': (input, context) => release(parts, 'automation', input, context),
    'healing.outcomes': (_input, context) => showOutcomes(deps, context),
    'healing.forget_outcomes': (input, context) => forgetOutcomes(parts, input, context),
    'policy.preview': (input, context) => previewPolicy(deps, input, context),
    'compliance.status': (_input, context) => showComplianceStatus(deps, context),
    'compliance.report': (input, context) => reportCompliance(deps, input, context),
    'compliance.diff': (input, context) => diffCompliance(deps, input, context),
    'compliance.scan': (_input, context) => requestScan(deps, context),
    'compliance.evidence': (input, context) => listEvidence(deps, input, context),
    'compliance.anchor': (input, context) => anchorEvidence(deps, input, context),
    'compliance_attestation.create': (input, context) => createAttestation(deps, input, context),
    'compliance_attestation.list': (input, context) => listAttestations(deps, input, context),
    'compliance_attestation.delete': (input, context) => deleteAttestation(deps, input, context),
    'compliance_finding.get': (input, context) => getFinding(deps, input, context),
    'compliance_finding.list': (input, context) => listFindings(deps, input, context),
    'policy_violation.get': (input, context) => getPolicyViolation(deps, input, context),
    'policy_violation.list': (input, context) => listPolicyViolations(deps, input, context),
    'node.usage': ({ id }) => showNodeUsage(deps, id),
    'node.test_fence': ({ id }) => testFence(deps, id),
    'node.activate': (input, context) => activateNode(parts, input, context),
    'node.drain': (input, context) => drainNode(parts, input, context),
    'capacity.plan': (_input, context) => showCapacityPlan(parts, context),
    'capacity.estimate': (input, context) => answerEstimate(deps, input, context),
    'capacity.failure': (input, context) => answerFailure(deps, input, context),
    'vm.explain': hideLoad(deps, explainVmLoss, reduceLoss),
    'node.explain': (input, context) => explainNodeLoss(deps, input, context),
    'backup.list': (input) => listBackups(deps, input),
    'backup.run': (_input, context) => runBackup(deps, context),
    'backup.verify': (input, context) => verifyBackup(deps, input, context),
    'sealing_key.list': (input) => listSealingKeys(deps, input),
    'admission.preview': hideLoad(deps, preview, reduceAdmission),
    'enrollment.list': (input) => listEnrollments(deps, input),
    'enrollment.create': (input, context) => createEnrollment(deps, input, context),
    'enrollment.revoke': (input, context) => revokeEnrollment(deps, input, context),
    'enrollment.redeem': (input, context) => redeemEnrollment(deps, input, context),
    'enrollment.renew': (input, context) => renewEnrollment(deps, input, context),
    'bus.configuration': (input) => configureBus(deps, input),
    'bus.authority': () => showAuthority(deps),
    'drift.report': (input, context) => reportDrift(deps, input, context),
    'drift.remediate': (input, context) => remediateDrift(parts, input, context),
    'drift_baseline.get': (input, context) => showBaseline(deps, input, context),
    'drift_baseline.set': async (input, context) => {
      const answer = await setBaseline(deps, input, context);
      return answer;
    },
    'compliance_finding.correct': (input, context) => correctFinding(parts, input, context),
    'compliance_settings.get': (_input, context) => showComplianceSettings(deps, context),
    'compliance_settings.update': (input, context) =>
      updateComplianceSettings(deps, input, context),
    'drift_settings.get': (_input, context) => driftSettings.show(deps, context),
    'drift_settings.update': (input, context) => driftSettings.update(deps, input, context),
    'settings.get': () => showSettings(deps),
    'settings.update': (input, context) => updateSettings(deps, input, context),
    'optimizer.rebalance': (input, context) => rebalanceFleet(parts, input, context),
    'optimizer.consolidate': (input, context) =>
      emptyNodes(parts, { kind: 'consolidate', input }, context),
    'optimizer.defragment': (input, context) => defragmentFleet(parts, input, context),
    'optimizer.reduce_cost': (input, context) =>
      emptyNodes(parts, { kind: 'reduce_cost', input }, context),
    'optimizer.recommend': (input, context) => listRecommendations(parts, input, context),
    'optimizer.apply': (input, context) => applyRecommendation(parts, input, context),
    'optimizer.metrics': (_input, context) => showSignals(deps, context),
    'optimizer.train': (input, context) => trainModels(deps, input, context),
    'optimizer.replay': (input, context) => replayRecommendations(deps, input, context),
  } as const satisfies Partial<Handlers>;
}
