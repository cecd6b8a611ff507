/** Binds the operations of resources that have no reader and are not in the registry of writes. */

import { hideLoad } from '../access/tenants/hide-load.ts';
import {
  reduceBatch,
  reduceCreatedBatch,
  reducePlacementAnswer,
} from '../access/tenants/reduce-for-tenants.ts';
import type { Handlers } from '../kernel/context/handler.ts';
import { showControlPlane, takeOver } from '../resources/node/take-over.ts';
import { pushOrchestrationPolicies } from '../resources/orchestration-policy/push-policies.ts';
import {
  diffPolicyVersions,
  listDocumentVersions,
  listPolicyVersions,
} from '../resources/policy/read-policy-versions.ts';
import { listExports } from '../resources/snapshot/snapshot-exports.ts';
import { previewVmPlacement } from '../resources/vm/create/preview-vm-placement.ts';
import { createVmBatch } from '../resources/vm-batch/create-vm-batch.ts';
import { previewVmBatch } from '../resources/vm-batch/preview-vm-batch.ts';
import { listWorkflowVersions, showWorkflow } from '../resources/workflow/read-workflows.ts';
import type { BindParts } from './bind-writes.ts';

/** Makes the handlers. */
export function bindResources(parts: BindParts) {
  const { deps } = parts;
  return {
    'control_plane.get': () => showControlPlane(deps),
    'control_plane.takeover': (input, context) => takeOver(deps, input, context),
    'orchestration_policy.push': (input, context) =>
      pushOrchestrationPolicies(parts, input, context),
    'orchestration_policy.versions': (input, context) => listDocumentVersions(deps, input, context),
    'policy.versions': (input, context) => listPolicyVersions(deps, input, context),
    'policy.diff': (input, context) => diffPolicyVersions(deps, input, context),
    'placement.decide': hideLoad(deps, previewVmPlacement, reducePlacementAnswer),
    'placement.batch': hideLoad(deps, previewVmBatch, reduceBatch),
    'snapshot.exports': (_input, context) => listExports(deps, context),
    'vm_batch.create': hideLoad(
      deps,
      (_deps, input, context) => createVmBatch(parts, input, context),
      reduceCreatedBatch,
    ),
    'workflow.get': (input, context) => showWorkflow(deps, input, context),
    'workflow.versions': (input, context) => listWorkflowVersions(deps, input, context),
  } as const satisfies Partial<Handlers>;
}
