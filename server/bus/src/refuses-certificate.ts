/** Whether NATS refuses the certificate of a client, which its library reports as a timeout. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { NatsLink } from './nats-link.ts';
import { messageOf } from './nats-settings.ts';

/** NATS that listens answers at once. Unit: milliseconds. */
const ANSWER_MS_MAX = 2_000;

/**
 * Connects once more and listens for the alert: with TLS 1.3 it arrives after the handshake, where
 * only the socket hears it.
 */
export async function refusesCertificate({ servers, tls }: NatsLink): Promise<boolean> {
  const [server] = servers;
  if (server === undefined || tls === undefined) return false;
  const { hostname: host, port } = new URL(`nats://${server}`);
  const signal = AbortSignal.timeout(ANSWER_MS_MAX);
  const socket = connect({ host, port: Number(port) });
  try {
    // NATS says who it is before TLS begins.
    await once(socket, 'data', { signal });
    const { caFile, certFile, keyFile, minVersion } = tls;
    const files = { ca: read(caFile), cert: read(certFile), key: read(keyFile) };
    const link = connectTls({ socket, host, minVersion, ...files });
    await once(link, 'data', { signal });
    return false;
  } catch (cause) {
    return /\balert\b/.test(messageOf(cause));
  } finally {
    socket.destroy();
  }
}

function read(file: string | undefined): Buffer | undefined {
  return file === undefined ? undefined : readFileSync(file);
}
