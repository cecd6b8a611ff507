/** Machines as servers want them, and as agents see them. */
import { z } from 'zod';
import { VmId, VolumeId } from '../ids.ts';
import { Firmware } from '../kinds/vm/firmware.ts';
import { FOREIGN_DEVICES_MAX, ForeignDevice } from '../kinds/vm/foreign-device.ts';
import { FURTHER_NETWORKS_MAX } from '../kinds/vm/network-interface.ts';
import { StopReason } from '../kinds/vm/stop-reason.ts';
import { MachineFirewall, MachineNetwork } from './machine-network.ts';

/** The storage in which a volume has its content. Sent to agents that announce their storage. */
const VolumePool = z
  .string()
  .optional()
  .describe(
    'Pool that has its content: an agent of another pool refuses, and one of this pool makes no ' +
      'empty disk instead. Absent: not known, or not used yet',
  );

/** The class of the storage in which a volume gets its content. */
export const StorageClass = z
  .string()
  .optional()
  .describe('Storage class of the volume: where new content goes');

/** Of a volume that is encrypted. */
export const Encryption = z
  .literal('yes')
  .optional()
  .describe(
    'Its content is encrypted: the agent asks a server for the key (`content-key.ts`). Absent: ' +
      'it is not. Only for agents that announce `volumeEncryption`',
  );

/** A disk that is plugged into a machine. */
export const MachineVolume = z.looseObject({
  volume_id: VolumeId,
  size_gb: z.int(),
  pool: VolumePool,
  storage_class: StorageClass,
  encrypted: Encryption,
});
export type MachineVolume = z.infer<typeof MachineVolume>;

/** The boot configuration of the guest. */
export const MachineGuest = z.looseObject({
  ssh_keys: z.array(z.string()),
  user_data: z.string().nullable().describe("Fingerprint of the value, for the agent's reports"),
  password: z.string().nullable().describe("Fingerprint of the value, for the agent's reports"),
  answer_file: z
    .string()
    .nullable()
    .optional()
    .describe(
      "Answer file of Windows Setup; fingerprint of the value, for the agent's reports. Absent: " +
        'none. Only with the `guest_os` windows',
    ),
});
export type MachineGuest = z.infer<typeof MachineGuest>;

/** The image that a machine is made from. */
export const MachineImage = z.looseObject({
  version: z.int().describe('Version of the template'),
  reference: z.string().describe('An https address, builtin: and a name, or uploaded: and a file'),
  checksum: z.string().nullable().describe('sha256: and 64 hexadecimal digits'),
  firmware: Firmware,
  architecture: z.string(),
});
export type MachineImage = z.infer<typeof MachineImage>;

/** Firmware of a machine besides BIOS. */
export const MachineFirmware = z.enum(['uefi', 'uefi-secure-boot']);
export type MachineFirmware = z.infer<typeof MachineFirmware>;

/** The most that the disks and the network interface of a machine carry; absent: no limit. */
export const MachineIoLimits = z.looseObject({
  disk_iops: z.int().optional().describe('Of all disks together. Unit: operations a second.'),
  disk_mb_per_second: z
    .int()
    .optional()
    .describe('Of all disks together, in both directions. Unit: MB (1024^2 bytes) a second.'),
  network_in_mbps: z.int().optional().describe('Incoming traffic. Unit: Mbit/s.'),
  network_out_mbps: z.int().optional().describe('Outgoing traffic. Unit: Mbit/s.'),
});
export type MachineIoLimits = z.infer<typeof MachineIoLimits>;

/** Like devices of its node that a machine has to itself. */
export const MachineDevices = z.looseObject({
  kind: z.string(),
  model: z.string().optional().describe('Absent: any, all of one model'),
  count: z.int().min(1),
});
export type MachineDevices = z.infer<typeof MachineDevices>;

/** The desired state of a machine, as its hypervisor needs it. */
export const MachineSpec = z.looseObject({
  name: z.string(),
  cpu_cores: z.int(),
  memory_mib: z.int(),
  disk_gb: z.int(),
  template: z.string().describe('Name of a built-in template, id of another'),
  image: MachineImage.optional().describe(
    'Absent for a built-in template, or if the value does not change',
  ),
  network: MachineNetwork.nullable(),
  further_networks: z
    .array(MachineNetwork)
    .max(FURTHER_NETWORKS_MAX)
    .optional()
    .describe(
      'Networks of its further interfaces, in their order: each another one, and none without a ' +
        '`network`. Decided at the creation. Absent: none, or unchanged. Only for agents that ' +
        'announce `severalInterfaces`',
    ),
  labels: z.record(z.string(), z.string()),
  priority: z
    .int()
    .optional()
    .describe('Machines of higher priority start first after a restart of the host; 50 if absent'),
  start_after: z
    .array(VmId)
    .optional()
    .describe(
      'Machines of the same host that start before it after a restart of the host. Absent: none, ' +
        'and in older messages',
    ),
  guest: MachineGuest.optional().describe('Absent if it does not change, and in older messages'),
  firewall: MachineFirewall.optional().describe('Absent: reachable from its network'),
  firmware: MachineFirmware.optional().describe(
    'Absent: BIOS, or unchanged. Only for agents that announce `uefi`, or `secureBoot`',
  ),
  tpm: z
    .literal('yes')
    .optional()
    .describe('Absent: none, or unchanged. Only for agents that announce `tpm`'),
  guest_os: z
    .literal('windows')
    .optional()
    .describe(
      'Configuration of the guest. Absent: as Linux, or unchanged. Only for agents that ' +
        'announce `windowsGuests`',
    ),
  drivers_image: z
    .looseObject({ reference: z.string(), checksum: z.string().nullable() })
    .optional()
    .describe(
      'ISO image of a CD-ROM with drivers. Absent: none. Only for agents that announce ' +
        '`windowsDrivers`',
    ),
  io_limits: MachineIoLimits.optional().describe(
    'Absent: no limits. Only for agents that announce `diskLimits` or `networkLimits`',
  ),
});
export type MachineSpec = z.infer<typeof MachineSpec>;

/** Size of a machine. */
export const MachineSize = MachineSpec.pick({ cpu_cores: true, memory_mib: true, disk_gb: true });
export type MachineSize = z.infer<typeof MachineSize>;

/** Life of a machine. `incoming` and `migrated`: the two ends of a move. */
export const MachineStatus = z.enum(['stopped', 'running', 'incoming', 'migrated']);
export type MachineStatus = z.infer<typeof MachineStatus>;

/** A machine as its hypervisor sees it. */
export const Machine = z.looseObject({
  vm_id: VmId,
  generation: z.int().describe('Generation of the last command that changed it'),
  status: MachineStatus,
  spec: MachineSpec,
  volumes: z.array(MachineVolume),
  paused: z
    .boolean()
    .optional()
    .describe('Its vCPUs are halted, and its status is `running`. Absent: it is not paused'),
  unresponsive_ms: z
    .int()
    .optional()
    .describe(
      'Time its hypervisor process has not answered, in inspections. Absent: it answers, ' +
        'waits for a disk, or it is not known',
    ),
  cpu_baseline: z
    .string()
    .optional()
    .describe('CPU baseline with which it was switched on, after a start; absent without one'),
  stop_reason: StopReason.nullable()
    .optional()
    // A reason of a later release is no reason to ignore the node.
    .catch('unknown')
    .describe('null: it runs, or has never run. Only for servers that know `stop-reason`'),
  guest_ip_addresses: z
    .array(z.string())
    .optional()
    .describe(
      'Last report of its guest, in inspections. Absent: not known, as after a start of the ' +
        'agent. Only for servers that know `guest-addresses`',
    ),
  foreign_devices: z
    .array(ForeignDevice)
    .max(FOREIGN_DEVICES_MAX)
    .optional()
    .describe(
      'Devices that were plugged in without a command, by their names. Absent: none, or not ' +
        'known. Only for servers that know `foreign-devices`',
    ),
});
export type Machine = z.infer<typeof Machine>;
