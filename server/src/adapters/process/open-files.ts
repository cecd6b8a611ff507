/** Returns the maximum number of files and connections that this process may have open. */
import { readFileSync } from 'node:fs';

/** Open files of a server besides connections: store, threads, agents, database, bus. */
const OWN_FILES = 256;

/** A small limit is shared: as much for connections as for everything else. */
const SHARE = 0.5;

/** The soft limit of open files; undefined where it is not known or there is none. */
export function readOpenFilesMax(): number | undefined {
  try {
    return parseLimits(readFileSync('/proc/self/limits', 'utf8'));
  } catch {
    return undefined;
  }
}

/** Reads the line of /proc/PID/limits (proc_pid_limits(5)). */
function parseLimits(text: string): number | undefined {
  const soft = /^Max open files\s+(\d+|unlimited)/m.exec(text)?.[1];
  return soft === undefined || soft === 'unlimited' ? undefined : Number(soft);
}

/**
 * The connections that leave enough files for everything else.
 * @param wanted - the configured maximum
 */
export function connectionsWithin(wanted: number, openFilesMax: number | undefined): number {
  if (openFilesMax === undefined) return wanted;
  const room = Math.max(openFilesMax - OWN_FILES, Math.floor(openFilesMax * SHARE));
  return Math.min(wanted, room);
}
