/** States of a process's threads: a stopped or hanging process looks alive otherwise. */
import { readdirSync, readFileSync } from 'node:fs';

/**
 * Reads the state of each thread as the kernel says it, such as `S`: sleeps, `D`: waits for a disk,
 * `T`: stopped by a signal (proc_pid_stat(5)).
 * @returns none where there is no such process, or no such file system
 */
export function readThreadStates(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map((thread) => {
      const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8');
      // The name before it may contain anything.
      return stat.charAt(stat.lastIndexOf(')') + 2);
    });
  } catch {
    return [];
  }
}

/** Whether a signal has stopped it, as `kill -STOP` does: it does nothing until it goes on. */
export function isStopped(pid: number): boolean {
  const states = readThreadStates(pid);
  return states.length > 0 && states.every((state) => state === 'T');
}
