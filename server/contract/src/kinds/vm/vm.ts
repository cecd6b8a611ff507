/** Virtual machines: the resource table's rows of kind `vm` and their requests. */
import { z } from 'zod';
import { canonicalAddress } from '../../formats/canonical-address.ts';
import { SSH_KEY_EXAMPLE } from '../../formats/ssh-public-key.ts';
import { NetworkId, TemplateId, VmId, VolumeId } from '../../ids.ts';
import { AntiAffinityGroup, VmPlacement } from '../../placement/vm-placement.ts';
import { VmRequirements } from '../../placement/vm-requirements.ts';
import { computed, createShape, field, specShape, updateShape } from '../../schema/field.ts';
import { Labels, ResourceName, resourceSchema } from '../../schema/resource.ts';
import {
  canonicalRules,
  FirewallRules,
  RULES_EXAMPLE,
  SecurityGroupIds,
} from '../security-group/firewall.ts';
import { DriversChecksum, DriversImage } from './drivers-image.ts';
import { Firmware, firmwareEffect } from './firmware.ts';
import { ForeignDevice } from './foreign-device.ts';
import { AnswerFile, GuestOs, guestOsEffect } from './guest-os.ts';
import { VmIoLimits } from './io-limits.ts';
import { FurtherNetworkIds, NetworkInterface, StaticAddress } from './network-interface.ts';
import { StopReason } from './stop-reason.ts';
import {
  deviceEffect,
  diskEffect,
  growsLive,
  interfacesEffect,
  reimageEffect,
} from './vm-effects.ts';
import {
  canonicalKeys,
  Password,
  SecretVersion,
  SshKeyIds,
  SshKeys,
  UserData,
} from './vm-guest.ts';
import { RestartPolicy, VmHealing } from './vm-healing.ts';
import { VmHealth } from './vm-health-check.ts';
import { VmRestartWindow } from './vm-restart-window.ts';
import { VmWaitFor } from './vm-wait-for.ts';

/**
 * Life of a VM as its agent reports it; `preempted`: stopped by NovaCron until there is room;
 * `failed`: it was never made, or it stops again and again and is not restarted any more.
 */
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

const REIMAGE_TRIGGER_LENGTH_MAX = 256;
const DESCRIPTION_LENGTH_MAX = 1_000;

const MEMORY_STEP_GB = 1 / 16;

const versionOfSecret = (name: string) =>
  field({
    schema: SecretVersion,
    description: `Any number, set together with \`${name}\`; a change sends \`${name}\` again.`,
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
    description: 'Size of the root disk. It can grow; a smaller size replaces the VM.',
    unit: 'GB',
    presence: 'required',
    inherits: 'template_id',
    effectOf: diskEffect,
    driftClass: 'cost',
    example: 100,
  }),
  network_id: field({
    schema: NetworkId,
    description: 'Id of the network of the VM.',
    presence: 'optional',
    inherits: 'template_id',
    driftClass: 'security',
    references: 'network',
    example: 'net_01jd3v6t7re3h8z9k2m4n5p6q7',
  }),
  further_network_ids: field({
    schema: FurtherNetworkIds,
    description:
      'Ids of further networks of the VM, besides `network_id`: one more interface each, in this ' +
      'order, with an address that NovaCron assigns (`network_interfaces`). Firewall rules hold ' +
      'on each interface. A change replaces the VM.',
    presence: 'optional',
    effectOf: interfacesEffect,
    driftClass: 'security',
    references: 'network',
    example: ['net_01jd3v6t7re3h8z9k2m4n5p6q8'],
  }),
  template_id: field({
    schema: TemplateId,
    description: 'Id of the template of the VM. Default: the built-in template `default`.',
    presence: 'optional',
    effectOf: () => 'data-loss',
    driftClass: 'security',
    references: 'template',
    example: 'tpl_01jd3v6t7re3h8z9k2m4n5p6q7',
  }),
  reimage_trigger: field({
    schema: z.string().min(1).max(REIMAGE_TRIGGER_LENGTH_MAX),
    description:
      'Text of your choice. A change to another value re-images the VM: its root disk is ' +
      'replaced by a new one from its template, and what was on it is lost. Id, address, volumes ' +
      'and node stay. Removing it does nothing.',
    presence: 'optional',
    effectOf: reimageEffect,
    example: 'debian-12.8',
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
      'Name of an anti-affinity group: VMs of the tenant with the same group never share ' +
      'a node.',
    presence: 'optional',
    driftClass: 'availability',
    example: 'web',
  }),
  placement: field({
    schema: VmPlacement,
    description:
      'Placement rules of the VM. A change is checked against the current node and ' +
      'applies to later placements; it does not move the VM.',
    presence: 'optional',
    driftClass: 'availability',
    example: { strategy: 'spread', zone: 'zone-a', spread_domain: 'rack' },
  }),
  requirements: field({
    schema: VmRequirements,
    description:
      'What the VM needs of its node besides room: devices, bandwidth, licences, and the taints ' +
      'that it tolerates. A change applies to later placements; it does not move the VM.',
    presence: 'optional',
    driftClass: 'availability',
    example: { network_mbps: 500 },
  }),
  firmware: field({
    schema: Firmware,
    description:
      'Boot firmware of the VM: `bios` or `uefi`. Default: that of its template, else `bios`. ' +
      'A change replaces the VM. Only nodes that have UEFI firmware take a VM with `uefi`.',
    presence: 'optional',
    inherits: 'template_id',
    effectOf: firmwareEffect,
    driftClass: 'availability',
    example: 'uefi',
  }),
  secure_boot: field({
    schema: z.boolean(),
    description:
      'Whether the firmware boots only what Microsoft has signed, as most distributions are; ' +
      'it needs `firmware = "uefi"`. Default: `false`. A change replaces the VM.',
    presence: 'optional',
    effectOf: deviceEffect,
    driftClass: 'security',
    example: true,
  }),
  tpm: field({
    schema: z.boolean(),
    description:
      'Whether the VM has a virtual TPM 2.0. Its state is beside the root disk, and moves with ' +
      'the VM. Default: `false`. A change replaces the VM.',
    presence: 'optional',
    effectOf: deviceEffect,
    driftClass: 'security',
    example: true,
  }),
  guest_os: field({
    schema: GuestOs,
    description:
      'Operating system of the guest, which decides how it is configured: `linux` by cloud-init, ' +
      'from a disk; `windows` by cloudbase-init or Windows Setup, from a CD-ROM. Default: ' +
      '`linux`. A change replaces the VM.',
    presence: 'optional',
    effectOf: guestOsEffect,
    driftClass: 'availability',
    example: 'windows',
  }),
  drivers_image: field({
    schema: DriversImage,
    description:
      'ISO image with drivers, such as virtio-win: a read-only CD-ROM besides the one with the ' +
      'configuration. An https address, or `uploaded:` and the file of an ISO image that ' +
      '`novacron template upload` has sent. It needs `guest_os = "windows"`. A change restarts ' +
      'the VM.',
    presence: 'optional',
    effectOf: () => 'restart',
    driftClass: 'availability',
    example: `uploaded:${'0'.repeat(64)}.iso`,
  }),
  drivers_image_checksum: field({
    schema: DriversChecksum,
    description: 'SHA-256 of `drivers_image`; nodes reject an image with another checksum.',
    presence: 'optional',
    effectOf: () => 'restart',
    driftClass: 'security',
    example: `sha256:${'0'.repeat(64)}`,
  }),
  io_limits: field({
    schema: VmIoLimits,
    description:
      'I/O limits of the VM: the most that its disks and its network interface carry. A change ' +
      'is made while the VM runs. Only nodes that can limit take the VM.',
    presence: 'optional',
    driftClass: 'availability',
    example: { disk_iops: 500, network_out_mbps: 100 },
  }),
  power_state: field({
    schema: z.enum(['running', 'stopped']),
    description:
      'Power state of the VM. A stopped VM keeps its node, its disks and its address. A ' +
      'change starts or stops it.',
    presence: 'optional',
    default: 'running',
    driftClass: 'availability',
    example: 'running',
  }),
  deletion_protection: field({
    schema: z.boolean(),
    description:
      'Protects the VM from deletion and replacement, already in plans. Set it to false ' +
      'and apply before you delete the VM.',
    presence: 'optional',
    default: false,
    driftClass: 'availability',
    example: true,
  }),
  priority: field({
    schema: z.int().min(0).max(PRIORITY_MAX),
    description:
      'Priority of the VM, 0 to 100: VMs with a higher priority are healed first, start first ' +
      'when their host restarts, and leave a drained node first. Spot VMs with the lowest ' +
      'priority are preempted first.',
    presence: 'optional',
    default: 50,
    driftClass: 'availability',
    example: 80,
  }),
  spot: field({
    schema: z.boolean(),
    description:
      'Allows the VM to run on spot nodes, which may be withdrawn, at their discount. It ' +
      'may be preempted (stopped) to make room for a VM that is not a spot VM, and ' +
      'starts again when there is room. A change is checked against the current node.',
    presence: 'optional',
    default: false,
    driftClass: 'availability',
    example: false,
  }),
  description: field({
    schema: z.string().max(DESCRIPTION_LENGTH_MAX),
    description: 'Description of the VM.',
    presence: 'optional',
    example: 'Serves the shop.',
  }),
  ssh_keys: field({
    schema: SshKeys,
    description:
      'Public SSH keys of the default user, in the format of authorized_keys. The guest ' +
      'reads them when it boots; a restart adds new keys, and removed ones stay in the guest.',
    presence: 'optional',
    effectOf: () => 'restart',
    driftClass: 'security',
    collection: 'set',
    canonical: canonicalKeys,
    example: [SSH_KEY_EXAMPLE],
  }),
  ssh_key_ids: field({
    schema: SshKeyIds,
    description:
      'Ids of SSH keys whose public keys the default user has, besides `ssh_keys`. The VM keeps ' +
      'a key that it was given when the SSH key is deleted or replaced.',
    presence: 'optional',
    effectOf: () => 'restart',
    driftClass: 'security',
    collection: 'set',
    references: 'ssh_key',
    example: ['ssh_01jd3v6t7re3h8z9k2m4n5p6q7'],
  }),
  user_data: field({
    schema: UserData,
    description:
      'Data for cloud-init, such as a #cloud-config document, or base64 of compressed data; the ' +
      'guest applies it at its first boot, and a changed value again at the restart. It is part ' +
      'of the Terraform state and of plans, unless the value is sensitive: put secrets into ' +
      '`user_data_wo`. Only one of the two can be set.',
    presence: 'optional',
    effectOf: () => 'restart',
    driftClass: 'security',
    secrecy: 'sensitive',
    example: '#cloud-config',
  }),
  user_data_wo: field({
    schema: UserData,
    description:
      'Write-only data for cloud-init: it is never part of a state, a plan or an answer. ' +
      'It is sent when the VM is created and when `user_data_wo_version` changes.',
    presence: 'optional',
    effectOf: () => 'restart',
    secrecy: 'write-only',
    versionedBy: 'user_data_wo_version',
    excludes: 'user_data',
    example: '#cloud-config',
  }),
  user_data_wo_version: versionOfSecret('user_data_wo'),
  password_wo: field({
    schema: Password,
    description:
      'Write-only password of the default user of the guest. It is sent when the VM is ' +
      'created and when `password_wo_version` changes.',
    presence: 'optional',
    effectOf: () => 'restart',
    secrecy: 'write-only',
    versionedBy: 'password_wo_version',
    example: 'correct horse battery staple',
  }),
  password_wo_version: versionOfSecret('password_wo'),
  unattend_wo: field({
    schema: AnswerFile,
    description:
      'Write-only answer file of Windows Setup (`Autounattend.xml`), which an installer and ' +
      'sysprep find on the CD-ROM of the VM. It needs `guest_os = "windows"`. It is sent when ' +
      'the VM is created and when `unattend_wo_version` changes.',
    presence: 'optional',
    effectOf: () => 'restart',
    secrecy: 'write-only',
    versionedBy: 'unattend_wo_version',
    example: '<unattend xmlns="urn:schemas-microsoft-com:unattend"/>',
  }),
  unattend_wo_version: versionOfSecret('unattend_wo'),
  security_groups: field({
    schema: SecurityGroupIds,
    description:
      'Ids of the security groups of the VM. With a security group or a firewall rule, ' +
      'incoming traffic is denied unless a rule allows it; without them, the VM is ' +
      'reachable from its network.',
    presence: 'optional',
    collection: 'set',
    driftClass: 'security',
    references: 'security_group',
    example: ['sg_01jd3v6t7re3h8z9k2m4n5p6q7'],
  }),
  firewall_rules: field({
    schema: FirewallRules,
    description:
      'Firewall rules of the VM itself, in addition to those of its security groups, in no ' +
      'order.',
    presence: 'optional',
    collection: 'set',
    canonical: canonicalRules,
    driftClass: 'security',
    example: RULES_EXAMPLE,
  }),
  wait_for: field({
    schema: VmWaitFor,
    description:
      'Conditions of the guest that the create waits for, and an update that starts or restarts ' +
      'the VM. If they do not hold in time, the operation fails and the VM stays. A change of ' +
      '`wait_for` does nothing to the VM.',
    presence: 'optional',
    example: { agent: true, ip: true, timeout: '5m' },
  }),
  healing: field({
    schema: VmHealing,
    description: 'What NovaCron does by itself for the VM when something under it fails.',
    presence: 'optional',
    driftClass: 'availability',
    example: { restart: 'always', on_node_loss: 'restart' },
  }),
  restart_policy: {
    ...computed(
      RestartPolicy.prefault('never'),
      'Whether the VM is started again when it stops by itself: `healing.restart`, or its ' +
        'default.',
      'on-failure',
    ),
    follows: ['healing'],
  },
  health: {
    ...computed(
      VmHealth.nullable().prefault(null),
      'Health of the guest, as `healing.health_check` finds it: `starting` until enough checks ' +
        'have passed; null while the VM does not run. Without a check it is null, and ' +
        '`unhealthy` while the hypervisor process of the VM hangs.',
      'healthy',
    ),
    volatility: 'volatile',
  },
  grown_memory_gb: {
    ...computed(
      z.number().nullable().prefault(null),
      'Memory that healing has given the VM (`healing.grow_to`) instead of `memory_gb`; null ' +
        'where it has what is configured. A change of `memory_gb` ends it. Unit: GB.',
      8,
    ),
    volatility: 'volatile',
  },
  grown_cpu_cores: {
    ...computed(
      z.int().nullable().prefault(null),
      'CPU cores that healing has given the VM (`healing.grow_to`) instead of `cpu_cores`; null ' +
        'where it has what is configured. A change of `cpu_cores` ends it.',
      4,
    ),
    volatility: 'volatile',
  },
  restart_window: field({
    schema: VmRestartWindow,
    description:
      'Window in which the VM may be restarted for a change. A change that the node cannot make ' +
      'while the VM runs then waits until the window opens or the VM is stopped; its arguments ' +
      'are in `pending_restart`. Without a window, the VM is restarted at once.',
    presence: 'optional',
    example: { schedule: '0 3 * * SUN', duration: '2h', timezone: 'Europe/Berlin' },
  }),
  pending_restart: {
    ...computed(
      z.array(z.string()).prefault([]),
      'Arguments whose new values wait for a restart of the VM in its `restart_window`, sorted.',
      ['memory_gb'],
    ),
    volatility: 'observed',
  },
  template_version: {
    ...computed(
      z.int().nullable().prefault(null),
      'Version of the template at the creation of the VM; null for a built-in template.',
      3,
    ),
    follows: ['template_id'],
  },
  node: computed(
    z.string().nullable(),
    'Name of the current node. NovaCron may move the VM; that is never drift.',
    'node-01',
  ),
  standby_node: {
    ...computed(
      z.string().nullable().prefault(null),
      'Name of the node on which room for the VM is reserved (`healing.standby`); null without a ' +
        'standby, and while no node in service can hold one.',
      'node-02',
    ),
    volatility: 'volatile',
  },
  ip_address: {
    ...field({
      schema: StaticAddress,
      description:
        'IP address in the network. If it is not set, NovaCron assigns one. The VM keeps it ' +
        'until it leaves the network; null without a network. A change is made in place.',
      presence: 'optional',
      canonical: canonicalAddress,
      driftClass: 'availability',
      example: '10.0.14.7',
    }),
    isAssigned: true,
    follows: ['network_id'],
  },
  mac_address: {
    ...computed(
      z.string().nullable().prefault(null),
      'MAC address of the interface, which never changes; null without a network.',
      '02:1c:42:9a:5e:07',
    ),
    follows: ['network_id'],
  },
  network_interfaces: {
    ...computed(
      z.array(NetworkInterface).prefault([]),
      'Network interfaces of the VM: that of `network_id`, and those of `further_network_ids`.',
      [
        {
          network_id: 'net_01jd3v6t7re3h8z9k2m4n5p6q7',
          ip_address: '10.0.14.7',
          mac_address: '02:1c:42:9a:5e:07',
        },
      ],
    ),
    follows: ['network_id', 'ip_address', 'further_network_ids'],
  },
  missing_network_ids: {
    ...computed(
      z.array(NetworkId).prefault([]),
      'Ids of those of `further_network_ids` whose network interface was unplugged behind ' +
        'NovaCron. Any change of the VM plugs them in again.',
      ['net_01jd3v6t7re3h8z9k2m4n5p6q7'],
    ),
    missingFrom: 'further_network_ids',
  },
  foreign_devices: {
    ...computed(
      z.array(ForeignDevice).prefault([]),
      'Devices that were plugged into the VM behind NovaCron, such as at the monitor of its ' +
        'hypervisor. Any change of the VM unplugs them.',
      [{ kind: 'network-interface', name: 'spy0', mac_address: '52:54:00:00:00:99' }],
    ),
    collection: 'set',
    driftClass: 'security',
    isUnwanted: true,
  },
  guest_ip_addresses: {
    ...computed(
      z.array(z.string()).prefault([]),
      'IP addresses that the guest itself reported last, through its guest agent, without those ' +
        'of loopback and of links. Empty until it has reported any, and while the VM is stopped.',
      ['10.0.14.7'],
    ),
    volatility: 'observed',
  },
  volumes: {
    ...computed(
      z.array(VolumeId).prefault([]),
      'Ids of the attached volumes, without those that were unplugged behind NovaCron.',
      ['vol_01jd3v6t7re3h8z9k2m4n5p6q7'],
    ),
    volatility: 'volatile',
  },
  cost_per_hour: computed(
    z.number().nullable().prefault(null),
    'Cost of the VM on its node; null if the prices of the node are not configured. The ' +
      'placement preview has the cost of a VM that is not created yet.',
    0.21,
  ),
  status: computed(
    VmStatus,
    'Status of the VM. `preempted`: it waits for capacity; `unknown`: its node is lost or does ' +
      'not have it, or an operation got stuck.',
    'running',
  ),
  status_reason: {
    ...computed(
      z.string().nullable().prefault(null),
      'Why the status is `unknown`, and since when; null for another status.',
      'node-01 is silent since 2026-01-02T03:04:05.000Z',
    ),
    volatility: 'volatile',
  },
  paused: {
    ...computed(
      z.boolean().prefault(false),
      'Whether the VM is paused: its status is `running`, and its virtual CPUs are halted.',
      false,
    ),
    volatility: 'volatile',
  },
  stop_reason: {
    ...computed(
      StopReason.nullable().prefault(null),
      'Why the VM is stopped: `guest` (it shut itself down), `guest_reset`, `panic`, ' +
        '`crash` (of its hypervisor), `io_error` (a disk is full or broken), `host` (restarted), ' +
        '`isolated` (its node heard no server, and it asks to be stopped then), ' +
        '`command` or `unknown`; null if it is not stopped, or its node cannot say.',
      'guest',
    ),
    volatility: 'volatile',
  },
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
