/** The keys that a store is sealed with: which it needs, and resealing. */
import type { Problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';
import type { Change } from './store.ts';

/** A key of the store or of this server. */
export interface SealingKeyState {
  readonly id: string;
  /**
   * `seals`: what is written now is sealed with it; `needed`: there may be values that only it
   * opens; `not-needed`: it may be taken away.
   */
  readonly state: 'seals' | 'needed' | 'not-needed';
  /** Whether this server has it. */
  readonly presence: 'here' | 'missing';
  readonly registeredAtMs: number | null;
  /** Location of the key on the first server that had it; empty if unknown. */
  readonly place: string;
  /** Rows that were resealed with it, and tables in which there may be more to do. */
  readonly rowsSealed: number;
  readonly tablesLeft: readonly string[];
}

/** The result of one round of resealing. */
export interface ResealRound {
  readonly kind: 'more' | 'done';
  readonly table: string;
  /** Rows that were resealed. */
  readonly rows: number;
  /** Rows of which a value does not open; they are left as they are. */
  readonly damaged: readonly string[];
}

/** Looks after the seals of one server's store. */
export interface Sealing {
  /**
   * Follows what other servers have done: seals with the store's latest key from now on.
   * Problems: `unavailable` when that key is not one of this server's.
   */
  readonly follow: () => Promise<Result<void, Problem>>;
  /** Returns the time when the current sealing key was registered. */
  readonly sealsSinceMs: () => number;
  /**
   * Reseals some rows that are plain or sealed with an earlier key, and records its progress in
   * the same commit. At the end the store needs the earlier keys no more.
   * Problems: those of the store, and of `guard`, which is committed with everything.
   */
  readonly resealSome: (guard: Change) => Promise<Result<ResealRound, Problem>>;
  readonly list: () => Promise<readonly SealingKeyState[]>;
}
