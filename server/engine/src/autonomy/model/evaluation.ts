/** What a model would have decided where decisions are recorded, and what that would have cost. */
import type { AutonomousDecision } from '@novacron/contract/autonomy/autonomous-decision';
import type { Improvement } from '../../training/rules/compare-errors.ts';

/** What is used of a recorded decision. */
export type RecordedDecision = Pick<
  AutonomousDecision,
  | 'id'
  | 'at'
  | 'size_from'
  | 'size_to'
  | 'size_rules'
  | 'state'
  | 'absent'
  | 'forbidden'
  | 'limits'
  | 'outcome'
>;

/** Why a record says nothing about other sizes. */
export type LeftOut = 'repeated' | 'unmeasured' | 'saturated';

/** What sizes would have cost in hindsight, over all records used. */
export interface SizeTotals {
  /** Unit: VM-hours. */
  readonly cost: number;
  /** Steps with more than 85 % CPU usage. */
  readonly misses: number;
  /** Cost, with two VM-hours for each miss. */
  readonly total: number;
}

/** How far the total of the model is below another. Unit: shares of the other. */
export interface Gain extends Improvement {
  /** Upper end of the interval: below 0, the model is dearer beyond chance. */
  readonly upper: number;
}

/** The evaluation of a model. */
export interface Evaluation {
  /** Number of records that it is based on. */
  readonly used: number;
  readonly leftOut: Readonly<Record<LeftOut, number>>;
  /** Records for which the model decides another size. */
  readonly changed: number;
  readonly model: SizeTotals;
  /** What was decided. */
  readonly decided: SizeTotals;
  /** What the groups' own rules recommended. */
  readonly rules: SizeTotals;
  readonly overDecided: Gain;
  readonly overRules: Gain;
  /** Whether the model would have cost more than what was decided. */
  readonly isWorse: boolean;
}
