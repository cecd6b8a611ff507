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

/**
 * Starts a proxy on a free port; problems pass unchanged.
 * @param busy.refuse - the status that it answers by itself, and to come back at once
 */
export async function startProxy(
  target: string,
  alter: Alter,
  busy: { readonly refuse: () => number | undefined } = { refuse: () => undefined },
): Promise<AlteringProxy> {
  const server = createServer(async (request, response) => {
    const status = busy.refuse();
    if (status !== undefined) {
      response.writeHead(status, { 'retry-after': '0' }).end();
      return;
    }
    const calls = (await json(request)) as { readonly id: number; readonly method: string }[];
    const { authorization = '' } = request.headers;
    const answer = await fetch(`${target}${request.url}`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify(calls),
    });
    const replies = (await answer.json()) as Reply[];
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
