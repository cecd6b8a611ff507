/** What is kept of decisions between one and the next: types only, no ports. */
import type { PolicyInput } from '@novacron/contract/admission/policy-verdict';
import type { DecisionMoment } from '@novacron/contract/kinds/policy/policy-decision';
import type { AdmissionDecision } from '@novacron/engine/policy/model/policy';
import type { CallContext } from '../../kernel/context/call-context.ts';
import type { SteeringMemory } from '../../rows/stored-policies.ts';
import type { DecisionCache } from './decision-cache.ts';
import type { KnownDecisions } from './decision-memo.ts';
import type { PolicyMemory } from './read-deciding.ts';

/** One decision. */
export interface LoggedDecision {
  readonly moment: DecisionMoment;
  readonly question: PolicyInput;
  readonly decision: Pick<AdmissionDecision, 'allowed' | 'reasons' | 'policies'>;
  readonly policiesCached: number;
  readonly durationMs: number;
  readonly context: CallContext;
}

/** Takes decisions; `stop` writes what it still holds. */
export interface DecisionLog {
  readonly add: (decision: LoggedDecision) => void;
  readonly stop: () => void;
}

/** What a server remembers of its policies between one decision and the next. */
export interface DecisionKeeping {
  readonly memory: PolicyMemory;
  /** Orchestration policies that were looked at already. */
  readonly steering: SteeringMemory;
  readonly cache: DecisionCache;
  readonly known: KnownDecisions;
  readonly log: DecisionLog;
}
