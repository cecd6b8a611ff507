/** Changes machines: all of a change or nothing of it. */
import type { MachineSpec } from '@novacron/contract/agent/machine';
import type { VmId } from '@novacron/contract/ids';
import { equalJson } from '@novacron/contract/json';
import { z } from 'zod';
import { explainNewInterfaces } from '../../check-interfaces.ts';
import type { ConfigureEffect, MachineChange } from '../../driver.ts';
import { hashGuestSecrets } from '../../hash-guest-secrets.ts';
import { BYTES_PER_GB } from '../files/qemu-img.ts';
import { requireRoom } from '../files/require-room.ts';
import { finalTrouble, passingTrouble } from '../files/trouble.ts';
import { keepSeed, renewSeed } from '../guest/seed-disk.ts';
import { awaitCondition } from '../hotplug/devices.ts';
import { hasOtherAddress, offerAddress } from '../hotplug/offer-address.ts';
import { missingFurther, plugFurther, replaceNic } from '../hotplug/plug-nics.ts';
import { requireOwnDisks } from '../hotplug/require-own-disks.ts';
import { unplugForeign } from '../hotplug/unplug-foreign.ts';
import { prepareDrivers } from '../images/insert-drivers.ts';
import { explainCell } from '../machine/bind-to-cell.ts';
import { DEVICE_IDS } from '../machine/build-command-line.ts';
import { type Hardware, MEMORY_BLOCK_MIB, macOf } from '../machine/hardware.ts';
import type { MachineRecord, QemuMachine } from '../machine/machine-record.ts';
import {
  applyDiskLimits,
  hardwareOf,
  keepGeneration,
  keepHardware,
  limitProcess,
  machineHere,
  observe,
  type QemuAction,
  requireLimits,
  requireRunningGuest,
  reserve,
} from '../machine/qemu-node.ts';
import type { QmpClient } from '../qmp/open-qmp-client.ts';
import { bringCoresOnline, bringMemoryOnline } from './bring-online.ts';
import { stopMachine } from './halt.ts';
import { startMachine } from './life.ts';

const BYTES_PER_MIB = 1_048_576;

/** A machine after a change, and what the change did to its guest. */
export interface Configured {
  readonly machine: QemuMachine;
  readonly effect: ConfigureEffect;
}

/** Applies size, network, labels, name and the rest of a specification. */
export async function configureMachine(
  action: QemuAction,
  change: MachineChange,
): Promise<Configured> {
  const { node, order } = action;
  const { vm_id } = order;
  const record = machineHere(action, 'it cannot change');
  const now = await observe(node, vm_id);
  const spec = completeSpec(action, record, change.spec);
  if (equalJson(now.spec, spec) && now.foreign_devices === undefined) {
    return { machine: await keepGeneration(action, { spec }), effect: 'none' };
  }
  checkChange(now, spec);
  const refused = explainNewInterfaces(record.spec, spec);
  if (refused !== undefined) throw finalTrouble(refused);
  requireLimits(node, spec);
  // While it runs: a machine is not stopped for an image that cannot be had.
  await prepareDrivers(action, spec);
  const moreBytes = (spec.disk_gb - now.spec.disk_gb) * BYTES_PER_GB;
  if (moreBytes > 0) await requireRoom(node.places, `The root disk of ${vm_id}`, moreBytes);
  const isOn = node.machines.processOf(vm_id) !== undefined;
  const { release } = reserve(node, vm_id, { status: isOn ? 'running' : 'stopped', spec });
  try {
    if (!isOn) return await configureStopped(action, { after: spec, given: change.spec });
    const hardware = hardwareOf(node, vm_id);
    const reason = explainRestart(now.spec, spec, hardware) ?? explainCell(node, vm_id, spec);
    if (reason === undefined) return await configureLive(action, now, spec);
    if (now.status === 'stopped') {
      await node.machines.end(vm_id, record.stop_reason ?? 'unknown');
      return await configureStopped(action, { after: spec, given: change.spec });
    }
    if (change.restart === 'forbidden') {
      throw finalTrouble(`The change needs a restart of ${vm_id}, which was forbidden: ${reason}.`);
    }
    return await configureWithRestart(action, record.spec, {
      after: spec,
      given: change.spec,
    });
  } finally {
    release();
  }
}

/** Guest settings and the image that a change leaves out stay as they are. */
function completeSpec({ order }: QemuAction, record: MachineRecord, given: MachineSpec) {
  const { guest, image, firmware, tpm, guest_os, further_networks } = record.spec;
  return {
    ...(further_networks === undefined ? {} : { further_networks }),
    ...(tpm === undefined ? {} : { tpm }),
    ...(guest_os === undefined ? {} : { guest_os }),
    ...(firmware === undefined ? {} : { firmware }),
    ...(guest === undefined ? {} : { guest }),
    ...(image === undefined ? {} : { image }),
    ...hashGuestSecrets(order.vm_id, given),
  };
}

function checkChange({ vm_id, spec: before }: QemuMachine, after: MachineSpec): void {
  if (after.template !== before.template) {
    throw finalTrouble(
      `${vm_id} was made from template ${before.template}: only a new VM changes.`,
    );
  }
  if (after.tpm !== before.tpm) {
    throw finalTrouble(`The TPM of ${vm_id} stays as it is: only a new VM has another one.`);
  }
  if (after.guest_os !== before.guest_os) {
    throw finalTrouble(
      `The guest of ${vm_id} keeps its operating system: only a new VM has another one.`,
    );
  }
  if (after.firmware !== before.firmware) {
    throw finalTrouble(
      `The firmware of ${vm_id} is that of its system: only a new VM has another one.`,
    );
  }
  if (after.disk_gb < before.disk_gb) {
    throw finalTrouble(`The disk of ${vm_id} cannot shrink without losing data.`);
  }
}

const NO_GUEST = { ssh_keys: [], user_data: null, password: null };

/** Explains why a change requires restarting a running machine; undefined if it does not. */
function explainRestart(
  before: MachineSpec,
  after: MachineSpec,
  hardware: Hardware,
): string | undefined {
  if (after.cpu_cores < before.cpu_cores) return 'cores cannot be taken away from a running guest';
  if (after.cpu_cores > hardware.cpu_cores_max) {
    return `it was started for at most ${hardware.cpu_cores_max} cores`;
  }
  if (after.memory_mib < before.memory_mib) return 'memory is not taken away from a running guest';
  if (after.memory_mib > hardware.memory_mib_max) {
    return `it was started for at most ${hardware.memory_mib_max} MiB`;
  }
  if ((after.memory_mib - before.memory_mib) % MEMORY_BLOCK_MIB !== 0) {
    return `memory is plugged in in blocks of ${MEMORY_BLOCK_MIB} MiB`;
  }
  if (!equalJson(before.drivers_image ?? null, after.drivers_image ?? null)) {
    return 'a CD-ROM is attached when it starts';
  }
  if (!equalJson(before.guest ?? NO_GUEST, after.guest ?? NO_GUEST)) {
    return 'a guest reads its configuration when it boots';
  }
  return undefined;
}

interface WantedSpec {
  readonly after: MachineSpec;
  /** Spec as sent, with the guest's secrets in plain text. */
  readonly given: MachineSpec;
}

async function configureStopped(
  action: QemuAction,
  { after, given }: WantedSpec,
): Promise<Configured> {
  const { node, order, images } = action;
  const { vm_id } = order;
  await images.grow(node.places.files(vm_id).rootDisk, after.disk_gb * BYTES_PER_GB);
  renewSeed(node, vm_id, { ...given, guest_os: after.guest_os });
  return { machine: await keepGeneration(action, { spec: after }), effect: 'live' };
}

/** Restarts a machine with changes; if that fails, restarts it unchanged. */
async function configureWithRestart(
  action: QemuAction,
  before: MachineSpec,
  wanted: WantedSpec,
): Promise<Configured> {
  const { node, order } = action;
  await stopMachine(action, 'graceful').catch((cause: unknown) => {
    // It was asked, and may still do so: then it is to run as before.
    node.stopsLate.set(order.vm_id, order.keyOf);
    throw cause;
  });
  const seed = keepSeed(node, order.vm_id);
  try {
    await configureStopped(action, wanted);
    return { machine: await startMachine(action), effect: 'restart' };
  } catch (cause) {
    node.machines.update(order.vm_id, { spec: before });
    // Where it cannot even run as it was, the reason why it cannot change says more.
    seed.putBack();
    await startMachine(action).catch(() => undefined);
    throw cause;
  }
}

/** One live change and its way back. */
interface LiveStep {
  readonly apply: () => Promise<void>;
  readonly undo: () => Promise<void>;
}

/** Applies live changes; irreversible ones last: a larger disk, then more cores. */
async function configureLive(
  action: QemuAction,
  { spec: before, foreign_devices: foreign }: QemuMachine,
  after: MachineSpec,
): Promise<Configured> {
  const { node, order } = action;
  const monitor = await node.machines.monitorOf(order.vm_id);
  const isGuestAsked = needsGuest(before, after) || foreign !== undefined;
  if (isGuestAsked) await requireRunningGuest(action);
  const steps = [
    ...limitSteps(action, { before, after }),
    ...(foreign === undefined ? [] : [foreignStep(action, monitor)]),
    ...networkSteps(action, monitor, { before, after }),
    ...furtherSteps(action, monitor, { before, after }),
    ...memorySteps(action, monitor, { before, after }),
    ...diskSteps(order.vm_id, monitor, { before, after }),
    ...cpuSteps(action, monitor, { before, after }),
  ];
  const done: LiveStep[] = [];
  const hardware = hardwareOf(node, order.vm_id);
  // Room first: what is plugged in would exceed the limits of its process.
  await limitProcess(node, order.vm_id, { ...hardware, ...sizesOf(after) });
  try {
    for (const step of steps) {
      done.push(step);
      await step.apply();
    }
    if (after.cpu_cores > before.cpu_cores) await bringCoresOnline(action, after.cpu_cores);
    if (after.memory_mib > before.memory_mib) await bringMemoryOnline(action);
    const machine = await keepGeneration(action, { spec: after });
    if (hasOtherAddress({ before, after })) await offerAddress(action, monitor);
    return { machine, effect: 'live' };
  } catch (cause) {
    for (const step of done.reverse()) await step.undo();
    await limitProcess(node, order.vm_id, hardwareOf(node, order.vm_id)).catch(() => undefined);
    throw cause;
  }
}

function sizesOf({ cpu_cores, memory_mib }: MachineSpec) {
  return { cpu_cores, memory_mib };
}

/** A guest takes cores and memory, and lets go of a network interface. */
function needsGuest(before: MachineSpec, after: MachineSpec): boolean {
  return (
    before.cpu_cores !== after.cpu_cores ||
    before.memory_mib !== after.memory_mib ||
    !equalJson(before.network, after.network)
  );
}

/** Limits of disks; those of the network are rules of the host, made from the record. */
function limitSteps({ node, order }: QemuAction, { before, after }: SpecChange): LiveStep[] {
  if (equalJson(before.io_limits ?? {}, after.io_limits ?? {})) return [];
  return [
    {
      apply: () => applyDiskLimits(node, order.vm_id, after),
      undo: () => applyDiskLimits(node, order.vm_id, before),
    },
  ];
}

interface SpecChange {
  readonly before: MachineSpec;
  readonly after: MachineSpec;
}

function networkSteps(
  action: QemuAction,
  monitor: QmpClient,
  { before, after }: SpecChange,
): readonly LiveStep[] {
  const { order } = action;
  const macBefore = before.network === null ? null : macOf(order.vm_id, before);
  const macAfter = after.network === null ? null : macOf(order.vm_id, after);
  const isMoved = action.node.networks !== undefined && !equalJson(before.network, after.network);
  if (macBefore === macAfter && !isMoved) return [];
  if (hasOtherAddress({ before, after })) return [];
  return [
    {
      apply: () => replaceNic(action, monitor, macAfter),
      undo: () => replaceNic(action, monitor, macBefore),
    },
  ];
}

/** Returns the remaining steps; unplugged devices are plugged in again if the rest fails. */
function furtherSteps(
  action: QemuAction,
  monitor: QmpClient,
  { before, after }: SpecChange,
): readonly LiveStep[] {
  return missingFurther(before, after).map((index) => ({
    apply: () => plugFurther(action, monitor, index),
    undo: async () => undefined,
  }));
}

/** Unplugs foreign devices first to make room; they stay unplugged if the rest fails. */
function foreignStep(action: QemuAction, monitor: QmpClient): LiveStep {
  return { apply: () => unplugForeign(action, monitor), undo: async () => undefined };
}

const MemoryDevices = z.array(
  z.looseObject({
    data: z.looseObject({ id: z.string().optional(), size: z.number().optional() }),
  }),
);

function memorySteps(
  action: QemuAction,
  monitor: QmpClient,
  { before, after }: SpecChange,
): readonly LiveStep[] {
  if (after.memory_mib === before.memory_mib) return [];
  const { node, order } = action;
  const request = async (memoryMib: number): Promise<void> => {
    const { memory_mib_boot } = hardwareOf(node, order.vm_id);
    const value = (memoryMib - memory_mib_boot) * BYTES_PER_MIB;
    const property = { path: DEVICE_IDS.memory, property: 'requested-size' };
    await monitor.execute('qom-set', { ...property, value });
    keepHardware(node, order.vm_id, { memory_mib: memoryMib });
  };
  return [
    {
      apply: async () => {
        await request(after.memory_mib);
        await awaitMemory(action, monitor, after.memory_mib);
      },
      undo: () => request(before.memory_mib),
    },
  ];
}

/** The guest plugs the memory in; one without the driver of virtio-mem never does. */
async function awaitMemory(
  action: QemuAction,
  monitor: QmpClient,
  memoryMib: number,
): Promise<void> {
  const { memory_mib_boot } = hardwareOf(action.node, action.order.vm_id);
  const wanted = (memoryMib - memory_mib_boot) * BYTES_PER_MIB;
  const isPlugged = async (): Promise<boolean> => {
    const devices = MemoryDevices.parse(await monitor.execute('query-memory-devices'));
    const found = devices.find(({ data }) => data.id === DEVICE_IDS.memory);
    return found?.data.size === wanted;
  };
  if (await awaitCondition(action, isPlugged)) return;
  throw finalTrouble(
    'The guest does not take the memory that was plugged in, such as one without the driver of ' +
      'virtio-mem: stop the VM, change its memory, and start it.',
  );
}

function diskSteps(
  vmId: VmId,
  monitor: QmpClient,
  { before, after }: SpecChange,
): readonly LiveStep[] {
  if (after.disk_gb === before.disk_gb) return [];
  const size = after.disk_gb * BYTES_PER_GB;
  return [
    {
      apply: async () => {
        await requireOwnDisks(monitor, { vmId });
        await monitor.execute('block_resize', { 'node-name': DEVICE_IDS.rootNode, size });
      },
      undo: async () => undefined,
    },
  ];
}

const HotpluggableCpus = z.array(
  z.looseObject({
    type: z.string(),
    props: z.record(z.string(), z.unknown()),
    'qom-path': z.string().optional(),
  }),
);

function cpuSteps(
  action: QemuAction,
  monitor: QmpClient,
  { before, after }: SpecChange,
): readonly LiveStep[] {
  const { node, order } = action;
  const { vm_id } = order;
  return Array.from({ length: after.cpu_cores - before.cpu_cores }, (_, index) => ({
    apply: async () => {
      await plugCpu(monitor);
      keepHardware(node, vm_id, { cpu_cores: before.cpu_cores + index + 1 });
    },
    undo: async () => undefined,
  }));
}

/** The lowest free socket first: guests expect cores in order. */
async function plugCpu(monitor: QmpClient): Promise<void> {
  const found = HotpluggableCpus.parse(await monitor.execute('query-hotpluggable-cpus'));
  const free = found
    .filter((cpu) => cpu['qom-path'] === undefined)
    .sort((left, right) => socketOf(left.props) - socketOf(right.props));
  const [next] = free;
  if (next === undefined) throw passingTrouble('QEMU has no room for another core.');
  const id = `cpu-${socketOf(next.props)}`;
  await monitor.execute('device_add', { driver: next.type, id, ...next.props });
}

function socketOf(props: Readonly<Record<string, unknown>>): number {
  return Number(props['socket-id'] ?? 0);
}
