/**
 * Report of a migration's source to its target that it has released the machine: a message over TLS
 * with the one-time key of the migration (RFC 4279), from agent to agent. It needs neither the
 * server nor the bus. The message may be repeated; the answer confirms that the target has recorded
 * it.
 */
import { hkdfSync } from 'node:crypto';
import { connect, createServer, type Server, type TLSSocket } from 'node:tls';

/** A key that is not the one with which QEMU encrypts: neither gives the other away. */
const KEY_PURPOSE = 'novacron migration release';
const KEY_BYTES = 32;
const IDENTITY = 'novacron';

/** Pre-shared keys need no certificates; the first suite adds forward secrecy. */
const TLS = {
  ciphers: 'ECDHE-PSK-CHACHA20-POLY1305:PSK-AES256-GCM-SHA384',
  minVersion: 'TLSv1.2',
  maxVersion: 'TLSv1.2',
} as const;

const RELEASED = 'released\n';
const RECORDED = 'recorded\n';

/** Longest wait for the other side. Unit: ms. */
const ANSWER_MS_MAX = 5_000;

/** Listener on the target for the release. */
export interface ReleaseListener {
  readonly port: number;
  readonly close: () => void;
}

/** Options of the target's listener. */
export interface ReleaseListenerParts {
  readonly host: string;
  /** 0: any port that is free. */
  readonly port: number;
  /** Key of the migration, in hexadecimal. */
  readonly key: string;
  /** Records the release; the source hears of it when the promise is kept. */
  readonly onReleased: () => Promise<void>;
}

/** Listens for the release of one machine; rejects where it cannot listen. */
export function listenForRelease(parts: ReleaseListenerParts): Promise<ReleaseListener> {
  const { host, port, key, onReleased } = parts;
  const server = createServer({
    ...TLS,
    pskCallback: (_socket, identity) => (identity === IDENTITY ? releaseKeyOf(key) : null),
  });
  const sockets = new Set<TLSSocket>();
  server.on('secureConnection', (socket) => {
    sockets.add(socket);
    socket.setTimeout(ANSWER_MS_MAX, () => socket.destroy());
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    socket.once('data', (bytes: Buffer) => {
      if (bytes.toString('utf8') !== RELEASED) return socket.destroy();
      // The source repeats the message where the answer does not come.
      onReleased().then(
        () => {
          socket.end(RECORDED);
          server.close();
        },
        () => socket.destroy(),
      );
      return undefined;
    });
  });
  // A client without the key: nothing of it is heard.
  server.on('tlsClientError', () => undefined);
  const close = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return listening(server, { host, port }).then((bound) => ({ port: bound, close }));
}

function listening(
  server: Server,
  address: { readonly host: string; readonly port: number },
): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(address, () => {
      server.off('error', reject);
      // Nothing that happens to a listener ends the agent.
      server.on('error', () => undefined);
      const bound = server.address();
      resolve(typeof bound === 'object' && bound !== null ? bound.port : 0);
    });
  });
}

/** Address for notifying the target of a released machine. */
export interface ReleaseAddress {
  readonly host: string;
  readonly port: number;
  readonly key: string;
}

/**
 * Sends the release to the target once.
 * @returns `recorded`: the target has it; `unknown`: it has to be sent again
 */
export function tellRelease(address: ReleaseAddress): Promise<'recorded' | 'unknown'> {
  const { host, port, key } = address;
  return new Promise((resolve) => {
    let said = '';
    const socket = connect({
      ...TLS,
      host,
      port,
      pskCallback: () => ({ psk: releaseKeyOf(key), identity: IDENTITY }),
      checkServerIdentity: () => undefined,
    });
    socket.setTimeout(ANSWER_MS_MAX, () => socket.destroy());
    socket.on('secureConnect', () => socket.write(RELEASED));
    socket.on('data', (bytes: Buffer) => {
      said += bytes.toString('utf8');
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve(said === RECORDED ? 'recorded' : 'unknown'));
  });
}

function releaseKeyOf(key: string): Buffer {
  return Buffer.from(hkdfSync('sha256', Buffer.from(key, 'hex'), '', KEY_PURPOSE, KEY_BYTES));
}
