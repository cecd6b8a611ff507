/** A trained model: a network, and what is known about it. */
import type { ActionName, FeatureName } from './decision.ts';

/** A step of the calibration: margins from `margin` on were confirmed this often. */
export interface CalibrationStep {
  /** Value of the chosen action less that of the alternative, in rewards. */
  readonly margin: number;
  /** Share of the decisions of the validation that the oracle confirmed, 0 to 1. */
  readonly rate: number;
}

/** Data; to be stored. */
export interface DecisionModel {
  readonly features: readonly FeatureName[];
  readonly actions: readonly ActionName[];
  /** Widths of the layers, that of the inputs first. */
  readonly widths: readonly number[];
  readonly parameters: Float64Array;
  /** Mean of each feature in training, in its own unit. */
  readonly usual: readonly number[];
  /** How often training has tried each action. */
  readonly tried: readonly number[];
  /** Ascending by margin, and by rate; empty: not calibrated, so no decision is confident. */
  readonly calibration: readonly CalibrationStep[];
  /** Whether it cost less than the best of our rules beyond chance, on days not learned from. */
  readonly isProven: boolean;
  readonly seed: string;
  readonly episodes: number;
}
