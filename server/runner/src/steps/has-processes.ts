/** Whether a user has processes on this host. */
import { readdirSync, readFileSync } from 'node:fs';

/** Looks through all processes; zombies, which only wait to be reaped, do not count. */
export function hasProcesses(uid: number): boolean {
  return readdirSync('/proc').some((name) => /^\d+$/.test(name) && isOf(name, uid));
}

function isOf(process: string, uid: number): boolean {
  try {
    const status = readFileSync(`/proc/${process}/status`, 'utf8');
    return !/^State:\s+Z/m.test(status) && new RegExp(`^Uid:\\s+${uid}\\s`, 'm').test(status);
  } catch {
    // It has ended meanwhile.
    return false;
  }
}
