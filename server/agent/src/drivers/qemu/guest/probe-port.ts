/** Whether a guest answers at a port: a TCP connection from its node, which is closed at once. */
import { createConnection } from 'node:net';

/** A guest on a bridge of the node answers within milliseconds. Unit: ms. */
const CONNECT_MS_MAX = 2_000;

/** Result of the probe. `refused`: the guest uses the address, and nothing listens at the port. */
export type PortState = 'open' | 'refused' | 'silent' | 'unreachable';

/** Descriptions of all states except `open`, for people. */
export const PORT_WORDS = {
  refused: 'refuses the connection',
  silent: 'does not answer',
  unreachable: 'cannot be reached',
} as const satisfies Readonly<Record<Exclude<PortState, 'open'>, string>>;

/** A guest as its node reaches it. */
export interface GuestPlace {
  /** Address of the guest. */
  readonly host: string;
  /** Address of the gateway: with it, packets go to the network of the guest, else anywhere. */
  readonly localAddress?: string | undefined;
}

/**
 * Connects once; never rejects.
 * @param timeoutMs - how long a connection may take
 */
export function probePort(
  { host, localAddress }: GuestPlace,
  port: number,
  timeoutMs = CONNECT_MS_MAX,
): Promise<PortState> {
  return new Promise((resolve) => {
    const socket = createConnection({ host, port, ...(localAddress && { localAddress }) });
    const end = (state: PortState): void => {
      socket.destroy();
      resolve(state);
    };
    socket.setTimeout(timeoutMs, () => end('silent'));
    socket.once('connect', () => end('open'));
    socket.on('error', ({ code }: NodeJS.ErrnoException) =>
      end(code === 'ECONNREFUSED' ? 'refused' : 'unreachable'),
    );
  });
}
