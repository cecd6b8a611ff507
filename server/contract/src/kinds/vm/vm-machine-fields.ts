/** Machine fields of a VM: size, disks, networks, firmware and placement. */
import { z } from 'zod';
import { NetworkId, TemplateId } from '../../ids.ts';
import { AntiAffinityGroup, VmPlacement } from '../../placement/vm-placement.ts';
import { VmRequirements } from '../../placement/vm-requirements.ts';
import { field } from '../../schema/field.ts';
import { Labels, ResourceName } from '../../schema/resource.ts';
import { DriversChecksum, DriversImage } from './drivers-image.ts';
import { Firmware, firmwareEffect } from './firmware.ts';
import { GuestOs, guestOsEffect } from './guest-os.ts';
import { VmIoLimits } from './io-limits.ts';
import { FurtherNetworkIds } from './network-interface.ts';
import {
  deviceEffect,
  diskEffect,
  growsLive,
  interfacesEffect,
  reimageEffect,
} from './vm-effects.ts';

const REIMAGE_TRIGGER_LENGTH_MAX = 256;

const MEMORY_STEP_GB = 1 / 16;

/** Fields of the machine itself, and of where it runs. */
export const VM_MACHINE_FIELDS = {
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
      'applies to later placements; it does not move the VM, except that an apply of Terraform ' +
      'with another `node` migrates it there first.',
    presence: 'optional',
    driftClass: 'availability',
    example: { strategy: 'spread', zone: 'zone-a', spread_domain: 'rack' },
  }),
  requirements: field({
    schema: VmRequirements,
    description:
      'Requirements on the node beyond CPU, memory and disk: devices, bandwidth, licences, and ' +
      'the taints that it tolerates. A change applies to later placements; it does not move the ' +
      'VM.',
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
} as const;
