/** The caller of an operation. */

import type { ClientName } from '@novacron/contract/access/identity';
import type { CauseKind } from '@novacron/contract/drift/drift';
import type { RequestId, TenantId } from '@novacron/contract/ids';
import type { OperationSet } from '@novacron/contract/operations-table/permissions';
import type { TraceContext } from '@novacron/contract/trace-context';
import type { RequestScope } from './request-scope.ts';

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
  /** Shared by all calls of the request. */
  readonly request: RequestScope;
  /** How long the answer of a write may be held back for its end; not at all where absent. */
  readonly waitMs?: number;
  /** The span that the call is part of, where there is a trace. */
  readonly trace?: TraceContext | undefined;
}
