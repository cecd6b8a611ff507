/** A WebSocket client that keeps what it hears until a test asks for it. */
import { Event } from '@novacron/contract/events/event';
import { ProblemDocument } from '@novacron/contract/problem/problem';
import { assert } from '@novacron/contract/result';
import { type ClientOptions, WebSocket } from 'ws';
import { z } from 'zod';
import { secretOf } from './fake-application.ts';
import type { FakeServer } from './start-fake-server.ts';

/** Message from the server. */
export const ServerMessage = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('event'), event: Event }),
  z.strictObject({ type: z.literal('heartbeat'), position: z.int() }),
  z.strictObject({ type: z.literal('problem'), problem: ProblemDocument }),
  z.strictObject({
    type: z.literal('filter_changed'),
    id: z.string().optional(),
    position: z.int(),
  }),
  z.strictObject({
    type: z.literal('filter_refused'),
    id: z.string().optional(),
    problem: ProblemDocument,
  }),
]);
export type ServerMessage = z.infer<typeof ServerMessage>;

/** The end of a connection. */
export interface Closed {
  readonly code: number;
  readonly reason: string;
}

/** A connected client. */
export interface TestClient {
  readonly webSocket: WebSocket;
  readonly say: (message: unknown) => void;
  /** The next message that has not been asked for yet. */
  readonly next: () => Promise<ServerMessage>;
  /** The positions of a number of further events; other messages are skipped. */
  readonly nextPositions: (count: number) => Promise<number[]>;
  /** The problem that comes next. */
  readonly nextProblem: () => Promise<ProblemDocument>;
  readonly closed: Promise<Closed>;
}

/** Connects; rejects when the upgrade is refused. */
export async function connect(
  fake: FakeServer,
  headers: Readonly<Record<string, string>> = { authorization: `Bearer ${secretOf('viewer')}` },
  options: ClientOptions = {},
): Promise<TestClient> {
  const webSocket = new WebSocket(`${fake.server.url.replace('http', 'ws')}/ws`, {
    ...options,
    headers,
  });
  const client = listenTo(webSocket);
  await new Promise((resolve, reject) => {
    webSocket.once('open', resolve);
    webSocket.once('error', reject);
  });
  return client;
}

/** Connects and subscribes to everything, or to what is said. */
export async function subscribe(fake: FakeServer, wanted: object = {}): Promise<TestClient> {
  const client = await connect(fake);
  client.say({ type: 'subscribe', ...wanted });
  return client;
}

function listenTo(webSocket: WebSocket): TestClient {
  const messages: ServerMessage[] = [];
  const waiting: ((message: ServerMessage) => void)[] = [];
  webSocket.on('message', (data) => {
    const message = ServerMessage.parse(JSON.parse(String(data)));
    const taker = waiting.shift();
    if (taker === undefined) messages.push(message);
    else taker(message);
  });
  const closed = new Promise<Closed>((resolve) => {
    webSocket.on('close', (code, reason) => resolve({ code, reason: String(reason) }));
  });
  const next = (): Promise<ServerMessage> => {
    const message = messages.shift();
    if (message !== undefined) return Promise.resolve(message);
    return new Promise((resolve) => waiting.push(resolve));
  };
  return {
    webSocket,
    closed,
    next,
    say: (message) => webSocket.send(JSON.stringify(message)),
    nextPositions: async (count) => {
      const positions: number[] = [];
      while (positions.length < count) {
        const message = await next();
        assert(message.type !== 'problem', `a problem: ${JSON.stringify(message)}`);
        if (message.type === 'event') positions.push(message.event.position);
      }
      return positions;
    },
    nextProblem: async () => {
      const message = await next();
      assert(message.type === 'problem', `no problem: ${JSON.stringify(message)}`);
      return message.problem;
    },
  };
}
