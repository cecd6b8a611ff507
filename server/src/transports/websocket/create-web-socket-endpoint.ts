/** The endpoints `/ws` and `/console`: who may come in, the handshake, and who serves. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { RequestId } from '@novacron/contract/ids';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { WebSocketServer } from 'ws';
import { createFairSlots } from '../../app/access/limits/fair-slots.ts';
import { CONSOLE_PATH } from '../../app/fleet/console/create-ticket.ts';
import type { Principal, Sender } from '../../app/kernel/context/call-context.ts';
import { type EventCore, type EventHub, STREAM_LIMITS } from '../events/event-hub.ts';
import { serverStops } from '../events/stream-problems.ts';
import { type Caller, readOrigin, readSecret } from '../http/authenticate.ts';
import { claimedSession } from '../http/authenticate-session.ts';
import type { BrowserSite } from '../http/browser-site.ts';
import { refuseForeignSocket } from '../http/check-browser.ts';
import { checkHeaders } from '../http/check-headers.ts';
import { clientAddressOf, NO_PROXIES } from '../http/client-address.ts';
import type { ConnectionGuard } from '../http/guard-connections.ts';
import { createFlusher } from './outbox.ts';
import { createPendingClients, PENDING_LIMITS } from './pending-clients.ts';
import { refuseUpgrade } from './refuse-upgrade.ts';
import { type KnownKey, type ServedClient, serveClient } from './serve-client.ts';
import { serveConsole } from './serve-console.ts';

/** Connection paths of event and console clients. */
const PATHS = { events: '/ws', console: CONSOLE_PATH } as const;

/** A filter with all its alternatives fits. Unit: bytes. */
const MESSAGE_BYTES_MAX = 32_768;

/** After this time a client may connect again that was closed for another one. Unit: ms. */
const RETRY_MS = 1_000;

/**
 * The one version of the protocol. The library also speaks 8, a draft whose browsers send their
 * origin in a header that is not looked at.
 */
const VERSION = '13';

/** RFC 6455, sections 4.2.2 and 4.4: the answer says which versions there are. */
const VERSION_REFUSAL = {
  found: problem('validation-failed', {
    detail: `The header Sec-WebSocket-Version must be ${VERSION}.`,
    remedy: 'Connect with a client of RFC 6455, version 13.',
  }),
  status: 426,
  headers: { 'Sec-WebSocket-Version': VERSION, Upgrade: 'websocket' },
} as const;

/** A request to speak another protocol, as node hands it over. */
interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  /** Data that arrived after the request. */
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

/** Dependencies of the endpoint. */
export interface EndpointParts {
  readonly core: EventCore;
  readonly hub: EventHub;
  readonly connections: ConnectionGuard;
  readonly site: BrowserSite;
}

/** Makes the endpoint. */
export function createWebSocketEndpoint(parts: EndpointParts): WebSocketEndpoint {
  const { core, hub, connections, site } = parts;
  const clients = new Set<ServedClient>();
  const flusher = createFlusher(core.timers);
  const server = createHandshaker(core);
  // Those with a key that have not subscribed yet hold a socket each: they are counted apart.
  const greetings = createFairSlots(core.streamLimits ?? STREAM_LIMITS, 'open WebSockets');
  const pending = createPendingClients(PENDING_LIMITS);
  let closed = false;

  /** Nothing is counted before the client is identified, or added to those that are not. */
  function makeSeat(socket: Duplex, address: string) {
    let leave = (): void => undefined;
    socket.once('close', () => leave());
    return {
      identify: ({ id: keyId, tenantId }: Principal): Result<void, Problem> => {
        const holder = { address, keyId, tenantId };
        const room = hub.hasRoom(holder);
        const slot = room.ok ? greetings.take(holder) : room;
        if (!slot.ok) return slot;
        leave();
        leave = slot.value;
        connections.protect(socket);
        return ok(undefined);
      },
      wait: (giveWay: () => void): void => {
        leave = pending.add(address, giveWay);
      },
      leave: () => leave(),
    };
  }

  return {
    take: async (upgrade) => {
      const { request, socket, head, requestId } = upgrade;
      const address = clientAddressOf(request, core.trustedProxies ?? NO_PROXIES);
      const visitor = await readVisitor({ core, site }, request, {
        requestId,
        clientAddress: address,
      });
      const key = visitor.ok ? visitor.value.key : undefined;
      const refuse = (found: Problem): void => {
        const caller = { principal: key?.principal, address };
        refuseUpgrade(core, socket, { found, requestId, caller });
      };
      // It would never close again, and what it counts for never be free.
      if (socket.destroyed) return;
      if (!visitor.ok) return refuse(visitor.error);
      if (request.headers['sec-websocket-version'] !== VERSION) {
        const caller = { principal: key?.principal, address };
        refuseUpgrade(core, socket, { ...VERSION_REFUSAL, requestId, caller });
        return;
      }
      if (closed) return refuse(serverStops());
      // Asked last, because others came in while the key was looked at.
      const seat = makeSeat(socket, address);
      const counted = key === undefined ? ok(undefined) : seat.identify(key.principal);
      if (!counted.ok) return refuse(counted.error);
      // The handshake may fail without a client; the socket always ends.
      server.handleUpgrade(request, socket, head, (webSocket) => {
        const { path, ...known } = visitor.value;
        const made = { core, webSocket, socket, requestId, seat, ...known };
        const client =
          path === PATHS.console ? serveConsole(made) : serveClient({ ...made, hub, flusher });
        clients.add(client);
        webSocket.on('close', () => clients.delete(client));
        if (key === undefined) seat.wait(() => client.end(tooManyPending()));
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
    // There are no subprotocols here, and one that a client names must not be agreed to.
    handleProtocols: () => false,
    maxPayload: MESSAGE_BYTES_MAX,
  });
  server.on('wsClientError', (cause, socket, request) => {
    const found = problem('validation-failed', {
      detail: `This is not a WebSocket handshake: ${cause.message}.`,
      remedy: 'Connect with a client of RFC 6455, version 13.',
    });
    const address = clientAddressOf(request, core.trustedProxies ?? NO_PROXIES);
    const requestId = core.application.nextRequestId();
    refuseUpgrade(core, socket, { found, requestId, caller: { address } });
  });
  return server;
}

interface Visitor {
  readonly path: string;
  readonly origin: Pick<Caller, 'client' | 'clientAddress' | 'deployment'>;
  readonly key: KnownKey | undefined;
}

async function readVisitor(
  { core, site }: Pick<EndpointParts, 'core' | 'site'>,
  request: IncomingMessage,
  sender: Sender & { readonly clientAddress: string },
): Promise<Result<Visitor, Problem>> {
  const { clientAddress } = sender;
  const admitted = core.application.admitAddress(clientAddress);
  if (!admitted.ok) return admitted;
  const unclear = checkHeaders(request);
  if (unclear !== undefined) return err(unclear);
  const [path, query] = (request.url ?? '').split('?', 2);
  if (path !== PATHS.events && path !== PATHS.console) return err(noSuchPath());
  if (query !== undefined) return err(queryRefused());
  const read = readOrigin(request.headers);
  if (!read.ok) return read;
  const origin = { ...read.value, clientAddress };
  const { authorization } = request.headers;
  if (authorization === undefined) {
    const key = await readSession(core, request, site);
    if (!key.ok) return key;
    return ok({ path, origin, key: key.value });
  }
  const secret = readSecret(authorization);
  if (!secret.ok) return secret;
  const principal = await core.application.authenticate(secret.value, sender);
  if (!principal.ok) return principal;
  const key = { secret: secret.value, principal: principal.value };
  return ok({ path, origin, key });
}

/** The session of a browser; undefined where the request has no cookie of one. */
async function readSession(
  core: EventCore,
  request: IncomingMessage,
  site: BrowserSite,
): Promise<Result<KnownKey | undefined, Problem>> {
  const claimed = claimedSession(request, site);
  if (!claimed.ok) return claimed;
  if (claimed.value === undefined) return ok(undefined);
  const { secret } = claimed.value;
  const foreign = refuseForeignSocket(request.headers, claimed.value.site);
  if (foreign !== undefined) return err(foreign);
  const principal = await core.application.signIns.authenticate(secret, 'background');
  if (!principal.ok) return principal;
  return ok({ secret, credential: 'session', principal: principal.value });
}

function noSuchPath(): Problem {
  return problem('not-found', {
    detail: 'This path does not support WebSocket.',
    remedy: `WebSockets are at ${PATHS.events} and ${PATHS.console}.`,
  });
}

function queryRefused(): Problem {
  return problem('validation-failed', {
    detail: 'The URL of a WebSocket must not have a query, because logs contain URLs.',
    remedy: 'Send the key in the Authorization header or in the first message, like the filter.',
  });
}

function tooManyPending(): Problem {
  return problem('rate-limited', {
    detail: 'Too many WebSockets are open without an API key; this was the oldest of them.',
    remedy: 'Connect again and send the key at once, best in the Authorization header.',
    data: { scope: 'address', retry_after_ms: RETRY_MS },
  });
}
