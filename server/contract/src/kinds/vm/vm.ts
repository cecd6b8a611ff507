/** Virtual machines: the resource table's rows of kind `vm` and their requests. */
import { z } from 'zod';
import { NetworkId, TemplateId, VmId, VolumeId } from '../../ids.ts';
import { AntiAffinityGroup, VmPlacement } from '../../placement/vm-placement.ts';
import { computed, createShape, field, specShape, updateShape } from '../../schema/field.ts';
import { Labels, ResourceName, resourceSchema } from '../../schema/resource.ts';
import { FirewallRules, RULES_EXAMPLE, SecurityGroupIds } from '../security-group/firewall.ts';
import { NetworkInterface } from './network-interface.ts';
import { diskEffect, growsLive } from './vm-effects.ts';
import { Password, SecretVersion, SSH_KEY_EXAMPLE, SshKeys, UserData } from './vm-guest.ts';

/** Life of a VM as its agent reports it; `preempted`: stopped by NovaCron until there is room. */
export const VmStatus = z.enum([
  'creating',
  'running',
  'stopped',
  'preempted',
  'failed',
  'deleting',
  'unknown',
]);
export type VmStatus = z.infer<typeof VmStatus>;

const PRIORITY_MAX = 100;

const DESCRIPTION_LENGTH_MAX = 1_000;

const MEMORY_STEP_GB = 1 / 16;

const versionOfSecret = (name: string) =>
  field({
    schema: SecretVersion,
    description: `Any number; a change sends \`${name}\` again.`,
    presence: 'optional',
    effectOf: () => 'restart',
    driftClass: 'security',
    example: 1,
  });

/** The resource table of VMs, one row a field. */
export const VM_FIELDS = {
  name: field({
    schema: ResourceName,
    description: 'Name of the VM, unique within the tenant.',
    presence: 'required',
    example: 'web-server-01',
  }),
  cpu_cores: field({
    schema: z.int().min(1).max(1024),
    description: 'Number of virtual CPU cores.',
    unit: 'cores',
    presence: 'required',
    inherits: 'template_id',
    effectOf: growsLive('hotplugCpu'),
    driftClass: 'cost',
    example: 4,
  }),
  memory_gb: field({
    schema: z
      .number()
      .min(MEMORY_STEP_GB, 'must be at least 0.0625')
      .max(24_576)
      .multipleOf(MEMORY_STEP_GB, 'must be a multiple of 0.0625 (64 MiB)'),
    description: 'Memory of the guest, in steps of 0.0625 (64 MiB).',
    unit: 'GB',
    presence: 'required',
    inherits: 'template_id',
    effectOf: growsLive('hotplugMemory'),
    driftClass: 'cost',
    example: 8,
  }),
  disk_gb: field({
    schema: z.int().min(1).max(65_536),
    description: 'Size of the root disk. It can grow; a smaller one is a new VM.',
    unit: 'GB',
    presence: 'required',
    inherits: 'template_id',
    effectOf: diskEffect,
    driftClass: 'cost',
    example: 100,
  }),
  network_id: field({
    schema: NetworkId,
    description: 'Id of the network that the VM is connected to; without one it is in none.',
    presence: 'optional',
    inherits: 'template_id',
    driftClass: 'security',
    references: 'network',
    example: 'net_01jd3v6t7re3h8z9k2m4n5p6q7',
  }),
  template_id: field({
    schema: TemplateId,
    description: 'Id of the template that the VM boots from; the built-in `default` when absent.',
    presence: 'optional',
    effectOf: () => 'data-loss',
    driftClass: 'security',
    references: 'template',
    example: 'tpl_01jd3v6t7re3h8z9k2m4n5p6q7',
  }),
  metadata: field({
    schema: Labels,
    description: 'Labels of the VM: names and values for people, selectors and policies.',
    presence: 'optional',
    example: { environment: 'production', tier: 'web' },
  }),
  anti_affinity: field({
    schema: AntiAffinityGroup,
    description:
      'Name of a group of VMs: no two VMs of the tenant that name the same one share a node, ever.',
    presence: 'optional',
    driftClass: 'availability',
    example: 'web',
  }),
  placement: field({
    schema: VmPlacement,
    description:
      'What the VM asks of its place. A change is checked against where the VM is and decides ' +
      'where it goes from then on; it moves nothing by itself.',
    presence: 'optional',
    driftClass: 'availability',
    example: { strategy: 'spread', zone: 'zone-a', spread_domain: 'rack' },
  }),
  power_state: field({
    schema: z.enum(['running', 'stopped']),
    description:
      'Whether the VM runs. A stopped VM keeps its place, its disks and its address. A change ' +
      'starts or stops it.',
    presence: 'optional',
    default: 'running',
    driftClass: 'availability',
    example: 'running',
  }),
  deletion_protection: field({
    schema: z.boolean(),
    description:
      'Refuses to delete the VM, in plans already, until it is false and applied: a destroy and ' +
      'a replacement alike.',
    presence: 'optional',
    default: false,
    driftClass: 'availability',
    example: true,
  }),
  priority: field({
    schema: z.int().min(0).max(PRIORITY_MAX),
    description:
      'How much the VM matters, 0 to 100: what matters more is healed first and leaves a node ' +
      'that is drained first. Of spot VMs those that matter least are preempted first.',
    presence: 'optional',
    default: 50,
    driftClass: 'availability',
    example: 80,
  }),
  spot: field({
    schema: z.boolean(),
    description:
      'Lets the VM run on spot nodes, which may be taken away, and pay their discount. Other VMs ' +
      'never go there. It is preempted, stopped until there is room again, where a VM that is no ' +
      'spot VM fits nowhere else. A change is checked against where the VM is.',
    presence: 'optional',
    default: false,
    driftClass: 'availability',
    example: false,
  }),
  description: field({
    schema: z.string().max(DESCRIPTION_LENGTH_MAX),
    description: 'What the VM is for, for people.',
    presence: 'optional',
    example: 'Serves the shop.',
  }),
  ssh_keys: field({
    schema: SshKeys,
    description:
      'Public keys that the guest lets in, in the format of authorized_keys. The guest reads ' +
      'them when it boots.',
    presence: 'optional',
    effectOf: () => 'restart',
    driftClass: 'security',
    collection: 'set',
    example: [SSH_KEY_EXAMPLE],
  }),
  user_data: field({
    schema: UserData,
    description:
      'Data for cloud-init, such as a #cloud-config document; the guest reads it when it boots. ' +
      'Terraform keeps it in its state and shows it in plans, unless what it is given is ' +
      'sensitive: secrets belong into `user_data_wo`. Only one of both can be set.',
    presence: 'optional',
    effectOf: () => 'restart',
    driftClass: 'security',
    secrecy: 'sensitive',
    example: '#cloud-config',
  }),
  user_data_wo: field({
    schema: UserData,
    description:
      'Data for cloud-init that nothing ever shows again: it is in no state, no plan, no answer. ' +
      'It is sent when the VM is created and when `user_data_wo_version` changes.',
    presence: 'optional',
    effectOf: () => 'restart',
    secrecy: 'write-only',
    example: '#cloud-config',
  }),
  user_data_wo_version: versionOfSecret('user_data_wo'),
  password_wo: field({
    schema: Password,
    description:
      'Password of the default user of the guest, which nothing ever shows again. It is sent ' +
      'when the VM is created and when `password_wo_version` changes.',
    presence: 'optional',
    effectOf: () => 'restart',
    secrecy: 'write-only',
    example: 'correct horse battery staple',
  }),
  password_wo_version: versionOfSecret('password_wo'),
  security_groups: field({
    schema: SecurityGroupIds,
    description:
      'Ids of the security groups whose rules the VM has. With a group or a rule of its own ' +
      'nothing gets in that no rule allows; without either, its network reaches it.',
    presence: 'optional',
    collection: 'set',
    driftClass: 'security',
    references: 'security_group',
    example: ['sg_01jd3v6t7re3h8z9k2m4n5p6q7'],
  }),
  firewall_rules: field({
    schema: FirewallRules,
    description: 'Rules of the VM of its own, besides those of its security groups, in no order.',
    presence: 'optional',
    collection: 'set',
    driftClass: 'security',
    example: RULES_EXAMPLE,
  }),
  template_version: {
    ...computed(
      z.int().nullable().prefault(null),
      'Version of the template that the VM was made from; null for a built-in one.',
      3,
    ),
    follows: ['template_id'],
  },
  node: computed(
    z.string().nullable(),
    'Name of the node that the VM runs on. NovaCron may move the VM, which is never drift.',
    'node-01',
  ),
  ip_address: {
    ...computed(
      z.string().nullable().prefault(null),
      'Address in the network, chosen by NovaCron and kept until the VM leaves the network; null ' +
        'without a network.',
      '10.0.14.7',
    ),
    follows: ['network_id'],
  },
  mac_address: {
    ...computed(
      z.string().nullable().prefault(null),
      'Hardware address of the interface: the same for all of its life; null without a network.',
      '02:1c:42:9a:5e:07',
    ),
    follows: ['network_id'],
  },
  network_interfaces: {
    ...computed(
      z.array(NetworkInterface).prefault([]),
      'The interfaces of the VM: one when it is connected to a network.',
      [
        {
          network_id: 'net_01jd3v6t7re3h8z9k2m4n5p6q7',
          ip_address: '10.0.14.7',
          mac_address: '02:1c:42:9a:5e:07',
        },
      ],
    ),
    follows: ['network_id'],
  },
  volumes: {
    ...computed(z.array(VolumeId).prefault([]), 'Ids of the volumes that are attached to the VM.', [
      'vol_01jd3v6t7re3h8z9k2m4n5p6q7',
    ]),
    volatility: 'volatile',
  },
  cost_per_hour: computed(
    z.number().nullable().prefault(null),
    'What the VM costs where it is, by the prices of its node; null if it is not known what the ' +
      'node costs. What a VM to be created will cost is in the placement preview.',
    0.21,
  ),
  status: computed(VmStatus, 'What the VM is doing; `preempted`: it waits for room.', 'running'),
} as const;

/** A VM as answers carry it. */
export const Vm = resourceSchema(VmId, VM_FIELDS);
export type Vm = z.infer<typeof Vm>;

/** The desired state of a VM: the fields that people set. */
export const VmSpec = z.looseObject(specShape(VM_FIELDS));
export type VmSpec = z.infer<typeof VmSpec>;

/** What a request to create one carries, and one to change it. */
export const VmCreate = z.strictObject(createShape(VM_FIELDS));
export const VmUpdate = z.strictObject(updateShape(VM_FIELDS));
