/** The port to what a host says of its own health: disks, arrays, memory. */

import type { DriverIoError, DriverStorageRoom, DriverStorageTrouble } from '../drivers/driver.ts';

/** Health that a disk reports. */
export interface DiskHealth {
  /** Such as `sda` or `nvme0n1`. */
  readonly device: string;
  /** Null where it does not say. */
  readonly model: string | null;
  /** `failing`: it expects to fail; `unknown`: it says nothing; `silent`: it does not answer. */
  readonly state: 'sound' | 'failing' | 'unknown' | 'silent';
  /** Sectors that could not be read: pending ones, and those that no test could read. */
  readonly unreadableSectors: number;
  /** Further things that it warns of, for people. */
  readonly warnings: readonly string[];
}

/** An array of disks that the kernel of the host runs. */
export interface RaidArray {
  readonly name: string;
  readonly level: string;
  readonly disksWanted: number;
  readonly disksWorking: number;
  /** Repair in progress, such as `recovery = 12.6%`; null: none. */
  readonly repair: string | null;
}

/** Errors of memory modules that a memory controller has counted since the host started. */
export interface MemoryErrors {
  /** Such as `mc0`. */
  readonly controller: string;
  readonly corrected: number;
  readonly uncorrected: number;
}

/** Share of the time in which all tasks of the host waited for memory. Unit: percent. */
export interface MemoryPressure {
  readonly lastMinute: number;
  readonly lastFiveMinutes: number;
}

/** Everything that is known of a host. What is absent was not read, or is not there. */
export interface HostReading {
  readonly disks?: readonly DiskHealth[];
  readonly arrays?: readonly RaidArray[];
  readonly memory?: readonly MemoryErrors[];
  readonly pressure?: MemoryPressure;
  readonly ioErrors?: readonly DriverIoError[];
  /** Storages that cannot be used now. */
  readonly storagesAway?: readonly DriverStorageTrouble[];
  /** Free space of the storages. */
  readonly storageRoom?: readonly DriverStorageRoom[];
}

/** One source of it. */
export interface SignalSource {
  /** For the log. */
  readonly name: string;
  /** The shortest time between two readings. Unit: ms. */
  readonly everyMs: number;
  /**
   * Reads it; rejects where it cannot be read. It may take any time: it is not read again before it
   * has ended.
   */
  readonly read: () => Promise<HostReading>;
}
