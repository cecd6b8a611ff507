/** Effects of each action on a simulated machine: pure, so that it reads like a table. */
import type { MachineSize, MachineSpec, MachineVolume } from '@novacron/contract/agent/machine';
import type { MachineFirewall } from '@novacron/contract/agent/machine-network';
import type { VmId, VolumeId } from '@novacron/contract/ids';
import { equalJson } from '@novacron/contract/json';
import type { StopReason } from '@novacron/contract/kinds/vm/stop-reason';
import { err, ok, type Result } from '@novacron/contract/result';
import { capacityWhileStopped, explainMissingCapacity, type Room } from '../capacity.ts';
import {
  explainInterfaces,
  explainNewInterfaces,
  furtherInterfacesOf,
} from '../check-interfaces.ts';
import type {
  ConfigureEffect,
  DefinedMachine,
  DriverCapabilities,
  DriverProblem,
  IncomingMachine,
  MachineChange,
  OutgoingMachine,
  StartOptions,
  StopMode,
} from '../driver.ts';
import { explainForeign } from '../explain-foreign.ts';
import { hashGuestSecrets } from '../hash-guest-secrets.ts';
import { keptVolume } from '../kept-volume.ts';
import type { SimulatedMachine } from './machine-store.ts';

/** State at the start of an action. */
export interface Scene {
  readonly vm_id: VmId;
  readonly generation: number;
  readonly machine: SimulatedMachine | undefined;
  readonly capabilities: DriverCapabilities;
  /** Milliseconds since the Unix epoch. */
  readonly nowMs: number;
  /** Capacity of the node and what its other machines hold. */
  readonly room: () => Room;
}

/** The machine afterwards; null where none is. */
export type Plan<T extends SimulatedMachine | null = SimulatedMachine> = Result<T, DriverProblem>;

/** A stopped machine that was not there. */
export function planCreate(scene: Scene, spec: MachineSpec): Plan {
  return planNew(scene, { spec, volumes: [] }, 'stopped');
}

/** A stopped machine that was there before. Simulated root disks have no content to be lost. */
export function planDefine(scene: Scene, { spec, volumes }: DefinedMachine): Plan {
  return planNew(scene, { spec, volumes: volumes.map(keptVolume) }, 'stopped');
}

/** Room for a machine that another node sends. */
export function planIncoming(scene: Scene, { spec, volumes, arrives }: IncomingMachine): Plan {
  const off = arrives === undefined ? {} : { arrives: { stop_reason: arrives.stop_reason } };
  return planNew(scene, { spec, volumes: volumes.map(keptVolume), ...off }, 'incoming');
}

function planNew(
  scene: Scene,
  given: Pick<SimulatedMachine, 'spec' | 'volumes' | 'arrives'>,
  status: 'stopped' | 'incoming',
): Plan {
  const { vm_id, generation, machine, room } = scene;
  const wanted = { ...given, spec: hashGuestSecrets(vm_id, given.spec) };
  if (machine !== undefined && machine.status !== 'migrated') {
    const isIncoming = machine.status === 'incoming';
    const isSamePower = (machine.arrives === undefined) === (given.arrives === undefined);
    const isSame = isIncoming === (status === 'incoming') && equalJson(machine.spec, wanted.spec);
    if (isSame && isSamePower) return ok({ ...machine, generation });
    return final(`${vm_id} is on this node already, ${machine.status} and not as asked for`);
  }
  const unusable = explainInterfaces(wanted.spec);
  if (unusable !== undefined) return err({ message: unusable, next: 'final' });
  const counted = given.arrives === undefined ? room() : capacityWhileStopped(room());
  const missing = explainMissingCapacity(counted, wanted.spec);
  if (missing !== undefined) return err(missing);
  return ok({ vm_id, generation, status, ...wanted, restarts: 0, migrated_to: null });
}

/** A stopped machine runs. */
export function planStart(scene: Scene, { cpuBaseline, numa, devices }: StartOptions): Plan {
  return withMachine(scene, (machine) => {
    if (isElsewhere(machine)) return final(`${scene.vm_id} is ${machine.status}: it cannot start`);
    if (machine.status === 'running') return ok(withoutPause(machine));
    const missing = explainMissingCapacity(scene.room(), machine.spec);
    if (missing !== undefined) return err(missing);
    const {
      stop_reason: _over,
      cpu_baseline: _cpu,
      numa: _cell,
      devices: _had,
      ...started
    } = machine;
    const options = {
      ...(cpuBaseline === undefined ? {} : { cpu_baseline: cpuBaseline }),
      ...(numa === undefined ? {} : { numa }),
      ...(devices === undefined ? {} : { devices: [...devices] }),
    };
    return ok({ ...started, ...options, status: 'running', started_at_ms: scene.nowMs });
  });
}

/** Since when the process of a machine answers nothing; undefined where it answers. Unit: ms. */
export function hungSince(machine: SimulatedMachine): number | undefined {
  const { process_hung: hung, started_at_ms, status } = machine;
  const hangs = status === 'running' && hung?.start_ms === started_at_ms;
  return hangs ? hung?.at_ms : undefined;
}

/**
 * A running machine stops; one that is not there does not run either. The guest of a process that
 * hangs cannot be asked to.
 */
export function planStop(scene: Scene, mode: StopMode = 'forced'): Plan<SimulatedMachine | null> {
  const { machine, generation } = scene;
  if (machine === undefined) return ok(null);
  if (machine.status === 'incoming') return final(`${scene.vm_id} is incoming: it cannot stop`);
  if (mode === 'graceful' && hungSince(machine) !== undefined) {
    return final(
      'Its hypervisor process answers nothing, so its guest cannot be asked to shut down; only ' +
        'force stops it',
    );
  }
  if (machine.status === 'running') return ok({ ...stopped(machine, 'command'), generation });
  return ok({ ...withoutPause(machine), generation });
}

/** A running machine is halted, or goes on. */
export function planPause(scene: Scene, wanted: 'paused' | 'running'): Plan {
  const what = wanted === 'paused' ? 'pause' : 'resume';
  return whileRunning(scene, what, (machine) =>
    wanted === 'paused' ? { ...machine, paused: true } : withoutPause(machine),
  );
}

/** A running machine boots again: once for a generation. */
export function planReset(scene: Scene): Plan {
  return whileRunning(scene, 'be reset', (machine) => {
    if (machine.generation >= scene.generation) return machine;
    return { ...machine, restarts: machine.restarts + 1, started_at_ms: scene.nowMs };
  });
}

/** A stopped machine has a new root disk: the specification says of what. */
export function planReimage(scene: Scene, spec: MachineSpec): Plan {
  return withMachine(scene, (machine) => {
    if (machine.status === 'stopped') {
      const kept = furtherInterfacesOf(machine.spec);
      return ok({ ...machine, spec: { ...kept, ...hashGuestSecrets(scene.vm_id, spec) } });
    }
    const { vm_id } = scene;
    return final(`${vm_id} is ${machine.status}: only a stopped machine gets a new root disk`);
  });
}

function whileRunning(
  scene: Scene,
  what: string,
  change: (machine: SimulatedMachine) => SimulatedMachine,
): Plan {
  return withMachine(scene, (machine) => {
    if (machine.status === 'running') return ok(change(machine));
    return final(`${scene.vm_id} is ${machine.status}: only a running machine can ${what}`);
  });
}

/** The machine, switched off. */
export function stopped(machine: SimulatedMachine, reason: StopReason): SimulatedMachine {
  const off = asMade(withoutPause(machine));
  return { ...off, status: 'stopped', stop_reason: reason };
}

/**
 * The machine with every interface that it should have, and no device that it should not, as any
 * change and any start leaves it.
 */
function asMade(machine: SimulatedMachine): SimulatedMachine {
  const { unplugged_networks: _gone, foreign_devices: _foreign, ...whole } = machine;
  return whole;
}

/** The machine without the mark of a pause. */
export function withoutPause(machine: SimulatedMachine): SimulatedMachine {
  const { paused: _halted, ...running } = machine;
  return running;
}

/** No machine is left; one that a later command made or took over stays, with its disk. */
export function planDeleteDisk({ vm_id, generation, machine }: Scene): Plan<null> {
  const later = machine?.generation ?? 0;
  if (later <= generation) return ok(null);
  return final(
    `The root disk of ${vm_id} belongs to a later command (generation ${later}): the one of ` +
      `generation ${generation} removes nothing`,
  );
}

/** The volume is plugged in, at the size given. */
export function planAttach(scene: Scene, given: MachineVolume): Plan {
  const volume = keptVolume(given);
  return withMachine(scene, (machine) => {
    if (isElsewhere(machine)) return final(`${scene.vm_id} is ${machine.status}: nothing attaches`);
    const known = machine.volumes.some(({ volume_id }) => volume_id === volume.volume_id);
    const volumes = known
      ? machine.volumes.map((old) => (old.volume_id === volume.volume_id ? volume : old))
      : [...machine.volumes, volume];
    return ok({ ...machine, volumes });
  });
}

/** The volume is not plugged in. */
export function planDetach(scene: Scene, volumeId: VolumeId): Plan<SimulatedMachine | null> {
  const { machine, generation } = scene;
  if (machine === undefined) return ok(null);
  const volumes = machine.volumes.filter(({ volume_id }) => volume_id !== volumeId);
  return ok({ ...machine, volumes, generation });
}

/**
 * A machine is sent away, running unless it is asked for switched off; what it held here is kept
 * until it is deleted.
 */
export function planMigrate(scene: Scene, outgoing: OutgoingMachine): Plan {
  const { toNode, size: prepared, release, power } = outgoing;
  return withMachine(scene, (machine) => {
    if (machine.status === 'migrated' && machine.migrated_to === toNode) return ok(machine);
    const refused = power === 'off' ? refuseCold(scene, machine) : refuseLive(scene, machine);
    if (refused !== undefined) return final(refused);
    if (prepared !== undefined && !equalJson(sizeOf(machine.spec), sizeOf(prepared))) {
      return final(
        `${scene.vm_id} has ${describeSize(machine.spec)} here, and ${toNode} has prepared for ` +
          describeSize(prepared),
      );
    }
    const released = release === undefined ? {} : { released: release };
    const whole = asMade(machine);
    return ok({ ...whole, ...released, status: 'migrated', migrated_to: toNode });
  });
}

function refuseCold({ vm_id }: Scene, { status }: SimulatedMachine): string | undefined {
  if (status === 'stopped') return undefined;
  return `${vm_id} is ${status}: only a machine that is switched off moves so`;
}

function refuseLive(scene: Scene, machine: SimulatedMachine): string | undefined {
  const { status, paused } = machine;
  if (scene.capabilities.liveMigration === 'no') {
    return 'This hypervisor cannot move a running machine';
  }
  if (status !== 'running') {
    return `${scene.vm_id} is ${status}: only a running machine can migrate`;
  }
  if (paused) return `${scene.vm_id} is paused: only a machine whose guest runs can migrate`;
  return explainForeign(scene.vm_id, machine.foreign_devices);
}

/**
 * An arrived machine runs, unless it arrives switched off, or one that was sent away and not
 * released runs here again. One that its
 * guest has stopped before it was sent, or since it arrived, stays so.
 */
export function planActivate(scene: Scene, proof?: 'released'): Plan {
  return withMachine(scene, (machine) => {
    if (machine.status === 'stopped') return ok(machine);
    if (machine.arrives !== undefined) return takeStopped(scene, machine, proof);
    if (machine.status === 'migrated' && machine.released === 'yes') {
      return final(explainReleased(scene.vm_id, machine.migrated_to));
    }
    return ok({ ...machine, status: 'running', migrated_to: null });
  });
}

/** Only a machine that its source has released is here. */
function takeStopped(
  { vm_id }: Scene,
  { arrives, ...machine }: SimulatedMachine,
  proof: 'released' | undefined,
): Plan {
  if (proof === undefined) return final(`${vm_id} has not arrived: its source has not released it`);
  return ok({ ...machine, status: 'stopped', stop_reason: arrives?.stop_reason ?? null });
}

/** The machine has the firewall, or none, whatever it is doing: nothing may slip through a move. */
export function planFirewall(scene: Scene, firewall: MachineFirewall | null): Plan {
  return withMachine(scene, (machine) => {
    const { firewall: _before, ...spec } = machine.spec;
    return ok({ ...machine, spec: firewall === null ? spec : { ...spec, firewall } });
  });
}

/** All of a change or nothing of it, with what it costs the guest. */
export function planConfigure(
  scene: Scene,
  change: MachineChange,
): Result<{ readonly machine: SimulatedMachine; readonly effect: ConfigureEffect }, DriverProblem> {
  const { vm_id, generation, room, capabilities } = scene;
  if (scene.machine === undefined) return noMachine(vm_id);
  const machine = asMade(scene.machine);
  if (isElsewhere(machine)) return final(`${vm_id} is ${machine.status}: it cannot change`);
  // Guest settings that the change leaves out stay as they are.
  const { guest, image, firmware, tpm, guest_os, further_networks } = machine.spec;
  const kept = {
    ...(further_networks === undefined ? {} : { further_networks }),
    ...(firmware === undefined ? {} : { firmware }),
    ...(tpm === undefined ? {} : { tpm }),
    ...(guest_os === undefined ? {} : { guest_os }),
    ...(guest === undefined ? {} : { guest }),
    ...(image === undefined ? {} : { image }),
  };
  const spec = { ...kept, ...hashGuestSecrets(vm_id, change.spec) };
  if (equalJson(machine.spec, spec)) {
    return ok({ machine: { ...machine, generation }, effect: 'none' });
  }
  const refused = explainNewInterfaces(machine.spec, spec);
  if (refused !== undefined) return err({ message: refused, next: 'final' });
  if (spec.template !== machine.spec.template) {
    return final(`${vm_id} was made from template ${machine.spec.template}: only a new VM changes`);
  }
  if (spec.tpm !== tpm) {
    return final(`The TPM of ${vm_id} stays as it is: only a new VM changes`);
  }
  if (spec.guest_os !== guest_os) {
    return final(`The guest of ${vm_id} keeps its operating system: only a new VM changes`);
  }
  if (spec.firmware !== firmware) {
    return final(`The firmware of ${vm_id} is that of its system: only a new VM changes`);
  }
  if (spec.disk_gb < machine.spec.disk_gb) {
    return final(`The disk of ${vm_id} cannot shrink without losing data`);
  }
  const isOff = machine.status === 'stopped';
  const missing = explainMissingCapacity(isOff ? capacityWhileStopped(room()) : room(), spec);
  if (missing !== undefined) return err(missing);
  const isRestart = machine.status === 'running' && needsRestart(machine.spec, spec, capabilities);
  if (isRestart && change.restart === 'forbidden') {
    return final(`The change needs a restart of ${vm_id}, which was forbidden`);
  }
  const restarts = machine.restarts + (isRestart ? 1 : 0);
  return ok({
    machine: { ...(isRestart ? withoutPause(machine) : machine), spec, generation, restarts },
    effect: isRestart ? 'restart' : 'live',
  });
}

const NO_GUEST_SETTINGS = { ssh_keys: [], user_data: null, password: null };

function needsRestart(
  before: MachineSpec,
  after: MachineSpec,
  capabilities: DriverCapabilities,
): boolean {
  const isLive = (was: number, willBe: number, hotplug: 'yes' | 'no'): boolean =>
    willBe === was || (willBe > was && hotplug === 'yes');
  return !(
    isLive(before.cpu_cores, after.cpu_cores, capabilities.hotplugCpu) &&
    isLive(before.memory_mib, after.memory_mib, capabilities.hotplugMemory) &&
    isLive(before.disk_gb, after.disk_gb, capabilities.hotplugDisk) &&
    // A guest reads its configuration when it boots.
    equalJson(before.drivers_image ?? null, after.drivers_image ?? null) &&
    equalJson(before.guest ?? NO_GUEST_SETTINGS, after.guest ?? NO_GUEST_SETTINGS)
  );
}

function withMachine(scene: Scene, plan: (machine: SimulatedMachine) => Plan): Plan {
  if (scene.machine === undefined) return noMachine(scene.vm_id);
  const planned = plan(scene.machine);
  return planned.ok ? ok({ ...planned.value, generation: scene.generation }) : planned;
}

function sizeOf({ cpu_cores, memory_mib, disk_gb }: MachineSize) {
  return { cpu_cores, memory_mib, disk_gb };
}

function describeSize({ cpu_cores, memory_mib, disk_gb }: MachineSize): string {
  return `${cpu_cores} cores, ${memory_mib} MiB and a disk of ${disk_gb} GB`;
}

/** Explains why a released machine cannot be taken back. */
function explainReleased(vmId: VmId, target: string | null): string {
  return (
    `${vmId} was released to ${target}: only that node runs it. Migrate it back from ` +
    'there, or retry the operation from the step migrate'
  );
}

/** Whether the memory of the machine is on another node. */
function isElsewhere({ status }: SimulatedMachine): boolean {
  return status === 'incoming' || status === 'migrated';
}

function noMachine(vmId: VmId) {
  return final(`${vmId} is not on this node`);
}

function final(message: string) {
  return err<DriverProblem>({ message: `${message}.`, next: 'final' });
}
