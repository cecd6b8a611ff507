/** Starts the real HTTP server on a free port of the loopback, in front of a fake application. */
import type { Role } from '@novacron/contract/access/identity';
import { toOpenApiDocument } from '@novacron/contract/openapi/openapi';
import { type OperationName, operationRow } from '@novacron/contract/operations-table/operations';
import { ProblemDocument } from '@novacron/contract/problem/problem';
import { assert } from '@novacron/contract/result';
import { type ListenerOptions, openListener } from '../open-listener.ts';
import { type HttpServer, type HttpServerOptions, startHttpServer } from '../start-http-server.ts';
import {
  type FakeApplication,
  fakeApplication,
  type LogLine,
  recordingLogger,
  secretOf,
} from './fake-application.ts';
import { type FakeEventFeed, fakeEventFeed } from './fake-event-feed.ts';
import { type VirtualTimers, virtualTimers } from './virtual-timers.ts';

/** Message of the log line for each request. */
const REQUEST_LINE = 'request answered';

/** Time that running requests get when a test ends; all of them should be done. Unit: ms. */
const GRACE_MS = 1_000;

/** Response that the test received. */
export interface Received {
  readonly status: number;
  readonly headers: Headers;
  /** The parsed body, `undefined` when there is none or it is not JSON. */
  readonly body: unknown;
  readonly text: string;
}

/** A request as a test writes it. */
export interface Sent {
  readonly method?: string;
  /** `null` sends no key at all. */
  readonly role?: Role | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

/** A running server with its fake. */
export interface FakeServer {
  readonly server: HttpServer;
  readonly application: FakeApplication;
  /** Logged lines except those of requests. */
  readonly lines: readonly LogLine[];
  /** The line of each request. */
  readonly requestLines: readonly LogLine[];
  readonly feed: FakeEventFeed;
  readonly timers: VirtualTimers;
  readonly send: (path: string, sent?: Sent) => Promise<Received>;
  /** Sends what must be answered with a problem document before the application sees it. */
  readonly sendRefused: (path: string, sent?: Sent) => Promise<Received>;
  readonly stop: () => Promise<void>;
}

/** Starts one; the test stops it. */
export async function startFakeServer(
  changes: Partial<
    Pick<
      HttpServerOptions & ListenerOptions,
      | 'openApiDocument'
      | 'tls'
      | 'telemetry'
      | 'metricsPage'
      | 'metricsAccess'
      | 'readiness'
      | 'connectionLimits'
      | 'streamLimits'
      | 'trustedProxies'
      | 'dashboardFolder'
      | 'images'
      | 'exports'
    >
  > = {},
): Promise<FakeServer> {
  const application = fakeApplication();
  const { logger, lines } = recordingLogger();
  const { logger: requestLogger, lines: requestLines } = recordingLogger();
  const feed = fakeEventFeed();
  const timers = virtualTimers();
  const options = {
    application,
    logger: {
      ...logger,
      info: (fields, message) =>
        (message === REQUEST_LINE ? requestLogger : logger).info(fields, message),
    },
    eventFeed: feed,
    timers,
    listen: { host: '127.0.0.1', port: 0 },
    readiness: () => ({ kind: 'ready', degraded: [] }),
    openApiDocument: () => toOpenApiDocument({ version: '0.0.0' }),
    ...changes,
  } satisfies HttpServerOptions & ListenerOptions;
  const listener = await openListener(options);
  assert(listener.ok, 'the listener of a test does not open');
  const server = startHttpServer(listener.value, options);
  return {
    server,
    application,
    lines,
    requestLines,
    feed,
    timers,
    send: (path, sent = {}) => send(`${server.url}${path}`, sent),
    sendRefused: async (path, sent = {}) => {
      const before = application.calls.length;
      const received = await send(`${server.url}${path}`, sent);
      assert(application.calls.length === before, `the application was called: ${received.text}`);
      const type = received.headers.get('content-type');
      assert(type === 'application/problem+json', `${path} is not refused: ${received.text}`);
      const document = ProblemDocument.parse(received.body);
      assert(
        document.status === received.status,
        'the document has another status than the answer',
      );
      return received;
    },
    stop: () => server.stop(GRACE_MS),
  };
}

async function send(url: string, sent: Sent): Promise<Received> {
  const { method = 'GET', role = 'admin', headers = {}, body } = sent;
  const response = await fetch(url, {
    method,
    headers: {
      ...(role === null ? {} : { authorization: `Bearer ${secretOf(role)}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: parse(text), text };
}

function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

/** The REST request that says the same as an operation's input. */
export function restRequestOf(
  name: OperationName,
  input: Readonly<Record<string, unknown>>,
): { readonly path: string; readonly sent: Sent } {
  const { rest } = operationRow(name);
  const { idempotency_key: key, if_revision: revision, ...others } = input;
  const inPath = [...rest.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
  const path = inPath.reduce(
    (text, field) => text.replace(`{${field}}`, encodeURIComponent(String(others[field]))),
    `/api/v2${rest.path}`,
  );
  const fields = Object.entries(others).filter(([field]) => !inPath.includes(field));
  const headers = {
    ...(key === undefined ? {} : { 'idempotency-key': String(key) }),
    ...(revision === undefined ? {} : { 'if-match': `"${String(revision)}"` }),
  };
  if (rest.method === 'POST' || rest.method === 'PATCH') {
    const body = JSON.stringify(Object.fromEntries(fields));
    return { path, sent: { method: rest.method, headers, body } };
  }
  const query = new URLSearchParams();
  for (const [field, value] of fields) query.append(field, String(value));
  return { path: `${path}?${query.toString()}`, sent: { method: rest.method, headers } };
}
