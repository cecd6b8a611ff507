/**
 * Watches files that are replaced while the server runs, such as renewed certificates. It watches
 * their directories, because renewals rename files and, in Kubernetes, swap symbolic links.
 */
import { type FSWatcher, realpathSync, watch } from 'node:fs';
import { dirname } from 'node:path';
import type { Timers } from '@novacron/runtime/timers';

/** Certificate and key are written one after the other. Unit: milliseconds. */
const QUIET_MS = 500;

/** For file systems that report nothing, such as NFS. Unit: milliseconds. */
const RECHECK_MS = 600_000;

/** Options of a watch. */
export interface WatchOptions {
  readonly files: readonly string[];
  readonly timers: Timers;
  /** Called when any of them may have changed. */
  readonly onChange: () => void;
}

/** Begins to watch. @returns what ends it */
export function watchFiles({ files, timers, onChange }: WatchOptions): () => void {
  const watchers = new Map<string, FSWatcher>();
  let cancelQuiet = (): void => undefined;
  let cancelRecheck = (): void => undefined;

  /** Follows the links as they are now. */
  function watchDirectories(): void {
    const wanted = new Set(files.flatMap(directoriesOf));
    for (const [directory, watcher] of watchers) {
      if (wanted.has(directory)) continue;
      watcher.close();
      watchers.delete(directory);
    }
    for (const directory of wanted) {
      if (!watchers.has(directory)) watchDirectory(directory);
    }
  }

  function watchDirectory(directory: string): void {
    try {
      const watcher = watch(directory, { persistent: false }, () => {
        cancelQuiet();
        cancelQuiet = timers.after(QUIET_MS, check);
      });
      watcher.on('error', () => {
        watcher.close();
        watchers.delete(directory);
      });
      watchers.set(directory, watcher);
    } catch {
      // It is looked at again later.
    }
  }

  function check(): void {
    watchDirectories();
    onChange();
  }

  function recheck(): void {
    cancelRecheck = timers.after(RECHECK_MS, () => {
      check();
      recheck();
    });
  }

  watchDirectories();
  recheck();
  return () => {
    cancelQuiet();
    cancelRecheck();
    for (const watcher of watchers.values()) watcher.close();
  };
}

function directoriesOf(file: string): readonly string[] {
  try {
    return [dirname(file), dirname(realpathSync(file))];
  } catch {
    return [dirname(file)];
  }
}
