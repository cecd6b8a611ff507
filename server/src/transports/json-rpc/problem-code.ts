/** The one place where a problem becomes a JSON-RPC error. */
import { RPC_CODES } from '@novacron/contract/client/json-rpc';
import {
  type Problem,
  type ProblemCode,
  toProblemDocument,
} from '@novacron/contract/problem/problem';
import { assertNever } from '@novacron/contract/result';
import type { JSONRPCErrorResponse, JSONRPCID } from 'json-rpc-2.0';

/** Any of {@link RPC_CODES}. */
export type RpcCode = (typeof RPC_CODES)[keyof typeof RPC_CODES];

/** The code under which a problem of a well-formed request travels. */
export function rpcCodeOf(code: ProblemCode): RpcCode {
  switch (code) {
    case 'validation-failed':
      return RPC_CODES.invalidParams;
    case 'method-not-found':
      return RPC_CODES.methodNotFound;
    case 'address-taken':
    case 'audit-broken':
    case 'conflict':
    case 'deadline-exceeded':
    case 'feature-disabled':
    case 'forbidden':
    case 'idempotency-key-reused':
    case 'in-use':
    case 'internal':
    case 'name-taken':
    case 'deletion-protected':
    case 'network-full':
    case 'network-overlap':
    case 'no-capacity':
    case 'not-found':
    case 'guest-not-ready':
    case 'operation-failed':
    case 'payload-too-large':
    case 'policy-denied':
    case 'budget-exceeded':
    case 'quota-exceeded':
    case 'rate-limited':
    case 'reference-unknown':
    case 'resume-expired':
    case 'revision-mismatch':
    case 'rule-invalid':
    case 'storage-full':
    case 'store-damaged':
    case 'unauthenticated':
    case 'unavailable':
    case 'unsupported-media-type':
      return RPC_CODES.problem;
    default:
      return assertNever(code);
  }
}

/**
 * The error answer for a problem; its `data` is the whole problem document.
 * @param answer - `code`: only where the request is malformed, which a problem cannot express
 */
export function toRpcError(answer: {
  readonly id: JSONRPCID;
  readonly found: Problem;
  readonly requestId: string;
  readonly code?: RpcCode;
}): JSONRPCErrorResponse {
  const { id, found, requestId, code = rpcCodeOf(found.code) } = answer;
  const data = toProblemDocument(found, requestId);
  return { jsonrpc: '2.0', id, error: { code, message: found.detail, data } };
}
