/** The orchestration policies that a store keeps, as the engine asks them. */
import type { OrchestrationPolicy } from '@novacron/contract/orchestration';
import type { PolicyRow } from '../../ports/tables.ts';
import { compiledOf } from './sign-text.ts';

/** One that acts. */
export interface SteeringPolicy {
  readonly row: PolicyRow;
  readonly policy: OrchestrationPolicy;
}

/** One that was looked at. */
export interface LookedAt extends SteeringPolicy {
  /** Why it is not what the server accepted: it does nothing. */
  readonly fault: string | undefined;
}

/** What was found about rows, by their ids, for as long as they stay as they are. */
export type SteeringMemory = Map<string, LookedAt>;

/** What a row says. It was written from a policy that had been checked. */
export function policyOf({ compiled_json }: Pick<PolicyRow, 'compiled_json'>): OrchestrationPolicy {
  return compiledOf(compiled_json) as OrchestrationPolicy;
}
