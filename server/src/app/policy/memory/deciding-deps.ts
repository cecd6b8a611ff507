import type { PolicyDeps } from '../deps.ts';
import type { DecisionMemory } from './decision-memory.ts';

/** Dependencies of policy decisions. */
export interface DecidingDeps extends PolicyDeps {
  /** Recent questions and answers. */
  readonly decisions: DecisionMemory;
}
