/**
 * The process of a machine: recognized by process id, start time and the boot of the host, so that
 * an agent finds it again and never takes another process for it.
 */
import { readFileSync } from 'node:fs';
import type { VmId } from '@novacron/contract/ids';
import type { Timers } from '@novacron/runtime/timers';
import { wait } from '@novacron/runtime/wait';
import { z } from 'zod';
import type { Places } from '../files/directories.ts';
import { listProcesses } from '../files/host-processes.ts';
import { writeStored } from '../files/stored-json.ts';
import { passingTrouble } from '../files/trouble.ts';
import { type QmpClient, QmpError } from '../qmp/open-qmp-client.ts';

/** Record by which a process is recognized. */
export const ProcessRecord = z.looseObject({
  pid: z.int(),
  start_time: z.string().describe('Field 22 of /proc/PID/stat: clock ticks since the boot'),
  boot_id: z.string(),
});
export type ProcessRecord = z.infer<typeof ProcessRecord>;

/** The boot of the host: another one after each restart. */
export function readBootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

/** Kernel counters of a process. */
export interface ProcessUse {
  /** Time on processors, in user and kernel mode. Unit: clock ticks. */
  readonly cpuTicks: number;
  readonly residentPages: number;
}

interface ProcessStat extends ProcessUse {
  readonly state: string;
  readonly startTime: string;
}

/** Places of fields behind the name of the program, from proc(5): field 3 is the first. */
const FIELD = { state: 0, utime: 11, stime: 12, startTime: 19, rss: 21 } as const;

function readStat(pid: number): ProcessStat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name stands between parentheses and may contain some itself.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return {
      state: fields[FIELD.state] ?? '',
      startTime: fields[FIELD.startTime] ?? '',
      cpuTicks: Number(fields[FIELD.utime]) + Number(fields[FIELD.stime]),
      residentPages: Number(fields[FIELD.rss]),
    };
  } catch {
    // No such process.
    return undefined;
  }
}

const ENDED_STATES = new Set(['Z', 'X', 'x', '']);

/** The record of a process; undefined where it has ended. */
export function recordProcess(pid: number): ProcessRecord | undefined {
  const stat = readStat(pid);
  if (stat === undefined || ENDED_STATES.has(stat.state)) return undefined;
  return { pid, start_time: stat.startTime, boot_id: readBootId() };
}

/** Whether the process still runs; a process that has its number now is another one. */
export function isRunning({ pid, start_time, boot_id }: ProcessRecord): boolean {
  const now = recordProcess(pid);
  return now?.start_time === start_time && now.boot_id === boot_id;
}

/** Returns the usage of a process; undefined if it has ended. */
export function readProcessUse(record: ProcessRecord): ProcessUse | undefined {
  return isRunning(record) ? readStat(record.pid) : undefined;
}

/**
 * Finds the processes of QEMU that run machines of a node, by the monitor that their command line
 * names: also those that no agent has recorded.
 * @param vmOf - the machine that a monitor belongs to; undefined for a monitor of others
 */
export function findByMonitor(
  vmOf: (monitor: string) => VmId | undefined,
): ReadonlyMap<VmId, ProcessRecord> {
  const found = new Map<VmId, ProcessRecord>();
  for (const { pid, words } of listProcesses()) {
    const monitor = monitorOf(words);
    const vmId = monitor === undefined ? undefined : vmOf(monitor);
    const record = vmId === undefined ? undefined : recordProcess(pid);
    if (vmId !== undefined && record !== undefined) found.set(vmId, record);
  }
  return found;
}

const MONITOR_ARGUMENT = /^socket,id=monitor0,path=(.*),server=on,wait=off$/;

function monitorOf(words: readonly string[]): string | undefined {
  const [path] = words.flatMap((word) => MONITOR_ARGUMENT.exec(word)?.slice(1) ?? []);
  return path?.replaceAll(',,', ',');
}

/** Interval between checks for the end of a process: only child processes have an event. */
const POLL_MS = 10;

/** Longest wait for a killed process: the kernel may have to write its pages. Unit: ms. */
const KILL_MS_MAX = 30_000;

/** Waits until a process has ended. @returns whether it has, within the time */
export async function awaitEnd(
  record: ProcessRecord,
  { timers, timeoutMs }: { readonly timers: Timers; readonly timeoutMs: number },
): Promise<'ended' | 'running'> {
  const over = new AbortController();
  const cancel = timers.after(timeoutMs, () => over.abort());
  try {
    while (isRunning(record) && !over.signal.aborted) {
      await wait({ timers, delayMs: POLL_MS, signals: [over.signal] });
    }
    return isRunning(record) ? 'running' : 'ended';
  } finally {
    cancel();
  }
}

/** Kills a process and waits for its end. */
export async function killProcess(
  record: ProcessRecord,
  timers: Timers,
): Promise<'ended' | 'running'> {
  if (isRunning(record)) {
    try {
      process.kill(record.pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
  return awaitEnd(record, { timers, timeoutMs: KILL_MS_MAX });
}

/** Longest wait for QEMU to end after `quit`: it writes its caches. Unit: ms. */
export const QUIT_MS_MAX = 10_000;

/** A process that runs a machine. */
export interface Quit {
  readonly vmId: VmId;
  readonly process: ProcessRecord;
  readonly timers: Timers;
}

/**
 * Asks QEMU to end, and kills it where it does not; rejects with a trouble where it runs all the
 * same.
 * @param monitor - undefined where QEMU does not answer
 */
export async function quitQemu(
  monitor: QmpClient | undefined,
  { vmId, process, timers }: Quit,
): Promise<void> {
  const isHeard = await monitor?.execute('quit').then(() => true, wasHeard);
  // One that hangs does not end by itself.
  const timeoutMs = isHeard === true ? QUIT_MS_MAX : 0;
  if ((await awaitEnd(process, { timers, timeoutMs })) === 'ended') return;
  if ((await killProcess(process, timers)) === 'ended') return;
  throw passingTrouble(`The process ${process.pid} of ${vmId} does not end.`);
}

/** Whether a command has no answer because QEMU ended, as after `quit`, and not as it hangs. */
function wasHeard(cause: unknown): boolean {
  return !(cause instanceof QmpError && cause.failure === 'timeout');
}

/** The process of a machine. */
export interface MachineProcess extends Pick<ProcessRecord, 'pid' | 'start_time'> {
  readonly vm_id: VmId;
}

interface Entry {
  process: ProcessRecord | undefined;
}

/**
 * Finds the recorded processes that run, and those that an agent had not recorded when it died.
 * @param entries - get their processes
 * @returns the processes of machines that have no record
 */
export function findProcesses(
  places: Places,
  records: { readonly readProcess: (vmId: VmId) => ProcessRecord | undefined },
  entries: ReadonlyMap<VmId, Entry>,
): ReadonlyMap<VmId, ProcessRecord> {
  const found = new Map(findByMonitor((path) => places.vmOfMonitor(path)));
  for (const [vmId, entry] of entries) {
    const known = records.readProcess(vmId);
    const process = found.get(vmId);
    found.delete(vmId);
    if (known !== undefined && isRunning(known)) entry.process = known;
    else if (process !== undefined) {
      entry.process = process;
      writeStored(places.process(vmId), process);
    }
  }
  return found;
}

/** Lists all of them. @param lost - those of machines without a record */
export function listGuestProcesses(
  entries: ReadonlyMap<VmId, Entry>,
  lost: ReadonlyMap<VmId, ProcessRecord>,
): readonly MachineProcess[] {
  const known = [...entries].flatMap(([vm_id, { process }]) =>
    process === undefined ? [] : [{ vm_id, process }],
  );
  const others = [...lost].map(([vm_id, process]) => ({ vm_id, process }));
  return [...known, ...others].map(({ vm_id, process: { pid, start_time } }) => ({
    vm_id,
    pid,
    start_time,
  }));
}
