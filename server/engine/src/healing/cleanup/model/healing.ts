/**
 * Types of healing: what an inspection found on a node, what the store knows, and what to remove.
 */
import type { Machine } from '@novacron/contract/agent/machine';
import type { VmId } from '@novacron/contract/ids';

/** Stored knowledge about the VM of a discovered machine. */
export interface KnownVm {
  /** `exists`: it has a row; `gone`: it had one; `never`: it is unknown to this store. */
  readonly life: 'exists' | 'gone' | 'never';
  /** Generation of its row; for a deleted row, one above all commands that it ever had. */
  readonly generation: number;
  /** Names of the nodes where it has allocations: all those where it may be. */
  readonly places: readonly string[];
  /** Names of the nodes that it was recovered from while they were dead. */
  readonly recoveredFrom: readonly string[];
  /** Nodes where a root disk of it was left, because it got a new one elsewhere. */
  readonly recreatedFrom: readonly string[];
  /** Those of them where its disks have what was written since it was restored elsewhere. */
  readonly restoredFrom?: readonly string[];
  /** `yes`: an operation that has not ended may work on it. */
  readonly inFlight: 'yes' | 'no';
}

/** One node as it was inspected, with what was known afterwards. */
export interface CleanupInput {
  readonly node: string;
  /** Everything on the node. Never the result of an inspection that failed. */
  readonly machines: readonly Machine[];
  readonly vms: ReadonlyMap<VmId, KnownVm>;
}

/** `left-behind`: an end of a move; `orphan`: of a deleted VM; `superseded`: of a recovered one. */
export type Leftover = 'left-behind' | 'orphan' | 'superseded';

/** `stranger`: of a VM that is unknown to this store; `second-copy`: it may be the running one. */
export type Doubt = 'stranger' | 'second-copy';

/** The classification of a machine. */
export type Verdict =
  | { readonly kind: 'kept' }
  | { readonly kind: 'removed'; readonly why: Leftover }
  | { readonly kind: 'doubted'; readonly why: Doubt };

/** A machine to remove. */
export interface Removal {
  readonly vmId: VmId;
  /** The name of the machine; a deleted VM has no other name. */
  readonly name: string;
  readonly was: Machine['status'];
  /** Generation of the command: the agent rejects it after any newer command. */
  readonly generation: number;
  readonly why: Leftover;
  /**
   * `delete`: its root disk is that of nothing else; `keep`: the VM may run from it elsewhere;
   * `keep-newer`: the VM was restored from older content, so that people decide about it.
   */
  readonly disk: 'keep' | 'delete' | 'keep-newer';
}

/** Cleanup actions for a node. */
export interface CleanupPlan {
  readonly node: string;
  readonly removals: readonly Removal[];
  /** Left in place for a person to check. */
  readonly doubts: readonly { readonly vmId: VmId; readonly name: string; readonly why: Doubt }[];
  /** Leftovers beyond the limit of one round. */
  readonly postponed: number;
}
