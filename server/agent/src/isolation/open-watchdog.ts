/**
 * The watchdog of the host: the kernel resets the host when nothing was written to it for its time.
 * Source: Documentation/watchdog/watchdog-api.rst of Linux.
 */
import { closeSync, openSync, readFileSync, realpathSync, writeSync } from 'node:fs';
import { basename } from 'node:path';

/** An open watchdog. */
export interface Watchdog {
  /** The host is reset so long after the last write. Unit: ms. */
  readonly timeoutMs: number;
  readonly pet: () => void;
  /** Stops it: the host is not reset. */
  readonly release: () => void;
}

/** Directory in which the kernel describes watchdogs. */
const SYSTEM_DIR = '/sys/class/watchdog';

const MS_PER_S = 1_000;

/** The time of a watchdog. @throws where the device is none, or cannot be stopped again */
export function readWatchdogMs(path: string, systemDir = SYSTEM_DIR): number {
  const name = basename(realpathSync(path));
  // The first one has a second name, from times in which there was only one.
  const directory = `${systemDir}/${name === 'watchdog' ? 'watchdog0' : name}`;
  const timeoutS = Number(readFileSync(`${directory}/timeout`, 'utf8'));
  if (!(timeoutS > 0)) throw new Error(`${directory}/timeout says ${timeoutS} s`);
  if (readFileSync(`${directory}/nowayout`, 'utf8').trim() !== '0') {
    throw new Error(
      `${path} cannot be stopped once it runs (nowayout): stops of the agent would reset the host`,
    );
  }
  return timeoutS * MS_PER_S;
}

/** Opens it, which starts it. @throws where another program has it, or it cannot be used */
export function openWatchdog(path: string, systemDir = SYSTEM_DIR): Watchdog {
  const timeoutMs = readWatchdogMs(path, systemDir);
  const file = openSync(path, 'w');
  return {
    timeoutMs,
    pet: () => void writeSync(file, '.'),
    release: () => {
      // The kernel takes this letter for a stop on purpose.
      writeSync(file, 'V');
      closeSync(file);
    },
  };
}
