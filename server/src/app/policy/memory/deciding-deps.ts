import type { AdmissionCost } from '@novacron/contract/admission/admission';
import type { CallContext } from '../../kernel/context/call-context.ts';
import type { PolicySubject } from '../../kernel/context/policy-question.ts';
import type { PolicyDeps } from '../deps.ts';
import type { DecisionMemory } from './decision-memory.ts';

/** Dependencies of policy decisions. */
export interface DecidingDeps extends PolicyDeps {
  /** Recent questions and answers. */
  readonly decisions: DecisionMemory;
  /** Prices a write; null where it costs nothing, or the price is not known. */
  readonly priceOf: (context: CallContext, write: PolicySubject) => Promise<AdmissionCost | null>;
}
