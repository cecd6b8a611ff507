/** The endpoint `/ws`: decides who may come in, makes the handshake and serves events. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { RequestId } from '@novacron/contract/ids';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { WebSocketServer } from 'ws';
import { createFairSlots, type SlotHolder } from '../../app/access/limits/fair-slots.ts';
import { type EventCore, type EventHub, STREAM_LIMITS } from '../events/event-hub.ts';
import { serverStops } from '../events/stream-problems.ts';
import { type Caller, readOrigin, readSecret } from '../http/authenticate.ts';
import { checkHeaders } from '../http/check-headers.ts';
import { clientAddressOf, NO_PROXIES } from '../http/client-address.ts';
import { createFlusher } from './outbox.ts';
import { refuseUpgrade } from './refuse-upgrade.ts';
import { type KnownKey, type ServedClient, serveClient } from './serve-client.ts';

/** Where clients connect. */
const WEB_SOCKET_PATH = '/ws';

/** A filter with all its alternatives fits. Unit: bytes. */
const MESSAGE_BYTES_MAX = 32_768;

/** A request to speak another protocol, as node hands it over. */
interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  /** What arrived behind the request. */
  readonly head: Buffer;
  readonly requestId: RequestId;
}

/** The endpoint. */
export interface WebSocketEndpoint {
  /** Takes an upgrade; rejects only for a fault. */
  readonly take: (upgrade: Upgrade) => Promise<void>;
  /** Says goodbye to every client and takes no more. */
  readonly close: () => void;
}

/** Makes the endpoint. */
export function createWebSocketEndpoint(core: EventCore, hub: EventHub): WebSocketEndpoint {
  const clients = new Set<ServedClient>();
  const flusher = createFlusher(core.timers);
  const server = createHandshaker(core);
  // Those who have not subscribed yet hold a socket each: they are counted apart, by address.
  const greetings = createFairSlots(core.streamLimits ?? STREAM_LIMITS, 'open WebSockets');
  let closed = false;

  function admit(holder: SlotHolder): Result<() => void, Problem> {
    if (closed) return err(serverStops());
    const room = hub.hasRoom(holder);
    return room.ok ? greetings.take(holder) : room;
  }

  return {
    take: async (upgrade) => {
      const { request, socket, head, requestId } = upgrade;
      const visitor = await readVisitor(core, request, requestId);
      if (!visitor.ok) return refuseUpgrade(socket, { found: visitor.error, requestId });
      const { clientAddress: address, key } = visitor.value;
      // Asked last, because others came in while the key was looked at.
      const room = admit({ address, keyId: key?.principal.id, tenantId: key?.principal.tenantId });
      if (!room.ok) return refuseUpgrade(socket, { found: room.error, requestId });
      // The handshake may fail without a client; the socket always ends.
      socket.once('close', room.value);
      server.handleUpgrade(request, socket, head, (webSocket) => {
        const onSubscribed = room.value;
        const parts = { core, hub, flusher, webSocket, socket, requestId, onSubscribed };
        const options = { ...parts, ...visitor.value };
        const client = serveClient(options);
        clients.add(client);
        webSocket.on('close', () => clients.delete(client));
      });
    },
    close: () => {
      closed = true;
      for (const client of clients) client.end(serverStops());
    },
  };
}

/** The part of the library that makes handshakes; sockets come from node's server. */
function createHandshaker(core: EventCore): WebSocketServer {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    // Compression costs memory and time for each client, and events are small.
    perMessageDeflate: false,
    autoPong: false,
    maxPayload: MESSAGE_BYTES_MAX,
  });
  server.on('wsClientError', (cause, socket) => {
    const found = problem('validation-failed', {
      detail: `This is not a WebSocket handshake: ${cause.message}.`,
      remedy: 'Connect with a client of RFC 6455, version 13.',
    });
    refuseUpgrade(socket, { found, requestId: core.application.nextRequestId() });
  });
  return server;
}

interface Visitor {
  readonly origin: Pick<Caller, 'client' | 'clientAddress' | 'deployment'>;
  readonly key: KnownKey | undefined;
  readonly clientAddress: string;
}

async function readVisitor(
  core: EventCore,
  request: IncomingMessage,
  requestId: RequestId,
): Promise<Result<Visitor, Problem>> {
  const clientAddress = clientAddressOf(request, core.trustedProxies ?? NO_PROXIES);
  const admitted = core.application.admitAddress(clientAddress);
  if (!admitted.ok) return admitted;
  const unclear = checkHeaders(request);
  if (unclear !== undefined) return err(unclear);
  const [path, query] = (request.url ?? '').split('?', 2);
  if (path !== WEB_SOCKET_PATH) return err(noSuchPath());
  if (query !== undefined) return err(queryRefused());
  const read = readOrigin(request.headers);
  if (!read.ok) return read;
  const origin = { ...read.value, clientAddress };
  const { authorization } = request.headers;
  if (authorization === undefined) return ok({ origin, key: undefined, clientAddress });
  const secret = readSecret(authorization);
  if (!secret.ok) return secret;
  const sender = { requestId, clientAddress };
  const principal = await core.application.authenticate(secret.value, sender);
  if (!principal.ok) return principal;
  const key = { secret: secret.value, principal: principal.value };
  return ok({ origin, key, clientAddress });
}

function noSuchPath(): Problem {
  return problem('not-found', {
    detail: 'This path does not support WebSocket.',
    remedy: `WebSockets are at ${WEB_SOCKET_PATH}.`,
  });
}

function queryRefused(): Problem {
  return problem('validation-failed', {
    detail: 'The URL of a WebSocket must not have a query, because logs contain URLs.',
    remedy: 'Send the key in the Authorization header or in the first message, like the filter.',
  });
}
