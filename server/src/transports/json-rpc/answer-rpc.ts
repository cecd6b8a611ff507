/**
 * JSON-RPC 2.0 over the operations table: method = operation name, params = its input object.
 *
 * The server of the package json-rpc-2.0 is not used: it answers a batch of one with an object
 * where section 6 asks for an array, and it turns a batch into text as one piece, so that one
 * answer that cannot be written would take the others with it. Its types are used.
 */
import { RPC_CODES } from '@novacron/contract/client/json-rpc';
import { isOperationName } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { JSONRPCID, JSONRPCResponse } from 'json-rpc-2.0';
import type { CallContext } from '../../app/kernel/context/call-context.ts';
import { type Core, dispatch, reportFault } from '../dispatch/dispatch.ts';
import { type RpcCode, toRpcError } from './problem-code.ts';

/** Maximum batch size: the number of requests the provider sends in a turn of its event loop. */
const RPC_BATCH_MAX = 100;

/**
 * Answers one request or a batch. The elements of a batch wait for their turns together and share a
 * request id.
 * @param payload - parsed JSON
 * @returns the text of the answer, `undefined` when there is nothing to answer
 */
export async function answerRpc(
  core: Core,
  payload: unknown,
  context: CallContext,
): Promise<string | undefined> {
  if (!Array.isArray(payload)) return answerOne(core, payload, context);
  const refusal = refuseBatch(payload.length);
  if (refusal !== undefined) return JSON.stringify(toInvalidRequest(refusal, null, context));
  const elements: readonly unknown[] = payload;
  const answers = await Promise.all(elements.map((element) => answerOne(core, element, context)));
  const texts = answers.filter((text) => text !== undefined);
  return texts.length === 0 ? undefined : `[${texts.join(',')}]`;
}

function refuseBatch(length: number): Problem | undefined {
  if (length > 0 && length <= RPC_BATCH_MAX) return undefined;
  return problem('validation-failed', {
    detail: `A batch has 1 to ${RPC_BATCH_MAX} requests; this one has ${length}.`,
    remedy: 'Send the requests in several batches.',
  });
}

/** Writes the answer at once, which belongs to the turn of the call. */
async function answerOne(
  core: Core,
  payload: unknown,
  context: CallContext,
): Promise<string | undefined> {
  const request = readRequest(payload);
  if (request.kind === 'invalid') {
    return JSON.stringify(toInvalidRequest(request.found, request.id, context));
  }
  const answer = await run(core, request, context);
  if (request.kind === 'notification') return undefined;
  try {
    return JSON.stringify(answer);
  } catch (cause) {
    const { requestId } = context;
    const found = reportFault(core.logger, { cause, requestId, during: request.method });
    return JSON.stringify(toRpcError({ id: request.id, found, requestId }));
  }
}

async function run(
  core: Core,
  request: WellFormed,
  context: CallContext,
): Promise<JSONRPCResponse> {
  const { id, method, params } = request;
  const { requestId } = context;
  if (!isOperationName(method)) {
    return toRpcError({ id, found: unknownMethod(method), requestId });
  }
  if (Array.isArray(params)) {
    return toRpcError({ id, found: positionalParams(method), requestId });
  }
  const result = await dispatch(core, { name: method, rawInput: params ?? {}, context });
  if (!result.ok) return toRpcError({ id, found: result.error, requestId });
  return { jsonrpc: '2.0', id, result: result.value ?? null };
}

interface WellFormed {
  /** A notification has no id, is run like any other, and never answered. */
  readonly kind: 'request' | 'notification';
  readonly id: JSONRPCID;
  readonly method: string;
  readonly params: object | undefined;
}

type Received = WellFormed | { readonly kind: 'invalid'; readonly id: JSONRPCID; found: Problem };

function readRequest(payload: unknown): Received {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) {
    return invalid(null, 'It is not an object.');
  }
  const memberOf = (name: string): unknown =>
    Object.hasOwn(payload, name) ? Reflect.get(payload, name) : undefined;
  const hasId = Object.hasOwn(payload, 'id');
  const id = hasId ? memberOf('id') : null;
  if (!isRpcId(id)) return invalid(null, 'Its id is neither a string nor a number nor null.');
  const method = memberOf('method');
  const params = memberOf('params');
  if (memberOf('jsonrpc') !== '2.0') return invalid(id, 'It does not say "jsonrpc": "2.0".');
  if (typeof method !== 'string') return invalid(id, 'Its method is not a string.');
  if (params !== undefined && (typeof params !== 'object' || params === null)) {
    return invalid(id, 'Its params are not an object.');
  }
  return { kind: hasId ? 'request' : 'notification', id, method, params };
}

function isRpcId(id: unknown): id is JSONRPCID {
  return id === null || typeof id === 'string' || typeof id === 'number';
}

function invalid(id: JSONRPCID, reason: string): Received {
  const found = problem('validation-failed', {
    detail: `This is not a JSON-RPC 2.0 request. ${reason}`,
    remedy: 'Send {"jsonrpc": "2.0", "id": 1, "method": "vm.get", "params": {…}}.',
  });
  return { kind: 'invalid', id, found };
}

function toInvalidRequest(found: Problem, id: JSONRPCID, context: CallContext): JSONRPCResponse {
  const code: RpcCode = RPC_CODES.invalidRequest;
  return toRpcError({ id, found, requestId: context.requestId, code });
}

/** Longer names are cut before they are repeated. Unit: characters. */
const METHOD_SHOWN_MAX = 64;

function unknownMethod(method: string): Problem {
  return problem('method-not-found', {
    detail: `No operation is named ${JSON.stringify(method.slice(0, METHOD_SHOWN_MAX))}.`,
    remedy: '/openapi.json lists all operations by operationId.',
  });
}

function positionalParams(method: string): Problem {
  return problem('validation-failed', {
    detail: `The params of ${method} are an array; the server supports only named params.`,
    remedy: 'Send params as an object.',
  });
}
