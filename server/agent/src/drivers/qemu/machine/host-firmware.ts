/** The UEFI firmware that a host has for its machines. */
import type { MachineFirmware } from '@novacron/contract/agent/machine';

/** The files of one kind, and their sizes: both ends of a migration have the same. Unit: bytes. */
export interface UefiFiles {
  readonly code: string;
  readonly codeBytes: number;
  /** Variables of a new machine; with Secure Boot those with the keys of Microsoft. */
  readonly varsTemplate: string;
  readonly varsBytes: number;
}

/** Firmware of a host; an absent kind cannot be used. */
export type HostFirmware = Readonly<Partial<Record<MachineFirmware, UefiFiles>>>;
