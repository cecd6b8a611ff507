/** What an inspection of a node found, what is known of it, and what shall be removed there. */
import type { Machine } from '@novacron/contract/agent/agent';
import type { VmId } from '@novacron/contract/ids';

/** What the store knows of a VM whose machine was found. */
export interface KnownVm {
  /** `exists`: it has a row; `gone`: it had one; `never`: this store has not heard of it. */
  readonly life: 'exists' | 'gone' | 'never';
  /** Generation of its row; where that is gone, one above all commands that it ever had. */
  readonly generation: number;
  /** Names of the nodes where it holds room: all those where it may be. */
  readonly places: readonly string[];
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

/** `left-behind`: an end of a move; `orphan`: its VM was deleted. */
export type Leftover = 'left-behind' | 'orphan';

/** `stranger`: of a VM that this store never knew; `second-copy`: it may be the living one. */
export type Doubt = 'stranger' | 'second-copy';

/** What a machine is to its node. */
export type Verdict =
  | { readonly kind: 'kept' }
  | { readonly kind: 'removed'; readonly why: Leftover }
  | { readonly kind: 'doubted'; readonly why: Doubt };

/** A machine to remove. */
export interface Removal {
  readonly vmId: VmId;
  /** As the machine was called; a VM that is gone has no other name. */
  readonly name: string;
  readonly was: Machine['status'];
  /** The command's: the agent refuses it once anything newer was asked of it. */
  readonly generation: number;
  readonly why: Leftover;
}

/** What to do on the node. */
export interface CleanupPlan {
  readonly node: string;
  readonly removals: readonly Removal[];
  /** Left alone, for a person to look at. */
  readonly doubts: readonly { readonly vmId: VmId; readonly name: string; readonly why: Doubt }[];
  /** Leftovers beyond the bound of one round. */
  readonly postponed: number;
}
