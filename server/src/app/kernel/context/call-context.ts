/** The caller of an operation, and what its call shares with others of the same request. */
import type { ClientName } from '@novacron/contract/access/identity';
import type { CauseKind } from '@novacron/contract/drift/drift';
import type { RequestId, SessionId, TenantId } from '@novacron/contract/ids';
import type { OperationName } from '@novacron/contract/operations-table/operations';
import type { OperationSet } from '@novacron/contract/operations-table/permissions';
import type { TraceContext } from '@novacron/contract/trace-context';
import type { Askable } from '../../../ports/policy-runtime.ts';
import type { TokenBond } from '../definitions/token-bond.ts';

/** The caller: the holder of an API key or of a token. */
export interface Principal {
  readonly id: string;
  /** The name that records show, such as the API key's. */
  readonly name: string;
  /** Person an API key was made for, where its name is not the person's. */
  readonly person?: string;
  /** Name of its role: a built-in one, or one that its tenant created. */
  readonly role: string;
  /** The operations of a role that the tenant created; undefined for a built-in one. */
  readonly operations?: OperationSet;
  readonly tenantId: TenantId;
  /** Patterns of the only states of Terraform that its API key may use; undefined: all. */
  readonly terraformStates?: readonly string[];
  /** The kind of actor, where the credential and the program do not say. */
  readonly kind?: CauseKind;
  /** Who this is done for: author of an orchestration policy, starter of a run as another key. */
  readonly onBehalfOf?: string;
  /** The execution whose step calls, with its token; undefined for all others. */
  readonly executionId?: string;
  /** `read`: the token of a step that may only read and preview; undefined: no such limit. */
  readonly access?: 'read';
  /** Expiry of the credential, if it expires: tokens made with it may not outlast it. */
  readonly expiresAtMs?: number;
  /** The session of a browser that came with its cookie; undefined for other credentials. */
  readonly session?: BrowserSession;
  /** Additional bond of its tokens, and of tokens that are made with those. */
  readonly bond?: TokenBond;
}

/** Session of a caller. */
export interface BrowserSession {
  readonly id: SessionId;
  /** Token that writes must send besides the cookie. */
  readonly csrfToken: string;
  /** Tokens made in it may not outlast it. */
  readonly endsAtMs: number;
}

/** Known data of a request before its caller is identified. */
export interface Sender {
  readonly requestId?: RequestId;
  readonly clientAddress?: string | undefined;
}

/** The turn of a call at the main thread, which the calls of all tenants share. */
export interface CallTurn {
  /** Lets others go first where it is their turn: between parts of what takes long. */
  readonly next: () => Promise<void>;
  /**
   * Waits for something that needs the main thread little: a worker, or the end of an operation.
   * Meanwhile the call does not count as one in work; it goes on in its next turn.
   */
  readonly aside: <T>(waited: Promise<T>) => Promise<T>;
}

/** Context of a call besides its input. */
export interface CallContext {
  readonly principal: Principal;
  /** Names the request in the answer, the log and the records; a batch shares one. */
  readonly requestId: RequestId;
  /** The program that calls. */
  readonly client: ClientName;
  /** The client's address, behind trusted proxies too; undefined for calls from within. */
  readonly clientAddress?: string | undefined;
  /** The Terraform deployment that calls, `default` where none is named. */
  readonly deployment: string;
  /** Aborted when the client no longer waits for the answer. */
  readonly signal: AbortSignal;
  /** Shared by all calls of the request. */
  readonly request: RequestScope;
  /** Maximum time that the answer of a write may be delayed until its end; no delay if absent. */
  readonly waitMs?: number;
  /** The span that the call is part of, where there is a trace. */
  readonly trace?: TraceContext | undefined;
  /** Absent where the call comes from within: it waits for no turn. */
  readonly turn?: CallTurn;
}

/** Waits outside of the turns of calls: see {@link CallTurn}. */
export function waitAside<T>({ turn }: Pick<CallContext, 'turn'>, waited: Promise<T>): Promise<T> {
  return turn === undefined ? waited : turn.aside(waited);
}

/** The part of a caller that decides its kind. */
export interface Actor {
  readonly principal: Pick<Principal, 'name' | 'tenantId'> &
    Partial<Pick<Principal, 'id' | 'kind' | 'onBehalfOf' | 'person'>>;
  readonly client: ClientName;
}

/**
 * The kind of a caller, as the audit log records it and drift finds its causes: the declared one,
 * else the program where it writes by itself, else whether it came with an API key.
 */
export function actorKindOf({ principal, client }: Actor): CauseKind {
  if (principal.kind !== undefined) return principal.kind;
  if (client === 'terraform' || client === 'platform') return client;
  return keyIdOf(principal) === undefined ? 'person' : 'api_key';
}

/**
 * The id of the API key that a caller has, also where it came with a token of that key; undefined
 * for sessions of an identity provider and for NovaCron itself. Names are reused, ids are not.
 */
export function keyIdOf({ id }: Actor['principal']): string | undefined {
  return id?.startsWith('key_') ? id : undefined;
}

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
