/** What a server is told about improvements that nobody asks for. */
import type { ImprovementTimes } from '@novacron/engine/optimizer/is-improvement-due';

/** What is done, how often and within which limits. */
export interface ImprovementSchedule extends ImprovementTimes {
  readonly goal: 'rebalance' | 'consolidate' | 'defragment';
  readonly movesMax: number;
  /** `report`: only an event tells what would be done. */
  readonly mode: 'apply' | 'report';
}
