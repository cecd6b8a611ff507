/**
 * State shared by the calls of one request: a batch has one scope, and so has a GraphQL document.
 */
import type { OperationName } from '@novacron/contract/operations-table/operations';
import type { Askable } from '../../../ports/policy-runtime.ts';

/** The policies that previews of one request are decided by. */
export interface PolicyReads {
  readonly policies: Promise<readonly Askable[]>;
  /** Whether the tenant has exceptions; read when the first refusal may need one. */
  hasWaivers?: Promise<boolean>;
}

/** State of one request. The transport makes it, and it ends with the request. */
export interface RequestScope {
  /** Number of calls of each operation, in the order of the first calls: for the log line. */
  readonly calls: Map<OperationName, number>;
  /** Undefined until the first preview asks policies; admissions never share what was read. */
  policyReads: PolicyReads | undefined;
}

/** Creates the scope of a new request. */
export function beginRequest(): RequestScope {
  return { calls: new Map(), policyReads: undefined };
}
