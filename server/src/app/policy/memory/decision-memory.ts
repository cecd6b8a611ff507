/** Types of the state that a server retains between decisions; no ports. */
import type { PolicyInput } from '@novacron/contract/admission/policy-verdict';
import type { DecisionMoment } from '@novacron/contract/kinds/policy/policy-decision';
import type { AdmissionDecision } from '@novacron/engine/policy/model/policy';
import type { CallContext } from '../../kernel/context/call-context.ts';
import type { SteeringMemory } from '../../rows/stored-policies.ts';
import type { DecisionCache } from './decision-cache.ts';
import type { DecisionMemo } from './decision-memo.ts';
import type { EvaluationBudgets } from './evaluation-budgets.ts';
import type { PreviewMemory } from './preview-memory.ts';
import type { PolicyMemory } from './read-deciding.ts';
import type { MismatchMemory } from './stored-mismatches.ts';

/** One decision. */
export interface LoggedDecision {
  readonly moment: DecisionMoment;
  readonly question: PolicyInput;
  /** Empty for a resource that does not exist yet, and for writes without one. */
  readonly resourceId: string;
  readonly decision: Pick<AdmissionDecision, 'allowed' | 'reasons' | 'policies'>;
  readonly policiesCached: number;
  readonly durationMs: number;
  readonly context: CallContext;
}

/** A log of decisions; `stop` flushes it. */
export interface DecisionLog {
  readonly add: (decision: LoggedDecision) => void;
  readonly stop: () => void;
}

/** A write that a plan has asked about. */
export interface PlannedWrite {
  readonly question: PolicyInput;
  readonly unknownFields: readonly string[];
  readonly context: CallContext;
}

/** Records writes of plans; `stop` writes what waits. */
export interface PlannedWrites {
  readonly add: (write: PlannedWrite) => void;
  readonly stop: () => void;
}

/** State of a server's policies between decisions. */
export interface DecisionMemory {
  readonly memory: PolicyMemory;
  /** Orchestration policies that were verified already. */
  readonly steering: SteeringMemory;
  readonly cache: DecisionCache;
  readonly known: DecisionMemo;
  readonly log: DecisionLog;
  readonly planned: PlannedWrites;
  /** The time that requests may take. */
  readonly budgets: EvaluationBudgets;
  /** The time that scans may take, apart: no request waits for a scan. */
  readonly scanBudgets: EvaluationBudgets;
  /** The time that previews of drafts may take, apart from both. */
  readonly previewBudgets: EvaluationBudgets;
  readonly previews: PreviewMemory;
  readonly mismatches: MismatchMemory;
}
