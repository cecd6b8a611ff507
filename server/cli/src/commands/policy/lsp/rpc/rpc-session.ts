/** One conversation in JSON-RPC 2.0 with the life cycle of LSP 3.17. */
import type { Result } from '@novacron/contract/result';
import { z } from 'zod';
import { messageOf } from '../../../../io/message-of.ts';
import { createFrameReader, writeFrame } from './read-frames.ts';

/** Reason why a request has no result. */
export interface RpcFailure {
  readonly code: number;
  readonly message: string;
}

/** Codes of JSON-RPC and of LSP. */
export const RPC_CODES = {
  parseError: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internalError: -32603,
  notInitialized: -32002,
  cancelled: -32800,
  requestFailed: -32803,
} as const;

/** Handlers of requests and notifications. */
export interface RpcHandlers {
  /** Answers a request; `initialize` and `shutdown` are asked as well. */
  readonly answer: (method: string, params: unknown) => Promise<Result<unknown, RpcFailure>>;
  /** Receives a notification; what it does not know is ignored. */
  readonly notify: (method: string, params: unknown) => Promise<void>;
}

/** A conversation from the side of the server. */
export interface RpcSession {
  readonly receive: (bytes: Uint8Array) => void;
  /** The stream has ended. */
  readonly end: () => void;
}

type Id = string | number;

const Message = z.looseObject({
  jsonrpc: z.literal('2.0'),
  id: z.union([z.string(), z.number()]).optional(),
  method: z.string().optional(),
  params: z.unknown().optional(),
});
const CancelParams = z.looseObject({ id: z.union([z.string(), z.number()]) });

type Work =
  | { readonly kind: 'request'; readonly id: Id; readonly method: string; readonly params: unknown }
  | { readonly kind: 'notification'; readonly method: string; readonly params: unknown }
  | { readonly kind: 'end' };

/**
 * Opens a conversation. Messages are handled one after the other; a request that is cancelled
 * before its turn is answered so.
 * @param world.turn - resolves after what has arrived meanwhile was received
 * @param world.close - called once, with whether the client took its leave by `shutdown`
 */
export function openRpcSession(
  handlers: RpcHandlers,
  world: {
    readonly write: (bytes: Uint8Array) => void;
    readonly turn: () => Promise<void>;
    readonly close: (how: 'shut down' | 'abandoned') => void;
  },
): RpcSession {
  const readFrames = createFrameReader();
  const queue: Work[] = [];
  let phase: 'new' | 'open' | 'shut down' | 'closed' = 'new';
  let isWorking = false;
  const send = (message: object) => world.write(writeFrame({ jsonrpc: '2.0', ...message }));
  const fail = (id: Id | null, code: number, message: string) =>
    send({ id, error: { code, message } });

  const accept = (text: string) => {
    const message = Message.safeParse(parseJson(text));
    if (!message.success) {
      const isJson = parseJson(text) !== undefined;
      const code = isJson ? RPC_CODES.invalidRequest : RPC_CODES.parseError;
      return fail(null, code, isJson ? 'not a message of JSON-RPC 2.0' : 'not JSON');
    }
    const { id, method, params } = message.data;
    // An answer of the client to a request of the server.
    if (method === undefined) return;
    if (method === '$/cancelRequest') return cancel(params);
    if (id === undefined) queue.push({ kind: 'notification', method, params });
    else queue.push({ kind: 'request', id, method, params });
  };
  const cancel = (params: unknown) => {
    const wanted = CancelParams.safeParse(params);
    const index = queue.findIndex(
      (work) => work.kind === 'request' && wanted.success && work.id === wanted.data.id,
    );
    const [work] = index < 0 ? [] : queue.splice(index, 1);
    if (work?.kind === 'request') fail(work.id, RPC_CODES.cancelled, 'cancelled');
  };
  const close = () => {
    const how = phase === 'shut down' ? 'shut down' : 'abandoned';
    if (phase !== 'closed') world.close(how);
    phase = 'closed';
  };
  const answer = async ({ id, method, params }: Work & { kind: 'request' }) => {
    if (phase === 'shut down') return fail(id, RPC_CODES.invalidRequest, 'the server is shut down');
    if (phase === 'new' && method !== 'initialize') {
      return fail(id, RPC_CODES.notInitialized, 'the server is not initialized');
    }
    if (phase === 'open' && method === 'initialize') {
      return fail(id, RPC_CODES.invalidRequest, 'the server is initialized already');
    }
    const answered = await answerSafely(handlers, method, params);
    if (!answered.ok) return fail(id, answered.error.code, answered.error.message);
    if (method === 'initialize') phase = 'open';
    if (method === 'shutdown') phase = 'shut down';
    return send({ id, result: answered.value ?? null });
  };
  const work = async () => {
    if (isWorking) return;
    isWorking = true;
    while (phase !== 'closed') {
      await world.turn();
      const next = queue.shift();
      if (next === undefined) break;
      if (next.kind === 'request') await answer(next);
      else if (next.kind === 'end' || next.method === 'exit') close();
      else if (phase === 'open') await notifySafely(handlers, next.method, next.params);
    }
    isWorking = false;
  };
  return {
    receive: (bytes) => {
      for (const frame of readFrames(bytes)) {
        if (frame.kind === 'message') accept(frame.text);
        else fail(null, RPC_CODES.parseError, frame.reason);
      }
      void work();
    },
    end: () => {
      queue.push({ kind: 'end' });
      void work();
    },
  };
}

async function answerSafely(
  handlers: RpcHandlers,
  method: string,
  params: unknown,
): Promise<Result<unknown, RpcFailure>> {
  try {
    return await handlers.answer(method, params);
  } catch (cause) {
    const message = `${method} failed: ${messageOf(cause)}`;
    return { ok: false, error: { code: RPC_CODES.internalError, message } };
  }
}

/** A notification has no answer that could carry a failure. */
async function notifySafely(handlers: RpcHandlers, method: string, params: unknown) {
  try {
    await handlers.notify(method, params);
  } catch {
    // The next change of the text is another try.
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
