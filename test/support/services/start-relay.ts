/** A TCP relay between a client and a real server, which can lose what is on its way. */
import { connect as connectTo, createServer, type Socket } from 'node:net';

/**
 * Fault that the relay applies to the next bytes of a client. `cut`: loses them and both
 * connections. `hold`: retains them while the client's connection ends; they arrive when they are
 * released. `deafen`: passes them on, and ends the client's connection when the server sends a
 * certain word; the client receives the data `before` that word, or `nothing`. `append`: passes
 * them on, adds bytes to the response of the server, in the same packet, and ends the client's
 * connection.
 */
export type Fault =
  | { readonly kind: 'cut' }
  | { readonly kind: 'hold' }
  | { readonly kind: 'append'; readonly bytes: Buffer }
  | { readonly kind: 'deafen'; readonly at: string; readonly hears: 'before' | 'nothing' };

/** Fault that affects the response. */
type AnswerFault = Extract<Fault, { kind: 'deafen' | 'append' }>;

/** A relay at work. */
export interface Relay {
  readonly port: number;
  /** Does this to the next bytes of whichever client sends some that contain the text. */
  readonly breakNext: (containing: string, fault: Fault) => void;
  /** Refuses new connections, or takes them again. */
  readonly admit: (whom: 'everyone' | 'none') => void;
  /** Lets what was held arrive. @returns when the server has ended that connection */
  readonly release: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Starts a relay to a port of 127.0.0.1. */
export function startRelay(target: number): Promise<Relay> {
  const sockets = new Set<Socket>();
  let fault: { readonly containing: string; readonly fault: Fault } | undefined;
  let admitted: 'everyone' | 'none' = 'everyone';
  let held: { readonly server: Socket; readonly bytes: Buffer } | undefined;

  const relay = createServer((client) => {
    if (admitted === 'none') {
      client.destroy();
      return;
    }
    const server = connectTo(target, '127.0.0.1');
    let ofAnswer: AnswerFault | undefined;
    let isHeld = false;
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.once('close', () => sockets.delete(socket));
    }
    client.once('close', () => {
      if (!isHeld) server.destroy();
    });
    server.once('close', () => client.destroy());
    server.on('data', (bytes: Buffer) => {
      if (ofAnswer === undefined) client.write(bytes);
      else if (ofAnswer.kind === 'append') client.end(Buffer.concat([bytes, ofAnswer.bytes]));
      else passOn(client, bytes, ofAnswer);
    });
    client.on('data', (bytes: Buffer) => {
      if (fault === undefined || !bytes.includes(fault.containing)) {
        server.write(bytes);
        return;
      }
      const { fault: now } = fault;
      fault = undefined;
      if (now.kind === 'hold') {
        isHeld = true;
        held = { server, bytes };
      }
      if (now.kind === 'deafen' || now.kind === 'append') {
        ofAnswer = now;
        server.write(bytes);
      } else {
        client.destroy();
      }
    });
  });

  return new Promise((resolve) => {
    relay.listen(0, '127.0.0.1', () => {
      const address = relay.address();
      resolve({
        port: typeof address === 'object' && address !== null ? address.port : 0,
        breakNext: (containing, next) => {
          fault = { containing, fault: next };
        },
        admit: (whom) => {
          admitted = whom;
        },
        release: async () => {
          if (held === undefined) throw new Error('nothing is held');
          const { server, bytes } = held;
          const closed = new Promise<void>((done) => server.once('close', () => done()));
          server.end(bytes);
          await closed;
        },
        close: () =>
          new Promise((done) => {
            relay.close(() => done());
            for (const socket of sockets) socket.destroy();
          }),
      });
    });
  });
}

type Deafness = Extract<AnswerFault, { kind: 'deafen' }>;

/** The type and the length of a message of PostgreSQL, which come before its first word. */
const HEAD_BYTES = 5;

function passOn(client: Socket, bytes: Buffer, { at, hears }: Deafness): void {
  const found = bytes.indexOf(at);
  if (hears === 'before' && found < 0) client.write(bytes);
  if (hears === 'before' && found >= 0) client.end(bytes.subarray(0, found - HEAD_BYTES));
  if (hears === 'nothing' && found >= 0) client.destroy();
}
