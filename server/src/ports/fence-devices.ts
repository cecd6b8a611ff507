/** Fence devices: the management controllers that switch the power of nodes. */
import type { Result } from '@novacron/contract/result';
import type { StorageFences } from './storage-fences.ts';

/** How a controller is spoken to. */
export type FenceDeviceKind = 'ipmi' | 'redfish';

/** The controller of one node, without what is secret. */
export interface FenceDevice {
  /** Name of the node whose power it switches. */
  readonly node: string;
  readonly kind: FenceDeviceKind;
  /** For people. */
  readonly address: string;
  /** `compare`: it has to be the controller of the machine that the node's agent has announced. */
  readonly identity: 'compare' | 'unchecked';
}

/** What a controller says of its machine. */
export interface PowerReading {
  readonly power: 'on' | 'off';
  /** UUID of the machine, as SMBIOS has it; null where the controller does not say. */
  readonly uuid: string | null;
  /**
   * Why the power could not be switched off, as far as the controller says without doing it: a
   * clause that goes on after the address. Absent where it could.
   */
  readonly obstacle?: string;
}

/**
 * The fence devices of the fleet, by the names of their nodes. A fault is a clause that goes on
 * after the address.
 */
export interface FenceDevices {
  /** How long a node is silent before it is switched off by itself; undefined: never. Unit: ms. */
  readonly automaticAfterMs: number | undefined;
  readonly list: () => readonly FenceDevice[];
  readonly read: (node: string) => Promise<Result<PowerReading, string>>;
  /** Asks for power off, at once; the power is off only when a reading says so. */
  readonly powerOff: (node: string) => Promise<Result<void, string>>;
  /** The next level, where it is configured. */
  readonly storages?: StorageFences | undefined;
}
