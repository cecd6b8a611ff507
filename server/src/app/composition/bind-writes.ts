/** The rows of the operations table that write. */

import { OPERATION_STATUSES_FINAL } from '@novacron/contract/operation/operation';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { fromProblemDocument, type Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { RegisteredWrite } from '../capabilities/deps.ts';
import { createEnrollment, revokeEnrollment } from '../capabilities/enrollment/enrollments.ts';
import { redeemEnrollment, renewEnrollment } from '../capabilities/enrollment/issue-certificate.ts';
import {
  consolidateFleet,
  defragmentFleet,
  drainNode,
  rebalanceFleet,
} from '../capabilities/optimizer/improve-fleet.ts';
import { admitWrite } from '../kernel/admission/admit-write.ts';
import type { AdmittedWrite } from '../kernel/admission/prepared-write.ts';
import { showWritten } from '../kernel/admission/show-written.ts';
import type { CallContext } from '../kernel/context/call-context.ts';
import type { Handler, Handlers } from '../kernel/context/handler.ts';
import type { EventRelay } from '../kernel/events/relay-events.ts';
import { answerOperation } from '../kernel/operations/answer-operation.ts';
import type { OperationExecutor } from '../kernel/operations/execute-operations.ts';
import { cancelOperation, retryOperation } from '../kernel/operations/steer-operations.ts';
import { getResource } from '../kernel/resource-rows/read-resources.ts';
import { getReservation } from '../placement/reservations/read-reservations.ts';
import { getNode } from '../resources/node/read-nodes.ts';
import { getTemplate } from '../resources/template/read-templates.ts';
import { getVm } from '../resources/vm/read/read-vms.ts';
import { createVmBatch } from '../resources/vm-batch/create-vm-batch.ts';
import { getVmGroup } from '../resources/vm-group/read-vm-groups.ts';
import { startMembers } from '../resources/vm-group/start-members.ts';
import {
  toNetwork,
  toOrchestrationPolicy,
  toPolicy,
  toSecurityGroup,
  toSnapshot,
  toVolume,
} from '../rows/answer-resource.ts';
import type { AppDeps } from './deps.ts';

/** Binds the rows that write to their use cases. */
export function bindWrites(deps: AppDeps, executor: OperationExecutor, relay: EventRelay) {
  /** Admits a write, starts its operation and answers with what `show` reads. */
  function writes<Name extends RegisteredWrite>(
    name: Name,
    show: ((id: string, context: CallContext) => Promise<Result<unknown, Problem>>) | undefined,
  ): Handler<Name> {
    return async (input, context) => {
      const admitted = await admitWrite<ParsedInputOf<Name> & Record<string, unknown>, AppDeps>(
        name,
        input,
        deps.writes[name],
        deps,
        context,
      );
      if (!admitted.ok) return admitted;
      relay.signal();
      const { admission, operation } = admitted.value;
      const begins = admission === 'new' && operation.status === 'running';
      if (begins) executor.start(operation);
      return showWritten(operation.id, async () => {
        if (begins && operation.target_kind === 'vm_group') {
          await startMembers(deps, executor, operation);
        }
        const ended = await waitAsPreferred({ deps, executor }, admitted.value, context);
        return answerWrite(deps, ended, show, context);
      });
    };
  }

  const steering = { deps, executor, onEvents: relay.signal };
  const { showVm, showVmGroup, showNetwork, showGroup, showVolume, ...more } = showResources(deps);

  return {
    'vm.create': writes('vm.create', showVm),
    'vm_batch.create': (input, context) => createVmBatch(steering, input, context),
    'reservation.create': writes('reservation.create', more.showReservation),
    'reservation.delete': writes('reservation.delete', undefined),
    'vm.update': writes('vm.update', showVm),
    'vm.delete': writes('vm.delete', undefined),
    'vm.migrate': writes('vm.migrate', showVm),
    'vm.start': writes('vm.start', showVm),
    'vm.stop': writes('vm.stop', showVm),
    'vm_group.create': writes('vm_group.create', showVmGroup),
    'vm_group.update': writes('vm_group.update', showVmGroup),
    'vm_group.scale': writes('vm_group.scale', showVmGroup),
    'vm_group.delete': writes('vm_group.delete', undefined),
    'node.drain': (input, context) => drainNode(steering, input, context),
    'node.activate': writes('node.activate', more.showNode),
    'node.powerdown': writes('node.powerdown', more.showNode),
    'node.powerup': writes('node.powerup', more.showNode),
    'optimizer.rebalance': (input, context) => rebalanceFleet(steering, input, context),
    'optimizer.consolidate': (input, context) => consolidateFleet(steering, input, context),
    'optimizer.defragment': (input, context) => defragmentFleet(steering, input, context),
    'operation.cancel': (input, context) => cancelOperation(steering, input, context),
    'operation.retry': (input, context) => retryOperation(steering, input, context),
    'network.create': writes('network.create', showNetwork),
    'network.update': writes('network.update', showNetwork),
    'network.delete': writes('network.delete', undefined),
    'security_group.create': writes('security_group.create', showGroup),
    'security_group.update': writes('security_group.update', showGroup),
    'security_group.delete': writes('security_group.delete', undefined),
    'template.create': writes('template.create', more.showTemplate),
    'template.update': writes('template.update', more.showTemplate),
    'template.delete': writes('template.delete', undefined),
    'volume.create': writes('volume.create', showVolume),
    'volume.update': writes('volume.update', showVolume),
    'volume.delete': writes('volume.delete', undefined),
    'snapshot.create': writes('snapshot.create', more.showSnapshot),
    'snapshot.update': writes('snapshot.update', more.showSnapshot),
    'snapshot.restore': writes('snapshot.restore', more.showSnapshot),
    'snapshot.delete': writes('snapshot.delete', undefined),
    ...bindPolicies(writes, deps),
    'enrollment.create': (input, context) => createEnrollment(deps, input, context),
    'enrollment.revoke': (input, context) => revokeEnrollment(deps, input, context),
    'enrollment.redeem': (input, context) => redeemEnrollment(deps, input, context),
    'enrollment.renew': (input, context) => renewEnrollment(deps, input, context),
  } as const satisfies Partial<Handlers>;
}

type BindWrite = <Name extends RegisteredWrite>(
  name: Name,
  show: ((id: string, context: CallContext) => Promise<Result<unknown, Problem>>) | undefined,
) => Handler<Name>;

/** Binds the rows about policies in Rego and orchestration policies. */
function bindPolicies(writes: BindWrite, deps: AppDeps) {
  const kind = 'orchestration_policy';
  const show = (id: string, context: CallContext) =>
    getResource(deps, kind, id, context, toOrchestrationPolicy);
  const showPolicy = (id: string, context: CallContext) =>
    getResource(deps, 'policy', id, context, toPolicy);
  return {
    'policy.create': writes('policy.create', showPolicy),
    'policy.update': writes('policy.update', showPolicy),
    'policy.rollback': writes('policy.rollback', showPolicy),
    'policy.delete': writes('policy.delete', undefined),
    'orchestration_policy.create': writes('orchestration_policy.create', show),
    'orchestration_policy.update': writes('orchestration_policy.update', show),
    'orchestration_policy.enable': writes('orchestration_policy.enable', show),
    'orchestration_policy.disable': writes('orchestration_policy.disable', show),
    'orchestration_policy.delete': writes('orchestration_policy.delete', undefined),
  } as const;
}

/** Publishes the end to a caller that prefers to wait for it, so that it need not poll. */
async function waitAsPreferred(
  { deps, executor }: { readonly deps: AppDeps; readonly executor: OperationExecutor },
  admitted: AdmittedWrite,
  { waitMs, signal }: CallContext,
): Promise<AdmittedWrite> {
  const { id, status } = admitted.operation;
  if (waitMs === undefined || OPERATION_STATUSES_FINAL.some((final) => final === status))
    return admitted;
  await executor.waitForEnd(id, { timeoutMs: waitMs, signal });
  const [operation = admitted.operation] = await deps.store.read({
    from: 'operations',
    where: { id },
  });
  return { ...admitted, operation };
}

async function answerWrite(
  deps: AppDeps,
  admitted: AdmittedWrite,
  show: ((id: string, context: CallContext) => Promise<Result<unknown, Problem>>) | undefined,
  context: CallContext,
): Promise<Result<unknown, Problem>> {
  const operation = await answerOperation(deps, admitted.operation);
  const { warnings, notices } = admitted;
  if (show === undefined) return ok({ operation, warnings });
  const resource = await show(admitted.resourceId, context);
  if (!resource.ok) {
    // A write that was undone while the caller waited left nothing to show: its problem is the
    // answer.
    return operation.problem === null ? resource : err(fromProblemDocument(operation.problem));
  }
  return ok({ resource: resource.value, operation, warnings, notices });
}

/** The answers of the kinds whose row contains everything. */
function showResources(deps: AppDeps) {
  return {
    showVm: (id: string, context: CallContext) => getVm(deps, id, context),
    showVmGroup: (id: string, context: CallContext) => getVmGroup(deps, id, context),
    showNetwork: (id: string, context: CallContext) =>
      getResource(deps, 'network', id, context, toNetwork),
    showGroup: (id: string, context: CallContext) =>
      getResource(deps, 'security_group', id, context, toSecurityGroup),
    showVolume: (id: string, context: CallContext) =>
      getResource(deps, 'volume', id, context, toVolume),
    showSnapshot: (id: string, context: CallContext) =>
      getResource(deps, 'snapshot', id, context, toSnapshot),
    showNode: (id: string, context: CallContext) => getNode(deps, id, context),
    showReservation: (id: string, context: CallContext) => getReservation(deps, id, context),
    showTemplate: (id: string, context: CallContext) => getTemplate(deps, id, context),
  };
}
