/** The processes of the host with their command lines: proc(5). */
import { readdirSync, readFileSync } from 'node:fs';

/** A process, as it was a moment ago. */
export interface HostProcess {
  readonly pid: number;
  /** Its program and arguments; empty where it has ended, or may not be looked at. */
  readonly words: readonly string[];
}

/** Lists them all. */
export function listProcesses(): readonly HostProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ pid: Number(name), words: wordsOf(name) }));
}

function wordsOf(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    // It has ended, or belongs to another user.
    return [];
  }
}
