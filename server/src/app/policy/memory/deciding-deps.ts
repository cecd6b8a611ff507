import type { PolicyDeps } from '../deps.ts';
import type { DecisionMemory } from './decision-memory.ts';

/** What policy decisions need. */
export interface DecidingDeps extends PolicyDeps {
  /** Recent questions and answers; undefined where decisions are neither logged nor cached. */
  readonly decisions: DecisionMemory | undefined;
}
