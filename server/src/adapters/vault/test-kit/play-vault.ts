/** Plays a Vault for tests: the KV secrets engine, version 2, tokens, and AppRole, over HTTP. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** One that is played. */
export interface PlayedVault {
  readonly url: string;
  /** Stores a version of an entry. @param path - with the mount, such as `secret/shop/db` */
  readonly put: (path: string, data: Readonly<Record<string, unknown>>) => void;
  /** Deletes the newest version of an entry, whose number stays. */
  readonly remove: (path: string) => void;
  /** Status code of every response; undefined: Vault works. */
  broken: number | undefined;
  /** Tokens that may read. */
  readonly tokens: Set<string>;
  /** Requests, as method, path and namespace. */
  readonly asked: string[];
  readonly close: () => Promise<void>;
}

type Version = Readonly<Record<string, unknown>> | null;

/** AppRole's role id and secret id that it knows. */
export const PLAYED_ROLE = { roleId: 'novacron', secretId: 'sesame' } as const;

/** Starts it on a free port of this machine. */
export async function playVault(): Promise<PlayedVault> {
  const entries = new Map<string, Version[]>();
  let signedIn = 0;
  const server = createServer((request, response) => {
    void answer(request, response);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const played: PlayedVault = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    put: (path, data) => entries.set(path, [...(entries.get(path) ?? []), data]),
    remove: (path) => entries.get(path)?.splice(-1, 1, null),
    broken: undefined,
    tokens: new Set(['root']),
    asked: [],
    close: async () => {
      server.closeAllConnections();
      if (server.listening) await once(server.close(), 'close');
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', played.url);
    const namespace = request.headers['x-vault-namespace'] ?? '';
    const query = searchParams.size > 0 ? `?${searchParams}` : '';
    played.asked.push(`${request.method} ${pathname}${query} ${namespace}`.trim());
    const say = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    const body = await text(request);
    if (played.broken !== undefined) say(played.broken, { errors: ['Vault is sealed'] });
    else if (pathname.endsWith('/login')) signIn(body, say);
    else if (!played.tokens.has(String(request.headers['x-vault-token']))) {
      say(403, { errors: ['permission denied'] });
    } else read(pathname, searchParams.get('version'), say);
  }

  function signIn(body: string, say: (status: number, body: object) => void): void {
    const { role_id, secret_id } = Object(JSON.parse(body));
    if (role_id !== PLAYED_ROLE.roleId || secret_id !== PLAYED_ROLE.secretId) {
      say(400, { errors: ['invalid role or secret ID'] });
      return;
    }
    signedIn += 1;
    const client_token = `token-${signedIn}`;
    played.tokens.add(client_token);
    say(200, { auth: { client_token, lease_duration: 100 } });
  }

  function read(
    pathname: string,
    wanted: string | null,
    say: (status: number, body: object) => void,
  ): void {
    const path = pathname.replace(/^\/v1\//, '').replace('/data/', '/');
    const versions = entries.get(path);
    const version = wanted === null ? versions?.length : Number(wanted);
    const data = version === undefined ? undefined : versions?.[version - 1];
    if (data === undefined) say(404, { errors: [] });
    else say(data === null ? 404 : 200, { data: { data, metadata: { version } } });
  }
  return played;
}
