/** A real HTTP server that speaks JSON-RPC and answers from a script. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer, json } from 'node:stream/consumers';
import {
  isOperationName,
  type OperationName,
} from '@novacron/contract/operations-table/operations';
import { z } from 'zod';
import type { JsonFields } from './sample-base.ts';
import { sampleAnswer } from './samples.ts';

/** Answer of the server to a call. */
type FakeAnswer =
  | { readonly result: unknown }
  | { readonly problem: JsonFields }
  | { readonly rpcError: { readonly code: number; readonly message: string } }
  | { readonly status: number; readonly body: string }
  | { readonly connection: 'closed' | 'silent' };

/** Answers a call; `turn` counts the calls of the same operation from 0. */
type FakeHandler = (params: JsonFields, turn: number) => FakeAnswer;

/** Handlers by operation; what has none is answered from the samples. */
export type FakeHandlers = Partial<Readonly<Record<OperationName, FakeHandler>>>;

/** One call as it arrived. */
interface SeenCall {
  readonly method: string;
  readonly params: JsonFields;
  readonly headers: IncomingMessage['headers'];
  readonly url: string;
}

/** Answer to a request that is not an RPC call, such as an upload or a download. */
interface FileAnswer {
  readonly status: number;
  readonly body: string | Buffer;
}

/** Answers such a request; its body is empty for a download. */
export type FakeFiles = (request: IncomingMessage, body: Buffer) => FileAnswer;

/** A running server. */
export interface FakeServer {
  readonly endpoint: string;
  /** All calls so far, in their order. */
  readonly calls: readonly SeenCall[];
  /** Connections that were opened so far. */
  readonly connections: () => number;
  readonly close: () => Promise<void>;
}

const RpcRequest = z.object({
  jsonrpc: z.literal('2.0'),
  id: z.number(),
  method: z.string(),
  params: z.record(z.string(), z.unknown()),
});

/** Starts a server on a free port of this machine. */
export async function startFakeServer(
  handlers: FakeHandlers = {},
  files?: FakeFiles,
): Promise<FakeServer> {
  const calls: SeenCall[] = [];
  let connections = 0;
  const server = createServer(async (request, response) => {
    if (files !== undefined && request.method !== 'POST') {
      const { status, body } = files(request, await buffer(request));
      response.writeHead(status).end(body);
      return;
    }
    const call = RpcRequest.parse(await json(request));
    const { method, params } = call;
    const turn = calls.filter((seen) => seen.method === method).length;
    calls.push({ method, params, headers: request.headers, url: request.url ?? '' });
    send(response, call.id, answerOf(handlers, method, { params, turn }));
  });
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    calls,
    connections: () => connections,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function answerOf(
  handlers: FakeHandlers,
  method: string,
  call: { readonly params: JsonFields; readonly turn: number },
): FakeAnswer {
  if (!isOperationName(method)) return { rpcError: { code: -32_601, message: 'Method not found' } };
  const handler = handlers[method] ?? ((params) => ({ result: sampleAnswer(method, params) }));
  return handler(call.params, call.turn);
}

function send(response: ServerResponse, id: number, answer: FakeAnswer): void {
  if ('connection' in answer) {
    if (answer.connection === 'closed') response.destroy();
    return;
  }
  if ('status' in answer) {
    response.writeHead(answer.status).end(answer.body);
    return;
  }
  const body =
    'result' in answer
      ? { result: answer.result }
      : { error: 'rpcError' in answer ? answer.rpcError : rpcErrorOf(answer.problem) };
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ jsonrpc: '2.0', id, ...body }));
}

function rpcErrorOf(document: JsonFields) {
  return { code: -32_000, message: String(document.title), data: document };
}
