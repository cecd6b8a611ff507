import type { PolicyDeps } from '../deps.ts';
import type { DecisionMemory } from './decision-memory.ts';

/** What policy decisions need. */
export interface DecidingDeps extends PolicyDeps {
  /** Recent questions and answers. */
  readonly decisions: DecisionMemory;
}
