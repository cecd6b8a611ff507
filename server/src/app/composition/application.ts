/** What the transports need of the application, and what a call tells it about its caller. */
import type { CauseKind } from '@novacron/contract/drift';
import type { Event } from '@novacron/contract/event';
import type { FeatureName } from '@novacron/contract/feature';
import type { ClientName } from '@novacron/contract/identity';
import type { RequestId, TenantId } from '@novacron/contract/ids';
import type { JsonObject } from '@novacron/contract/json';
import type { OperationName } from '@novacron/contract/operations';
import type { OperationSet } from '@novacron/contract/permissions';
import type { Problem } from '@novacron/contract/problem';
import type { Result } from '@novacron/contract/result';
import type { TraceContext } from '@novacron/contract/trace-context';

/** Who calls: the holder of an API key or of a token. */
export interface Principal {
  readonly id: string;
  /** The name that records show, such as the API key's. */
  readonly name: string;
  /** Name of its role: one that is built in, or one that its tenant made. */
  readonly role: string;
  /** What a role allows that the tenant made; undefined where the role is built in. */
  readonly operations?: OperationSet;
  readonly tenantId: TenantId;
  /** What kind of hand it is, where the credential and the program do not tell. */
  readonly kind?: CauseKind;
  /** When the credential ends, for one that does: what it makes may not outlast it. */
  readonly expiresAtMs?: number;
}

/** What an operation knows about the call besides its input. */
export interface CallContext {
  readonly principal: Principal;
  /** Names the request in the answer, the log and the records; a batch shares one. */
  readonly requestId: RequestId;
  /** The program that calls. */
  readonly client: ClientName;
  /** The Terraform deployment that calls, `default` where none is named. */
  readonly deployment: string;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** How long the answer of a write may be held back for its end; not at all where absent. */
  readonly waitMs?: number;
  /** The span that the call is part of, where there is a trace. */
  readonly trace?: TraceContext | undefined;
}

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

/** The events of every tenant as they are published, in order of position. */
export interface EventFeed {
  /**
   * Hears of every event that is published from now on. One may get lost on the way: its position
   * is then missed, and `event.list` knows it.
   * @param listener - may not throw
   * @returns a function that ends the subscription
   */
  readonly subscribe: (listener: (event: Event) => void) => () => void;
  /** The last position that was dealt out, to whichever tenant; 0 before the first event. */
  readonly latestPosition: () => Promise<number>;
}
