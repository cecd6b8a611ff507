/**
 * Kills the processes of guests that the agent has named, by what the kernel says of them: /proc is
 * in memory. Without schemas, for the process of heartbeats.
 */
import { readdirSync, readFileSync } from 'node:fs';
import type { KilledVms } from './isolation-guard.ts';

/** A process of a guest. */
export interface GuestProcess {
  readonly vm_id: string;
  readonly pid: number;
  /** Field 22 of /proc/PID/stat, so that a later process with its number is another one. */
  readonly start_time: string;
}

/** Places of fields behind the name of the program, from proc(5): field 3 is the first. */
const FIELD = { state: 0, startTime: 19 } as const;

/**
 * Kills those that run.
 * @param processes - of all guests of the node
 */
export function killGuests(
  processes: readonly GuestProcess[],
  vms: ReadonlySet<string>,
  signal: (pid: number) => void = (pid) => process.kill(pid, 'SIGKILL'),
): KilledVms {
  const running = processes.filter((each) => vms.has(each.vm_id) && runs(each));
  for (const { pid } of running) {
    try {
      signal(pid);
    } catch {
      // It has ended by itself, or may not be killed: then it still runs.
    }
  }
  const alive = running.filter(runs);
  return { killed: idsOf(running), alive: idsOf(alive) };
}

function idsOf(processes: readonly GuestProcess[]): readonly string[] {
  return [...new Set(processes.map(({ vm_id }) => vm_id))];
}

/** A process is over when its last thread is: one that waits for a disk still writes to it. */
function runs({ pid, start_time }: GuestProcess): boolean {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name stands between parentheses and may contain some itself.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    if (fields[FIELD.startTime] !== start_time) return false;
    if (fields[FIELD.state] !== 'Z' && fields[FIELD.state] !== 'X') return true;
    return readdirSync(`/proc/${pid}/task`).length > 1;
  } catch {
    // No such process.
    return false;
  }
}
