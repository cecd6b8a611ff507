/** The program of the health listener's thread: two paths, answered from memory. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { problem, toProblemDocument } from '@novacron/contract/problem/problem';
import {
  type HealthMessage,
  type HealthThreadSettings,
  SILENCE_MS_MAX,
  type ThreadAnswer,
} from './health-protocol.ts';

/** Probes of some balancers and process managers; the oldest connection gives way to a new one. */
const CONNECTIONS_MAX = 64;

/** A probe sends its request at once. Unit: milliseconds. */
const REQUEST_MS_MAX = 2_000;

const SERVICE_UNAVAILABLE = 503;
const ERROR_STATUS_MIN = 400;

// The main thread starts this program with it.
const settings = workerData as HealthThreadSettings;
let readiness = settings.readiness;
let heardAtMs = performance.now();
const connections = new Set<Socket>();

parentPort?.on('message', (message: HealthMessage) => {
  readiness = message.readiness;
  heardAtMs = performance.now();
});

function answerOf(path: string | undefined): ThreadAnswer {
  const silentMs = performance.now() - heardAtMs;
  switch (path) {
    case '/healthz':
      if (silentMs > SILENCE_MS_MAX) return refusal(SERVICE_UNAVAILABLE, hangs(silentMs));
      return { status: 200, body: { status: 'alive' } };
    case '/readyz':
      if (silentMs > SILENCE_MS_MAX) return refusal(SERVICE_UNAVAILABLE, hangs(silentMs));
      return readiness;
    default:
      return refusal(404, nothingHere());
  }
}

function refusal(status: number, found: ReturnType<typeof problem>): ThreadAnswer {
  return { status, body: { ...toProblemDocument(found), status } };
}

function hangs(silentMs: number): ReturnType<typeof problem> {
  const seconds = Math.floor(silentMs / 1_000);
  return problem('unavailable', {
    detail: `The server's main thread has not responded for ${seconds} s.`,
    remedy: 'If this lasts, restart the server; its log says what it was doing.',
  });
}

function nothingHere(): ReturnType<typeof problem> {
  return problem('not-found', {
    detail: 'This listener serves only /healthz and /readyz.',
    remedy: 'Use the main listener for everything else.',
  });
}

const server = createServer(
  {
    headersTimeout: REQUEST_MS_MAX,
    requestTimeout: REQUEST_MS_MAX,
    connectionsCheckingInterval: REQUEST_MS_MAX,
    // A probe need not name a host: node would answer it with an empty 400.
    requireHostHeader: false,
  },
  (request: IncomingMessage, response: ServerResponse) => {
    const { status, body } = answerOf(request.url?.split('?', 1)[0]);
    const isProblem = status >= ERROR_STATUS_MIN;
    response.writeHead(status, {
      'Content-Type': isProblem ? 'application/problem+json' : 'application/json',
      'Cache-Control': 'no-store',
      Connection: 'close',
    });
    response.end(JSON.stringify(body));
  },
);
server.prependListener('connection', (socket: Socket) => {
  const [oldest] = connections;
  if (connections.size >= CONNECTIONS_MAX) oldest?.destroy();
  connections.add(socket);
  socket.once('close', () => connections.delete(socket));
});
server.once('error', () => parentPort?.postMessage(undefined));
server.listen({ host: settings.host, port: settings.port }, () => {
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  parentPort?.postMessage(port);
});
