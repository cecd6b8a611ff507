/**
 * Settings of a NATS connection as plain data: a process that receives them needs no files, and
 * imports nothing besides the client of NATS.
 */
import type { ConnectionOptions } from '@nats-io/transport-node';
import type { TlsVersion } from '@novacron/contract/link-tls';

/** Time limit for establishing a connection. */
const CONNECT_TIMEOUT_MS = 5_000;

/** The pauses between attempts to come back: a quarter of the time away, within these bounds. */
const RECONNECT_DELAY_MS_MIN = 50;
const RECONNECT_DELAY_MS_MAX = 2_000;
const RECONNECT_DELAY_RATIO = 0.25;

/** A server that the network has swallowed is given up after two of these without an answer. */
const PING_INTERVAL_MS = 10_000;
const PINGS_UNANSWERED_MAX = 2;

/** Name shown to the operator of NATS in the list of connections. */
const CLIENT_NAME = 'novacron';

/** Encryption of a link: files, which are read again for each connection, or their content. */
export interface NatsTls {
  readonly caFile?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly minVersion: TlsVersion;
}

/** Address of NATS, and the credentials of this side. */
export interface NatsLink {
  /** Hosts with ports, of which any will do. */
  readonly servers: readonly string[];
  readonly user?: string;
  readonly pass?: string;
  readonly token?: string;
  readonly inboxPrefix?: string;
  /** Absent: no TLS. */
  readonly tls?: NatsTls;
}

/**
 * The settings of a connection that comes back, however long that takes.
 * @param lostAt - when the connection was lost, in milliseconds of `performance.now()`
 */
export function toNatsOptions(
  { servers, ...link }: NatsLink,
  lostAt: () => number,
): ConnectionOptions {
  return {
    ...link,
    servers: [...servers],
    name: CLIENT_NAME,
    timeout: CONNECT_TIMEOUT_MS,
    reconnect: true,
    maxReconnectAttempts: -1,
    ignoreAuthErrorAbort: true,
    // Asked for again and again while it waits, so it follows from the time and not from a count.
    reconnectDelayHandler: () =>
      Math.min(
        RECONNECT_DELAY_MS_MAX,
        Math.max(RECONNECT_DELAY_MS_MIN, (performance.now() - lostAt()) * RECONNECT_DELAY_RATIO),
      ),
    pingInterval: PING_INTERVAL_MS,
    maxPingOut: PINGS_UNANSWERED_MAX,
  };
}
