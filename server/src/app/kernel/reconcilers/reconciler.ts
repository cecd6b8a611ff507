/**
 * A reconciler: work without input that reads the stored rows and changes those that are not as
 * desired. It is idempotent and does a bounded amount in each round. Source of the idea: the
 * controllers of Kubernetes.
 */
import type { Change } from '../../../ports/store.ts';

/** Names of the leases under which reconcilers run. */
export type ReconcilerLease = 'reconcilers' | 'optimizer';

/** Limits of one round. */
export interface ReconcilerBudget {
  /** False once the server stops or the lease is lost: the round ends at its next step. */
  readonly mayContinue: () => boolean;
  /** Whether this server holds the lease now. */
  readonly holdsLease: () => boolean;
  /** The progress of the work under the lease, as its last holder noted it. */
  readonly progress: () => number;
  /** Notes the progress; stored with the next renewal of the lease. */
  readonly noteProgress: (progress: number) => void;
  /** Makes a change set fail once another server has taken the lease over. */
  readonly guard: () => Change;
}

/** Outcome of a round. */
export interface ReconcilerRound {
  /** Time until the next round, in milliseconds; `everyMs` unless set. */
  readonly nextMs?: number;
}

/** One row of the table of reconcilers. */
export interface Reconciler {
  /** In kebab-case, such as `reservation-expiry`. */
  readonly name: string;
  /** Description, as shown by `novacron admin reconciler list`. */
  readonly summary: string;
  /** From the end of a round to the start of the next one, in milliseconds. */
  readonly everyMs: number;
  /** Time until the first round, in milliseconds; `everyMs` unless set. */
  readonly firstMs?: number;
  /** The lease that a server must hold. */
  readonly lease: ReconcilerLease;
  /** `runs`: rounds take place without the lease, too, and ask `holdsLease` before they write. */
  readonly standby?: 'runs';
  /** `lease-gained`: a round also runs as soon as this server holds the lease. */
  readonly wakesOn?: readonly 'lease-gained'[];
  /**
   * Time from a wake to the round, in milliseconds: what happens within it is handled together.
   * Default: 0.
   */
  readonly wakesAfterMs?: number;
  readonly run: (budget: ReconcilerBudget) => Promise<ReconcilerRound | undefined>;
  /**
   * Subscribes to what starts work between rounds; returns how to unsubscribe.
   * @param wake - starts a round at once, or after the one that runs
   */
  readonly subscribe?: (budget: ReconcilerBudget, wake: () => void) => () => void;
}
