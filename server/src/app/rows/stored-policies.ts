/** The orchestration policies of a store, as the engine evaluates them. */
import { canonicalJson } from '@novacron/contract/json';
import type { OrchestrationPolicy } from '@novacron/contract/kinds/orchestration-policy/document';
import type { PolicyRow } from '../../ports/tables/tables.ts';
import { parseStored } from './parse-stored.ts';
import { compiledOf } from './sign-text.ts';

/** An enabled policy. */
export interface SteeringPolicy {
  readonly row: PolicyRow;
  readonly policy: OrchestrationPolicy;
}

/** A policy that was verified. */
export interface LookedAt {
  readonly row: PolicyRow;
  /** Undefined where its row is damaged. */
  readonly policy: OrchestrationPolicy | undefined;
  /** Reason for the failed integrity check, which disables the policy. */
  readonly fault: string | undefined;
}

/** The results for rows, by their ids, for as long as the rows are unchanged. */
export type SteeringMemory = Map<string, LookedAt>;

/** Parses the policy of a row. The row was written from a checked policy. */
export function policyOf({ compiled_json }: Pick<PolicyRow, 'compiled_json'>): OrchestrationPolicy {
  // Written from a policy of the engine when it was accepted.
  return compiledOf(compiled_json) as OrchestrationPolicy;
}

/** Whether a row, which was read with `damaged: 'blank'`, can be read. */
export function isReadable({ desired_json, compiled_json, observed_json }: PolicyRow): boolean {
  return [desired_json, compiled_json, observed_json].every(
    (text) => parseStored(text) !== undefined,
  );
}

/** The columns that repeat parts of a policy, for programs that read the table. */
export function partColumns({
  spec,
}: OrchestrationPolicy): Pick<PolicyRow, 'selector' | 'rules' | 'priority'> {
  const { selector, rules, priority } = spec;
  // Parsed by its schema: an absent option is left out, as JSON does.
  const toText = (value: unknown): string => canonicalJson(JSON.parse(JSON.stringify(value)));
  return { selector: toText(selector), rules: toText(rules), priority };
}
