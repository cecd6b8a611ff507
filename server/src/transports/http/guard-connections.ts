/**
 * Keeps connections that send nothing from shutting out those that do. A connection waits until
 * a request has arrived with its whole body, or until its WebSocket is accepted with a key, and
 * again between two requests; under pressure the oldest waiting connection of the address with the
 * most of them is closed, never one with a complete request.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { addressBlockOf } from '../../app/access/limits/address-block.ts';
import { NO_TELEMETRY, type Telemetry } from '../../ports/telemetry.ts';
import type { Core } from '../dispatch/dispatch.ts';
import { clientAddressOf, type TrustedProxies } from './client-address.ts';
import { hasBody } from './read-body.ts';
import { writeProblem } from './write-problem.ts';

/** Maximum number of connections. */
export interface ConnectionLimits {
  readonly total: number;
  /**
   * Maximum per address; trusted proxies are exempt, because they forward requests of many clients.
   */
  readonly perAddress: number;
}

interface Connection {
  readonly socket: Socket;
  readonly block: string;
  /** Complete requests whose answers are not out, and protocols that replaced HTTP. */
  requests: number;
  /** The request whose body is being received. */
  receiving: IncomingMessage | undefined;
}

/** The connections of one block of addresses. */
interface Holder {
  readonly isExempt: boolean;
  readonly all: Set<Connection>;
  /** Those without a complete request, the longest waiting first. */
  readonly waiting: Set<Connection>;
}

/** Dependencies of the connection guard. */
export interface GuardOptions {
  readonly limits: ConnectionLimits;
  readonly proxies: TrustedProxies;
  /** Names the answer to a connection that is refused. */
  readonly application: Pick<Core['application'], 'nextRequestId'>;
  readonly telemetry?: Telemetry | undefined;
}

/** The guard of a server's connections. */
export interface ConnectionGuard {
  /** Protects the connection of a WebSocket from now on: its client has a valid key. */
  readonly protect: (socket: Duplex) => void;
}

/** Begins to guard the connections of a server that does not listen yet. */
export function guardConnections(
  server: Server,
  { limits, proxies, application, telemetry = NO_TELEMETRY }: GuardOptions,
): ConnectionGuard {
  const holders = new Map<string, Holder>();
  const known = new WeakMap<Duplex, Connection>();
  /** A TLS socket is another object than the connection that carries it, with the same ends. */
  const byPeer = new Map<string, Connection>();
  let total = 0;

  function admit(socket: Socket): void {
    // A socket that is read once more without its offer of another protocol.
    if (known.has(socket)) return;
    const address = clientAddressOf({ socket, headersDistinct: {} }, proxies);
    const block = addressBlockOf(address);
    const holder = holders.get(block) ?? {
      isExempt: proxies.has(address),
      all: new Set(),
      waiting: new Set(),
    };
    if (!makeRoom(holder)) {
      telemetry.count('novacron_connections_closed_total', { reason: 'limit' });
      refuse(socket, limits, application.nextRequestId());
      return;
    }
    const connection: Connection = { socket, block, requests: 0, receiving: undefined };
    holders.set(block, holder);
    holder.all.add(connection);
    holder.waiting.add(connection);
    known.set(socket, connection);
    const peer = peerOf(socket);
    byPeer.set(peer, connection);
    total += 1;
    socket.once('close', () => {
      if (byPeer.get(peer) === connection) byPeer.delete(peer);
      forget(connection);
    });
  }

  /** Whether one more connection fits, after another one was closed for it if necessary. */
  function makeRoom(holder: Holder): boolean {
    const isOver = !holder.isExempt && holder.all.size >= limits.perAddress;
    if (isOver) return dropOldest(holder);
    return total < limits.total || dropOldest(mostWaiting(holders));
  }

  function dropOldest(holder: Holder | undefined): boolean {
    const oldest = oldestOf(holder?.waiting ?? []);
    if (oldest === undefined) return false;
    forget(oldest);
    oldest.socket.destroy();
    telemetry.count('novacron_connections_closed_total', { reason: 'pressure' });
    return true;
  }

  function forget(connection: Connection): void {
    const holder = holders.get(connection.block);
    if (holder?.all.delete(connection) !== true) return;
    holder.waiting.delete(connection);
    if (holder.all.size === 0) holders.delete(connection.block);
    total -= 1;
  }

  function begin(connection: Connection): void {
    connection.requests += 1;
    holders.get(connection.block)?.waiting.delete(connection);
  }

  function end(connection: Connection): void {
    connection.requests -= 1;
    const holder = holders.get(connection.block);
    if (connection.requests === 0 && holder?.all.has(connection) === true) {
      holder.waiting.add(connection);
    }
  }

  server.prependListener('connection', admit);
  server.on('secureConnection', (socket: Socket) => {
    const connection = byPeer.get(peerOf(socket));
    if (connection !== undefined) known.set(socket, connection);
  });
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    const connection = known.get(request.socket);
    if (connection === undefined) return;
    let state: 'receiving' | 'running' | 'over' = 'receiving';
    const arrive = () => {
      if (state !== 'receiving') return;
      state = 'running';
      connection.receiving = undefined;
      begin(connection);
    };
    if (hasBody(request)) {
      connection.receiving = request;
      request.once('end', arrive);
    } else arrive();
    response.once('close', () => {
      if (connection.receiving === request) connection.receiving = undefined;
      if (state === 'running') end(connection);
      state = 'over';
    });
  });
  return {
    // It stays with the other protocol until it is closed.
    protect: (socket) => {
      const connection = known.get(socket);
      if (connection !== undefined) begin(connection);
    },
  };
}

/** A body that arrived while its caller was being identified is complete, though not yet read. */
function oldestOf(waiting: Iterable<Connection>): Connection | undefined {
  for (const connection of waiting) {
    if (connection.receiving?.complete !== true) return connection;
  }
  return undefined;
}

/** Each connection of a TCP port has another peer. */
function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

function mostWaiting(holders: ReadonlyMap<string, Holder>): Holder | undefined {
  let most: Holder | undefined;
  for (const holder of holders.values()) {
    if (holder.waiting.size > (most?.waiting.size ?? 0)) most = holder;
  }
  return most;
}

/** Says why where that can be read; a handshake of TLS is not worth its price. */
function refuse(socket: Socket, limits: ConnectionLimits, requestId: string): void {
  if ('server' in socket && isTlsServer(socket.server)) {
    socket.destroy();
    return;
  }
  writeProblem(socket, { found: tooManyConnections(limits), requestId }, () => socket.destroy());
}

function isTlsServer(server: unknown): boolean {
  return typeof server === 'object' && server !== null && 'setSecureContext' in server;
}

function tooManyConnections({ perAddress, total }: ConnectionLimits): Problem {
  return problem('unavailable', {
    detail:
      `Your address has ${perAddress} connections or the server ${total}, which are the limits, ` +
      'and all of them carry requests.',
    remedy:
      "Reuse connections, or ask the server's operators to raise connections-per-address-max or " +
      'connections-max, and to name their proxies in trusted-proxies.',
    data: { connections_per_address_max: perAddress, connections_max: total },
  });
}
