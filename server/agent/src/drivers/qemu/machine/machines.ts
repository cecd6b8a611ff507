/**
 * The machines of a node: their records, their processes and what QEMU reports about them. Only
 * this file connects to monitors and ends processes.
 */
import { readdirSync } from 'node:fs';
import { VmId } from '@novacron/contract/ids';
import type { StopReason } from '@novacron/contract/kinds/vm/stop-reason';
import type { Clock } from '@novacron/runtime/clock';
import type { Timers } from '@novacron/runtime/timers';
import type { DriverEvent } from '../../driver.ts';
import { type Places, remove } from '../files/directories.ts';
import { makeDirectory, readStored, writeStored } from '../files/stored-json.ts';
import { passingTrouble, reasonOf } from '../files/trouble.ts';
import { openQmpClient, type QmpClient } from '../qmp/open-qmp-client.ts';
import type { QmpEvent } from '../qmp/parse-qmp-message.ts';
import type { Launched } from './launch-qemu.ts';
import {
  awaitEnd,
  findByMonitor,
  isRunning,
  killProcess,
  ProcessRecord,
  readBootId,
} from './machine-process.ts';
import { MachineRecord } from './machine-record.ts';

/** Longest wait for QEMU to end after `quit`: it writes its caches. Unit: ms. */
const QUIT_MS_MAX = 10_000;

/** What the machines are opened with. */
export interface MachinesParts {
  readonly places: Places;
  readonly timers: Timers;
  readonly clock: Clock;
}

interface Entry {
  record: MachineRecord;
  process: ProcessRecord | undefined;
  monitor: Promise<QmpClient> | undefined;
}

/** The machines of a node. Methods that take an id expect a machine with it, unless they say. */
export interface Machines {
  /** In the order of their ids. */
  readonly list: () => readonly MachineRecord[];
  /** Undefined where there is none. */
  readonly find: (vmId: VmId) => MachineRecord | undefined;
  /** Process of a machine that is switched on; undefined without one. */
  readonly processOf: (vmId: VmId) => ProcessRecord | undefined;
  /** Writes a record; throws a trouble where it cannot, and then nothing has changed. */
  readonly save: (record: MachineRecord) => void;
  /** Changes the record of a machine as it is at that moment. */
  readonly update: (vmId: VmId, change: Partial<MachineRecord>) => void;
  /** Removes the record and everything that belongs to it; also where there is none. */
  readonly forget: (vmId: VmId) => void;
  /** Records the process of a machine, before its guest runs. */
  readonly adopt: (vmId: VmId, launched: Launched) => void;
  /** The monitor of a machine that is switched on; connects again where it has to. */
  readonly monitorOf: (vmId: VmId) => Promise<QmpClient>;
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
  #isClosed = false;

  constructor({ places, timers, clock }: MachinesParts) {
    this.#places = places;
    this.#timers = timers;
    this.#clock = clock;
  }

  async load(): Promise<void> {
    makeDirectory(this.#places.runDir);
    for (const name of readdirSync(this.#places.runDir)) {
      const vmId = VmId.safeParse(name).data;
      if (vmId === undefined) continue;
      const record = this.#readRecord(vmId);
      if (record !== undefined) {
        this.#entries.set(vmId, { record, process: undefined, monitor: undefined });
      } else {
        // What an interrupted creation or deletion left, unless a process still uses it.
        await this.#removeRest(vmId);
      }
    }
    this.#findProcesses();
    await Promise.all([...this.#entries.keys()].map((vmId) => this.#reconcile(vmId)));
  }

  #readRecord(vmId: VmId): MachineRecord | undefined {
    try {
      return readStored(this.#places.record(vmId), MachineRecord);
    } catch (cause) {
      const lost = 'without it the agent would end the machine, and keep its disk';
      throw passingTrouble(`${reasonOf(cause)}; ${lost}.`, Object(cause).cause);
    }
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
    if (entry.monitor === undefined) this.#recordEnd(vmId, entry, 'unknown');
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

  readonly awaitEnd = async (vmId: VmId) => {
    const { process } = this.#entryOf(vmId);
    if (process === undefined) return 'ended';
    return awaitEnd(process, { timers: this.#timers, timeoutMs: QUIT_MS_MAX });
  };

  readonly end = async (vmId: VmId, reason: StopReason) => {
    const entry = this.#entryOf(vmId);
    const { process } = entry;
    if (process !== undefined && isRunning(process)) {
      entry.record = { ...entry.record, stop_reason: reason };
      await this.#quit(vmId, process);
    }
    entry.process = undefined;
    remove(this.#places.process(vmId));
    this.update(vmId, { stop_reason: entry.record.stop_reason ?? reason });
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

  /** The recorded processes that run, and those that an agent had not recorded when it died. */
  #findProcesses(): void {
    const lost = new Map<string, Entry>();
    for (const [vmId, entry] of this.#entries) {
      const known = readStored(this.#places.process(vmId), ProcessRecord);
      if (known !== undefined && isRunning(known)) entry.process = known;
      else lost.set(this.#places.files(vmId).monitor, entry);
    }
    if (lost.size === 0) return;
    for (const [monitor, process] of findByMonitor(new Set(lost.keys()))) {
      const entry = lost.get(monitor);
      if (entry === undefined) continue;
      entry.process = process;
      writeStored(this.#places.process(entry.record.vm_id), process);
    }
  }

  async #removeRest(vmId: VmId): Promise<void> {
    const { monitor } = this.#places.files(vmId);
    const rest = findByMonitor(new Set([monitor])).get(monitor);
    if (rest !== undefined) await killProcess(rest, this.#timers);
    remove(this.#places.machineDirectory(vmId));
  }

  /** Finds out what happened while no agent watched. */
  async #reconcile(vmId: VmId): Promise<void> {
    const entry = this.#entryOf(vmId);
    if (entry.process === undefined) {
      const before = readStored(this.#places.process(vmId), ProcessRecord);
      if (before === undefined) return;
      // A guest that switches itself off leaves its process, and a command says what it has ended.
      const reason = before.boot_id === readBootId() ? 'crash' : 'host';
      remove(this.#places.process(vmId));
      this.update(vmId, { stop_reason: entry.record.stop_reason ?? reason });
      return;
    }
    const client = await this.monitorOf(vmId).catch(() => undefined);
    const status = Object(await client?.execute('query-status').catch(() => undefined)).status;
    if (status === 'shutdown') await this.end(vmId, 'guest');
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

  /** A reason that cannot be written is kept in memory: the machine is not worse off for it. */
  #keepReason(entry: Entry, reason: StopReason | null): void {
    // A command that stops the machine has set its reason before.
    if (reason !== null && entry.record.stop_reason === 'command') return;
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
    this.#recordEnd(vmId, entry, 'crash');
  }

  /** Records that a process has ended by itself. A reason that is known is kept. */
  #recordEnd(vmId: VmId, entry: Entry, reason: StopReason): void {
    entry.process = undefined;
    remove(this.#places.process(vmId));
    this.#keepReason(entry, entry.record.stop_reason ?? reason);
    this.#emit(vmId, 'changed');
  }

  async #quit(vmId: VmId, process: ProcessRecord): Promise<void> {
    const timers = this.#timers;
    const client = await this.monitorOf(vmId).catch(() => undefined);
    await client?.execute('quit').catch(() => undefined);
    const timeoutMs = client === undefined ? 0 : QUIT_MS_MAX;
    if ((await awaitEnd(process, { timers, timeoutMs })) === 'ended') return;
    if ((await killProcess(process, timers)) === 'ended') return;
    throw passingTrouble(`The process ${process.pid} of ${vmId} does not end.`);
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

/** Why a machine stops, where an event says so. */
function reasonOfEvent({ name, data }: QmpEvent): StopReason | undefined {
  if (name === 'GUEST_PANICKED') return 'panic';
  if (name === 'BLOCK_IO_ERROR') return data.action === 'stop' ? 'io_error' : undefined;
  if (name !== 'SHUTDOWN') return undefined;
  if (data.guest === true) return 'guest';
  return data.reason === 'host-signal' ? 'host' : undefined;
}
