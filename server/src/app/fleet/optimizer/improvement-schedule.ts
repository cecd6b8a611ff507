/** The settings of automatic improvements. */
import type { ImprovementTimes } from '@novacron/engine/placement/optimizer/is-improvement-due';

/** Schedule of an improvement: its goal, interval and limits. */
export interface ImprovementSchedule extends ImprovementTimes {
  readonly goal: 'rebalance' | 'consolidate' | 'defragment' | 'reduce_cost';
  readonly movesMax: number;
  /** `report`: only publishes an event with the plan. */
  readonly mode: 'apply' | 'report';
}
