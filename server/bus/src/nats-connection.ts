/** A connection to NATS that comes back, and what waits to be sent meanwhile. */
import {
  type ConnectionOptions,
  connect,
  type MsgHdrs,
  type NatsConnection,
} from '@nats-io/transport-node';

/** Messages that wait while NATS is away. Those of a few seconds; later ones are dropped. */
export const MESSAGES_WAITING_MAX = 10_000;

/** The longest they may be together, so that long ones do not fill the memory. */
const WAITING_MIB_MAX = 16;

const MIB = 1024 ** 2;

/** Time that closing waits for the last messages to be sent. */
const CLOSE_PATIENCE_MS = 1_000;

/** A message on its way out. */
export interface Outgoing {
  readonly subject: string;
  readonly payload: string;
  readonly headers?: MsgHdrs;
  readonly reply?: string;
}

/** The way to NATS. */
export interface NatsBusConnection {
  readonly connection: NatsConnection;
  readonly isUp: () => boolean;
  /** Sends now, or as soon as NATS is back. Throws for what NATS would never take. */
  readonly send: (message: Outgoing) => void;
  readonly close: () => Promise<void>;
}

/** Listeners of a connection. */
export interface NatsConnectionEvents {
  readonly onDown: () => void;
  readonly onUp: () => void;
  /** Called when NATS refuses a subject that this user may not use. */
  readonly onComplaint: (cause: unknown) => void;
  /** Called when NATS is back: number of messages that did not fit into the queue. */
  readonly onDropped: (count: number) => void;
}

/** Connects. Rejects if the first connection cannot be made. */
export async function openNatsConnection(
  options: ConnectionOptions,
  events: NatsConnectionEvents,
): Promise<NatsBusConnection> {
  const connection = await connect(options);
  const waiting: Outgoing[] = [];
  let waitingBytes = 0;
  let dropped = 0;
  let state: 'up' | 'down' | 'closed' = 'up';

  function publish({ subject, payload, ...rest }: Outgoing): void {
    connection.publish(subject, payload, rest);
  }

  function keepWaiting(message: Outgoing): void {
    const bytes = waitingBytes + Buffer.byteLength(message.payload);
    if (waiting.length >= MESSAGES_WAITING_MAX || bytes > WAITING_MIB_MAX * MIB) {
      dropped += 1;
      return;
    }
    waitingBytes = bytes;
    waiting.push(message);
  }

  function comeBack(): void {
    state = 'up';
    waitingBytes = 0;
    for (const message of waiting.splice(0)) publish(message);
    if (dropped > 0) events.onDropped(dropped);
    dropped = 0;
    events.onUp();
  }

  async function watch(): Promise<void> {
    for await (const status of connection.status()) {
      if (state === 'closed') return;
      if (status.type === 'disconnect' && state === 'up') {
        state = 'down';
        events.onDown();
      }
      if (status.type === 'reconnect') comeBack();
      if (status.type === 'error') events.onComplaint(status.error);
    }
  }
  void watch();

  return {
    connection,
    isUp: () => state === 'up',
    send: (message) => {
      if (state === 'up') publish(message);
      else if (state === 'down') keepWaiting(message);
    },
    close: async () => {
      const wasUp = state === 'up';
      state = 'closed';
      if (wasUp) await flushWithin(connection, CLOSE_PATIENCE_MS);
      await connection.close();
    },
  };
}

async function flushWithin(connection: NatsConnection, patienceMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, patienceMs);
  });
  // What cannot be sent any more is lost, as publishing may be.
  await Promise.race([connection.flush().catch(() => {}), patience]);
  clearTimeout(timer);
}
