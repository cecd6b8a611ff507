/**
 * Starts machines again after a restart of the host, without a server: their disks are on this host
 * alone, so no other node can run them.
 */
import type { Timers } from '@novacron/runtime/timers';
import { wait } from '@novacron/runtime/wait';
import { z } from 'zod';
import type { DriverAnswer, DriverProblem, HostStart } from '../../driver.ts';
import type { Places } from '../files/directories.ts';
import { readStored, writeStored } from '../files/stored-json.ts';
import { readBootId } from '../machine/machine-process.ts';
import type { MachineRecord } from '../machine/machine-record.ts';
import { earlierStarts } from './plan-host-starts.ts';

/** Guests that boot at the same time slow each other down. */
const STARTS_AT_ONCE = 2;

/** Pause before what may pass is tried again. Unit: ms. */
const AGAIN_MS = 8_000;

/**
 * Storage that is mounted late and the like; longer is for people to look at. Keys are waited for
 * until a server has given them. Unit: ms.
 */
const TRIED_MS_MAX = 600_000;

/** Content of `boot.json`: the boot of the host whose starts are done. */
const Boot = z.looseObject({ boot_id: z.string() });

/** Whether the host has restarted since the starts were done, as far as is known. */
export function hasHostRestarted({ boot }: Places): boolean {
  try {
    return readStored(boot, Boot)?.boot_id !== readBootId();
  } catch {
    // Damaged. No machine that ran is left out: only the reason `host` makes one start.
    return true;
  }
}

function noteBoot(boot: string): void {
  writeStored(boot, { boot_id: readBootId() });
}

/** Dependencies of the starts. */
export interface HostStarts {
  readonly places: Places;
  readonly timers: Timers;
  /** The machines, in the order in which they start. */
  readonly due: readonly MachineRecord[];
  /** Starts one, unless a command has come first. */
  readonly start: (machine: MachineRecord) => DriverAnswer<unknown>;
  /** Receives what became of each. */
  readonly onStart: (start: HostStart) => void;
  /** Ends the starts; what is left is due again at the next start of the agent. */
  readonly signal: AbortSignal;
}

/** Starts the machines, and notes that it is done. */
export async function startAfterHost(starts: HostStarts): Promise<void> {
  const { places, timers, due, signal } = starts;
  const over = new AbortController();
  const cancel = timers.after(TRIED_MS_MAX, () => over.abort());
  try {
    let waiting = due;
    for (;;) {
      const left = await startEach(starts, waiting, over.signal);
      if (signal.aborted) return;
      if (left.length === 0) break;
      waiting = left;
      await wait({
        timers,
        delayMs: AGAIN_MS,
        signals: over.signal.aborted ? [signal] : [signal, over.signal],
      });
    }
    noteBoot(places.boot);
  } finally {
    cancel();
  }
}

/**
 * Starts machines, each after those that come before it. One whose start may pass is not over: what
 * comes after it waits as well.
 * @returns the machines to try again, in the same order
 */
async function startEach(
  { start, onStart, signal }: HostStarts,
  machines: readonly MachineRecord[],
  over: AbortSignal,
): Promise<readonly MachineRecord[]> {
  const earlier = earlierStarts(machines);
  const waiting = new Set<MachineRecord>(machines);
  const left = new Set<string>(machines.map(({ vm_id }) => vm_id));
  const running = new Set<Promise<void>>();

  async function startOne(machine: MachineRecord): Promise<void> {
    const started = await start(machine);
    const { vm_id } = machine;
    const problem = started.ok ? undefined : lastOf(started.error, over);
    onStart({ vm_id, ...(problem === undefined ? {} : { problem }) });
    if (problem?.next !== 'retry') left.delete(vm_id);
  }

  function findReady(): MachineRecord | undefined {
    if (signal.aborted || running.size >= STARTS_AT_ONCE) return undefined;
    const isOver = (id: string) => !left.has(id);
    return [...waiting].find(({ vm_id }) => earlier.get(vm_id)?.every(isOver) ?? true);
  }

  for (;;) {
    const next = findReady();
    if (next !== undefined) {
      waiting.delete(next);
      const run: Promise<void> = startOne(next).finally(() => running.delete(run));
      running.add(run);
    } else if (running.size > 0) await Promise.race(running);
    else break;
  }
  return machines.filter(({ vm_id }) => left.has(vm_id));
}

/** After the time for all tries, no problem is one that may pass, but the wait for a server. */
function lastOf(problem: DriverProblem, over: AbortSignal): DriverProblem {
  return over.aborted && problem.until === undefined ? { ...problem, next: 'final' } : problem;
}
