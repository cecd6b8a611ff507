/** The HTTP server of a bench as browsers reach it, and browsers with their cookies. */
import { type IncomingHttpHeaders, request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import { createApplication } from '@novacron/server/app/composition/create-application';
import type { CompletePorts } from '@novacron/server/app/composition/deps';
import { createEventFeed } from '@novacron/server/app/kernel/events/event-feed';
import { type ListenerOptions, openListener } from '@novacron/server/transports/open-listener';
import {
  type HttpServerOptions,
  startHttpServer,
} from '@novacron/server/transports/start-http-server';
import { WebSocket } from 'ws';

/** Time that running requests get when a test ends. Unit: ms. */
const GRACE_MS = 1_000;

/** Response of the site. */
export interface SiteAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The parsed body; undefined where it is not JSON. */
  readonly body: ReturnType<typeof JSON.parse>;
}

/** A request as a test writes it. */
export interface SiteRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Sent as JSON. */
  readonly json?: unknown;
}

/** A browser: it keeps cookies and says where its requests come from. */
export interface Browser {
  readonly cookies: Map<string, string>;
  readonly send: (path: string, sent?: SiteRequest) => Promise<SiteAnswer>;
  /** The same as a page of the server sends it, with the CSRF token. */
  readonly write: (path: string, json: unknown, method?: string) => Promise<SiteAnswer>;
  /** Signs in with a key. */
  readonly signIn: (apiKey: string) => Promise<SiteAnswer>;
  /** Opens the stream of events; resolves with the close code, or the status of a refusal. */
  readonly openSocket: (headers?: Readonly<Record<string, string>>) => Promise<SocketEnd>;
}

/** A WebSocket that has been opened, or was refused. */
export interface SocketEnd {
  /** 101, or the status of the refusal. */
  readonly status: number;
  /** Resolves with the first message, which follows the subscription. */
  readonly heard: Promise<'heard'>;
  /** Resolves with its close code. */
  readonly closed: Promise<number>;
  readonly close: () => void;
}

/** A running server. */
export interface Site {
  readonly url: string;
  readonly browser: () => Browser;
  readonly stop: () => Promise<void>;
}

/** Starts one on a free port of the loopback. */
export async function startSite(
  deps: CompletePorts,
  options: Partial<Pick<HttpServerOptions & ListenerOptions, 'tls' | 'browsers' | 'listen'>> = {},
): Promise<Site> {
  const { application } = createApplication(deps);
  const all = {
    application,
    logger: deps.logger,
    timers: deps.timers,
    eventFeed: createEventFeed(deps, { bus: 'reliable' }),
    listen: { host: '127.0.0.1', port: 0 },
    readiness: () => ({ kind: 'ready', degraded: [] }),
    openApiDocument: () => ({}),
    ...options,
  } satisfies HttpServerOptions & ListenerOptions;
  const listener = await openListener(all);
  if (!listener.ok) throw new Error(listener.error.detail);
  const { port, stop } = startHttpServer(listener.value, all);
  const url = `${options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
  return { url, browser: () => openBrowser(url), stop: () => stop(GRACE_MS) };
}

/** Opens a browser at a server. */
function openBrowser(url: string): Browser {
  const cookies = new Map<string, string>();
  let csrfToken = '';

  const cookieHeader = () =>
    cookies.size === 0
      ? {}
      : { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') };

  async function send(path: string, sent: SiteRequest = {}): Promise<SiteAnswer> {
    const type = sent.json === undefined ? {} : { 'content-type': 'application/json' };
    const headers = { 'sec-fetch-site': 'same-origin', ...cookieHeader(), ...type };
    const answer = await request(`${url}${path}`, {
      ...sent,
      headers: { ...headers, ...sent.headers },
    });
    for (const line of answer.headers['set-cookie'] ?? []) keepCookie(cookies, line);
    if (typeof answer.body?.csrf_token === 'string') csrfToken = answer.body.csrf_token;
    return answer;
  }

  return {
    cookies,
    send,
    write: (path, json, method = 'POST') =>
      send(path, { method, json, headers: { 'x-csrf-token': csrfToken } }),
    signIn: (apiKey) => send('/sign-in', { method: 'POST', json: { api_key: apiKey } }),
    openSocket: (headers = { origin: url }) => openSocket(url, { ...cookieHeader(), ...headers }),
  };
}

function keepCookie(cookies: Map<string, string>, line: string): void {
  const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
  const at = pair.indexOf('=');
  const name = pair.slice(0, at);
  if (attributes.includes('Max-Age=0')) cookies.delete(name);
  else cookies.set(name, pair.slice(at + 1));
}

function request(url: string, { method = 'GET', headers = {}, json }: SiteRequest) {
  const send = url.startsWith('https:') ? secureRequest : plainRequest;
  const fields = Object.entries(headers).flatMap(([name, value]) =>
    [value].flat().map((each) => [name, each] as const),
  );
  return new Promise<SiteAnswer>((resolve, reject) => {
    const options = {
      method,
      agent: false,
      rejectUnauthorized: false,
      setHost: headers.host === undefined,
    };
    const outgoing = send(url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const { statusCode: status = 0, headers: received } = response;
        resolve({ status, headers: received, text, body: parse(text) });
      });
    });
    outgoing.on('error', reject);
    for (const [name, value] of fields) outgoing.appendHeader(name, value);
    outgoing.end(json === undefined ? undefined : JSON.stringify(json));
  });
}

function parse(text: string) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function openSocket(url: string, headers: Readonly<Record<string, string>>): Promise<SocketEnd> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, {
    headers,
    rejectUnauthorized: false,
  });
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  const heard = new Promise<'heard'>((resolve) => socket.once('message', () => resolve('heard')));
  const close = (): void => socket.close();
  return new Promise((resolve, reject) => {
    socket.once('open', () => {
      socket.send(JSON.stringify({ type: 'subscribe' }));
      resolve({ status: 101, heard, closed, close });
    });
    socket.once('unexpected-response', (_request, response) => {
      response.resume();
      socket.terminate();
      resolve({ status: response.statusCode ?? 0, heard, closed, close });
    });
    socket.once('error', reject);
  });
}
