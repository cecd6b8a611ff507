/** Opens the hypervisor QEMU, under KVM or in software: the README of this folder describes it. */
import { join } from 'node:path';
import type { VmId } from '@novacron/contract/ids';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Clock } from '@novacron/runtime/clock';
import type { Timers } from '@novacron/runtime/timers';
import type { Amounts } from '../capacity.ts';
import type { Driver, DriverStorage, UnreadMachine } from '../driver.ts';
import { thawLeft } from './actions/freeze-guest.ts';
import { planHostStarts } from './actions/plan-host-starts.ts';
import { activateMachine } from './actions/send-machine.ts';
import { hasHostRestarted } from './actions/start-after-host.ts';
import { checkDirectories } from './check-directories.ts';
import { capabilitiesOf } from './driver-capabilities.ts';
import { placesIn } from './files/directories.ts';
import { findCacheMode } from './files/find-cache-mode.ts';
import { findImageUser, type VmUser } from './files/vm-user.ts';
import { type ClassDirectory, openVolumeStorages } from './files/volume-storages.ts';
import { watchStorage } from './files/watch-storage.ts';
import { isolateMachines } from './heartbeat/isolate-machines.ts';
import { beginHeartbeats, type HeartbeatParts } from './heartbeat/open-heartbeats.ts';
import { findFirmware } from './host/find-firmware.ts';
import { hasSwtpm } from './host/find-swtpm.ts';
import { HOST_PLACES, watchHostSecurity } from './host/watch-host-security.ts';
import { childLauncher, type Launcher } from './launch/launcher.ts';
import type { GuestNetwork } from './machine/build-command-line.ts';
import type { HostFacts } from './machine/host-facts.ts';
import type { HostFirmware } from './machine/host-firmware.ts';
import { killProcess, recordProcess } from './machine/machine-process.ts';
import { type LostProcess, openMachines } from './machine/machines.ts';
import {
  actionOf,
  type ImageSources,
  networkedMachines,
  type QemuNode,
} from './machine/qemu-node.ts';
import {
  type HostNetworkOptions,
  type HostNetworks,
  openHostNetworks,
} from './network/open-host-networks.ts';
import { answerOf } from './port/answer-of.ts';
import { createLanes } from './port/lanes.ts';
import { makeDriver } from './port/make-driver.ts';
import { usePool } from './port/use-pool.ts';
import { recordIoErrors } from './qmp/record-io-errors.ts';
import { createReleases } from './transfer/releases.ts';

/** Time that a guest has to shut down, to release a device or to accept memory. Unit: ms. */
const GUEST_MS = 120_000;

/** Connection of a host to networks. */
export interface QemuNetworks
  extends Pick<HostNetworkOptions, 'programs' | 'tunnel' | 'findNeeds'> {
  /** Owner of links and rules on the host, in case two nodes there have the same name. */
  readonly owner?: string;
}

/** Options of the driver. */
export interface QemuOptions {
  /** Name of the node, as in the fleet. */
  readonly node: string;
  /** Total capacity for machines. */
  readonly capacity: Amounts;
  readonly host: HostFacts;
  /** Directory of this node's machines, on a file system that outlasts a restart of the host. */
  readonly runDir: string;
  /** Directory of disks; between nodes that migrate machines it is the same one. */
  readonly storageDir: string;
  /** Sharing of the storage directory, set by the operator; `local` when absent. */
  readonly storage?: DriverStorage['sharing'];
  /** Directories of volumes by their storage class; in the storage directory when absent. */
  readonly volumeStorage?: ReadonlyMap<string, ClassDirectory> | undefined;
  /** Paths or names of QEMU and of `qemu-img`. */
  readonly programs: { readonly qemu: string; readonly image: string };
  readonly clock: Clock;
  readonly timers: Timers;
  /** Address at which other nodes reach this one to send machines; without it none can arrive. */
  readonly migrationAddress?: string | undefined;
  /** Network access of guests through their interface; none when absent. */
  readonly guestNetwork?: GuestNetwork;
  /** Network setup of the host; if absent, guests have an interface in user mode. */
  readonly networks?: QemuNetworks | undefined;
  /** Allowed sources of template images; none when absent. */
  readonly imageSources?: ImageSources;
  /** Starts processes of machines; they are children of the agent when absent. */
  readonly launcher?: Launcher;
  /** The user that QEMU runs as; the agent's when absent. */
  readonly vmUser?: VmUser | undefined;
  /** Whether the host has swtpm; looked for when absent. */
  readonly hasTpm?: boolean;
  /** UEFI firmware; that of the host when absent. */
  readonly firmware?: HostFirmware;
  /**
   * Hears whether the heartbeats of the node arrive in a storage directory that is shared. Where
   * absent, none are written.
   */
  readonly onHeartbeats?: HeartbeatParts['onState'];
  /** Receives processes that run a machine of this node without a record of it. */
  readonly onLost?: (lost: LostProcess) => void;
  /** Receives machines whose records cannot be read. */
  readonly onDamaged?: (damaged: UnreadMachine) => void;
  /** Time limit for responses of a guest; 120 s when absent. Unit: ms. */
  readonly guestMs?: number;
}

/**
 * Opens the driver of a node: finds the machines that run, and those that have stopped since.
 * @returns `validation-failed` where a directory cannot be used
 */
export async function openQemuDriver(options: QemuOptions): Promise<Result<Driver, Problem>> {
  const { runDir, storageDir, node: name, clock, timers, migrationAddress } = options;
  const unusable = checkDirectories(options);
  if (unusable !== undefined) return err(unusable);
  const places = placesIn({ runDir, storageDir, node: name });
  const ioErrors = recordIoErrors();
  const machines = await openMachines({
    places,
    timers,
    clock,
    onLost: options.onLost,
    onDamaged: options.onDamaged,
    ioErrors,
  });
  const reserved: QemuNode['reserved'] = new Map();
  const networks = openNetworks(options, { machines, reserved });
  await networks?.repair().catch(() => undefined);
  const inTurn = createLanes();
  const closing = new AbortController();
  const releases = createReleases({
    places,
    timers,
    onReleased: (vmId) => inTurn(vmId, () => runReleased(node, vmId, closing.signal)),
  });
  const volumes = openVolumeStorages(places, options.volumeStorage ?? new Map(), timers);
  const node: QemuNode = {
    name,
    places,
    volumes,
    machines,
    releases,
    host: options.host,
    capacity: options.capacity,
    hasTpm: options.hasTpm ?? hasSwtpm(),
    firmware: options.firmware ?? findFirmware(),
    programs: options.programs,
    timers,
    clock,
    launcher: options.launcher ?? childLauncher,
    vmUser: options.vmUser,
    imageUser: findImageUser(options.vmUser),
    guestNetwork: options.guestNetwork ?? 'isolated',
    // Read when it is needed: the storage may be mounted later.
    get cache() {
      return findCacheMode(storageDir);
    },
    guestMs: options.guestMs ?? GUEST_MS,
    migrationAddress,
    imageSources: options.imageSources ?? { hosts: [] },
    imports: new Map(),
    stopsLate: new Map(),
    silences: new Map(),
    freezing: new Set(),
    statusRuns: new Map(),
    reserved,
    networks,
  };
  // Where it is not mounted, machines that run are found all the same.
  const storage = watchStorage(places, timers);
  await answerOf(async () => {
    await usePool(node, storage);
    await Promise.all([storage.look(), volumes.look()]);
  });
  thawLeft(node).catch(() => undefined);
  for (const { vm_id, phase } of machines.list()) {
    if (phase !== 'here') await releases.resume(vm_id, phase);
  }
  const capabilities = capabilitiesOf(node);
  const ofClasses = [...(options.volumeStorage?.values() ?? [])];
  const storageDirs = [storageDir, ...ofClasses.map(({ directory }) => directory)];
  // As they are before any command comes.
  const hostRestarted = hasHostRestarted(places);
  const due = hostRestarted ? planHostStarts(machines.list()) : [];
  const starts = { hostRestarted, due };
  return ok(
    makeDriver({
      node,
      storage,
      capabilities,
      clock,
      inTurn,
      closing,
      sharing: options.storage ?? 'local',
      starts,
      heartbeats: beginHeartbeats(options, node),
      isolation: isolateMachines(places, machines),
      ioErrors,
      hostSecurity: watchHostSecurity(clock, { ...HOST_PLACES, storageDirs }),
    }),
  );
}

/** The source has reported to this node itself that it has released a machine. */
async function runReleased(node: QemuNode, vm_id: VmId, signal: AbortSignal): Promise<void> {
  const record = node.machines.find(vm_id);
  if (record === undefined || signal.aborted) throw new Error(`${vm_id} is not awaited here`);
  // The server was faster, or the machine has gone on to another node since.
  if (record.phase !== 'incoming') return;
  const { generation } = record;
  await activateMachine(actionOf(node, { vm_id, generation, signal }), 'released');
}

function openNetworks(
  options: QemuOptions,
  node: Pick<QemuNode, 'machines' | 'reserved'>,
): HostNetworks | undefined {
  const { networks, timers, runDir, guestNetwork } = options;
  if (networks === undefined) return undefined;
  const { owner = options.node, ...host } = networks;
  return openHostNetworks({
    ...host,
    node: owner,
    egress: guestNetwork === 'host' ? 'nat' : 'none',
    directory: join(runDir, 'networks'),
    timers,
    launcher: options.launcher ?? childLauncher,
    tapUser: options.vmUser?.uid,
    machines: () => networkedMachines(node),
    endProcess: async (pid) => {
      const process = recordProcess(pid);
      if (process !== undefined) await killProcess(process, timers);
    },
  });
}
