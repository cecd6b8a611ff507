/** What is kept of decisions between one and the next: types only, no ports. */
import type { PolicyInput } from '@novacron/contract/policy';
import type { DecisionMoment } from '@novacron/contract/policy-decision';
import type { AdmissionDecision } from '@novacron/engine/policy/model';
import type { CallContext } from '../../kernel/context/call-context.ts';
import type { SteeringMemory } from '../../rows/stored-policies.ts';
import type { DecisionCache } from './decision-cache.ts';
import type { KnownDecisions } from './decision-memo.ts';
import type { Askable, PolicyMemory } from './read-deciding.ts';

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

/** What all questions of one request are decided by. */
export interface ReadByRequest {
  readonly policies: Promise<readonly Askable[]>;
  /** Whether there are exceptions to look for; asked when the first refusal may need one. */
  hasWaivers?: Promise<boolean>;
}

/** What a server remembers of its policies between one decision and the next. */
export interface DecisionKeeping {
  readonly memory: PolicyMemory;
  /** Orchestration policies that were looked at already. */
  readonly steering: SteeringMemory;
  /** By the request that reads them to ask, not to write; its questions share them. */
  readonly ofRequest: WeakMap<AbortSignal, ReadByRequest>;
  readonly cache: DecisionCache;
  readonly known: KnownDecisions;
  readonly log: DecisionLog;
}
