/** The interface between the transports and the application, and the credentials of a call. */

import type { FeatureName } from '@novacron/contract/access/feature';
import type { RequestId } from '@novacron/contract/ids';
import type { JsonObject } from '@novacron/contract/json';
import type { OperationName } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';
import type { RatedCaller, RateStanding } from '../access/limits/call-limits.ts';
import type { CallTurns } from '../access/limits/call-turns.ts';
import type { AdmitUpload } from '../access/quota/upload-quota.ts';
import type { SignIns } from '../access/sessions/create-sign-ins.ts';
import type { TakeDelivery } from '../automation/executions/webhooks/take-delivery.ts';
import type { ConsoleSession } from '../fleet/console/open-console.ts';
import type { CallContext, Principal, Sender } from '../kernel/context/call-context.ts';
import type { TerraformStates } from '../platform/terraform-states/admit-state-requests.ts';
import type { AdmitDownload } from '../resources/snapshot/download-exports.ts';

/** The interface of the application to its transports. */
export interface Application {
  /**
   * Finds the principal of a secret, and audits a secret that is not accepted. Problems:
   * `unauthenticated` for a wrong or expired one, `unavailable` when it cannot be verified now.
   */
  readonly authenticate: (secret: string, sender?: Sender) => Promise<Result<Principal, Problem>>;
  /** Signs browsers in and out, and finds the callers of their sessions. */
  readonly signIns: SignIns;
  /**
   * The principal of a caller without a key, for rows that anyone may call.
   * @param address - where the call comes from
   */
  readonly anyone: (address: string) => Promise<Principal>;
  /** The public keys that tokens are verified with (RFC 7517). */
  readonly tokenKeys: () => Promise<readonly JsonObject[]>;
  /** Audits that a role did not allow the caller an operation. Never rejects. */
  readonly recordForbidden: (
    name: OperationName,
    context: CallContext,
    refusal: Problem,
  ) => Promise<void>;
  /** Runs what belongs to a call when it is its turn. */
  readonly inTurn: CallTurns['run'];
  /**
   * Runs an operation.
   * @param name - the operation's name in the table
   * @param input - already parsed by the row's schema, its defaults filled in
   * @param context - the caller, its address, and whether it still waits; the role is checked
   */
  readonly call: (
    name: OperationName,
    input: unknown,
    context: CallContext,
  ) => Promise<Result<unknown, Problem>>;
  /**
   * Opens the console of a VM with a ticket of `vm.console`. Problems: `forbidden`, `rate-limited`,
   * `conflict` for a ticket that is not valid or a console in use, `unavailable`.
   */
  readonly openConsole: (
    ticket: string,
    context: CallContext,
  ) => Promise<Result<ConsoleSession, Problem>>;
  /**
   * Admits a request for the export of a snapshot, and audits it. Problems: `forbidden`,
   * `rate-limited`, `not-found`, those of policies and of the store.
   */
  readonly admitDownload: AdmitDownload;
  /**
   * Takes what was delivered to a webhook of a workflow. Problems: `unauthenticated`,
   * `rate-limited`, `validation-failed`, `unavailable`, those of what it starts.
   */
  readonly takeDelivery: TakeDelivery;
  /** Admits a part of an uploaded image. Problems: `quota-exceeded`, `unavailable`. */
  readonly admitUpload: AdmitUpload;
  /** States of Terraform, as its backend `http` asks for them. */
  readonly terraformStates: TerraformStates;
  /** Counts a request of a client address, before it is authenticated. Problems: `rate-limited`. */
  readonly admitAddress: (address: string) => Result<void, Problem>;
  /** Returns the remainder of each rate limit that applies to a caller. */
  readonly rateStandings: (caller: RatedCaller) => readonly RateStanding[];
  /** Refuses data about all tenants to callers outside the first tenant. Problems: `forbidden`. */
  readonly requirePlatform: (what: string, context: CallContext) => Promise<Result<void, Problem>>;
  /** Checks a feature flag that no operation requires. Problems: `feature-disabled`. */
  readonly requireFeature: (
    feature: FeatureName,
    context: CallContext,
  ) => Promise<Result<void, Problem>>;
  /** Makes the id of a new request. */
  readonly nextRequestId: () => RequestId;
}
