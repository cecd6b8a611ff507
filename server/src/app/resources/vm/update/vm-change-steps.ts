/** Effect of a VM change on its machine: fields, steps, restarts. */

import { isDeepStrictEqual } from 'node:util';
import type { MachineSpec } from '@novacron/contract/agent/machine';
import type { JsonObject } from '@novacron/contract/json';
import { VM_FIELDS, type VmSpec } from '@novacron/contract/kinds/vm/vm';
import { reimageEffect } from '@novacron/contract/kinds/vm/vm-effects';
import type { Amounts } from '@novacron/engine/placement/place/model/placement';
import type { Saga } from '../../../kernel/operations/saga.ts';
import { isOutOfReach } from '../../../kernel/write/refuse-lost-node.ts';
import { changedFields } from '../../../rows/changed-fields.ts';
import { commandedPower, isOff } from '../../../rows/observed-machine.ts';
import { amountsToHold } from '../../../rows/vm-amounts.ts';
import { changedSecrets, toGuest, type VmSecrets } from '../../../rows/vm-secrets.ts';
import { type AddressPlan, addressOf } from '../../network/plan-address.ts';
import { type GivenKeys, givenKeysOf, guestKeys } from '../../ssh-key/given-keys.ts';
import {
  capabilitiesOf,
  configureSteps,
  type FieldChanges,
  fieldsToRestart,
} from '../machine/configure-steps.ts';
import type { MachineShape } from '../machine/machine-spec.ts';
import type { VmChange } from './observe-vm-change.ts';

/**
 * Whether a change waits for no node: its node is out of reach, and nothing of the machine changes
 * but what describes it. The next change of the machine sends the descriptions.
 */
export function needsNoNode(found: VmChange, moved: AddressPlan): boolean {
  if (found.node === undefined || !isOutOfReach(found.node)) return false;
  return planSteps(found, moved).every(
    ({ action, undo }) =>
      action.kind === 'agent' &&
      action.action.kind === 'configure' &&
      undo?.kind === 'agent' &&
      undo.action.kind === 'configure' &&
      isDeepStrictEqual(undescribed(action.action.spec), undescribed(undo.action.spec)),
  );
}

/** Returns the fields that matter to the hypervisor: all but name, labels and priority. */
function undescribed({ name: _, labels: __, priority: ___, ...machine }: MachineSpec) {
  return machine;
}

/** The steps of the change; none where it needs no node. */
export function stepsOfChange(found: VmChange, moved: AddressPlan): Saga['steps'] {
  return needsNoNode(found, moved) ? [] : planSteps(found, moved);
}

function planSteps(found: VmChange, moved: AddressPlan): Saga['steps'] {
  const { row, node, made, groups, before, after, asFound } = found;
  const same = { template: made.template, groups };
  if (node === undefined) return [];
  const changes = changesOf(found);
  const isReimaged = isReimage(found);
  const isChanged = 'ssh_keys' in changes || 'ssh_key_ids' in changes || hasNewSecrets(found);
  const guestOf = (spec: VmSpec, given: GivenKeys, secrets: VmSecrets) =>
    isChanged ? { guest: toGuest(guestKeys(spec, given), secrets, made.userData) } : {};
  const shape: MachineShape = {
    ...same,
    spec: { ...after, ...asFound },
    network: found.networkAfter,
    address: moved.address,
  };
  const whole = toGuest(
    guestKeys(after, found.givenKeys),
    found.secretsAfter,
    found.current.userData,
  );
  return configureSteps({
    row,
    node: node.name,
    ...(isReimaged ? { reimage: { ...shape, ...found.current, guest: whole } } : {}),
    before: {
      ...same,
      spec: { ...before, ...asFound },
      network: found.networkBefore,
      address: addressOf(row),
      ...guestOf(before, givenKeysOf(row), found.secretsBefore),
    },
    after: {
      ...shape,
      ...guestOf(after, found.givenKeys, found.secretsAfter),
    },
    effect: restartsOf(found).length > 0 ? 'restart' : 'live',
    power: powerOf(found),
  });
}

/** Whether the change replaces the root disk of the VM. */
export function isReimage({ before, after }: Pick<VmChange, 'before' | 'after'>): boolean {
  return reimageEffect(before.reimage_trigger, after.reimage_trigger) === 'reimage';
}

/** All changed fields, secrets as words. */
export function changesOf({ before, after, secretsBefore, secretsAfter }: VmChange): FieldChanges {
  return {
    ...changedFields(before, after),
    ...changedSecrets(secretsBefore, secretsAfter),
  };
}

function hasNewSecrets({ secretsBefore, secretsAfter }: VmChange): boolean {
  return Object.keys(changedSecrets(secretsBefore, secretsAfter)).length > 0;
}

/** The power changes that it asks for. */
function powerOf({ before, after }: VmChange): 'start' | 'stop' | 'stay' {
  if (before.power_state === after.power_state) return 'stay';
  return after.power_state === 'running' ? 'start' : 'stop';
}

/** The amounts of the VM afterwards. */
export function amountsAfter(found: VmChange): Amounts {
  return amountsToHold(found.after, found.allocation, powerOf(found));
}

/** The status of the VM afterwards, where the change sets it. */
export function statusAfter(found: VmChange): JsonObject {
  return powerOf(found) === 'stay' ? {} : commandedPower(found.after.power_state);
}

/** Whether the change stops the VM, for good or to start it again. */
export function isSwitchedOff(found: VmChange): boolean {
  return powerOf(found) !== 'stay' || restartsOf(found).length > 0;
}

/** Whether the change starts the VM, or starts it again. */
export function isStarted(found: VmChange): boolean {
  return powerOf(found) === 'start' || restartsOf(found).length > 0;
}

/** The fields whose change restarts the VM; none where it is stopped before or after it. */
export function restartsOf(found: VmChange): readonly string[] {
  const { row, node } = found;
  const isRunning = !isOff(row) && powerOf(found) === 'stay';
  if (node === undefined || !isRunning) return [];
  return fieldsToRestart(VM_FIELDS, changesOf(found), capabilitiesOf(node));
}
