/** The WebSocket of a console, in the words of the server. */
import { CLIENT_HEADER } from '@novacron/contract/access/identity';
import {
  fromProblemDocument,
  type Problem,
  ProblemDocument,
  problem,
} from '@novacron/contract/problem/problem';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { endpointText } from './endpoint.ts';
import type { Settings } from './settings.ts';

/** Path of a console, and the ticket that opens it. */
export interface ConsoleTicket {
  readonly path: string;
  readonly ticket: string;
}

/** Receives what a console says. */
export interface ConsoleEvents {
  readonly onOpen: (vm: { readonly name: string; readonly node: string }) => void;
  readonly onOutput: (bytes: Uint8Array) => void;
  readonly onLost: (bytes: number) => void;
  /** Called once: the reason of the server, or why the connection broke. */
  readonly onEnd: (end: string | Problem) => void;
}

/** An open connection. */
export interface ConsoleSocket {
  readonly write: (bytes: Uint8Array) => void;
  readonly close: () => void;
}

const ServerMessage = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('opened'), name: z.string(), node: z.string() }),
  z.looseObject({ type: z.literal('lost'), bytes: z.number() }),
  z.looseObject({ type: z.literal('ended'), reason: z.string() }),
  z.looseObject({ type: z.literal('problem'), problem: ProblemDocument }),
]);

/** Connects to the console that a ticket is for. */
export function openConsoleSocket(
  { endpoint, apiKey }: Pick<Settings, 'endpoint' | 'apiKey'>,
  { path, ticket }: ConsoleTicket,
  events: ConsoleEvents,
): ConsoleSocket {
  const address = endpointText(endpoint.value).replace(/^http/, 'ws');
  const authorization = apiKey.kind === 'key' ? { authorization: `Bearer ${apiKey.value}` } : {};
  const headers = { ...authorization, [CLIENT_HEADER]: 'cli' };
  const webSocket = new WebSocket(`${address}${path}`, { headers, perMessageDeflate: false });
  let hasEnded = false;
  const end = (why: string | Problem): void => {
    if (hasEnded) return;
    hasEnded = true;
    webSocket.close();
    events.onEnd(why);
  };
  webSocket.on('open', () => webSocket.send(JSON.stringify({ type: 'open', ticket })));
  webSocket.on('message', (data: Buffer, isBinary) => {
    if (isBinary) events.onOutput(data);
    else deliver(data.toString('utf8'), { ...events, onEnd: end });
  });
  webSocket.on('error', ({ message }) => end(broken(message)));
  webSocket.on('close', () => end(broken('the server closed the connection')));
  return { write: (bytes) => webSocket.send(bytes), close: () => end('closed') };
}

function deliver(text: string, events: ConsoleEvents): void {
  const message = ServerMessage.parse(JSON.parse(text));
  switch (message.type) {
    case 'opened':
      events.onOpen(message);
      return;
    case 'lost':
      events.onLost(message.bytes);
      return;
    case 'ended':
      events.onEnd(message.reason);
      return;
    case 'problem':
      events.onEnd(fromProblemDocument(message.problem));
  }
}

function broken(why: string): Problem {
  return problem('unavailable', {
    detail: `The connection to the console ended: ${why}.`,
    remedy: 'Run the command again to connect again.',
  });
}
