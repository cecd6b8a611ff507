/** Every figure, in the order in which they are measured. */

import { figure as anomalyNab } from './figures/anomalies/anomaly-nab.mjs';
import { figure as ansibleEvents } from './figures/automation/ansible-events.mjs';
import { figure as executionsWaiting } from './figures/automation/executions-waiting.mjs';
import { figure as parallelCommands } from './figures/automation/parallel-commands.mjs';
import { figure as parallelSteps } from './figures/automation/parallel-steps.mjs';
import { figure as runnerOverhead } from './figures/automation/runner-overhead.mjs';
import { figure as taskStepOverhead } from './figures/automation/task-step-overhead.mjs';
import { figure as workflowRegistered } from './figures/automation/workflow-registered.mjs';
import { autonomyFigures } from './figures/autonomy/autonomy.mjs';
import { figure as capacityPlanTime } from './figures/capacity/capacity-plan-time.mjs';
import { figure as runOutCoverage } from './figures/capacity/run-out-coverage.mjs';
import { figure as complianceReport } from './figures/compliance/compliance-report.mjs';
import { figure as alternativesDecision } from './figures/costs/alternatives-decision.mjs';
import { figure as budgetCheck } from './figures/costs/budget-check.mjs';
import { figure as priceDecision } from './figures/costs/price-decision.mjs';
import { detectionFigures } from './figures/detection/detection.mjs';
import { driftFigures } from './figures/drift/drift.mjs';
import { figure as driftAccuracy } from './figures/drift/drift-accuracy.mjs';
import { figure as driftReport10000 } from './figures/drift/drift-report-10000.mjs';
import { forecastM4Figures } from './figures/forecasting/forecast-m4.mjs';
import { forecastNabFigures } from './figures/forecasting/forecast-nab-cpu.mjs';
import { forecastTimeFigures } from './figures/forecasting/forecast-times.mjs';
import { boostingFigures } from './figures/forecasting/gradient-boosting.mjs';
import { gitopsFaults } from './figures/gitops/gitops-faults.mjs';
import { gitopsPolls } from './figures/gitops/gitops-polls.mjs';
import { gitopsNoop, gitopsSync } from './figures/gitops/gitops-syncs.mjs';
import { figure as batch100x20 } from './figures/placement/batch-100x20.mjs';
import { figure as concurrentDecisions } from './figures/placement/concurrent-decisions.mjs';
import { failoverFigures } from './figures/placement/failover-room.mjs';
import { figure as fleetUtilisation } from './figures/placement/fleet-utilisation.mjs';
import { packingFigures } from './figures/placement/packing-openb.mjs';
import { figure as placementConfidence } from './figures/placement/placement-confidence.mjs';
import { placementFigures } from './figures/placement/placement-engine.mjs';
import { figure as placementShadow } from './figures/placement/placement-shadow.mjs';
import { figure as rebalanceHbal } from './figures/placement/rebalance-hbal.mjs';
import { figure as utilisationOpenb } from './figures/placement/utilisation-openb.mjs';
import { complianceFigures } from './figures/policy/compliance.mjs';
import { noisyNeighbour } from './figures/policy/noisy-neighbour.mjs';
import { orchestrationFigures } from './figures/policy/orchestration.mjs';
import { policyFigures } from './figures/policy/policy-decisions.mjs';
import { policyPreview } from './figures/policy/policy-preview.mjs';
import { regoFigures } from './figures/policy/rego.mjs';
import { shapeCostFigure } from './figures/scaling/group-shape-cost.mjs';
import { acceptedFigure } from './figures/scaling/scaling-accepted.mjs';
import { closedLoopFigure } from './figures/scaling/scaling-closed-loop.mjs';
import { fittingFigure } from './figures/scaling/scaling-fitting.mjs';
import { roundFigure } from './figures/scaling/scaling-round.mjs';
import { wakingFigure } from './figures/scaling/waking-round.mjs';
import { figure as beats1000 } from './figures/server/beats-1000.mjs';
import { figure as commitsPerSecond } from './figures/server/commits-per-second.mjs';
import { figure as eventsDelivered } from './figures/server/events-delivered.mjs';
import { groupCommitPostgres, groupCommitSqlite } from './figures/server/group-commit.mjs';
import { listFilters } from './figures/server/list-filters.mjs';
import { figure as listPage } from './figures/server/list-page.mjs';
import { figure as metricRetention } from './figures/server/metric-retention.mjs';
import { metricFigures } from './figures/server/metric-series.mjs';
import { figure as readLatency } from './figures/server/read-latency.mjs';
import { replicaKilled, rollingUpdate } from './figures/server/rolling-update.mjs';
import { figure as serverCpu } from './figures/server/server-cpu.mjs';
import { figure as serverReady } from './figures/server/server-ready.mjs';
import { serverMemory10k, serverStart10k } from './figures/server/server-start-10k.mjs';
import { terraformStateMemory, terraformStateWrite } from './figures/server/terraform-state.mjs';
import { figure as vmCreateLatency } from './figures/server/vm-create-latency.mjs';
import { figure as vmCreates } from './figures/server/vm-creates.mjs';
import { figure as apply1000 } from './figures/terraform/apply-1000.mjs';
import { figure as deployQuickstart } from './figures/terraform/deploy-quickstart.mjs';
import { figure as plan5000 } from './figures/terraform/plan-5000.mjs';
import { figure as planLatency1000 } from './figures/terraform/plan-latency-1000.mjs';
import { figure as planNew1000 } from './figures/terraform/plan-new-1000.mjs';
import { figure as planNoop1000 } from './figures/terraform/plan-noop-1000.mjs';
import { figure as providerShare1000 } from './figures/terraform/provider-share-1000.mjs';
import { figure as providerStart } from './figures/terraform/provider-start.mjs';
import { synthFigures } from './figures/terraform/synth-1000.mjs';
import { figure as reorderedMakespan } from './figures/workflows/reordered-makespan.mjs';
import { figure as retriesAtFailures } from './figures/workflows/retries-at-failures.mjs';
import { figure as stepOverhead } from './figures/workflows/step-overhead.mjs';
import { stepsPostgres, stepsSqlite } from './figures/workflows/steps-per-second.mjs';
import { figure as workflowsAtOnce } from './figures/workflows/workflows-at-once.mjs';
import { figure as workflowsRecovered } from './figures/workflows/workflows-recovered.mjs';

const PLANS = [planNoop1000, providerShare1000, planLatency1000, planNew1000, plan5000];
const ENDS_TO_END = [providerStart, serverReady, ...PLANS, apply1000, deployQuickstart];
const STORE = [commitsPerSecond, stepsSqlite, stepsPostgres];
const SLOW_DISK = [groupCommitSqlite, groupCommitPostgres];
const WORKFLOWS = [
  reorderedMakespan,
  retriesAtFailures,
  stepOverhead,
  workflowsAtOnce,
  workflowsRecovered,
];
const AUTOMATION = [
  workflowRegistered,
  taskStepOverhead,
  parallelSteps,
  executionsWaiting,
  runnerOverhead,
  parallelCommands,
  ansibleEvents,
  gitopsSync,
  gitopsNoop,
  gitopsPolls,
  gitopsFaults,
];
const API = [vmCreates, vmCreateLatency, eventsDelivered, beats1000];
const REPLICAS = [rollingUpdate, replicaKilled, serverCpu];
const TEN_THOUSAND_VMS = [readLatency, listPage, ...listFilters, serverStart10k, serverMemory10k];
const STATES = [terraformStateWrite, terraformStateMemory];
const METRICS = [...metricFigures, metricRetention];
const DRIFT = [driftReport10000, complianceReport, driftAccuracy, ...detectionFigures];

const SERVER = [
  ENDS_TO_END,
  STORE,
  SLOW_DISK,
  WORKFLOWS,
  AUTOMATION,
  API,
  REPLICAS,
  TEN_THOUSAND_VMS,
  STATES,
  METRICS,
  DRIFT,
].flat();

const PLACEMENT = [
  concurrentDecisions,
  ...placementFigures,
  ...packingFigures,
  utilisationOpenb,
  fleetUtilisation,
  placementShadow,
  placementConfidence,
  rebalanceHbal,
  batch100x20,
  ...failoverFigures,
];

const OFFLINE = [
  priceDecision,
  alternativesDecision,
  budgetCheck,
  anomalyNab,
  ...regoFigures,
  ...policyFigures,
  noisyNeighbour,
  policyPreview,
  ...complianceFigures,
  ...orchestrationFigures,
  ...synthFigures,
];

const FORECASTING = [
  ...forecastM4Figures,
  ...forecastNabFigures,
  ...forecastTimeFigures,
  ...boostingFigures,
];

const PREDICTIONS = [
  ...FORECASTING,
  runOutCoverage,
  capacityPlanTime,
  roundFigure,
  wakingFigure,
  acceptedFigure,
  fittingFigure,
  closedLoopFigure,
  shapeCostFigure,
  ...autonomyFigures,
];

export const FIGURES = [...SERVER, ...driftFigures, ...OFFLINE, ...PLACEMENT, ...PREDICTIONS];
