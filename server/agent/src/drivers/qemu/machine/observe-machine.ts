/** Observed state of a machine from QEMU, and from the record for facts unknown to QEMU. */
import type {
  MachineIoLimits,
  MachineSpec,
  MachineStatus,
  MachineVolume,
} from '@novacron/contract/agent/machine';
import { VolumeId } from '@novacron/contract/ids';
import type { ForeignDevice } from '@novacron/contract/kinds/vm/foreign-device';
import type { StopReason } from '@novacron/contract/kinds/vm/stop-reason';
import { z } from 'zod';
import { BYTES_PER_GB } from '../files/qemu-img.ts';
import type { QmpClient } from '../qmp/open-qmp-client.ts';
import { DEVICE_IDS, furtherNicIds } from './build-command-line.ts';
import { type DiskLimits, isLimitedDisk, limitsOfDisks, readDiskLimits } from './disk-limits.ts';
import {
  ANONYMOUS_DEVICES,
  devicesIn,
  NAMED_DEVICES,
  type PluggedDevice,
} from './foreign-devices.ts';
import type { MachineRecord, QemuMachine } from './machine-record.ts';

const BYTES_PER_MIB = 1_048_576;

/** An inspection of the node has to be answered although one QEMU hangs. Unit: ms. */
const OBSERVE_MS_MAX = 5_000;

const Status = z.looseObject({ status: z.string() });
const Cpus = z.array(z.looseObject({}));
const MemoryDevices = z.array(
  z.looseObject({
    type: z.string(),
    data: z.looseObject({ 'requested-size': z.number().optional() }),
  }),
);
const MemorySummary = z.looseObject({ 'base-memory': z.number() });
const Blocks = z.array(
  z.looseObject({
    qdev: z.string().optional(),
    inserted: z.looseObject({ image: z.looseObject({ 'virtual-size': z.number() }) }).optional(),
  }),
);

/** State of a machine as QEMU reports it. */
export interface ObservedHardware {
  /** QEMU's run state, such as `running`, `paused`, `guest-panicked`. */
  readonly runState: string;
  readonly cpu_cores: number;
  readonly memory_mib: number;
  readonly hasNic: boolean;
  /** All devices but those of the board, with and without an id. */
  readonly plugged: readonly PluggedDevice[];
  /** Ids of the devices that can be plugged in and out, network interfaces among them. */
  readonly devices: ReadonlySet<string>;
  /** Sizes of the disks by the id of their device. Unit: bytes. */
  readonly diskBytes: ReadonlyMap<string, number>;
  /** I/O limits of the disks by the id of their device. */
  readonly diskLimits: ReadonlyMap<string, DiskLimits>;
}

/** Asks QEMU. */
export async function observeHardware(monitor: QmpClient): Promise<ObservedHardware> {
  const ask = (command: string, args = {}): Promise<unknown> =>
    monitor.execute(command, args, { timeoutMs: OBSERVE_MS_MAX });
  const [status, cpus, summary, devices, blocks, named, anonymous] = await Promise.all([
    ask('query-status'),
    ask('query-cpus-fast'),
    ask('query-memory-size-summary'),
    ask('query-memory-devices'),
    ask('query-block'),
    ask('qom-list', { path: NAMED_DEVICES }),
    ask('qom-list', { path: ANONYMOUS_DEVICES }),
  ]);
  const requested = MemoryDevices.parse(devices)
    .filter(({ type }) => type === 'virtio-mem')
    .reduce((sum, { data }) => sum + (data['requested-size'] ?? 0), 0);
  const base = MemorySummary.parse(summary)['base-memory'];
  const disks = disksOf(blocks);
  const withId = devicesIn(NAMED_DEVICES, named);
  const ids = new Set(withId.map(({ name }) => name));
  return {
    runState: Status.parse(status).status,
    cpu_cores: Cpus.parse(cpus).length,
    memory_mib: Math.round((base + requested) / BYTES_PER_MIB),
    hasNic: ids.has(DEVICE_IDS.nic),
    plugged: [...withId, ...devicesIn(ANONYMOUS_DEVICES, anonymous)],
    devices: ids,
    diskBytes: new Map(disks.map(([id, { image }]) => [id, image['virtual-size']])),
    diskLimits: new Map(
      disks
        .filter(([id]) => isLimitedDisk(id))
        .map(([id, inserted]) => [id, readDiskLimits(inserted)]),
    ),
  };
}

type InsertedDisk = NonNullable<z.infer<typeof Blocks>[number]['inserted']>;

function disksOf(blocks: unknown): readonly [string, InsertedDisk][] {
  return Blocks.parse(blocks).flatMap(({ qdev, inserted }): [string, InsertedDisk][] => {
    const id = /^(?:\/machine\/peripheral\/)?([^/]+)/.exec(qdev ?? '')?.[1];
    return id === undefined || inserted === undefined ? [] : [[id, inserted]];
  });
}

/**
 * The machine as the driver reports it.
 * @param found - what QEMU says; undefined where the machine is switched off
 * @param foreign - the devices that no command has plugged in
 */
export function describeMachine(
  record: MachineRecord,
  found: ObservedHardware | undefined,
  foreign: readonly ForeignDevice[] = [],
): QemuMachine {
  const {
    phase: _phase,
    migrated_to: _target,
    released: _released,
    copied: _copied,
    arrives: _arrives,
    numa_cell: _cell,
    host_devices: _devices,
    stop_reason,
    ...kept
  } = record;
  if (found === undefined) return { ...kept, status: statusWhileOff(record), stop_reason };
  const status = statusOf(record, found.runState);
  const { io_limits: _limits, ...spec } = record.spec;
  const { network, disk_gb } = spec;
  const limits = limitsFound(record, found);
  const rootBytes = found.diskBytes.get(DEVICE_IDS.root);
  return {
    ...kept,
    status,
    ...(status === 'running' && PAUSED_STATES.has(found.runState) ? { paused: true } : {}),
    spec: {
      ...spec,
      cpu_cores: found.cpu_cores,
      memory_mib: found.memory_mib,
      disk_gb: rootBytes === undefined ? disk_gb : toGb(rootBytes),
      network: found.hasNic ? network : null,
      ...furtherFound(record, found),
      ...(Object.keys(limits).length === 0 ? {} : { io_limits: limits }),
    },
    volumes: volumesOf(record, found),
    ...(foreign.length === 0 ? {} : { foreign_devices: [...foreign] }),
    stop_reason: status === 'stopped' ? (stop_reason ?? reasonOf(found.runState)) : null,
  };
}

/** The further networks whose interfaces are there. */
function furtherFound(
  { spec }: MachineRecord,
  { devices }: ObservedHardware,
): Pick<MachineSpec, 'further_networks'> {
  const { further_networks: further } = spec;
  if (further === undefined) return {};
  const isThere = (_network: unknown, index: number) => devices.has(furtherNicIds(index).nic);
  return { further_networks: further.filter(isThere) };
}

/**
 * Limits of disks as QEMU has them. Those of the network are rules of the host, which are made
 * again with each measurement.
 */
function limitsFound({ spec }: MachineRecord, { diskLimits }: ObservedHardware): MachineIoLimits {
  const { disk_iops: _ops, disk_mb_per_second: _bytes, ...others } = spec.io_limits ?? {};
  return { ...limitsOfDisks(spec.io_limits ?? {}, [...diskLimits.values()]), ...others };
}

/** Those that are plugged in: the known ones first, in their order. */
function volumesOf(record: MachineRecord, { diskBytes }: ObservedHardware): MachineVolume[] {
  const plugged = [...diskBytes].flatMap(([id, bytes]): MachineVolume[] => {
    const volumeId = VolumeId.safeParse(id);
    return volumeId.success ? [{ volume_id: volumeId.data, size_gb: toGb(bytes) }] : [];
  });
  const order = new Map(record.volumes.map(({ volume_id }, index) => [volume_id, index]));
  const place = ({ volume_id }: MachineVolume): number => order.get(volume_id) ?? order.size;
  return plugged.sort((left, right) => place(left) - place(right));
}

function toGb(bytes: number): number {
  return Math.floor(bytes / BYTES_PER_GB);
}

function statusWhileOff({ phase }: MachineRecord): MachineStatus {
  return phase === 'here' ? 'stopped' : phase;
}

/** Run states in which the guest has stopped for good, or until it is started again. */
const STOPPED_STATES = new Set([
  'shutdown',
  'guest-panicked',
  'io-error',
  'internal-error',
  'prelaunch',
]);

/** Run states in which a guest goes on with a command: paused, or asleep (ACPI S3). */
const PAUSED_STATES = new Set(['paused', 'suspended']);

/** A paused machine is running, with `paused` beside it: the statuses are a closed list. */
function statusOf(record: MachineRecord, runState: string): MachineStatus {
  if (record.phase !== 'here') return record.phase;
  return STOPPED_STATES.has(runState) ? 'stopped' : 'running';
}

function reasonOf(runState: string): StopReason {
  switch (runState) {
    case 'shutdown':
      return 'guest';
    case 'guest-panicked':
      return 'panic';
    case 'io-error':
      return 'io_error';
    case 'internal-error':
      return 'crash';
    default:
      return 'unknown';
  }
}

/** Whether a process in this run state has to be replaced for its guest to run again. */
export function needsNewProcess(runState: string): boolean {
  return STOPPED_STATES.has(runState) && runState !== 'io-error';
}
