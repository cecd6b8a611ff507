/**
 * The machines of a node: their records, their processes and what QEMU reports about them. Only
 * this file connects to monitors and ends processes.
 */
import type { VmId } from '@novacron/contract/ids';
import type { StopReason } from '@novacron/contract/kinds/vm/stop-reason';
import type { Clock } from '@novacron/runtime/clock';
import type { Timers } from '@novacron/runtime/timers';
import { makePrivateDir } from '../../../secrets/private-files.ts';
import type { DriverEvent, UnreadMachine } from '../../driver.ts';
import { isFile, type Places, remove } from '../files/directories.ts';
import { writeStored } from '../files/stored-json.ts';
import { passingTrouble } from '../files/trouble.ts';
import { openQmpClient, type QmpClient } from '../qmp/open-qmp-client.ts';
import type { QmpEvent } from '../qmp/parse-qmp-message.ts';
import type { IoErrors } from '../qmp/record-io-errors.ts';
import type { Launched } from './launch-qemu.ts';
import {
  awaitEnd,
  findByMonitor,
  findProcesses,
  isRunning,
  killProcess,
  listGuestProcesses,
  type MachineProcess,
  type ProcessRecord,
  QUIT_MS_MAX,
  quitQemu,
  readBootId,
} from './machine-process.ts';
import { furtherDisks, type MachineRecord, MachineRecords } from './machine-record.ts';
import { reasonOfEvent } from './reason-of-event.ts';

/** Dependencies of the machines. */
export interface MachinesParts {
  readonly places: Places;
  readonly timers: Timers;
  readonly clock: Clock;
  /** Receives processes that run a machine of this node without a record of it. */
  readonly onLost?: ((lost: LostProcess) => void) | undefined;
  /** Receives machines whose records cannot be read. */
  readonly onDamaged?: ((damaged: UnreadMachine) => void) | undefined;
  /** Remembers I/O errors of disks; they are not noticed when absent. */
  readonly ioErrors?: IoErrors | undefined;
}

/** A process of QEMU whose machine has no record: the run directory was restored or cleaned. */
export interface LostProcess {
  readonly vm_id: VmId;
  readonly pid: number;
}

interface Entry {
  record: MachineRecord;
  process: ProcessRecord | undefined;
  monitor: Promise<QmpClient> | undefined;
  /**
   * Reason for ending its process: until it has ended, earlier events of the process are ignored.
   */
  ending?: StopReason | undefined;
}

/** The machines of a node. Methods that take an id expect a machine with it, unless they say. */
export interface Machines {
  /** In the order of their ids. */
  readonly list: () => readonly MachineRecord[];
  /** Undefined where there is none. */
  readonly find: (vmId: VmId) => MachineRecord | undefined;
  /** Machines whose records cannot be read. One whose record is restored is a machine again. */
  readonly damaged: () => Promise<readonly UnreadMachine[]>;
  /** Throws a final trouble for one of them: nothing is done with it, and its files stay. */
  readonly requireReadable: (vmId: VmId) => Promise<void>;
  /** Process of a machine that is switched on; undefined without one. */
  readonly processOf: (vmId: VmId) => ProcessRecord | undefined;
  /** Writes a record; throws a trouble where it cannot, and then nothing has changed. */
  readonly save: (record: MachineRecord) => void;
  /** Changes the record of a machine as it is at that moment. */
  readonly update: (vmId: VmId, change: Partial<MachineRecord>) => void;
  /** The process of a machine without a record; undefined where there is none. */
  readonly findLost: (vmId: VmId) => ProcessRecord | undefined;
  /** Ends the process of a machine without a record, where there is one. */
  readonly endLost: (vmId: VmId) => Promise<void>;
  /** Removes the record and everything that belongs to it; also where there is none. */
  readonly forget: (vmId: VmId) => void;
  /** Records the process of a machine, before its guest runs. */
  readonly adopt: (vmId: VmId, launched: Launched) => void;
  /** The monitor of a machine that is switched on; connects again where it has to. */
  readonly monitorOf: (vmId: VmId) => Promise<QmpClient>;
  /** All processes that run guests of this node, also those of machines without a record. */
  readonly processes: () => readonly MachineProcess[];
  /** Hears of a new process before its guest runs. */
  readonly onProcesses: (listener: () => void) => () => void;
  /** Records that machines have stopped because the node was isolated. */
  readonly noteIsolated: (vmIds: readonly string[]) => void;
  /** Waits a while for the process of a machine to end by itself: its monitor has closed. */
  readonly awaitEnd: (vmId: VmId) => Promise<'ended' | 'running'>;
  /** Ends the process of a machine, where there is one, and keeps the reason. */
  readonly end: (vmId: VmId, reason: StopReason) => Promise<void>;
  readonly subscribe: (listener: (event: DriverEvent) => void) => () => void;
  /** Lets go of the monitors; machines run on. */
  readonly close: () => void;
}

/** Opens them: reads the records, and finds the processes that still run. */
export async function openMachines(parts: MachinesParts): Promise<Machines> {
  const registry = new MachineRegistry(parts);
  await registry.load();
  return registry;
}

/** Owns the connections to the monitors. */
class MachineRegistry implements Machines {
  readonly #places: Places;
  readonly #timers: Timers;
  readonly #clock: Clock;
  readonly #entries = new Map<VmId, Entry>();
  readonly #listeners = new Set<(event: DriverEvent) => void>();
  readonly #processListeners = new Set<() => void>();
  /** Processes of machines without a record, as they were found at the start. */
  readonly #lost = new Map<VmId, ProcessRecord>();
  readonly #records: MachineRecords;
  readonly #onLost: (lost: LostProcess) => void;
  readonly #ioErrors: IoErrors | undefined;
  #isClosed = false;

  constructor({ places, timers, clock, onLost, onDamaged, ioErrors }: MachinesParts) {
    this.#records = new MachineRecords(places, onDamaged ?? (() => undefined));
    this.#ioErrors = ioErrors;
    this.#onLost = onLost ?? (() => undefined);
    this.#places = places;
    this.#timers = timers;
    this.#clock = clock;
  }

  async load(): Promise<void> {
    makePrivateDir(this.#places.runDir);
    const { records, rests } = this.#records.readAll();
    for (const record of records) {
      this.#entries.set(record.vm_id, { record, process: undefined, monitor: undefined });
    }
    const lost = findProcesses(this.#places, this.#records, this.#entries);
    for (const [vm_id, process] of lost) {
      this.#lost.set(vm_id, process);
      if (!this.#records.isDamaged(vm_id)) this.#onLost({ vm_id, pid: process.pid });
    }
    // What an interrupted creation or deletion left: a guest that runs is neither.
    for (const vmId of rests) if (!lost.has(vmId)) remove(this.#places.machineDirectory(vmId));
    await Promise.all([...this.#entries.keys()].map((vmId) => this.#reconcile(vmId)));
  }

  readonly damaged = async () => {
    for (const { vm_id } of this.#records.damaged()) await this.#readAgain(vm_id);
    return this.#records.damaged();
  };

  readonly requireReadable = async (vmId: VmId) => {
    if (this.#records.isDamaged(vmId)) await this.#readAgain(vmId);
    this.#records.requireReadable(vmId);
  };

  /** Reads a record again. If the file is gone, the machine has no record. */
  async #readAgain(vmId: VmId): Promise<void> {
    const record = this.#records.read(vmId);
    if (record === 'damaged' || record === undefined || this.#entries.has(vmId)) return;
    const process = this.findLost(vmId);
    this.#lost.delete(vmId);
    this.#entries.set(vmId, { record, process, monitor: undefined });
    if (process !== undefined) writeStored(this.#places.process(vmId), process);
    await this.#reconcile(vmId);
    this.#emit(vmId, 'changed');
  }

  readonly list = () =>
    [...this.#entries.values()]
      .map(({ record }) => record)
      .sort((left, right) => (left.vm_id < right.vm_id ? -1 : 1));

  readonly find = (vmId: VmId) => this.#entries.get(vmId)?.record;

  readonly processOf = (vmId: VmId) => {
    const entry = this.#entries.get(vmId);
    const known = entry?.process;
    if (entry === undefined || known === undefined || isRunning(known)) return known;
    // A connected monitor still has to deliver why the process ended.
    if (entry.monitor === undefined) this.#recordEnd(vmId, entry);
    return undefined;
  };

  readonly save = (record: MachineRecord) => {
    writeStored(this.#places.record(record.vm_id), record);
    const entry = this.#entries.get(record.vm_id);
    if (entry === undefined) {
      this.#entries.set(record.vm_id, { record, process: undefined, monitor: undefined });
    } else entry.record = record;
    this.#emit(record.vm_id, 'changed');
  };

  readonly update = (vmId: VmId, change: Partial<MachineRecord>) => {
    this.save({ ...this.#entryOf(vmId).record, ...change });
  };

  readonly forget = (vmId: VmId) => {
    remove(this.#places.machineDirectory(vmId));
    if (this.#entries.delete(vmId)) this.#emit(vmId, 'gone');
  };

  readonly adopt = (vmId: VmId, { process, monitor }: Launched) => {
    writeStored(this.#places.process(vmId), process);
    const entry = this.#entryOf(vmId);
    entry.process = process;
    entry.monitor = Promise.resolve(monitor);
    for (const listener of this.#processListeners) listener();
    this.#listen(vmId, monitor);
  };

  readonly monitorOf = (vmId: VmId) => {
    const entry = this.#entryOf(vmId);
    if (this.processOf(vmId) === undefined) {
      return Promise.reject(passingTrouble(`The process of ${vmId} has ended.`));
    }
    entry.monitor ??= this.#connect(vmId, entry);
    return entry.monitor;
  };

  readonly processes = () => listGuestProcesses(this.#entries, this.#lost);

  readonly onProcesses = (listener: () => void) => {
    this.#processListeners.add(listener);
    return () => this.#processListeners.delete(listener);
  };

  readonly noteIsolated = (vmIds: readonly string[]) => {
    for (const [vmId, entry] of this.#entries) {
      // The end of its process may have been noticed before.
      const isUnsaid = [null, 'crash', 'unknown'].includes(entry.record.stop_reason);
      if (vmIds.includes(vmId) && isUnsaid) this.#writeReason(entry, 'isolated');
    }
  };

  readonly awaitEnd = async (vmId: VmId) => {
    const { process } = this.#entryOf(vmId);
    if (process === undefined) return 'ended';
    return awaitEnd(process, { timers: this.#timers, timeoutMs: QUIT_MS_MAX });
  };

  readonly end = async (vmId: VmId, reason: StopReason) => {
    const entry = this.#entryOf(vmId);
    const { process } = entry;
    if (process !== undefined && isRunning(process)) {
      // Written first: an agent that dies meanwhile still knows that this was no crash.
      entry.ending = reason;
      this.#writeReason(entry, reason);
      const monitor = await this.monitorOf(vmId).catch(() => undefined);
      await quitQemu(monitor, { vmId, process, timers: this.#timers }).finally(() => {
        entry.ending = undefined;
      });
    }
    entry.process = undefined;
    this.#writeReason(entry, entry.record.stop_reason ?? reason);
    remove(this.#places.process(vmId));
    this.#emit(vmId, 'changed');
  };

  readonly findLost = (vmId: VmId) => {
    if (this.#entries.has(vmId)) return undefined;
    return findByMonitor((path) => this.#places.vmOfMonitor(path)).get(vmId);
  };

  readonly endLost = async (vmId: VmId) => {
    const process = this.findLost(vmId);
    if (process === undefined || (await killProcess(process, this.#timers)) === 'ended') return;
    throw passingTrouble(`The process ${process.pid} of ${vmId} does not end.`);
  };

  readonly subscribe = (listener: (event: DriverEvent) => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly close = () => {
    this.#isClosed = true;
    for (const entry of this.#entries.values()) {
      entry.monitor?.then(
        (client) => client.close(),
        () => undefined,
      );
    }
  };

  #entryOf(vmId: VmId): Entry {
    const entry = this.#entries.get(vmId);
    if (entry === undefined) throw new Error(`broken invariant: no machine ${vmId}`);
    return entry;
  }

  #emit(vm_id: VmId, kind: DriverEvent['kind']): void {
    const event = { kind, vm_id, atMs: this.#clock.nowMs() };
    for (const listener of [...this.#listeners]) listener(event);
  }

  /** Finds out what happened while no agent watched. */
  async #reconcile(vmId: VmId): Promise<void> {
    const entry = this.#entryOf(vmId);
    if (entry.process === undefined) {
      if (!isFile(this.#places.process(vmId))) return;
      const before = this.#records.readProcess(vmId);
      // A guest that switches itself off leaves its process, and a command says what it ends.
      const reason = before?.boot_id === readBootId() ? 'crash' : 'host';
      // In this order: an agent that dies in between finds out again.
      this.update(vmId, { stop_reason: entry.record.stop_reason ?? reason });
      remove(this.#places.process(vmId));
      return;
    }
    const client = await this.monitorOf(vmId).catch(() => undefined);
    const status = Object(await client?.execute('query-status').catch(() => undefined)).status;
    if (status === 'shutdown') await this.end(vmId, 'guest');
    // What was to end it did not: the agent died first.
    if (status === 'running') this.#keepReason(entry, null);
    // It was started, but its guest has never run: the start is repeated.
    if (status === 'prelaunch' && entry.record.phase === 'here') {
      await this.end(vmId, entry.record.stop_reason ?? 'unknown');
    }
  }

  #connect(vmId: VmId, entry: Entry): Promise<QmpClient> {
    const path = this.#places.files(vmId).monitor;
    const connecting = openQmpClient({ path, timers: this.#timers });
    connecting.then(
      (client) => this.#listen(vmId, client),
      () => {
        if (entry.monitor === connecting) entry.monitor = undefined;
      },
    );
    return connecting;
  }

  #listen(vmId: VmId, client: QmpClient): void {
    client.onEvent((event) => this.#hear(vmId, event));
    void client.closed.then(() => this.#noticeEnd(vmId));
  }

  #hear(vmId: VmId, event: QmpEvent): void {
    const entry = this.#entries.get(vmId);
    if (entry === undefined) return;
    this.#ioErrors?.hear(furtherDisks(entry.record), event);
    const reason = reasonOfEvent(event);
    if (reason !== undefined) this.#keepReason(entry, reason);
    if (event.name === 'RESUME') this.#keepReason(entry, null);
    if (event.name === 'SHUTDOWN' && event.data.guest === true) {
      // Its guest has switched it off; QEMU waits with -no-shutdown so that this could be heard.
      this.monitorOf(vmId).then(
        (client) => client.execute('quit').catch(() => undefined),
        () => undefined,
      );
    }
    if (VISIBLE_EVENTS.has(event.name)) this.#emit(vmId, 'changed');
  }

  #keepReason(entry: Entry, reason: StopReason | null): void {
    // A command that stops the machine has set its reason before.
    if (reason !== null && entry.record.stop_reason === 'command') return;
    // Such as its guest, which had just begun to run.
    if (reason === null && entry.ending !== undefined) return;
    this.#writeReason(entry, reason);
  }

  /** A reason that cannot be written is kept in memory: the machine is not worse off for it. */
  #writeReason(entry: Entry, reason: StopReason | null): void {
    if (reason === entry.record.stop_reason) return;
    entry.record = { ...entry.record, stop_reason: reason };
    try {
      writeStored(this.#places.record(entry.record.vm_id), entry.record);
    } catch {
      // The next change writes it.
    }
  }

  async #noticeEnd(vmId: VmId): Promise<void> {
    const entry = this.#entries.get(vmId);
    if (entry === undefined || this.#isClosed) return;
    entry.monitor = undefined;
    const { process } = entry;
    if (process === undefined) return;
    // The socket closes a moment before the process ends.
    const state = await awaitEnd(process, { timers: this.#timers, timeoutMs: QUIT_MS_MAX });
    if (state === 'running') {
      await this.monitorOf(vmId).catch(() => undefined);
      return;
    }
    if (entry.process !== process || this.#isClosed) return;
    this.#recordEnd(vmId, entry);
  }

  /**
   * Records that a process has ended by itself: a crash, unless its reason is known. A guest that
   * switches itself off leaves its process.
   */
  #recordEnd(vmId: VmId, entry: Entry): void {
    entry.process = undefined;
    try {
      remove(this.#places.process(vmId));
    } catch {
      // Such as on a read-only file system: no command waits here. The next start removes it.
    }
    this.#keepReason(entry, entry.record.stop_reason ?? 'crash');
    this.#emit(vmId, 'changed');
  }
}

const VISIBLE_EVENTS = new Set([
  'SHUTDOWN',
  'STOP',
  'RESUME',
  'GUEST_PANICKED',
  'BLOCK_IO_ERROR',
  'DEVICE_DELETED',
]);
