/**
 * JSON-RPC 2.0 as a client of NovaCron speaks it: how a call is written and what an answer says.
 * The HTTP around it is the client's own, because deadlines, batches and certificates differ.
 */
import type { OperationName } from '../operations-table/operations.ts';
import { ProblemDocument } from '../problem/problem.ts';

/** Codes of JSON-RPC 2.0, section 5.1, and the one of ours out of its range for servers. */
export const RPC_CODES = {
  parseError: -32_700,
  invalidRequest: -32_600,
  methodNotFound: -32_601,
  invalidParams: -32_602,
  problem: -32_000,
} as const;

/** A call as it is sent. */
export interface RpcRequest {
  readonly jsonrpc: '2.0';
  readonly id: number;
  readonly method: OperationName;
  readonly params: unknown;
}

/** Writes a call. */
export function toRpcRequest(id: number, method: OperationName, params: unknown): RpcRequest {
  return { jsonrpc: '2.0', id, method, params };
}

/** Server's reply to a single call. */
export type RpcReply =
  | { readonly kind: 'result'; readonly value: unknown }
  /** The server's problem, in an error of JSON-RPC or in place of an answer. */
  | { readonly kind: 'problem'; readonly document: ProblemDocument }
  /** An error of JSON-RPC without a problem: the server is of another release. */
  | {
      readonly kind: 'error';
      readonly code: number;
      readonly message: string;
      readonly error: unknown;
    }
  /** Not an answer of JSON-RPC; `error` is what it has under that name. */
  | { readonly kind: 'other'; readonly error: unknown };

/** Reads the parsed JSON of one answer. */
export function readRpcReply(body: unknown): RpcReply {
  if (typeof body !== 'object' || body === null) return { kind: 'other', error: undefined };
  const error = 'error' in body ? (body.error ?? undefined) : undefined;
  if ('result' in body && error === undefined) return { kind: 'result', value: body.result };
  const document = ProblemDocument.safeParse(error === undefined ? body : dataOf(error));
  if (document.success) return { kind: 'problem', document: document.data };
  const known = typeof error === 'object' && 'code' in error && 'message' in error;
  if (!known) return { kind: 'other', error };
  const { code, message } = error;
  if (typeof code !== 'number' || typeof message !== 'string') return { kind: 'other', error };
  return { kind: 'error', code, message, error };
}

function dataOf(error: NonNullable<unknown>): unknown {
  return typeof error === 'object' && 'data' in error ? error.data : undefined;
}
