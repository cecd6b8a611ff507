/** An HTTP server that answers as a test specifies, including invalid answers. */
import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** One JSON-RPC call as it arrived. */
export interface SeenCall {
  readonly id: number;
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** One request and the ways to answer it. */
export interface Exchange {
  readonly calls: readonly SeenCall[];
  /** Answers properly. */
  readonly answer: (reply: unknown) => void;
  /** Answers with any status and text. */
  readonly raw: (status: number, body: string, headers?: OutgoingHttpHeaders) => void;
  /** Closes the connection, after a part of an answer or without a word. */
  readonly hangUp: (part?: string) => void;
}

/** A server at work and what it has seen. */
export interface RpcServer {
  readonly url: string;
  readonly batches: readonly (readonly SeenCall[])[];
  readonly headers: readonly IncomingHttpHeaders[];
  readonly paths: readonly (string | undefined)[];
  readonly close: () => Promise<void>;
}

/** Starts a server, on a free port unless one is given. */
export async function startRpcServer(
  reply: (exchange: Exchange) => void,
  port = 0,
): Promise<RpcServer> {
  const batches: SeenCall[][] = [];
  const headers: IncomingHttpHeaders[] = [];
  const paths: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    void json(request).then((body) => {
      const calls = body as SeenCall[];
      batches.push(calls);
      headers.push(request.headers);
      paths.push(request.url);
      reply({ calls, ...waysToAnswer(response) });
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${bound}`,
    batches,
    headers,
    paths,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function waysToAnswer(response: ServerResponse): Omit<Exchange, 'calls'> {
  const raw: Exchange['raw'] = (status, body, headers) =>
    void response.writeHead(status, headers).end(body);
  return {
    raw,
    answer: (reply) => raw(200, JSON.stringify(reply)),
    hangUp: (part) => {
      if (part === undefined) {
        response.destroy();
        return;
      }
      response.writeHead(200, { 'content-length': 1000 });
      response.write(part, () => response.destroy());
    },
  };
}
