/** Stands between a provider and a real server, and changes what the server answers. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** A proxy at work. */
export interface AlteringProxy {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Changes the result of one call. */
export type Alter = (method: string, result: Readonly<Record<string, unknown>>) => unknown;

interface Reply {
  readonly id: number;
  readonly result?: Readonly<Record<string, unknown>>;
}

/** A moment on the way: `request` before the server has it, `answer` before the client has it. */
export interface Passage {
  readonly moment: 'request' | 'answer';
  readonly methods: readonly string[];
}

/** Faults that a proxy injects besides altering responses. */
export interface Trouble {
  /** The status that it answers by itself, and to come back at once. */
  readonly refuse?: () => number | undefined;
  /** Delays a batch at a moment, for ever if it does not resolve; a status replaces the answer. */
  readonly hold?: (passage: Passage) => Promise<number | undefined>;
}

/** Starts a proxy on a free port; problems pass unchanged. */
export async function startProxy(
  target: string,
  alter: Alter,
  { refuse = () => undefined, hold = async () => undefined }: Trouble = {},
): Promise<AlteringProxy> {
  const server = createServer(async (request, response) => {
    const status = refuse();
    if (status !== undefined) {
      response.writeHead(status, { 'retry-after': '0' }).end();
      return;
    }
    const calls = (await json(request)) as { readonly id: number; readonly method: string }[];
    const called = calls.map(({ method }) => method);
    await hold({ moment: 'request', methods: called });
    const { authorization = '' } = request.headers;
    const answer = await fetch(`${target}${request.url}`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify(calls),
    });
    const replies = (await answer.json()) as Reply[];
    const lost = await hold({ moment: 'answer', methods: called });
    if (lost !== undefined) {
      response.writeHead(lost, { 'retry-after': '0' }).end();
      return;
    }
    const methods = new Map(calls.map(({ id, method }) => [id, method]));
    const altered = replies.map(({ result, ...rest }) =>
      result === undefined ? rest : { ...rest, result: alter(methods.get(rest.id) ?? '', result) },
    );
    response.writeHead(answer.status).end(JSON.stringify(altered));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
