/** A model that was trained, and what is known about it. */
import type { BoostedTrees, BoostingSettings } from './boosted-trees.ts';
import type { FeatureProfile } from './drift.ts';
import type { LearnedRules, RuleName } from './simple-rules.ts';
import type { Table } from './table.ts';

/** What to train. */
export interface TrainingRequest {
  readonly table: Table;
  /** Settings to choose from; a single row is used without cross-validation. */
  readonly grid?: readonly BoostingSettings[] | undefined;
  /**
   * `time`: rows follow each other in time, so models are only tested on later rows than those
   * that they learned from; `none`: any row may be held back.
   */
  readonly order: 'time' | 'none';
  /** Rows left out between those to learn from and those to test with: the horizon. Default: 0. */
  readonly gapRows?: number;
  /** Value of the target above which an alarm is right; absent: none is measured. */
  readonly alarmAbove?: number | undefined;
}

/** Errors of predictions of held-back rows. */
export interface Scores {
  /** Mean absolute error, in the unit of the target. */
  readonly mae: number;
  /** Share of the variance that is explained; below 0 it is worse than the mean. */
  readonly r2: number;
}

/** A simple rule that a model has to beat. */
export interface RuleScores extends Scores {
  readonly rule: RuleName;
}

/** A held-back row, or the means of several. */
export interface Pair {
  readonly actual: number;
  readonly predicted: number;
}

/** Predictions as alarms: one is raised where the prediction is above a value. */
export interface AlarmScores {
  readonly above: number;
  /** Share of rows whose target is above it. */
  readonly share: number;
  /** Null where no alarm was raised, or none was right to raise. */
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
  /** Area under the ROC curve; null where all rows are on one side. */
  readonly auc: number | null;
}

/** How a model was measured. */
export interface Evaluation {
  readonly rowsTrained: number;
  /** Rows that took no part in training and in the choice of settings. */
  readonly rowsHeldBack: number;
  readonly model: Scores;
  /** The best rule first. */
  readonly rules: readonly RuleScores[];
  /**
   * By how much the error of the model is below that of the best rule: estimate and the lower end
   * of a one-sided interval of 99 %. Unit: share of the error of the rule.
   */
  readonly improvement: { readonly estimate: number; readonly lower: number };
  /** Whether the model is better than the best rule beyond chance. Otherwise, use the rule. */
  readonly isBetter: boolean;
  /** Settings with their error in cross-validation, the best first; NaN if there was no choice. */
  readonly settings: readonly (BoostingSettings & { readonly mae: number })[];
  /** Share of the explained variance that splits by each feature contribute, the largest first. */
  readonly importance: readonly { readonly feature: string; readonly share: number }[];
  /** Some held-back rows, in their order. */
  readonly pairs: readonly Pair[];
  /** Means of tenths of the held-back rows, by ascending prediction. */
  readonly calibration: readonly Pair[];
  readonly robustness: {
    /** Error with normal noise of a tenth of the spread of each feature. */
    readonly noisyMae: number;
    /** Error with a fifth of the values missing. */
    readonly missingMae: number;
  };
  readonly alarm?: AlarmScores | undefined;
}

/** A model for {@link Table}s with the same features. */
export interface TrainedModel {
  readonly features: readonly string[];
  readonly trees: BoostedTrees;
  readonly evaluation: Evaluation;
  /** What it has to stay better than. */
  readonly rules: LearnedRules;
  /** Distribution of features and target, to notice when they differ later. */
  readonly profile: readonly FeatureProfile[];
}
