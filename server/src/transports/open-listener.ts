/**
 * The listener of a server: it is open before the server has started, and answers then that it
 * starts; the application takes it over.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { types } from 'node:util';
import { TLS_VERSION_DEFAULT, type TlsVersion } from '@novacron/contract/link-tls';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { assert, err, ok, type Result } from '@novacron/contract/result';
import type { Logger } from '@novacron/runtime/logger';
import type { Telemetry } from '../ports/telemetry.ts';
import { describeChain } from './dispatch/dispatch.ts';
import { answerClientErrors, refuseTunnels } from './http/answer-client-error.ts';
import { answerStarting, type StartingOptions } from './http/answer-starting.ts';
import { NO_PROXIES, type TrustedProxies } from './http/client-address.ts';
import { closeStalledConnection } from './http/close-stalled-connection.ts';
import {
  type ConnectionGuard,
  type ConnectionLimits,
  guardConnections,
} from './http/guard-connections.ts';

/** A whole request has to arrive within this, so that slow senders hold nothing. */
const REQUEST_MS_MAX = 60_000;
const HEADERS_MS_MAX = 15_000;

/** Longer than clients pause between the bursts of a plan. */
const KEEP_ALIVE_MS = 30_000;

/** A client that takes nothing of its answer for so long holds it for nothing. */
const STALL_MS_MAX = 30_000;

/** More open sockets than a fleet's clients need. */
const CONNECTION_LIMITS: ConnectionLimits = { total: 10_000, perAddress: 1_000 };

/** PEM texts. */
export interface ListenerCertificate {
  readonly cert: string;
  readonly key: string;
}

/** Dependencies and settings of a listener. */
export interface ListenerOptions extends StartingOptions {
  /** `port` 0 takes any free one. */
  readonly listen: { readonly host: string; readonly port: number };
  /** Maximum number of connections; {@link CONNECTION_LIMITS} by default. */
  readonly connectionLimits?: ConnectionLimits;
  readonly trustedProxies?: TrustedProxies;
  /** Without it the server speaks plain HTTP. */
  readonly tls?: ListenerCertificate & {
    /** TLS 1.3 unless said. */
    readonly minVersion?: TlsVersion;
  };
  readonly telemetry?: Telemetry | undefined;
  readonly logger: Logger;
}

/** Answers requests. */
export type RequestListener = (request: IncomingMessage, response: ServerResponse) => void;

/** A listener that is open. */
export interface HttpListener {
  /** Address of the server: `http://127.0.0.1:7480`. */
  readonly url: string;
  readonly port: number;
  readonly scheme: 'http' | 'https';
  readonly server: Server;
  readonly connections: ConnectionGuard;
  /** From now on this answers the requests. */
  readonly answerWith: (answer: RequestListener) => void;
  /** New connections get this certificate; one that cannot be used changes nothing. */
  readonly renew: (certificate: ListenerCertificate) => Result<void, Problem>;
  /**
   * Stops accepting, lets running requests finish, then closes every connection.
   * @param graceMs - how long running requests may take; what is left is cut off
   */
  readonly close: (graceMs: number) => Promise<void>;
}

/**
 * Opens the listener.
 * Problems: `unavailable` when the address cannot be listened on, `validation-failed` when the
 * certificate or the key cannot be used.
 */
export async function openListener(
  options: ListenerOptions,
): Promise<Result<HttpListener, Problem>> {
  const { listen, tls } = options;
  const created = await createNodeServer(tls);
  if (!created.ok) return created;
  const { server, renew } = created.value;
  const connections = guardConnections(server, {
    limits: options.connectionLimits ?? CONNECTION_LIMITS,
    proxies: options.trustedProxies ?? NO_PROXIES,
    application: options.application,
    telemetry: options.telemetry,
  });
  server.on('clientError', answerClientErrors(options));
  server.on('connect', refuseTunnels(options));
  let answer: RequestListener = answerStarting(options);
  const close = trackRequests(server, (request, response) => answer(request, response));
  try {
    server.listen({ host: listen.host, port: listen.port });
    await once(server, 'listening');
  } catch (cause) {
    return err(toListenProblem(listen, cause));
  }
  server.on('error', (cause) => {
    options.logger.error({ chain: describeChain(cause) }, 'the listener met a fault');
  });
  const address = server.address();
  assert(isAddressInfo(address), 'a server that listens on a port has no address');
  const host = listen.host.includes(':') ? `[${listen.host}]` : listen.host;
  const scheme = tls === undefined ? 'http' : 'https';
  return ok({
    url: `${scheme}://${host}:${address.port}`,
    port: address.port,
    scheme,
    server,
    connections,
    answerWith: (next) => {
      answer = next;
    },
    renew,
    close,
  });
}

interface NodeServer {
  readonly server: Server;
  readonly renew: HttpListener['renew'];
}

async function createNodeServer(tls: ListenerOptions['tls']): Promise<Result<NodeServer, Problem>> {
  const limits = {
    requestTimeout: REQUEST_MS_MAX,
    headersTimeout: HEADERS_MS_MAX,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // Refused by the application, with a problem document.
    requireHostHeader: false,
  };
  if (tls === undefined) {
    return ok({ server: createServer(limits), renew: () => ok(undefined) });
  }
  const https = await import('node:https');
  const { cert, key, minVersion = TLS_VERSION_DEFAULT } = tls;
  return usingCertificate(() => {
    const server = https.createServer({ ...limits, cert, key, minVersion });
    const renew: HttpListener['renew'] = (next) =>
      usingCertificate(() => server.setSecureContext({ ...next, minVersion }));
    return { server, renew };
  });
}

function usingCertificate<T>(use: () => T): Result<T, Problem> {
  try {
    return ok(use());
  } catch (cause) {
    const reason = types.isNativeError(cause) ? cause.message : String(cause);
    return err(
      problem('validation-failed', {
        detail: `The TLS certificate or its key cannot be used: ${reason}`,
        remedy: 'Set a certificate chain and its private key, both as PEM.',
      }),
    );
  }
}

/** Hands requests to the application and knows which still run; returns what stops the server. */
function trackRequests(
  server: Server,
  listener: RequestListener,
): (graceMs: number) => Promise<void> {
  const running = new Set<ServerResponse>();
  let draining = false;
  // Without a listener node answers an unknown expectation itself, and not with a problem.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    running.add(response);
    closeStalledConnection(response, STALL_MS_MAX);
    response.once('close', () => {
      running.delete(response);
      if (draining) request.socket.end();
    });
    if (draining) response.setHeader('Connection', 'close');
    listener(request, response);
  });
  return async (graceMs) => {
    draining = true;
    const closed = new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
    for (const response of running) {
      if (!response.headersSent) response.setHeader('Connection', 'close');
    }
    const timer = setTimeout(() => server.closeAllConnections(), graceMs);
    await closed;
    clearTimeout(timer);
    // A socket that was cut off is gone a moment before its request knows it.
    await Promise.all([...running].map((response) => once(response, 'close')));
  };
}

/** Explains why a server cannot listen on an address. */
export function toListenProblem(listen: ListenerOptions['listen'], cause: unknown): Problem {
  const code = types.isNativeError(cause) && 'code' in cause ? String(cause.code) : String(cause);
  const where = `${listen.host} port ${listen.port}`;
  switch (code) {
    case 'EADDRINUSE':
      return problem('unavailable', {
        detail: `Another program already listens on ${where}.`,
        remedy: 'Stop that program, or choose another port.',
      });
    case 'EACCES':
      return problem('unavailable', {
        detail: `The system does not allow this user to listen on ${where}.`,
        remedy: 'Choose a port above 1023, or allow the user to bind lower ones.',
      });
    default:
      return problem('unavailable', {
        detail: `Listening on ${where} is not possible (${code}).`,
        remedy: 'Choose an address that this machine has.',
      });
  }
}

function isAddressInfo(address: ReturnType<Server['address']>): address is AddressInfo {
  return typeof address === 'object' && address !== null;
}
