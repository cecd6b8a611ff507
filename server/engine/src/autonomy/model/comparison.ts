/** What a model and others achieved on the same days. */
import type { Improvement } from '../../training/rules/compare-errors.ts';

/** One way to decide, over all days. */
export interface ControllerTotals {
  readonly name: 'nothing' | 'scaling-and-optimizer' | 'simple-rule' | 'model' | 'oracle';
  /** Unit: VM-hours. */
  readonly cost: number;
  /** Steps of five minutes in which requests waited too long. */
  readonly misses: number;
  /** Cost, with two VM-hours for each miss. */
  readonly total: number;
}

/** How decisions compare with those of the oracle. */
export interface Agreement {
  /** Decisions in which the oracle gains more than 1 % of the cost over waiting. */
  readonly important: number;
  /** Share of them in which the model is as good as the oracle, within 1 % of the cost. */
  readonly agreed: number;
  /** Decisions to do something. */
  readonly active: number;
  /** Share of them that turn out no worse than waiting, within 1 % of the cost. */
  readonly successful: number;
  /** Mean difference between confidence and confirmed decisions, weighted by their number. */
  readonly calibrationError: number;
}

/** A comparison. */
export interface Comparison {
  readonly days: number;
  /** In this order: nothing, scaling and optimizer, simple rule, model, oracle. */
  readonly controllers: readonly ControllerTotals[];
  /** Cost of the model below that of scaling and optimizer. Unit: share. */
  readonly saving: number;
  /** Whether the model has at most as many misses as scaling and optimizer. */
  readonly isSloKept: boolean;
  /** Total of the model above that of doing nothing on its worst day. Unit: share. */
  readonly worstDay: number;
  readonly agreement: Agreement;
  /** Total of the model below that of the rule that is hardest to beat. */
  readonly improvement: Improvement;
  /** Whether that is beyond chance: only then the model may act. */
  readonly isBetter: boolean;
}
