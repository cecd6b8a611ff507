/** All migrations, oldest first. README.md says what one may do. */

import type { Migration } from '../schema/migration.ts';
import { first } from './0001-0009/0001-first.ts';
import { leases } from './0001-0009/0002-leases.ts';
import { security } from './0001-0009/0004-security.ts';
import { snapshots } from './0001-0009/0005-snapshots.ts';
import { tenants } from './0001-0009/0006-tenants.ts';
import { enrollments } from './0001-0009/0007-enrollments.ts';
import { sealing } from './0001-0009/0008-sealing.ts';
import { previews } from './0001-0009/0009-previews.ts';
import { rules } from './0010-0019/0010-rules.ts';
import { reservations } from './0010-0019/0012-reservations.ts';
import { fleetSnapshots } from './0010-0019/0013-fleet-snapshots.ts';
import { vmArguments } from './0010-0019/0014-vm-arguments.ts';
import { securityGroups } from './0010-0019/0015-security-groups.ts';
import { enrollmentKeys } from './0010-0019/0017-enrollment-keys.ts';
import { vmGroups } from './0010-0019/0018-vm-groups.ts';
import { policyVersions } from './0010-0019/0019-policy-versions.ts';
import { nodePower } from './0020-0029/0021-node-power.ts';
import { driftCauses } from './0020-0029/0022-drift-causes.ts';
import { driftRecords } from './0020-0029/0023-drift-records.ts';
import { policyDecisions } from './0020-0029/0025-policy-decisions.ts';
import { policyViolations } from './0020-0029/0026-policy-violations.ts';
import { tenantTemplates } from './0020-0029/0028-tenant-templates.ts';
import { orchestration } from './0030-0039/0030-orchestration.ts';
import { orchestrationActions } from './0030-0039/0031-orchestration-actions.ts';
import { scalingEvents } from './0030-0039/0032-scaling-events.ts';
import { policySigning } from './0030-0039/0036-policy-signing.ts';
import { operationLog } from './0030-0039/0037-operation-log.ts';
import { spotVms } from './0030-0039/0038-spot-vms.ts';
import { listIndexes } from './0030-0039/0039-list-indexes.ts';
import { accountability } from './0040-0049/0040-accountability.ts';
import { controlPlane } from './0040-0049/0044-control-plane.ts';
import { refusedActions } from './0040-0049/0045-refused-actions.ts';
import { storeProbes } from './0040-0049/0046-store-probes.ts';
import { resourceLabels } from './0040-0049/0047-resource-labels.ts';
import { listFilters } from './0040-0049/0048-list-filters.ts';
import { nodeFacts } from './0040-0049/0049-node-facts.ts';
import { decisionOutcomes } from './0050-0059/0050-decision-outcomes.ts';
import { listFiltersByTenant } from './0050-0059/0051-list-filters-by-tenant.ts';
import { policyChanges } from './0050-0059/0054-policy-changes.ts';
import { orchestrationAuthors } from './0050-0059/0055-orchestration-authors.ts';
import { idempotencyClaims } from './0050-0059/0056-idempotency-claims.ts';
import { consoleTickets } from './0050-0059/0058-console-tickets.ts';
import { consumedPreviews } from './0050-0059/0059-consumed-previews.ts';
import { nameIntents } from './0060-0069/0060-name-intents.ts';
import { sshKeys } from './0060-0069/0061-ssh-keys.ts';
import { valueIntents } from './0060-0069/0062-value-intents.ts';
import { volumePools } from './0060-0069/0063-volume-pools.ts';
import { volumeRemovals } from './0060-0069/0064-volume-removals.ts';
import { vmCpuBaselines } from './0070-0079/0070-vm-cpu-baselines.ts';
import { pendingRestarts } from './0070-0079/0071-pending-restarts.ts';
import { nodeFences } from './0070-0079/0072-node-fences.ts';
import { vmRestartDefaults } from './0070-0079/0073-vm-restart-defaults.ts';
import { incidents } from './0070-0079/0074-incidents.ts';
import { vmHealth } from './0070-0079/0075-vm-health.ts';
import { suspectedNodes } from './0080-0089/0084-suspected-nodes.ts';
import { arbiterClaims } from './0080-0089/0086-arbiter-claims.ts';
import { nodeMaintenance } from './0090-0099/0092-node-maintenance.ts';
import { lostWhileDraining } from './0090-0099/0098-lost-while-draining.ts';
import { imageQuotas } from './0090-0099/0099-image-quotas.ts';
import { poolHeartbeats } from './0100-0109/0104-pool-heartbeats.ts';
import { nodeConditions } from './0100-0109/0107-node-conditions.ts';
import { healingOutcomes } from './0100-0109/0108-healing-outcomes.ts';
import { isolationGuards } from './0110-0119/0110-isolation-guards.ts';
import { languageLevels } from './0110-0119/0111-language-levels.ts';
import { standbys } from './0110-0119/0112-standbys.ts';
import { storageFences } from './0110-0119/0114-storage-fences.ts';
import { claimsOfSteps } from './0110-0119/0115-claims-of-steps.ts';
import { plannedWrites } from './0110-0119/0116-planned-writes.ts';
import { policyData } from './0110-0119/0117-policy-data.ts';
import { alerts } from './0120-0129/0123-alerts.ts';
import { incidentOrder } from './0120-0129/0124-incident-order.ts';
import { decisionSurveys } from './0120-0129/0125-decision-surveys.ts';
import { sessions } from './0120-0129/0127-sessions.ts';
import { signInAttempts } from './0130-0139/0133-sign-in-attempts.ts';
import { serverSettings } from './0130-0139/0134-server-settings.ts';
import { metricQuotas } from './0130-0139/0135-metric-quotas.ts';
import { groupScaling } from './0140-0149/0146-group-scaling.ts';
import { personsOfKeys } from './0140-0149/0147-persons-of-keys.ts';
import { decisionOrders } from './0140-0149/0148-decision-orders.ts';
import { forecastSelections } from './0140-0149/0149-forecast-selections.ts';
import { approvals } from './0150-0159/0150-approvals.ts';
import { workflows } from './0150-0159/0153-workflows.ts';
import { executionSteps } from './0150-0159/0154-execution-steps.ts';
import { workflowTriggers } from './0150-0159/0159-workflow-triggers.ts';
import { secrets } from './0160-0169/0160-secrets.ts';
import { authorsOfVersions } from './0160-0169/0161-authors-of-versions.ts';
import { notificationChannels } from './0160-0169/0162-notification-channels.ts';
import { notificationMessages } from './0160-0169/0163-notification-messages.ts';
import { guestAddresses } from './0160-0169/0167-guest-addresses.ts';
import { wokenNodes } from './0170-0179/0170-woken-nodes.ts';
import { runners } from './0170-0179/0171-runners.ts';
import { ordersOfAttempts } from './0170-0179/0172-orders-of-attempts.ts';
import { executionLogs } from './0170-0179/0173-execution-logs.ts';
import { webhookDeliveries } from './0170-0179/0174-webhook-deliveries.ts';
import { workflowBundles } from './0170-0179/0177-workflow-bundles.ts';
import { kindsOfApprovals } from './0170-0179/0179-kinds-of-approvals.ts';
import { executionPlaces } from './0180-0189/0180-execution-places.ts';
import { enabledWorkflows } from './0180-0189/0181-enabled-workflows.ts';
import { sendersOfAttempts } from './0180-0189/0182-senders-of-attempts.ts';
import { executionSlas } from './0180-0189/0183-execution-slas.ts';
import { automationHolds } from './0180-0189/0187-automation-holds.ts';
import { executionSignals } from './0180-0189/0188-execution-signals.ts';
import { valuesInVault } from './0180-0189/0189-values-in-vault.ts';
import { momentsOfSchedules } from './0190-0199/0190-moments-of-schedules.ts';
import { authorizedWorkflows } from './0190-0199/0191-authorized-workflows.ts';

/** Every migration of this release, in the order in which they run. */
export const MIGRATIONS: readonly Migration[] = [
  first,
  leases,
  security,
  snapshots,
  tenants,
  enrollments,
  sealing,
  previews,
  rules,
  reservations,
  fleetSnapshots,
  vmArguments,
  securityGroups,
  enrollmentKeys,
  vmGroups,
  policyVersions,
  nodePower,
  driftCauses,
  driftRecords,
  policyDecisions,
  policyViolations,
  tenantTemplates,
  orchestration,
  orchestrationActions,
  scalingEvents,
  policySigning,
  operationLog,
  spotVms,
  listIndexes,
  accountability,
  controlPlane,
  refusedActions,
  storeProbes,
  resourceLabels,
  listFilters,
  nodeFacts,
  decisionOutcomes,
  listFiltersByTenant,
  policyChanges,
  orchestrationAuthors,
  idempotencyClaims,
  consoleTickets,
  consumedPreviews,
  nameIntents,
  sshKeys,
  valueIntents,
  volumePools,
  volumeRemovals,
  vmCpuBaselines,
  pendingRestarts,
  nodeFences,
  vmRestartDefaults,
  incidents,
  vmHealth,
  suspectedNodes,
  arbiterClaims,
  nodeMaintenance,
  lostWhileDraining,
  imageQuotas,
  poolHeartbeats,
  nodeConditions,
  healingOutcomes,
  isolationGuards,
  languageLevels,
  standbys,
  storageFences,
  claimsOfSteps,
  plannedWrites,
  policyData,
  alerts,
  incidentOrder,
  decisionSurveys,
  sessions,
  signInAttempts,
  serverSettings,
  metricQuotas,
  groupScaling,
  personsOfKeys,
  decisionOrders,
  forecastSelections,
  approvals,
  workflows,
  executionSteps,
  workflowTriggers,
  secrets,
  authorsOfVersions,
  notificationChannels,
  notificationMessages,
  guestAddresses,
  wokenNodes,
  runners,
  ordersOfAttempts,
  executionLogs,
  webhookDeliveries,
  workflowBundles,
  kindsOfApprovals,
  executionPlaces,
  enabledWorkflows,
  sendersOfAttempts,
  executionSlas,
  automationHolds,
  executionSignals,
  valuesInVault,
  momentsOfSchedules,
  authorizedWorkflows,
];
