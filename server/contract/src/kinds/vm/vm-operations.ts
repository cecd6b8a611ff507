/** Definitions of the operations on VMs. */
import { z } from 'zod';
import { NetworkId, ReservationId, VmId } from '../../ids.ts';
import { list, oneOf, oneOfTexts } from '../../operation/listing.ts';
import {
  change,
  create,
  endProblems,
  force,
  ifUnchanged,
  keyed,
  look,
  named,
  removed,
  written,
} from '../../operation/operation-shapes.ts';
import { Timestamp } from '../../schema/resource.ts';
import { Vm, VmCreate, VmUpdate } from './vm.ts';
import { VmStatus } from './vm-status.ts';

const restart = z
  .enum(['allowed', 'forbidden'])
  .optional()
  .describe(
    '`forbidden` refuses changes that require a restart; `allowed` makes them now, with those ' +
      'that wait. Default: allowed, in the `restart_window` of a VM that has one',
  );

/** Input of what may take the place of a reservation, besides its own. */
const reservedShape = {
  reservation_id: ReservationId.optional().describe(
    'Reservation that the VM uses; the VM must not be larger than the reservation',
  ),
};

/**
 * Shared parts of operations that start, halt or resume a VM unchanged: no other input, and no
 * desired state.
 */
const power = {
  ...change,
  applies: 'nothing',
  input: z.strictObject({ id: VmId }),
  problems: ['not-found', 'policy-denied', 'conflict'],
} as const;

/** The rows by name. */
export const vmOperations = {
  'vm.create': {
    ...create,
    summary: 'Creates a VM on a node that placement chooses, and starts it.',
    rest: { method: 'POST', path: '/vms', status: 202 },
    input: VmCreate.extend({ ...keyed, ...reservedShape }),
    output: written(Vm),
    problems: [
      'not-found',
      'conflict',
      'name-taken',
      'no-capacity',
      'network-full',
      'address-taken',
      'reference-unknown',
      'policy-denied',
      'idempotency-key-reused',
      'storage-full',
      'quota-exceeded',
      'budget-exceeded',
    ],
  },
  'vm.get': {
    ...look,
    summary: 'Shows a VM.',
    rest: { method: 'GET', path: '/vms/{id}', status: 200 },
    input: z.strictObject({ id: VmId }),
    output: Vm,
    problems: ['not-found'],
  },
  'vm.list': {
    ...look,
    summary: 'Lists VMs in the order of their creation.',
    rest: { method: 'GET', path: '/vms', status: 200 },
    ...list(Vm, {
      filters: {
        ...named,
        status: oneOf(VmStatus, 'Only VMs with one of these statuses'),
        node: oneOfTexts('Only VMs on one of these nodes, by name'),
        zone: oneOfTexts('Only VMs on nodes of one of these zones'),
        network_id: oneOf(NetworkId, 'Only VMs in one of these networks'),
        created_by: oneOfTexts('Only those that one of these principals created'),
      },
      sort: ['created_at', 'updated_at', 'name'],
      search: ['name', 'id'],
      time: 'created_at',
      labels: 'metadata',
    }),
    problems: [],
  },
  'vm.update': {
    ...change,
    summary: 'Updates a VM: live if the hypervisor supports it, otherwise with a restart.',
    rest: { method: 'PATCH', path: '/vms/{id}', status: 202 },
    input: VmUpdate.extend({ id: VmId, ...ifUnchanged, restart }),
    output: written(Vm),
    problems: [
      'not-found',
      'deletion-protected',
      'name-taken',
      'no-capacity',
      'network-full',
      'address-taken',
      'reference-unknown',
      'policy-denied',
      'revision-mismatch',
      'conflict',
      'storage-full',
      'quota-exceeded',
      'budget-exceeded',
    ],
  },
  'vm.delete': {
    ...change,
    summary: 'Stops a VM and deletes it with its root disk; volumes are detached, not deleted.',
    rest: { method: 'DELETE', path: '/vms/{id}', status: 202 },
    input: z.strictObject({ id: VmId, ...ifUnchanged }),
    output: removed,
    problems: [...endProblems, 'deletion-protected'],
  },
  'vm.migrate': {
    ...change,
    applies: 'nothing',
    feature: 'migration',
    summary:
      'Moves a VM to another node, the specified one or the best one: a running VM live, a ' +
      'stopped one without starting it.',
    rest: { method: 'POST', path: '/vms/{id}/migrate', status: 202 },
    input: z.strictObject({
      id: VmId,
      node: z.string().max(253).optional().describe('Name of the target node'),
      force: z
        .boolean()
        .optional()
        .describe('Whether the VM leaves the node that `placement.node` pins it to'),
    }),
    output: written(Vm),
    problems: [
      'not-found',
      'no-capacity',
      'reference-unknown',
      'policy-denied',
      'conflict',
      'feature-disabled',
    ],
  },
  'vm.recover': {
    ...change,
    applies: 'nothing',
    summary:
      'Runs a VM of a node that is confirmed dead on another node, which has to reach its root ' +
      'disk: the specified one or the best one.',
    rest: { method: 'POST', path: '/vms/{id}/recover', status: 202 },
    input: z.strictObject({
      id: VmId,
      node: z.string().max(253).optional().describe('Name of the new node'),
      recreate: z
        .boolean()
        .default(false)
        .describe(
          'Whether the VM gets a new root disk from its template where no other node reaches ' +
            'the one that it has: what was on it is lost',
        ),
      from_snapshot: z
        .boolean()
        .default(false)
        .describe(
          'As `recreate`, and volumes that no other node reaches get the content of their last ' +
            'exported snapshots: what was written since is lost',
        ),
      ignore_disk_locks: z
        .boolean()
        .default(false)
        .describe(
          'Whether the VM starts although a machine holds the locks of its disks: if that one ' +
            'writes, two write to one disk and destroy it. Needs the permission ' +
            '`vm.ignore_disk_locks`, and a reason',
        ),
      reason: z
        .string()
        .max(1_024)
        .optional()
        .describe(
          'Evidence that nothing writes to its disks, for the audit log: with ' +
            '`ignore_disk_locks`',
        ),
    }),
    output: written(Vm),
    problems: [
      'not-found',
      'no-capacity',
      'reference-unknown',
      'policy-denied',
      'conflict',
      'deletion-protected',
    ],
  },
  'vm.start': {
    ...power,
    output: written(Vm),
    summary: 'Starts a stopped VM on its node, or resumes a paused one; no effect on a running VM.',
    rest: { method: 'POST', path: '/vms/{id}/start', status: 202 },
  },
  'vm.stop': {
    ...change,
    applies: 'nothing',
    summary: 'Stops a VM; its node, its disks and its allocation do not change.',
    rest: { method: 'POST', path: '/vms/{id}/stop', status: 202 },
    input: z.strictObject({ id: VmId, force }),
    output: written(Vm),
    problems: ['not-found', 'policy-denied', 'conflict'],
  },
  'vm.reboot': {
    ...power,
    output: written(Vm),
    summary: 'Reboots a running VM: asks the guest to shut down, and starts the VM again.',
    rest: { method: 'POST', path: '/vms/{id}/reboot', status: 202 },
  },
  'vm.console': {
    effect: 'write',
    role: 'operator',
    idempotency: 'none',
    summary: 'Creates a one-time ticket for the serial console of a running VM.',
    rest: { method: 'POST', path: '/vms/{id}/console', status: 201 },
    input: z.strictObject({ id: VmId }),
    output: z.looseObject({
      vm_id: VmId,
      node: z.string().describe('Name of the node of the VM'),
      path: z.string().describe('Where the WebSocket of the console is opened'),
      ticket: z.string().describe('Opens the console once, for the same API key. Do not save it.'),
      expires_at: Timestamp.describe('Expiry of the ticket'),
    }),
    problems: ['not-found', 'policy-denied', 'conflict'],
  },
  'vm.reset': {
    ...power,
    output: written(Vm),
    summary: 'Resets a running VM without asking the guest, which may lose unwritten data.',
    rest: { method: 'POST', path: '/vms/{id}/reset', status: 202 },
  },
  'vm.restart_service': {
    ...power,
    output: written(Vm),
    summary: 'Runs the restart command of a VM (`healing.restart_command`) in its guest.',
    rest: { method: 'POST', path: '/vms/{id}/restart-service', status: 202 },
  },
  'vm.pause': {
    ...power,
    output: written(Vm),
    summary: 'Pauses a running VM: halts its virtual CPUs and keeps its memory.',
    rest: { method: 'POST', path: '/vms/{id}/pause', status: 202 },
  },
  'vm.resume': {
    ...power,
    output: written(Vm),
    summary: 'Resumes a paused VM; no effect on a running VM.',
    rest: { method: 'POST', path: '/vms/{id}/resume', status: 202 },
  },
} as const;
