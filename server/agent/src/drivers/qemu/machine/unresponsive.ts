/** Recognizes processes of machines that hang: they run, and answer nothing at either monitor. */
import type { VmId } from '@novacron/contract/ids';
import { type Clock, steadyMs } from '@novacron/runtime/clock';
import type { Timers } from '@novacron/runtime/timers';
import { readThreadStates } from '../../../isolation/read-thread-states.ts';
import type { Places } from '../files/directories.ts';
import { openQmpClient } from '../qmp/open-qmp-client.ts';
import type { Machines } from './machines.ts';

/** An inspection of the node has to be answered although one QEMU hangs. Unit: ms. */
const SECOND_GREETING_MS_MAX = 2_000;

/** Since when a process has answered nothing. */
export interface Silence {
  readonly pid: number;
  /** Start of the silence, by a monotonic clock. Unit: ms. */
  readonly sinceMs: number;
}

/** Dependencies for querying the processes of a node. */
export interface AskedNode {
  readonly machines: Pick<Machines, 'processOf'>;
  readonly places: Pick<Places, 'files'>;
  readonly timers: Timers;
  readonly clock: Clock;
  /** Those that answered nothing when they were asked last. */
  readonly silences: Map<VmId, Silence>;
}

/**
 * Returns the time for which a process has been silent, right after it failed to answer. It counts
 * as alive while it waits for a disk, which may come back, and if its other monitor sends a
 * greeting: then another program uses the first monitor.
 * @returns undefined where it may be alive, or has ended. Unit: ms
 */
export async function silenceOf(
  { machines, places, timers, clock, silences }: AskedNode,
  vmId: VmId,
): Promise<number | undefined> {
  const pid = machines.processOf(vmId)?.pid;
  const path = places.files(vmId).operatorMonitor;
  const mayLive =
    pid === undefined ||
    readThreadStates(pid).includes('D') ||
    (await greets({ path, timers, greetingMs: SECOND_GREETING_MS_MAX }));
  if (mayLive) {
    silences.delete(vmId);
    return undefined;
  }
  const nowMs = steadyMs(clock);
  const before = silences.get(vmId);
  const sinceMs = before?.pid === pid ? before.sinceMs : nowMs;
  silences.set(vmId, { pid, sinceMs });
  return Math.round(nowMs - sinceMs);
}

async function greets(address: Parameters<typeof openQmpClient>[0]): Promise<boolean> {
  try {
    (await openQmpClient(address)).close();
    return true;
  } catch {
    return false;
  }
}
