/** Fence devices: the management controllers that switch the power of nodes. */
import type { Result } from '@novacron/contract/result';
import type { StorageFences } from './storage-fences.ts';

/** Protocol of a controller. */
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

/** Power state that a controller reports for its machine. */
export interface PowerReading {
  readonly power: 'on' | 'off';
  /** UUID of the machine, as SMBIOS has it; null where the controller does not say. */
  readonly uuid: string | null;
  /**
   * Reason why the power could not be switched off, as far as the controller reports it without
   * trying: a clause that follows the address. Absent if it could.
   */
  readonly obstacle?: string;
}

/**
 * The fence devices of the fleet, by the names of their nodes. A fault is a clause that goes on
 * after the address.
 */
export interface FenceDevices {
  /** Silence after which a node is switched off automatically; undefined: never. Unit: ms. */
  readonly automaticAfterMs: number | undefined;
  readonly list: () => readonly FenceDevice[];
  readonly read: (node: string) => Promise<Result<PowerReading, string>>;
  /** Asks for power off, at once; the power is off only when a reading says so. */
  readonly powerOff: (node: string) => Promise<Result<void, string>>;
  /** The next level, where it is configured. */
  readonly storages?: StorageFences | undefined;
}
