/** The words of simulated days. */
import type { CostReport } from '@novacron/contract/cost/cost-operations';
import type { OperationName } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';
import type { World } from '../world/open-world.ts';
import type { Book } from './book.ts';

/** A hand that changes things, and by what. */
export interface Hand {
  readonly side: Side;
  readonly name: string;
  readonly client: 'terraform' | 'cli' | 'rest' | 'dashboard';
}

/** Dependencies of the actions. */
export interface Days {
  readonly world: World;
  readonly book: Book;
  /** Changes that went through so far. */
  readonly changes: Readonly<Record<Side, number>>;
  /** Counts a change that went through. */
  readonly note: (side: Side) => void;
  /** Calls as an actor; a refusal is an answer like others. */
  readonly call: (
    hand: Hand,
    name: OperationName,
    input: Readonly<Record<string, unknown>>,
  ) => Promise<Result<Readonly<Record<string, unknown>>, Problem>>;
  /** The same, and waits for its operation. @returns whether all of it was done */
  readonly finish: (
    hand: Hand,
    name: OperationName,
    input: Readonly<Record<string, unknown>>,
  ) => Promise<Readonly<Record<string, unknown>> | undefined>;
  /** Lets time pass with all that happens in it. */
  readonly pass: (durationMs: number) => Promise<void>;
}

/** Sources of changes; `nodes`: a person on a node itself, or the guest. */
export type Side = 'terraform' | 'platform' | 'people' | 'nodes';

/** Accuracy of drift reports. */
export interface DriftAccuracy {
  readonly seed: string;
  readonly days: number;
  /** Changes that went through, by who made them. */
  readonly changes: Readonly<Record<Side, number>>;
  readonly reports: number;
  readonly injected: number;
  readonly undone: number;
  readonly found: number;
  readonly wrong: readonly string[];
  readonly missed: readonly string[];
  readonly unexplained: readonly string[];
  /** Found among all that was reported, and among all that was injected. 0 to 1. */
  readonly precision: number;
  readonly recall: number;
  /** What the days have cost, by tenant. */
  readonly costs: CostReport;
  /** Hash of the whole trace: equal for equal seeds. */
  readonly hash: string;
}
