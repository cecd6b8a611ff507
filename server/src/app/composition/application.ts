/** What the transports need of the application, and what a call tells it about its caller. */

import type { FeatureName } from '@novacron/contract/feature';
import type { RequestId } from '@novacron/contract/ids';
import type { JsonObject } from '@novacron/contract/json';
import type { OperationName } from '@novacron/contract/operations';
import type { Problem } from '@novacron/contract/problem';
import type { Result } from '@novacron/contract/result';
import type { CallContext, Principal } from '../kernel/context/call-context.ts';

/** Everything that transports ask the application for. */
export interface Application {
  /**
   * Finds the principal of a secret, and audits a secret that is not accepted.
   * Problems: `unauthenticated` for a wrong or expired one, `unavailable` when nobody can tell.
   */
  readonly authenticate: (
    secret: string,
    requestId?: RequestId,
  ) => Promise<Result<Principal, Problem>>;
  /**
   * The principal of a caller without a key, for rows that anyone may call.
   * @param address - where the call comes from
   */
  readonly anyone: (address: string) => Promise<Principal>;
  /** The public keys that tokens are checked with (RFC 7517). */
  readonly tokenKeys: () => Promise<readonly JsonObject[]>;
  /** Audits that a caller was told that its role does not allow an operation. Never rejects. */
  readonly recordForbidden: (
    name: OperationName,
    context: CallContext,
    refusal: Problem,
  ) => Promise<void>;
  /**
   * Runs an operation.
   * @param name - the operation's name in the table
   * @param input - already parsed by the row's schema, its defaults filled in
   * @param context - who calls, from where, and whether they still wait; the role is checked
   */
  readonly call: (
    name: OperationName,
    input: unknown,
    context: CallContext,
  ) => Promise<Result<unknown, Problem>>;
  /** Refuses what tells of all tenants to people of other than the first. Problems: `forbidden`. */
  readonly requirePlatform: (what: string, context: CallContext) => Promise<Result<void, Problem>>;
  /** Whether the caller's tenant has a feature that no operation stands for. Problems:
   * `feature-disabled`.
   */
  readonly requireFeature: (
    feature: FeatureName,
    context: CallContext,
  ) => Promise<Result<void, Problem>>;
  /** Whether calls would be served now; the problem says what is missing. */
  readonly isReady: () => Promise<Result<void, Problem>>;
  /** Makes the id of a new request. */
  readonly nextRequestId: () => RequestId;
}
