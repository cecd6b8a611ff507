/** Rows of the operations table about what people create: VMs, networks, volumes, policies. */
import { z } from 'zod';
import { NetworkId, PolicyId, ReservationId, VmId, VolumeId } from './ids.ts';
import { Network, NetworkCreate, NetworkUpdate } from './network.ts';
import {
  change,
  create,
  ifRevision,
  keyed,
  look,
  named,
  page,
  pageShape,
  removed,
  written,
} from './operation-shapes.ts';
import { Policy, PolicyCreate, PolicyUpdate } from './policy.ts';
import { Vm, VmCreate, VmUpdate } from './vm.ts';
import { Volume, VolumeCreate, VolumeUpdate } from './volume.ts';

const force = z
  .enum(['yes', 'no'])
  .default('no')
  .describe(
    '`yes` takes the power away; `no` asks the guest to shut down and fails if it does not',
  );

const restart = z
  .enum(['allowed', 'forbidden'])
  .optional()
  .describe(
    '`forbidden` refuses a change that the hypervisor cannot make while the VM runs; ' +
      'allowed when absent',
  );

/** The rows by name, grouped by noun. */
export const resourceOperations = {
  'vm.create': {
    ...create,
    summary: 'Places a VM on a node, creates it there and starts it.',
    rest: { method: 'POST', path: '/vms', status: 202 },
    input: VmCreate.extend({
      ...keyed,
      reservation_id: ReservationId.optional().describe(
        'Reservation whose place the VM takes; it may ask for no more than that holds',
      ),
    }),
    output: written(Vm),
    problems: [
      'not-found',
      'conflict',
      'name-taken',
      'no-capacity',
      'network-full',
      'reference-unknown',
      'policy-denied',
      'idempotency-key-reused',
      'storage-full',
      'quota-exceeded',
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
    input: z.strictObject({ ...pageShape, ...named }),
    output: page(Vm),
    problems: [],
  },
  'vm.update': {
    ...change,
    summary: 'Changes a VM, live where the hypervisor can, else stopped and started again.',
    rest: { method: 'PATCH', path: '/vms/{id}', status: 202 },
    input: VmUpdate.extend({ id: VmId, if_revision: ifRevision, restart }),
    output: written(Vm),
    problems: [
      'not-found',
      'name-taken',
      'no-capacity',
      'network-full',
      'reference-unknown',
      'policy-denied',
      'revision-mismatch',
      'conflict',
      'storage-full',
      'quota-exceeded',
    ],
  },
  'vm.delete': {
    ...change,
    summary: 'Stops a VM and deletes it with its root disk; its volumes are detached and kept.',
    rest: { method: 'DELETE', path: '/vms/{id}', status: 202 },
    input: z.strictObject({ id: VmId, if_revision: ifRevision }),
    output: removed,
    problems: ['not-found', 'policy-denied', 'revision-mismatch', 'conflict'],
  },
  'vm.migrate': {
    ...change,
    feature: 'migration',
    summary: 'Moves a running VM to another node: the one named, or the best one.',
    rest: { method: 'POST', path: '/vms/{id}/migrate', status: 202 },
    input: z.strictObject({
      id: VmId,
      node: z.string().max(253).optional().describe('Name of the node to move to'),
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
  'vm.start': {
    ...change,
    summary: 'Starts a stopped VM on its node; one that runs goes on running.',
    rest: { method: 'POST', path: '/vms/{id}/start', status: 202 },
    input: z.strictObject({ id: VmId }),
    output: written(Vm),
    problems: ['not-found', 'policy-denied', 'conflict'],
  },
  'vm.stop': {
    ...change,
    summary: 'Stops a VM; it keeps its node, its disks and its place there.',
    rest: { method: 'POST', path: '/vms/{id}/stop', status: 202 },
    input: z.strictObject({ id: VmId, force }),
    output: written(Vm),
    problems: ['not-found', 'policy-denied', 'conflict'],
  },
  'network.create': {
    ...create,
    summary: 'Creates a network.',
    rest: { method: 'POST', path: '/networks', status: 201 },
    input: NetworkCreate.extend(keyed),
    output: written(Network),
    problems: [
      'name-taken',
      'network-overlap',
      'policy-denied',
      'idempotency-key-reused',
      'storage-full',
      'quota-exceeded',
    ],
  },
  'network.get': {
    ...look,
    summary: 'Shows a network.',
    rest: { method: 'GET', path: '/networks/{id}', status: 200 },
    input: z.strictObject({ id: NetworkId }),
    output: Network,
    problems: ['not-found'],
  },
  'network.list': {
    ...look,
    summary: 'Lists networks in the order of their creation.',
    rest: { method: 'GET', path: '/networks', status: 200 },
    input: z.strictObject({ ...pageShape, ...named }),
    output: page(Network),
    problems: [],
  },
  'network.update': {
    ...change,
    summary: 'Changes the name or the DNS servers of a network.',
    rest: { method: 'PATCH', path: '/networks/{id}', status: 200 },
    input: NetworkUpdate.extend({ id: NetworkId, if_revision: ifRevision }),
    output: written(Network),
    problems: ['not-found', 'name-taken', 'in-use', 'policy-denied', 'revision-mismatch'],
  },
  'network.delete': {
    ...change,
    summary: 'Deletes a network that no VM is connected to.',
    rest: { method: 'DELETE', path: '/networks/{id}', status: 200 },
    input: z.strictObject({ id: NetworkId, if_revision: ifRevision }),
    output: removed,
    problems: ['not-found', 'in-use', 'policy-denied', 'revision-mismatch'],
  },
  'volume.create': {
    ...create,
    summary: 'Creates a volume in the pool of its class and attaches it where asked.',
    rest: { method: 'POST', path: '/volumes', status: 202 },
    input: VolumeCreate.extend(keyed),
    output: written(Volume),
    problems: [
      'name-taken',
      'no-capacity',
      'reference-unknown',
      'policy-denied',
      'conflict',
      'idempotency-key-reused',
      'storage-full',
      'quota-exceeded',
    ],
  },
  'volume.get': {
    ...look,
    summary: 'Shows a volume.',
    rest: { method: 'GET', path: '/volumes/{id}', status: 200 },
    input: z.strictObject({ id: VolumeId }),
    output: Volume,
    problems: ['not-found'],
  },
  'volume.list': {
    ...look,
    summary: 'Lists volumes in the order of their creation.',
    rest: { method: 'GET', path: '/volumes', status: 200 },
    input: z.strictObject({ ...pageShape, ...named }),
    output: page(Volume),
    problems: [],
  },
  'volume.update': {
    ...change,
    summary: 'Renames, grows, attaches or detaches a volume.',
    rest: { method: 'PATCH', path: '/volumes/{id}', status: 202 },
    input: VolumeUpdate.extend({ id: VolumeId, if_revision: ifRevision }),
    output: written(Volume),
    problems: [
      'not-found',
      'name-taken',
      'no-capacity',
      'reference-unknown',
      'policy-denied',
      'revision-mismatch',
      'conflict',
      'quota-exceeded',
    ],
  },
  'volume.delete': {
    ...change,
    summary: 'Detaches a volume without snapshots and deletes it with its data.',
    rest: { method: 'DELETE', path: '/volumes/{id}', status: 202 },
    input: z.strictObject({ id: VolumeId, if_revision: ifRevision }),
    output: removed,
    problems: ['not-found', 'in-use', 'policy-denied', 'revision-mismatch', 'conflict'],
  },
  'policy.create': {
    ...create,
    role: 'admin',
    feature: 'policy_authoring',
    summary: 'Compiles a policy and, where enabled, lets it decide every later write.',
    rest: { method: 'POST', path: '/policies', status: 201 },
    input: PolicyCreate.extend(keyed),
    output: written(Policy),
    problems: [
      'name-taken',
      'rule-invalid',
      'policy-denied',
      'idempotency-key-reused',
      'quota-exceeded',
      'feature-disabled',
    ],
  },
  'policy.get': {
    ...look,
    summary: 'Shows a policy.',
    rest: { method: 'GET', path: '/policies/{id}', status: 200 },
    input: z.strictObject({ id: PolicyId }),
    output: Policy,
    problems: ['not-found'],
  },
  'policy.list': {
    ...look,
    summary: 'Lists policies in the order of their creation.',
    rest: { method: 'GET', path: '/policies', status: 200 },
    input: z.strictObject({ ...pageShape, ...named }),
    output: page(Policy),
    problems: [],
  },
  'policy.update': {
    ...change,
    role: 'admin',
    feature: 'policy_authoring',
    summary: 'Changes a policy; a new rule text is a new version.',
    rest: { method: 'PATCH', path: '/policies/{id}', status: 200 },
    input: PolicyUpdate.extend({ id: PolicyId, if_revision: ifRevision }),
    output: written(Policy),
    problems: [
      'not-found',
      'name-taken',
      'rule-invalid',
      'policy-denied',
      'revision-mismatch',
      'feature-disabled',
    ],
  },
  'policy.delete': {
    ...change,
    role: 'admin',
    summary: 'Deletes a policy; it decides nothing from then on.',
    rest: { method: 'DELETE', path: '/policies/{id}', status: 200 },
    input: z.strictObject({ id: PolicyId, if_revision: ifRevision }),
    output: removed,
    problems: ['not-found', 'policy-denied', 'revision-mismatch'],
  },
} as const;
