/**
 * The hypervisor port: what an agent asks of the node that it owns. Every method may be repeated:
 * asked for what is so already, a driver answers with success and changes nothing.
 */
import type { Inspection } from '@novacron/contract/agent/agent';
import type {
  AgentAction,
  ImportedImage,
  StoredSnapshot,
} from '@novacron/contract/agent/agent-actions';
import type { AgentAnnouncement } from '@novacron/contract/agent/agent-announcement';
import type { MachineUsage } from '@novacron/contract/agent/agent-usage';
import type { ContentId } from '@novacron/contract/agent/content-key';
import type { GuestAnswer, GuestConditions } from '@novacron/contract/agent/guest-check';
import type { HealthAnswer, HealthProbe } from '@novacron/contract/agent/health-query';
import type {
  Machine,
  MachineDevices,
  MachineSize,
  MachineSpec,
  MachineVolume,
} from '@novacron/contract/agent/machine';
import type { MachineFirewall } from '@novacron/contract/agent/machine-network';
import type { MigrationOffer, MigrationTarget } from '@novacron/contract/agent/migration';
import type { NetworkMap } from '@novacron/contract/agent/network-map';
import type {
  PoolHeartbeatAnswer,
  PoolHeartbeatQuery,
} from '@novacron/contract/agent/pool-heartbeat';
import type { NodeFacts } from '@novacron/contract/fleet/node-facts';
import type { SnapshotId, VmId, VolumeId } from '@novacron/contract/ids';
import type { StopReason } from '@novacron/contract/kinds/vm/stop-reason';
import type { Result } from '@novacron/contract/result';
import type { LocalWrite } from '../database/group-commits.ts';
import type { DriverIsolation } from '../isolation/driver-isolation.ts';

/** Optional capabilities of a driver, including those for running machines. */
export type DriverCapabilities = AgentAnnouncement['capabilities'];

/** Names an action. */
export type ActionKind = AgentAction['kind'];

/** Failure of a driver call. A `retry` problem may be temporary, a `final` problem is permanent. */
export interface DriverProblem {
  /** Problem and its cause, for people; it becomes the message of the command's outcome. */
  readonly message: string;
  readonly next: 'retry' | 'final';
  /** What a `retry` problem waits for; absent: not known. */
  readonly until?: 'server' | undefined;
}

/** Result of every call to a driver. */
export type DriverAnswer<T> = Promise<Result<T, DriverProblem>>;

/** Abort reason of calls when their agent stops: its next start repeats the command. */
export const LEAVING = new Error('the agent stops');

/** Gets the key of an encrypted content from a server, in base64. */
export type KeySource = (id: ContentId) => DriverAnswer<string>;

/** Cancellation of a call, and handling of the driver's stored data. */
export interface Order {
  /** Aborted when the result is not awaited any longer: the driver then starts nothing new. */
  readonly signal: AbortSignal;
  /**
   * Asked whenever a content is opened: a driver keeps no key, and writes none into a file that
   * stays. Absent: nothing encrypted can be opened.
   */
  readonly keyOf?: KeySource | undefined;
  /**
   * Takes what the driver keeps in the agent's own database, at most once and before it answers:
   * it is committed with the end of the command, in one transaction. Without this callback
   * the driver commits by itself. A driver that keeps its state elsewhere never calls it.
   */
  readonly keepWithEnd?: (write: LocalWrite) => void;
  /**
   * Receives the progress of a long action, from 0 to 100, as often as the driver likes. Nothing
   * depends on it: a driver that cannot measure progress never calls it.
   */
  readonly onProgress?: (percent: number) => void;
}

/** Order for a machine. */
export interface MachineOrder extends Order {
  readonly vm_id: VmId;
  /** Stored with the machine, so that an inspection reports the last command it has seen. */
  readonly generation: number;
}

/** Order for a volume. */
export interface VolumeOrder extends Order {
  readonly volume_id: VolumeId;
}

/** Source image of a new volume, and the volume's size. */
export interface ImportedVolume {
  readonly image: ImportedImage;
  /** At least as large as the disk in the image. */
  readonly size_gb: number;
  readonly storage_class?: string | undefined;
}

/** How a volume is stored that gets the content of a snapshot. */
export type RestoredVolume = Pick<MachineVolume, 'storage_class' | 'encrypted'>;

/** Order for a snapshot. */
export interface SnapshotOrder extends Order {
  readonly snapshot_id: SnapshotId;
}

/** `none`: it was so already; `restart`: a running machine had to be started again for it. */
export type ConfigureEffect = 'none' | 'live' | 'restart';

/**
 * `graceful` asks the guest to shut down, which may fail; `forced` takes the power away;
 * `insistent` asks for `INSIST_MS`, then takes it away.
 */
export type StopMode = 'graceful' | 'forced' | 'insistent';

/** Time that a guest presumed to hang has to shut down. Unit: ms. */
export const INSIST_MS = 20_000;

/** Options for starting a machine. */
export interface StartOptions {
  /** CPU of its guest, one of `cpuBaselines` of the driver; absent: the usual one. */
  readonly cpuBaseline?: string | undefined;
  /** Binds it to one of `numaCells`, or where one has room; absent: it is not bound. */
  readonly numa?: 'single' | 'prefer-single' | undefined;
  /** Devices of the host that it has to itself; absent: none. */
  readonly devices?: readonly MachineDevices[] | undefined;
}

/** The desired state of a machine. */
export interface MachineChange {
  readonly spec: MachineSpec;
  /**
   * Fallback if a change cannot be made live: restart the machine, or refuse and change nothing.
   */
  readonly restart: 'allowed' | 'forbidden';
}

/** A machine that is missing from its node, as it was. */
export interface DefinedMachine {
  readonly spec: MachineSpec;
  readonly volumes: readonly MachineVolume[];
  /** `yes`: the node that its root disk belongs to cannot run it any more. Absent: it may. */
  readonly takeover?: 'yes' | undefined;
  /** `ignored`: it starts although its disks are locked. Absent: it does not. */
  readonly locks?: 'ignored' | undefined;
}

/** A machine that will arrive from another node. */
export interface IncomingMachine {
  readonly spec: MachineSpec;
  readonly volumes: readonly MachineVolume[];
  /** Offer of the migration's source; absent if the files are in the shared storage. */
  readonly offer?: MigrationOffer | undefined;
  /** State of a machine that is and stays switched off; absent if its memory arrives. */
  readonly arrives?: ArrivingOff | undefined;
}

/** State of a machine that moves while switched off, for its new node. */
export interface ArrivingOff {
  readonly power: 'off';
  /** null: it has never run. */
  readonly stop_reason: StopReason | null;
}

/** Target of an outgoing machine, and the way its migration ends. */
export interface OutgoingMachine {
  readonly toNode: string;
  /** `off`: only a machine that is switched off is sent; absent: only one that runs. */
  readonly power?: 'off' | undefined;
  /** Size that was prepared for: a machine of another size would lose its disk's end there. */
  readonly size?: MachineSize | undefined;
  /**
   * `yes`: the node records at the end that it has released the machine, and never runs it again.
   * Without it, as for servers of an earlier release, `activate` takes the machine back.
   */
  readonly release?: 'yes' | undefined;
  /**
   * Address at which the target waits; absent if the target has written it to the shared storage.
   */
  readonly target?: MigrationTarget | undefined;
}

/** Receives what a console writes, until it ends. */
export interface ConsoleListener {
  readonly onOutput: (bytes: Uint8Array) => void;
  /** The machine has stopped, or its console has closed; called at most once. */
  readonly onEnd: () => void;
}

/** An open serial console. */
export interface DriverConsole {
  /** Resolves when the console has taken the bytes, or has ended. */
  readonly write: (bytes: Uint8Array) => Promise<void>;
  readonly close: () => void;
}

/** Says that a machine changed, by command or by itself. */
export interface DriverEvent {
  readonly kind: 'changed' | 'gone';
  readonly vm_id: VmId;
  /** Time of the event, in milliseconds since the Unix epoch. */
  readonly atMs: number;
}

/** An error that a hypervisor met when it read or wrote a disk of a machine. */
export interface DriverIoError {
  /** Id of the storage that the disk is in. */
  readonly pool: string;
  /** Such as `read` or `write`. */
  readonly operation: string;
  /** Time of the error, in milliseconds since the Unix epoch. */
  readonly atMs: number;
}

/** Free space of a storage. */
export interface DriverStorageRoom {
  readonly pool: string;
  readonly directory: string;
  /** Unit: MiB. */
  readonly freeMib: number;
}

/** A storage of a node that cannot be used now. */
export interface DriverStorageTrouble {
  /** Id of the storage. */
  readonly pool: string;
  /** Problem and remedy, for people. */
  readonly message: string;
}

/** Information about other nodes for a driver that connects networks. */
export interface DriverNetworks {
  /**
   * Address to which other nodes send packets of networks; undefined if networks end at the node.
   */
  readonly tunnelAddress: string | undefined;
  /** Version of the map that the driver has; undefined without one. */
  readonly mapVersion: () => string | undefined;
  /** Stores and applies a map. */
  readonly takeMap: (map: NetworkMap) => DriverAnswer<null>;
}

/** The heartbeats of nodes in the shared storage. */
export interface DriverHeartbeats {
  /** Whether the heartbeats of this node arrive there just now. */
  readonly state: () => 'arrives' | 'late';
  /** Watches whether the heartbeat of another node moves; answers in the time and some seconds. */
  readonly watch: (query: PoolHeartbeatQuery) => Promise<PoolHeartbeatAnswer>;
  /** The other nodes whose heartbeats were seen moving there; absent: it does not look. */
  readonly peers?: () => readonly DriverStoragePeer[];
}

/** A node whose heartbeat was seen moving in the storage. */
export type DriverStoragePeer = NonNullable<DriverStorage['peers']>[number];

/** A machine that cannot be read, so that an inspection does not have it. */
export type UnreadMachine = NonNullable<Inspection['unread']>[number];

/** The storage of a node as its driver sees it just now. */
export type DriverStorage = NonNullable<NodeFacts['storage']>;

/** Result for a machine that was running when the host stopped. */
export interface HostStart {
  readonly vm_id: VmId;
  /** Reason why it was not started; absent if it runs again. `retry`: the start is tried again. */
  readonly problem?: DriverProblem;
}

/**
 * One hypervisor. What takes away (stop, detach, delete) succeeds where nothing is; everything else
 * needs the machine. An action that fails has changed nothing.
 */
export interface Driver {
  readonly name: string;
  readonly capabilities: DriverCapabilities;
  /** CPU baselines that its machines can have, from the least to the most; absent: not known. */
  readonly cpuBaselines?: readonly string[] | undefined;
  /** NUMA cells that it binds machines to; absent: not known. */
  readonly numaCells?: NodeFacts['numa_cells'];
  /** Devices that it gives to machines; absent: not known. */
  readonly devices?: NodeFacts['devices'];
  /** Makes a stopped machine; what a migration left behind gives way to it. */
  readonly create: (order: MachineOrder, spec: MachineSpec) => DriverAnswer<Machine>;
  /**
   * Switches a machine on; a paused one goes on.
   * @param options - of a machine that it switches on; as usual when absent
   */
  readonly start: (order: MachineOrder, options?: StartOptions) => DriverAnswer<Machine>;
  /**
   * Graceful unless said. A guest that does not heed is a `final` trouble: only force helps. A
   * paused machine goes on first where its guest is asked.
   */
  readonly stop: (order: MachineOrder, mode?: StopMode) => DriverAnswer<Machine | null>;
  /** Halts a running machine, which keeps its memory. One that is off is a `final` trouble. */
  readonly pause: (order: MachineOrder) => DriverAnswer<Machine>;
  /** Lets a paused machine go on. One that is off is a `final` trouble. */
  readonly resume: (order: MachineOrder) => DriverAnswer<Machine>;
  /**
   * Resets a running machine like its reset button: once for an order, which is repeated with its
   * generation. A paused machine stays paused, and boots when it goes on.
   */
  readonly reset: (order: MachineOrder) => DriverAnswer<Machine>;
  /**
   * Gives a stopped machine a new root disk from its template, and a guest that is configured as a
   * new one; its volumes stay. A failure leaves the disk as it was. A machine that runs is a
   * `final` trouble.
   */
  readonly reimage: (order: MachineOrder, spec: MachineSpec) => DriverAnswer<Machine>;
  /**
   * Makes a stopped machine again around the root disk that the node has kept; its seed disk and
   * what its firmware has stored are as they were. A machine whose disk is not there, belongs to
   * another node or was not finished is a `final` trouble, and so is one that runs without a
   * record. Source of the idea: `virsh define` of libvirt.
   */
  readonly define: (order: MachineOrder, missing: DefinedMachine) => DriverAnswer<Machine>;
  /** Removes a machine, whatever it is doing: its process and its record, and never a disk. */
  readonly forget: (order: MachineOrder) => DriverAnswer<null>;
  /**
   * Removes a machine, whatever it is doing, and its root disk where that belongs to this node. A
   * disk that a command of a later generation made or took over stays, and the order is refused.
   */
  readonly deleteDisk: (order: MachineOrder) => DriverAnswer<null>;
  /**
   * The removal that servers of earlier releases ask for: also to end a migration, so the root disk
   * goes only with a machine that was neither arriving nor sent away.
   */
  readonly delete: (order: MachineOrder) => DriverAnswer<null>;
  /** Applies the desired size, network, labels and name: all of them or none. */
  readonly configure: (
    order: MachineOrder,
    change: MachineChange,
  ) => DriverAnswer<{ readonly machine: Machine; readonly effect: ConfigureEffect }>;
  /** Lets through to a machine and from it what is said; null lets its network reach it. */
  readonly applyFirewall: (
    order: MachineOrder,
    firewall: MachineFirewall | null,
  ) => DriverAnswer<Machine>;
  /** Plugs a volume in; one that is plugged in already takes the size given. */
  readonly attach: (order: MachineOrder, volume: MachineVolume) => DriverAnswer<Machine>;
  readonly detach: (order: MachineOrder, volumeId: VolumeId) => DriverAnswer<Machine | null>;
  /** Makes room for a machine that another node will send. */
  readonly prepareIncoming: (
    order: MachineOrder,
    incoming: IncomingMachine,
  ) => DriverAnswer<Machine>;
  /** Describes a machine for the node that prepares for it; absent if no node needs this. */
  readonly offerMachine?: (vmId: VmId) => DriverAnswer<MigrationOffer>;
  /** Returns the address that awaits an incoming machine; absent if no source needs to know. */
  readonly findTarget?: (vmId: VmId) => DriverAnswer<MigrationTarget>;
  /**
   * Sends a machine to a node that has prepared for it; here it stays as `migrated`. One that is
   * not the size that was prepared for is not sent, nor one whose power is not as said. When the
   * signal is aborted the sending is cancelled, unless the reason is {@link LEAVING}: then that of
   * a running machine goes on, and the call is repeated.
   */
  readonly migrate: (order: MachineOrder, outgoing: OutgoingMachine) => DriverAnswer<Machine>;
  /**
   * Lets an arrived machine run, unless it arrives switched off; on the node that was to send it,
   * ends the sending. A machine that was released is refused there. One that stopped by itself
   * before or since stays stopped.
   * @param proof - `released`: the source has released it, so it belongs here whatever has become
   *   of its process
   */
  readonly activate: (order: MachineOrder, proof?: 'released') => DriverAnswer<Machine>;
  /**
   * Removes the content of a volume for good; succeeds where there is none. Refused while a machine
   * has it, and where the node uses another storage.
   * @param pool - id of the storage that has the content
   */
  readonly deleteVolume: (order: VolumeOrder, pool: string) => DriverAnswer<null>;
  /**
   * Makes the content of a new volume from a disk image; succeeds where it was made before. An
   * image that is not what it says, refers to other files or is larger than the volume is a `final`
   * trouble. A failure leaves no volume; `deleteVolume` removes what a later attempt would use.
   */
  readonly importVolume: (order: VolumeOrder, wanted: ImportedVolume) => DriverAnswer<null>;
  /** Keeps the content of a volume as it is at this moment, also of one that is in use. */
  readonly takeSnapshot: (
    order: SnapshotOrder,
    volume: MachineVolume,
  ) => DriverAnswer<StoredSnapshot>;
  /** Gives a volume the content of a snapshot: its own volume, or a new one of a storage class. */
  readonly restoreSnapshot: (
    order: SnapshotOrder,
    volumeId: VolumeId,
    restored?: RestoredVolume,
  ) => DriverAnswer<StoredSnapshot>;
  /** Succeeds where there is none. */
  readonly deleteSnapshot: (order: SnapshotOrder) => DriverAnswer<null>;
  /**
   * Sends a snapshot to the server as a compressed qcow2 file that refers to no other file. A call
   * after one that was interrupted goes on with its file.
   * @param ticket - what the server takes the file for
   */
  readonly exportSnapshot: (order: SnapshotOrder, ticket: string) => DriverAnswer<null>;
  /** Removes the file of an export that was given up; succeeds where there is none. */
  readonly dropExport: (order: SnapshotOrder) => DriverAnswer<null>;
  /** Switches the node itself off, where nothing runs on it, or on; absent where it cannot. */
  readonly switchPower?: (order: Order, power: 'on' | 'off') => DriverAnswer<null>;
  /** UUID of the machine that the node is, as its firmware has it; absent where not known. */
  readonly hostUuid?: string;
  /** How the host is protected; the same object until it changes. Absent where it is simulated. */
  readonly hostSecurity?: () => NonNullable<NodeFacts['host']>;
  /**
   * Whether the host has restarted since its starts were done; absent where machines outlive it. A
   * command of before then is not run again: another node may have the VM by now.
   */
  readonly hostRestarted?: boolean;
  /**
   * Starts the machines again that ran when the host stopped, unless another node may run them by
   * then; absent where machines outlive their host. Where the signal is aborted, the next start of
   * the agent goes on. A command that comes meanwhile counts.
   * @param onStart - receives what became of each; of a machine that is tried again, more than once
   */
  readonly startAfterHostRestart?: (
    order: Order,
    onStart: (start: HostStart) => void,
  ) => DriverAnswer<null>;
  /** Storages of disks; absent if disks are not files. Undefined while the pool is not known. */
  readonly storage?: () => DriverStorage | undefined;
  /** Heartbeats beside those on the bus; absent where no shared storage has them. */
  readonly poolHeartbeats?: DriverHeartbeats | undefined;
  /** Stops VMs when the node is isolated; absent: not supported. */
  readonly isolation?: DriverIsolation | undefined;
  /** The last I/O errors of disks of machines, oldest first; absent where none can be noticed. */
  readonly ioErrors?: () => readonly DriverIoError[];
  /** The storages in use that are not mounted or do not answer; absent where no file has disks. */
  readonly storagesAway?: () => Promise<readonly DriverStorageTrouble[]>;
  /** Free space of each storage at the last look; absent: it does not look. */
  readonly storageRoom?: () => readonly DriverStorageRoom[];
  /** The networks between nodes; absent where the driver connects none. */
  readonly networks?: DriverNetworks;
  /**
   * Opens the serial console of a running machine, which begins with the end of what it has written
   * before; absent where there are no consoles. A machine has one reader at a time.
   */
  readonly openConsole?: (vmId: VmId, listener: ConsoleListener) => DriverAnswer<DriverConsole>;
  /**
   * The end of what a machine has written to its serial console, some kilobytes, also once it has
   * stopped; empty where there is nothing. Absent where consoles are not recorded.
   */
  readonly readConsoleTail?: (vmId: VmId) => DriverAnswer<string>;
  /**
   * Looks once whether the guest of a machine is ready, within seconds; absent where guests cannot
   * be looked at. A trouble to `retry` counts as a guest that is not ready yet.
   */
  readonly checkGuest?: (vmId: VmId, conditions: GuestConditions) => DriverAnswer<GuestAnswer>;
  /**
   * Checks once whether the guest of a machine serves, within the given time; absent where guests
   * cannot be looked at. A trouble counts as a check that could not be made.
   */
  readonly checkHealth?: (
    vmId: VmId,
    check: { readonly probe: HealthProbe; readonly timeoutMs: number },
  ) => DriverAnswer<HealthAnswer>;
  /** Every snapshot that the node keeps. */
  readonly inspectSnapshots: () => DriverAnswer<readonly StoredSnapshot[]>;
  /** Everything on the node: the truth, where events may have been lost. */
  readonly inspect: () => DriverAnswer<readonly Machine[]>;
  /** Machines that it cannot read and leaves alone; absent: there are no such ones. */
  readonly damaged?: () => DriverAnswer<readonly UnreadMachine[]>;
  /** Current usage of each machine; may lag slightly, and costs the machines nothing. */
  readonly measure: () => DriverAnswer<readonly MachineUsage[]>;
  /** Subscribes to changes. Events may be lost; `inspect` is authoritative. */
  readonly subscribe: (listener: (event: DriverEvent) => void) => () => void;
  /** Lets go of the machines without stopping them. */
  readonly close: () => Promise<void>;
}
