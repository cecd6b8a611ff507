/** A trial (A/B test) of two versions, of which each acts for some units. */
import type { Verdict } from './comparison.ts';

/** Version that acts for a unit. */
export type TrialArm = 'champion' | 'challenger';

/** A trial, as it was declared before it began. */
export interface TrialDesign {
  /** `time_block`: the version changes for all; `vm_group`: it never changes for a group. */
  readonly unit: 'time_block' | 'vm_group';
  /** Share of the units for which the challenger acts. Above 0, below 1. */
  readonly share: number;
  readonly seed: number;
  /** Begin of the first block. Unit: seconds since 1970. */
  readonly startS: number;
  /** Length of a block. Unit: seconds. */
  readonly blockS: number;
  /** Blocks after which the trial ends. */
  readonly plannedBlocks: number;
  /** Groups of the trial; empty where time blocks are the units. */
  readonly groupIds: readonly string[];
}

/** What both versions predict for steps of one group, or of all, and what came. */
export interface TrialRows {
  /** Null where time blocks are the units. */
  readonly groupId: string | null;
  /** Time at which each row was predicted. Unit: seconds since 1970. */
  readonly madeS: Float64Array;
  readonly target: Float64Array;
  readonly champion: Float64Array;
  readonly challenger: Float64Array;
}

/** Errors of the units of one arm. */
export interface TrialErrors {
  readonly units: number;
  /** Mean of their mean absolute errors; undefined without units. */
  readonly mae: number | undefined;
}

/** Result up to now. */
export interface TrialPlan {
  /** Blocks whose predictions can all be measured. */
  readonly blocks: number;
  readonly champion: TrialErrors;
  readonly challenger: TrialErrors;
  /** Two-sided; undefined with fewer units than the verdict needs. */
  readonly welchP: number | undefined;
  readonly mannWhitneyP: number | undefined;
  /** Evidence for the challenger, or against it if below 0, and the bound that ends it early. */
  readonly statistic: number;
  readonly bound: number;
  readonly verdict: Verdict;
}
