import { listNames } from '@novacron/contract/formats/list-names';
import { canonicalJson } from '@novacron/contract/json';
import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { err, ok } from '@novacron/contract/result';
import type { ChangeSet } from '../../../../ports/store.ts';
import type { Tables, VmRow, VolumeRow } from '../../../../ports/tables/tables.ts';
import { chargeOfVms, refundTenant } from '../../../access/quota/tenant-quota.ts';
import { auditChange } from '../../../kernel/audit/audit.ts';
import type { OperationStepDefinition } from '../../../kernel/definitions/operation-definition.ts';
import { concatSagas } from '../../../kernel/operations/saga.ts';
import {
  attachmentVersionId,
  checkVolumeWork,
  requireNoNewVolumeWork,
  VOLUME_WORK,
} from '../../../kernel/operations/volume-lock.ts';
import { findToDelete } from '../../../kernel/resource-rows/find-resource.ts';
import { changeIdle, releaseVm } from '../../../kernel/resource-rows/new-row.ts';
import { isOutOfReach } from '../../../kernel/write/refuse-lost-node.ts';
import { desiredAs, desiredOf, mapReadable, observedOf } from '../../../rows/answer-resource.ts';
import { healthOf } from '../../../rows/observed/observed-health.ts';
import { recreatedFrom } from '../../../rows/observed-machine.ts';
import { busy, replan } from '../../../rows/resource-problems.ts';
import {
  allocationAtHome,
  amountsHeldBy,
  amountsOf,
  negate,
  takeFromNode,
} from '../../../rows/vm-amounts.ts';
import { deleteSecrets } from '../../../rows/vm-secrets.ts';
import { releaseAddresses } from '../../network/plan-address.ts';
import { fenceOf, requireFence } from '../../node/node-fence.ts';
import type { Prepare, WriteScope } from '../../scope.ts';
import { countDeletedVm } from '../../template/vm-template.ts';
import { detachedVolume, unlockVolume } from '../../volume/volume-changes.ts';
import { planReferenceCounts } from '../firewall/reference-counts.ts';
import { startAfterOf } from '../machine/check-start.ts';
import { deleteDiskAction } from '../machine/removal-actions.ts';
import { dropPending } from '../update/pending-restart.ts';
import { refuseMember } from './refuse-member.ts';

/** VMs of the tenant that are read to find those that start after a deleted one. */
const FOLLOWERS_READ_MAX = 1_000;

/** Names that a notice lists. */
const NAMES_MAX = 5;

/**
 * Time limit of retries of a deletion: it cannot be undone, so it waits for an unreachable node.
 */
export const DELETE_MS_MAX = 900_000;

/**
 * Plans the deletion of a VM: it is stopped and deleted, its volumes are detached and kept. A node
 * that is confirmed dead is not waited for; what it has of the VM is removed when it is back.
 */
export const prepareVmDelete: Prepare<ParsedInputOf<'vm.delete'>> = async (input, scope) => {
  const current = await findToDelete('vm', input, scope);
  if (!current.ok) return err([current.error]);
  const row = current.value;
  const spec = desiredAs(row, VmSpec);
  const found = await scope.deps.store.snapshot({
    members: { from: 'vm_group_members', where: { id: row.id } },
    volumes: { from: 'volumes', where: { attached_to: row.id } },
    allocations: { from: 'allocations', where: { vm_id: row.id } },
    nodes: { from: 'nodes' },
    volumeWork: VOLUME_WORK,
    rules: { from: 'rule_versions', where: { id: attachmentVersionId(row.id) } },
  });
  const owned = await refuseMember(row, found.members[0], scope);
  if (owned !== undefined) return err([owned]);
  const work = checkVolumeWork(row, found.volumeWork);
  if (work !== undefined) return err([work]);
  const busyVolume = found.volumes.find((volume) => volume.busy_operation_id !== null);
  if (busyVolume !== undefined) return err([busy('volume', busyVolume)]);
  const observed = observedOf(row);
  const home = allocationAtHome(row, found);
  const held = home === undefined ? amountsOf(spec) : amountsHeldBy(home);
  const places = nodesHolding(found);
  const node = places.length === 1 ? places[0] : undefined;
  const dead = places.filter((place) => fenceOf(place) !== undefined);
  const reached = places.filter((place) => !dead.includes(place));
  const unlocked: ChangeSet = [
    releaseVm(row.id, { ...observed, status: 'unknown' }),
    ...found.volumes.map(unlockVolume),
  ];
  return ok({
    resourceKind: 'vm',
    target: { id: row.id, name: row.name },
    before: desiredOf(row),
    wanted: null,
    placement: null,
    notices: [
      ...dead.map((place) => describeLeftDisk(row, place)),
      ...reached.filter(isOutOfReach).map((place) => describeLostDisk(row, place)),
      ...(await describeFollowers(row, scope)),
    ],
    // Its row, which says so, is gone when such a node is back.
    leftDisks: recreatedFrom(observed).filter((name) => !places.some((each) => each.name === name)),
    keptDisks: dead.map(({ name }) => name),
    saga: concatSagas(
      {
        reserve: [
          changeIdle('vm', row, {
            generation: row.generation + 1,
            busy_operation_id: scope.operationId,
            observed_json: canonicalJson({ ...observed, status: 'deleting' }),
          }),
          requireNoNewVolumeWork(row, found.rules),
          ...dead.map(requireFence),
          ...found.volumes.flatMap((volume) => holdVolume(volume, scope)),
        ],
        steps: deleteSteps(row, reached),
        finalize: [
          ...found.volumes.flatMap((volume: VolumeRow) => detachedVolume(volume, node)),
          { kind: 'drop', from: 'vms', id: row.id },
          { kind: 'drop', from: 'vm_group_members', id: row.id },
          { kind: 'drop', from: 'rule_versions', id: attachmentVersionId(row.id) },
          { kind: 'drop', from: 'baselines', id: row.id },
          ...(await releaseAddresses(row.id, scope)),
          ...deleteSecrets(row.id),
          ...dropPending(row.id),
          ...found.allocations.flatMap(release),
          ...refundTenant(row.tenant_id, chargeOfVms(1, held)),
        ],
        rollback: unlocked,
        release: unlocked,
      },
      planReferenceCounts({ before: spec, after: null, groups: [] }),
      countDeletedVm(spec.template_id, observed.template_version),
    ),
  });
};

/** A volume of the VM is locked meanwhile, and its own history says why it was detached. */
function holdVolume(volume: VolumeRow, scope: WriteScope): ChangeSet {
  return [
    changeIdle('volume', volume, { busy_operation_id: scope.operationId }),
    auditChange(scope.deps, scope.context, {
      operation: 'vm.delete',
      outcome: 'done',
      resourceKind: 'volume',
      target: { id: volume.id, name: volume.name },
      changes: { attached_to: { was: volume.attached_to, is: null } },
      atMs: scope.nowMs,
    }),
  ];
}

/** Releases an allocation of a node. */
export function release(allocation: Tables['allocations']): ChangeSet {
  return [
    { kind: 'drop', from: 'allocations', id: allocation.id },
    takeFromNode(
      allocation.node_id,
      negate(amountsHeldBy(allocation)),
      -1,
      replan(`Node ${allocation.node_id}`),
    ),
  ];
}

/** A record is removed when the node is back, and never a disk. */
function describeLeftDisk({ id, name }: VmRow, node: Tables['nodes']): string {
  return (
    `The root disk of the VM ${name} stays in the storage of ${node.name}, which is confirmed ` +
    `dead: remove disks/${id} there when the node is repaired.`
  );
}

/** It may be confirmed dead while the deletion waits for it. */
function describeLostDisk({ id, name }: VmRow, { name: node }: Tables['nodes']): string {
  return (
    `Node ${node} is lost, and the deletion waits for it. If ${node} is confirmed to be dead ` +
    `meanwhile, the root disk of the VM ${name} stays in its storage: remove disks/${id} there ` +
    'when the node is repaired.'
  );
}

/** The nodes that may have the VM: more than one after a migration that got stuck. */
function nodesHolding(found: {
  readonly allocations: readonly Tables['allocations'][];
  readonly nodes: readonly Tables['nodes'][];
}): Tables['nodes'][] {
  const ids = new Set(found.allocations.map((allocation) => allocation.node_id));
  return found.nodes.filter((node) => ids.has(node.id));
}

function deleteSteps(row: VmRow, nodes: readonly Tables['nodes'][]): OperationStepDefinition[] {
  const vmId = row.id;
  // The guest of an unhealthy one is taken to hang: it is not waited for.
  const isHung = healthOf(observedOf(row))?.state === 'unhealthy';
  return nodes.flatMap((node) => {
    const generation = row.generation + 1;
    const to = { kind: 'agent', node: node.name, vmId, generation } as const;
    const agent = { ...to, whenDead: 'done' } as const;
    const at = nodes.length === 1 ? '' : `@${node.name}`;
    const steps: OperationStepDefinition[] = [
      {
        name: `stop${at}`,
        after: [],
        action: { ...agent, action: isHung ? { kind: 'stop', insist: 'yes' } : { kind: 'stop' } },
        undo: null,
        // A machine that cannot be stopped, such as one that waits for its arrival, can be deleted.
        whenFailed: 'go-on',
      },
      {
        name: `delete${at}`,
        after: [`stop${at}`],
        action: { ...agent, action: deleteDiskAction(node) },
        undo: null,
        noReturn: 'yes',
        patience: { kind: 'time', durationMs: DELETE_MS_MAX },
      },
    ];
    return steps;
  });
}

/** VMs that are started after it keep its id, which they do not wait for any more. */
async function describeFollowers(
  { id, name, tenant_id }: VmRow,
  { deps }: WriteScope,
): Promise<readonly string[]> {
  const rows = await deps.store.read({
    from: 'vms',
    where: { tenant_id },
    limit: FOLLOWERS_READ_MAX,
    damaged: 'blank',
  });
  const named = rows.filter(({ desired_json }) => desired_json.includes(id));
  const followers = mapReadable(named, (row) =>
    row.id !== id && startAfterOf(desiredAs(row, VmSpec)).includes(id) ? [row.name] : [],
  );
  const names = followers.flat().sort();
  if (names.length === 0) return [];
  return [
    `VMs that start after ${name} do not wait for it any more: ${listNames(names, NAMES_MAX)}. ` +
      `Take ${id} out of their healing.start_after.`,
  ];
}
