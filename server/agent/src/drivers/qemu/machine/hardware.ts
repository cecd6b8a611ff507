/**
 * The virtual hardware of a machine: what its guest sees, decided when it is switched on and kept
 * until it is switched off. It lies beside the root disk, because the target of a migration must
 * build the same machine.
 */
import { createHash } from 'node:crypto';
import {
  MachineDevices,
  MachineFirmware,
  type MachineSpec,
} from '@novacron/contract/agent/machine';
import { type VmId, VolumeId } from '@novacron/contract/ids';
import { z } from 'zod';
import type { StartOptions } from '../../driver.ts';
import { modelOfBaseline } from './cpu-baselines.ts';
import type { HostFacts } from './host-facts.ts';

/**
 * The machine type, with its version: a later QEMU offers the same hardware under this name.
 * QEMU 7.2 is the oldest release that the driver works with.
 */
const MACHINE_TYPE = 'pc-q35-7.2';

/** Root ports for volumes and the network interface: a device can be plugged into each. */
export const PORTS_MAX = 20;

/** q35 supports no more without an interrupt remapping device. */
const CPU_CORES_MAX = 255;

/** Queues of a disk: one a core, as QEMU has it, until more of them gain nothing. */
const DISK_QUEUES_MAX = 16;

/** virtio-mem hands out memory in blocks of this size. Unit: MiB. */
export const MEMORY_BLOCK_MIB = 2;

/** Options of QEMU are separated by commas: a value with one would be another option. */
const Mac = z.string().regex(/^[0-9a-fA-F]{2}(?::[0-9a-fA-F]{2}){5}$/);

const Port = z.int().min(0).lt(PORTS_MAX);

const Cores = z.int().min(1).max(CPU_CORES_MAX);

const Mebibytes = z.int().min(1);

/**
 * Hardware of a machine. Ports are numbered from 0. The source of a migration sends it, so it
 * contains no value that could name another file or be another option of QEMU.
 */
export const Hardware = z.looseObject({
  machine_type: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,63}$/),
  accelerator: z.enum(['kvm', 'tcg']),
  cpu_model: z.string(),
  cpu_baseline: z
    .string()
    .optional()
    .describe('CPU baseline, of which the model follows; absent: the model of the host'),
  cpu_host: z.string().describe('Fingerprint of the CPU of the host that switched it on'),
  cpu_cores: Cores,
  cpu_cores_max: Cores,
  disk_queues: z
    .int()
    .min(1)
    .max(CPU_CORES_MAX)
    .describe('Queues of each disk: the cores with which it was switched on'),
  memory_mib: Mebibytes.describe('With what was plugged in'),
  memory_mib_boot: Mebibytes,
  memory_mib_max: Mebibytes,
  template: z.string(),
  nic: z.looseObject({ port: Port, mac: Mac }).nullable(),
  further_nics: z
    .array(z.looseObject({ port: Port, mac: Mac }))
    .optional()
    .describe('Interfaces besides `nic`, in the order of their networks; absent: none'),
  volumes: z.array(z.looseObject({ volume_id: VolumeId, port: Port })),
  firmware: z
    .looseObject({
      kind: MachineFirmware,
      code_bytes: z.int(),
      vars_bytes: z.int(),
    })
    .optional()
    .describe('UEFI firmware with the sizes of its files; absent: BIOS'),
  acpi_sleep: z
    .literal('none')
    .optional()
    .describe('Its guest cannot sleep (ACPI S3, S4); absent: it can'),
  cdrom: z.literal('yes').optional().describe('Absent: it has no CD-ROM'),
  drivers: z
    .looseObject({ reference: z.string(), checksum: z.string().nullable() })
    .optional()
    .describe('Image of its CD-ROM with drivers; absent: it has none'),
  numa: z
    .enum(['single', 'prefer-single'])
    .optional()
    .describe('Bound to one NUMA cell of its host, or where one has room; absent: not bound'),
  devices: z.array(MachineDevices).optional().describe('Devices of its host; absent: none'),
  tpm: z.literal('yes').optional().describe('Absent: it has no virtual TPM'),
  seed: z
    .looseObject({
      instance_id: z.string(),
      medium: z.literal('cdrom').optional().describe('Absent: a disk'),
    })
    .optional()
    .describe('What the guest was configured with; absent: it has no seed disk'),
});
export type Hardware = z.infer<typeof Hardware>;

/** Inputs that determine the hardware of a machine. */
export interface HardwareRequest {
  readonly vmId: VmId;
  readonly spec: MachineSpec;
  readonly volumeIds: readonly VolumeId[];
  readonly host: HostFacts;
  readonly options?: StartOptions | undefined;
  /** Most that the node can give to one machine, which bounds what can be plugged in. */
  readonly capacity: { readonly cpu_cores: number; readonly memory_mib: number };
}

/** Decides the hardware of a machine that is switched on. Pure. */
export function planHardware(request: HardwareRequest): Hardware {
  const { vmId, spec, volumeIds, host, capacity, options = {} } = request;
  return {
    machine_type: MACHINE_TYPE,
    accelerator: host.accelerator,
    ...planCpu(request),
    cpu_cores: spec.cpu_cores,
    cpu_cores_max: Math.max(spec.cpu_cores, Math.min(capacity.cpu_cores, CPU_CORES_MAX)),
    disk_queues: Math.min(spec.cpu_cores, DISK_QUEUES_MAX),
    memory_mib: spec.memory_mib,
    memory_mib_boot: spec.memory_mib,
    memory_mib_max: Math.max(spec.memory_mib, downToBlocks(spec.memory_mib, capacity.memory_mib)),
    template: spec.template,
    // A guest that sleeps looks like one that runs, and has no keyboard that would wake it.
    acpi_sleep: 'none',
    ...(options.devices?.length ? { devices: [...options.devices] } : {}),
    ...(options.numa === undefined ? {} : { numa: options.numa }),
    ...(spec.tpm === undefined ? {} : { tpm: spec.tpm }),
    nic: spec.network === null ? null : { port: 0, mac: macOf(vmId, spec) },
    ...planFurtherNics(vmId, spec),
    volumes: volumeIds.map((volume_id, index) => ({ volume_id, port: index + 1 })),
  };
}

/** With a baseline the CPU depends on no host: its name says what a guest cannot change. */
function planCpu({
  host,
  options: { cpuBaseline } = {},
}: HardwareRequest): Pick<Hardware, 'cpu_model' | 'cpu_host' | 'cpu_baseline'> {
  const model = cpuBaseline === undefined ? undefined : modelOfBaseline(cpuBaseline);
  if (cpuBaseline === undefined || model === undefined) {
    return { cpu_model: host.cpuModel, cpu_host: host.cpuFingerprint };
  }
  return { cpu_model: model, cpu_host: '', cpu_baseline: cpuBaseline };
}

/** The largest size that whole blocks reach from the size at which the machine boots. */
function downToBlocks(bootMib: number, mostMib: number): number {
  const blocks = Math.floor((mostMib - bootMib) / MEMORY_BLOCK_MIB);
  return bootMib + Math.max(0, blocks) * MEMORY_BLOCK_MIB;
}

/** The last ports, from the end on: volumes are plugged into the first ones. */
function planFurtherNics(vmId: VmId, spec: MachineSpec): Pick<Hardware, 'further_nics'> {
  const further = furtherMacs(vmId, spec);
  if (further.length === 0) return {};
  return { further_nics: further.map((mac, index) => ({ port: PORTS_MAX - 1 - index, mac })) };
}

/** The lowest free port; undefined where all are taken. Port 0 belongs to the network interface. */
export function findFreePort({
  volumes,
  further_nics = [],
}: Pick<Hardware, 'volumes' | 'further_nics'>): number | undefined {
  const taken = new Set([...volumes, ...further_nics].map(({ port }) => port));
  return Array.from({ length: PORTS_MAX - 1 }, (_, index) => index + 1).find(
    (port) => !taken.has(port),
  );
}

/** Prefix of addresses that QEMU and KVM use: locally administered, unicast. */
const MAC_PREFIX = '52:54:00';
const MAC_TAIL = /(..)(..)(..)$/;

/** The address of the network interface: the one asked for, or one that follows from the id. */
export function macOf(vmId: VmId, { network }: Pick<MachineSpec, 'network'>): string {
  if (network?.mac_address !== undefined) return network.mac_address;
  const [, ...tail] = MAC_TAIL.exec(machineUuid(vmId)) ?? [];
  return [MAC_PREFIX, ...tail].join(':');
}

/** The addresses of the further interfaces: those asked for, or ones that follow from the ids. */
export function furtherMacs(
  vmId: VmId,
  { further_networks: further = [] }: Pick<MachineSpec, 'further_networks'>,
): readonly string[] {
  return further.map(({ mac_address, network_id }) => {
    if (mac_address !== undefined) return mac_address;
    const digest = createHash('sha256').update(`${vmId}/${network_id}`).digest('hex');
    const [, ...tail] = MAC_TAIL.exec(digest) ?? [];
    return [MAC_PREFIX, ...tail].join(':');
  });
}

const CROCKFORD = '0123456789abcdefghjkmnpqrstvwxyz';
const UUID_DIGITS = 32;
const HEX = 16;

/**
 * The UUID that the guest sees, and by which its process is recognized: the one that the id of the
 * VM consists of (`ids.ts` of the contract), so it is the same on every node and after every start.
 */
export function machineUuid(vmId: VmId): string {
  const base = BigInt(CROCKFORD.length);
  const value = [...vmId.slice('vm_'.length)].reduce(
    (sum, character) => sum * base + BigInt(CROCKFORD.indexOf(character)),
    0n,
  );
  const hex = value.toString(HEX).padStart(UUID_DIGITS, '0');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
