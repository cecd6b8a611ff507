/** The problems of a change of a VM: those that need no placement, and the room on its node. */

import { VM_FIELDS } from '@novacron/contract/kinds/vm/vm';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { Amounts } from '@novacron/engine/placement/place/model/placement';
import type { Tables, VmRow } from '../../../../ports/tables/tables.ts';
import { chargeOfVms, checkQuota } from '../../../access/quota/tenant-quota.ts';
import { checkVolumeWork } from '../../../kernel/operations/volume-lock.ts';
import { GROWN_FIELDS } from '../../../rows/observed/grown-size.ts';
import { isMachineGone } from '../../../rows/observed-machine.ts';
import {
  fieldsToReplace,
  machineGone,
  nameTaken,
  referenceUnknown,
  replacementNeeded,
  toProblemList,
} from '../../../rows/resource-problems.ts';
import { amountsHeldBy, subtract } from '../../../rows/vm-amounts.ts';
import { checkSecrets } from '../../../rows/vm-secrets.ts';
import type { WriteScope } from '../../scope.ts';
import { checkGroups } from '../../security-group/vm-firewall.ts';
import { checkKeyIds } from '../../ssh-key/given-keys.ts';
import { checkAgainstTemplate } from '../../template/vm-template.ts';
import {
  checkConnection,
  checkFirmwareMemory,
  checkGrowth,
  checkGuestOs,
  checkStandby,
} from '../machine/check-machine.ts';
import { checkStartAfter, checkWaitForNode } from '../machine/check-start.ts';
import { capabilitiesOf, restartForbidden } from '../machine/configure-steps.ts';
import type { VmChange } from './observe-vm-change.ts';
import { checkRestartWindow } from './restart-window.ts';
import { amountsAfter, changesOf, isReimage, isStarted, restartsOf } from './vm-change-steps.ts';

/** All of them but the room. */
export function checkVmChange(
  found: VmChange,
  {
    restart,
    unknown,
  }: { readonly restart: 'allowed' | 'forbidden' | undefined } & Pick<WriteScope, 'unknown'>,
): Problem[] {
  const { row, after, node, allocation } = found;
  const problems: Problem[] = isMachineGone(row) ? [machineGone(row)] : [];
  const changes = changesOf(found);
  const replaced = fieldsToReplace(VM_FIELDS, changes);
  if (replaced.length > 0) problems.push(replacementNeeded('vm', row.name, replaced));
  const restarts = restart === 'forbidden' ? restartsOf(found) : [];
  if (node !== undefined && restarts.length > 0) {
    problems.push(restartForbidden(row, node.name, restarts));
  }
  problems.push(...checkReimage(found));
  problems.push(...checkRestartWindow(after));
  problems.push(...checkStartAfter(after, found.earlier, { id: row.id, spec: found.before }));
  if ('healing' in changes || 'placement' in changes) problems.push(...checkStandby(after));
  if ('healing' in changes || GROWN_FIELDS.some((name) => name in changes)) {
    problems.push(...checkGrowth(after));
  }
  if (found.holder !== undefined) problems.push(nameTaken('vm', after.name, found.holder));
  if (after.network_id !== null && found.networkAfter === undefined) {
    problems.push(referenceUnknown('network_id', 'network', after.network_id));
  }
  problems.push(...checkConnection(after, found.networks, unknown));
  if ('memory_gb' in changes) problems.push(...checkFirmwareMemory(after, unknown));
  // A guest is waited for only where the change starts it.
  if (node !== undefined && isStarted(found)) problems.push(...checkWaitForNode(after, node));
  // A requirement that the template got later is no fault of the VM.
  if ('disk_gb' in changes || 'network_id' in changes || isReimage(found)) {
    problems.push(...checkAgainstTemplate(after, found.ownTemplate));
  }
  problems.push(...checkGroups(after, found.groups));
  problems.push(...checkKeyIds(after, found.givenKeys));
  problems.push(...toProblemList(checkSecrets(found.secretsAfter)));
  problems.push(...checkGuestOs(after, found.secretsAfter));
  problems.push(...toProblemList(checkVolumeWork(row, found.volumeWork)));
  if (node !== undefined && allocation !== undefined) {
    const growth = subtract(amountsAfter(found), amountsHeldBy(allocation));
    const quota = checkQuota(found.quota, chargeOfVms(0, growth));
    if (quota !== undefined) problems.push(quota);
  }
  return problems;
}

/** Refuses a growth that its node has no room for. */
export function checkRoomOfChange(found: VmChange): readonly Problem[] {
  const { row, node, allocation } = found;
  if (node === undefined || allocation === undefined) return [];
  const growth = subtract(amountsAfter(found), amountsHeldBy(allocation));
  return checkRoom(row, node, { growth, change: 'grow' });
}

/** Refuses a new root disk where the VM is protected, or its node cannot make one. */
function checkReimage(found: VmChange): Problem[] {
  const { row, before, after, node } = found;
  if (!isReimage(found) || node === undefined) return [];
  const problems: Problem[] = [];
  if (before.deletion_protection || after.deletion_protection) {
    problems.push(
      problem('deletion-protected', {
        detail: `The VM ${row.name} is protected, and a new root disk deletes what it has stored.`,
        remedy: 'Set deletion_protection to false first; then change reimage_trigger.',
        fields: [{ path: ['reimage_trigger'], message: 'deletes the content of a protected VM' }],
      }),
    );
  }
  if (capabilitiesOf(node).reimage !== 'yes') {
    problems.push(
      problem('conflict', {
        detail: `The agent of node ${node.name} cannot re-image the VM ${row.name}.`,
        remedy: `Upgrade the agent of ${node.name}, or replace the VM.`,
        fields: [{ path: ['reimage_trigger'], message: `cannot be changed on ${node.name}` }],
        data: { node: node.name },
      }),
    );
  }
  return problems;
}

/** Refuses sizes that its node has no room for. */
export function checkRoom(
  row: VmRow,
  node: Tables['nodes'],
  { growth, change }: { readonly growth: Amounts; readonly change: 'grow' | 'start' },
): Problem[] {
  const room = [
    ['cpu_cores', growth.cpuCores, node.cpu_cores - node.cpu_cores_used, 'cores'],
    ['memory_gb', growth.memoryMib / 1024, (node.memory_mib - node.memory_mib_used) / 1024, 'GB'],
    ['disk_gb', growth.diskGb, node.disk_gb - node.disk_gb_used, 'GB'],
  ] as const;
  const short = room.filter(([, more, free]) => more > 0 && more > free);
  if (short.length === 0) return [];
  const words = short.map(
    ([name, more, free, unit]) => `${name} needs ${more} ${unit} more and ${free} ${unit} are free`,
  );
  return [
    problem('no-capacity', {
      detail: `The VM ${row.name} cannot ${change} on node ${node.name}: ${words.join('; ')}.`,
      remedy:
        change === 'grow'
          ? `Move it to a node with more room (novacron vm migrate ${row.id}), or request less.`
          : 'Wait: NovaCron starts a VM that was preempted as soon as its node has room for it.',
      fields: short.map(([name, more, free, unit]) => ({
        path: [name],
        message: `needs ${more} ${unit} more, ${free} ${unit} are free on ${node.name}`,
      })),
      data: { node: node.name },
    }),
  ];
}
