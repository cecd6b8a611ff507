/** The rows of the operations table that read. */
import type { ReconcilerStatus } from '@novacron/contract/operation/reconciler';
import { ok } from '@novacron/contract/result';
import { previewAdmission } from '../capabilities/admission-preview/preview-admission.ts';
import { answerEstimate } from '../capabilities/capacity/estimate-capacity.ts';
import { answerFailure } from '../capabilities/capacity/forecast-failure.ts';
import { configureBus, showAuthority } from '../capabilities/enrollment/configure-bus.ts';
import { listEnrollments } from '../capabilities/enrollment/enrollments.ts';
import { listScalingEvents } from '../capabilities/orchestration/list-scaling-events.ts';
import { checkReachability } from '../capabilities/reachability/check-reachability.ts';
import { listSealingKeys } from '../capabilities/sealing/list-sealing-keys.ts';
import { showNodeUsage, showVmUsage } from '../capabilities/usage/show-usage.ts';
import {
  getPolicyViolation,
  listPolicyViolations,
} from '../capabilities/violations/read-violations.ts';
import { listAudit } from '../kernel/audit/audit.ts';
import type { AuditChain } from '../kernel/audit/audit-chain.ts';
import { verifyAuditChain } from '../kernel/audit/verify-audit-chain.ts';
import type { Handlers } from '../kernel/context/handler.ts';
import { listEvents } from '../kernel/events/list-events.ts';
import { confirmKeys, listKeys } from '../kernel/idempotency/idempotency.ts';
import type { OperationExecutor } from '../kernel/operations/execute-operations.ts';
import {
  getOperation,
  listOperations,
  waitForOperation,
} from '../kernel/operations/read-operations.ts';
import { getResource, listResources } from '../kernel/resource-rows/read-resources.ts';
import { explainPlacement } from '../placement/explain/explain-placement.ts';
import { getPreview, listPreviews } from '../placement/previews/read-previews.ts';
import { getReservation, listReservations } from '../placement/reservations/read-reservations.ts';
import { answerQuestion } from '../policy/decide/answer-question.ts';
import { explainTenantPolicies } from '../policy/decide/explain-tenant-policies.ts';
import { getPolicyDecision, listPolicyDecisions } from '../policy/log/read-policy-decisions.ts';
import { getPolicyWaiver, listPolicyWaivers } from '../policy/waivers/waivers.ts';
import { getNode, listNodes } from '../resources/node/read-nodes.ts';
import {
  diffPolicyVersions,
  listDocumentVersions,
  listPolicyVersions,
} from '../resources/policy/read-policy-versions.ts';
import { getTemplate, listTemplates } from '../resources/template/read-templates.ts';
import { getVm, listVms } from '../resources/vm/read/read-vms.ts';
import { previewVmBatch } from '../resources/vm-batch/preview-vm-batch.ts';
import { getVmGroup, listVmGroups } from '../resources/vm-group/read-vm-groups.ts';
import {
  toNetwork,
  toOrchestrationPolicy,
  toPolicy,
  toSecurityGroup,
  toSnapshot,
  toVolume,
} from '../rows/answer-resource.ts';
import type { AppDeps } from './deps.ts';

/** What reads need besides the ports. */
export interface ReadParts {
  readonly executor: OperationExecutor;
  readonly chain: AuditChain;
  /** The state of this server's reconcilers. */
  readonly reconcilers: () => readonly ReconcilerStatus[];
}

/** Binds the rows that read, and those that only record something, to their use cases. */
export function bindReads(deps: AppDeps, { executor, chain, reconcilers }: ReadParts) {
  return {
    'vm.get': ({ id }, context) => getVm(deps, id, context),
    'vm.list': (input, context) => listVms(deps, input, context),
    'vm.usage': ({ id }, context) => showVmUsage(deps, id, context),
    'vm_group.get': ({ id }, context) => getVmGroup(deps, id, context),
    'vm_group.list': (input, context) => listVmGroups(deps, input, context),
    'network.get': ({ id }, context) => getResource(deps, 'network', id, context, toNetwork),
    'network.list': (input, context) => listResources(deps, 'network', input, context, toNetwork),
    'network.reachability': (input, context) => checkReachability(deps, input, context),
    'security_group.get': ({ id }, context) =>
      getResource(deps, 'security_group', id, context, toSecurityGroup),
    'security_group.list': (input, context) =>
      listResources(deps, 'security_group', input, context, toSecurityGroup),
    'volume.get': ({ id }, context) => getResource(deps, 'volume', id, context, toVolume),
    'volume.list': (input, context) => listResources(deps, 'volume', input, context, toVolume),
    'snapshot.get': ({ id }, context) => getResource(deps, 'snapshot', id, context, toSnapshot),
    'snapshot.list': (input, context) =>
      listResources(deps, 'snapshot', input, context, toSnapshot),
    'policy.get': ({ id }, context) => getResource(deps, 'policy', id, context, toPolicy),
    'policy.list': (input, context) => listResources(deps, 'policy', input, context, toPolicy),
    'orchestration_policy.get': ({ id }, context) =>
      getResource(deps, 'orchestration_policy', id, context, toOrchestrationPolicy),
    'orchestration_policy.list': (input, context) =>
      listResources(deps, 'orchestration_policy', input, context, toOrchestrationPolicy),
    'orchestration_policy.versions': (input, context) => listDocumentVersions(deps, input, context),
    'scaling_event.list': (input, context) => listScalingEvents(deps, input, context),
    'policy.versions': (input, context) => listPolicyVersions(deps, input, context),
    'policy.explain': (input, context) => explainTenantPolicies(deps, input, context),
    'policy.diff': (input, context) => diffPolicyVersions(deps, input, context),
    'policy_decision.ask': (input, context) => answerQuestion(deps, input, context),
    'policy_decision.get': (input, context) => getPolicyDecision(deps, input, context),
    'policy_decision.list': (input, context) => listPolicyDecisions(deps, input, context),
    'policy_violation.get': (input, context) => getPolicyViolation(deps, input, context),
    'policy_violation.list': (input, context) => listPolicyViolations(deps, input, context),
    'policy_waiver.get': (input, context) => getPolicyWaiver(deps, input, context),
    'policy_waiver.list': (input, context) => listPolicyWaivers(deps, input, context),
    'template.get': ({ id }, context) => getTemplate(deps, id, context),
    'template.list': (input, context) => listTemplates(deps, input, context),
    'node.get': ({ id }, context) => getNode(deps, id, context),
    'node.list': (input, context) => listNodes(deps, input, context),
    'node.usage': ({ id }) => showNodeUsage(deps, id),
    'operation.get': ({ id }, context) => getOperation(deps, id, context),
    'operation.list': (input, context) => listOperations(deps, input, context),
    'operation.wait': (input, context) => waitForOperation(deps, executor, input, context),
    'event.list': (input, context) => listEvents(deps, input, context),
    'placement.explain': (input, context) => explainPlacement(deps, input, context),
    'capacity.estimate': (input, context) => answerEstimate(deps, input, context),
    'capacity.failure': (input, context) => answerFailure(deps, input, context),
    'placement.batch': (input, context) => previewVmBatch(deps, input, context),
    'reservation.get': ({ id }, context) => getReservation(deps, id, context),
    'reservation.list': (input, context) => listReservations(deps, input, context),
    'audit.list': async (input, context) => ok(await listAudit(deps, input, context)),
    'audit.verify': (input, context) => verifyAuditChain({ deps, chain }, input, context),
    'reconciler.list': () => Promise.resolve(ok({ items: [...reconcilers()] })),
    'sealing_key.list': () => listSealingKeys(deps),
    'admission.preview': (input, context) => previewAdmission(deps, input, context),
    'placement_preview.list': (input, context) => listPreviews(deps, input, context),
    'placement_preview.get': (input, context) => getPreview(deps, input, context),
    'idempotency.list': async (input, context) => ok(await listKeys(deps.store, context, input)),
    'idempotency.confirm': ({ keys }, context) => confirmKeys(deps.store, context, keys),
    'enrollment.list': (input) => listEnrollments(deps, input),
    'bus.configuration': (input) => configureBus(deps, input),
    'bus.authority': () => showAuthority(deps),
  } as const satisfies Partial<Handlers>;
}
