/** HashiCorp Vault, or OpenBao, as a port: it keeps values of secrets instead of the store. */
import type { VaultSource } from '@novacron/contract/access/secret';
import type { Result } from '@novacron/contract/result';

/** A value, and the version of its entry. */
export interface VaultValue {
  readonly value: string;
  readonly version: number;
}

/** Reason for a missing value. */
export interface VaultFault {
  /** Explanation of the fault, in words that follow "Vault". */
  readonly words: string;
  /** `retry`: it may pass by itself. */
  readonly next: 'final' | 'retry';
}

/** A value that is asked for. */
export interface VaultQuestion extends VaultSource {
  /** Each tenant has a part of its own, and no path leads out of it. */
  readonly tenantId: string;
}

/** Reads values. */
export interface Vault {
  /** @returns the value of one version of an entry: the newest one where none is named */
  readonly read: (question: VaultQuestion) => Promise<Result<VaultValue, VaultFault>>;
}
