/** The orchestration policies that a store keeps, as the engine asks them. */
import type { OrchestrationPolicy } from '@novacron/contract/orchestration';
import type { PolicyRow } from '../../ports/tables.ts';

/** What a row says. It was written from a policy that had been checked. */
export function policyOf({ compiled_json }: Pick<PolicyRow, 'compiled_json'>): OrchestrationPolicy {
  return JSON.parse(compiled_json) as OrchestrationPolicy;
}
