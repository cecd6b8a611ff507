/**
 * JSON-RPC 2.0 over HTTP: calls of one turn of the event loop are sent as one batch, over
 * keep-alive connections. The time of a plan then does not grow with latency times resources.
 */
import {
  Agent as HttpAgent,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request as requestHttp,
} from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { rootCertificates } from 'node:tls';
import { CLIENT_HEADER, DEPLOYMENT_HEADER } from '@novacron/contract/access/identity';
import { readRpcReply, toRpcRequest } from '@novacron/contract/client/json-rpc';
import { CONTRACT_LEVEL } from '@novacron/contract/contract-level';
import { type OperationName, operationRow } from '@novacron/contract/operations-table/operations';
import {
  fromProblemDocument,
  type Problem,
  ProblemDocument,
  problem,
} from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import {
  formatTraceparent,
  TRACEPARENT,
  type TraceContext,
} from '@novacron/contract/trace-context';
import type { ClientTrace } from '@novacron/tracing/open-client-trace';
import type { Span, SpanEnd } from '@novacron/tracing/tracer';
import { PROVIDER_VERSION } from '../build-info/version.ts';
import { unreachable } from './unreachable.ts';

/** The server takes at most this many calls in one batch. */
const BATCH_CALLS_MAX = 100;

const SOCKETS_MAX = 16;

/** Longer than the server delays an answer to `operation.wait`. */
const REQUEST_MS_MAX = 60_000;

/**
 * Most writes complete within this time, so that their answers contain the result and no further
 * call is needed. Source: RFC 7240, section 4.3.
 */
const PREFER_END: OutgoingHttpHeaders = { prefer: 'wait=1' };

/** Identifies the provider to the server. */
const USER_AGENT = `terraform-provider-novacron/${PROVIDER_VERSION} (contract ${CONTRACT_LEVEL})`;

/** Statuses of proxies while the server behind them restarts or is busy. */
const GATEWAY_STATUSES = [429, 502, 503, 504];

const NOT_FOUND = 404;

/** Server endpoint and credentials of the client. */
export interface TransportOptions {
  readonly endpoint: URL;
  readonly apiKey: string;
  readonly deployment: string;
  /** Certificate of an authority that is trusted in addition to those of Node; PEM. */
  readonly caCertificate?: string;
  /** The trace that every request belongs to. */
  readonly trace?: Pick<ClientTrace, 'tracer' | 'context'>;
}

/** Sends calls, unchanged and without retries. */
export interface Transport {
  readonly send: (
    name: OperationName,
    input: unknown,
    signal: AbortSignal | undefined,
  ) => Promise<Result<unknown, Problem>>;
  readonly close: () => void;
}

interface Call {
  readonly id: number;
  readonly name: OperationName;
  readonly input: unknown;
  /** The span that the call belongs to. */
  readonly parent: TraceContext | undefined;
  readonly resolve: (answer: Result<unknown, Problem>) => void;
}

/** Opens a transport; it connects with the first call. */
export function openBatchTransport(options: TransportOptions): Transport {
  const isTls = options.endpoint.protocol === 'https:';
  const { caCertificate } = options;
  const trust = caCertificate === undefined ? {} : { ca: [...rootCertificates, caCertificate] };
  const agentOptions = { keepAlive: true, maxSockets: SOCKETS_MAX, ...trust };
  const agent = isTls ? new HttpsAgent(agentOptions) : new HttpAgent(agentOptions);
  let queue: Call[] = [];
  let lastId = 0;

  function flush(): void {
    const calls = queue;
    queue = [];
    // A late answer would delay all other calls of its batch.
    const travelling = (way: Way): Call[] => calls.filter((call) => wayOf(call) === way);
    for (const call of travelling('wait')) void sendBatch([call], {});
    sendInBatches(travelling('write'), PREFER_END);
    sendInBatches(travelling('read'), {});
  }

  function sendInBatches(calls: readonly Call[], headers: OutgoingHttpHeaders): void {
    for (let from = 0; from < calls.length; from += BATCH_CALLS_MAX) {
      void sendBatch(calls.slice(from, from + BATCH_CALLS_MAX), headers);
    }
  }

  async function sendBatch(calls: readonly Call[], headers: OutgoingHttpHeaders): Promise<void> {
    const span = startBatchSpan(options.trace, calls);
    const answers = await askFor(calls, { ...headers, ...traceHeaders(span) });
    span?.end(describeBatch(answers));
    for (const call of calls) {
      const answer = answers.ok ? answers.value.get(call.id) : answers;
      call.resolve(answer ?? err(brokenAnswer(options.endpoint, 'a call was not answered')));
    }
  }

  /**
   * Every failure becomes a problem: no caller awaits this function and could catch an exception.
   */
  async function askFor(calls: readonly Call[], headers: OutgoingHttpHeaders) {
    try {
      const body = JSON.stringify(
        calls.map(({ id, name, input }) => toRpcRequest(id, name, input)),
      );
      const reply = await post({ ...options, isTls, agent, headers }, body);
      return reply.ok ? readReplies(reply.value) : reply;
    } catch (cause) {
      return err(notSent(cause));
    }
  }

  return {
    send: (name, input, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted === true) {
          resolve(err(interrupted()));
          return;
        }
        const onAbort = (): void => resolve(err(interrupted()));
        signal?.addEventListener('abort', onAbort, { once: true });
        lastId += 1;
        queue.push({
          id: lastId,
          name,
          input,
          parent: options.trace?.tracer.current(),
          resolve: (answer) => {
            signal?.removeEventListener('abort', onAbort);
            resolve(answer);
          },
        });
        if (queue.length === 1) setImmediate(flush);
      }),
    close: () => agent.destroy(),
  };
}

/** Starts the span of a request, as OpenTelemetry's conventions for RPC have it. */
function startBatchSpan(trace: TransportOptions['trace'], calls: readonly Call[]) {
  if (trace === undefined) return undefined;
  const parents = calls.map(({ parent }) => parent ?? trace.context);
  const [first = trace.context, ...others] = [
    ...new Map(parents.map((parent) => [parent.spanId, parent])).values(),
  ];
  const [only] = calls.length === 1 ? calls : [];
  return trace.tracer.startSpan({
    name: only?.name ?? 'POST /rpc',
    kind: 'client',
    parent: others.length === 0 ? first : trace.context,
    // Calls of several resources travel together.
    links: others.length === 0 ? [] : [first, ...others],
    attributes: {
      'rpc.system': 'jsonrpc',
      'rpc.method': only?.name,
      'novacron.calls': calls.length,
    },
  });
}

function traceHeaders(span: Span | undefined): OutgoingHttpHeaders {
  return span?.context === undefined ? {} : { [TRACEPARENT]: formatTraceparent(span.context) };
}

function describeBatch(answers: Result<unknown, Problem>): SpanEnd {
  if (answers.ok) return {};
  const { code } = answers.error;
  const status = { kind: 'error', message: 'the request was not answered' } as const;
  return { attributes: { 'error.type': code }, status };
}

type Way = 'wait' | 'write' | 'read';

function wayOf({ name }: Call): Way {
  if (name === 'operation.wait') return 'wait';
  return operationRow(name).effect === 'write' ? 'write' : 'read';
}

interface PostOptions extends TransportOptions {
  readonly isTls: boolean;
  readonly agent: HttpAgent | HttpsAgent;
  readonly headers: OutgoingHttpHeaders;
}

function post(options: PostOptions, body: string): Promise<Result<string, Problem>> {
  const { endpoint, agent } = options;
  const url = rpcUrl(endpoint);
  const headers = {
    authorization: `Bearer ${options.apiKey}`,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'user-agent': USER_AGENT,
    [CLIENT_HEADER]: 'terraform',
    [DEPLOYMENT_HEADER]: options.deployment,
    ...options.headers,
  };
  const send = options.isTls ? requestHttps : requestHttp;
  return new Promise((resolve) => {
    const request = send(url, { method: 'POST', agent, headers, timeout: REQUEST_MS_MAX });
    request.on('timeout', () => request.destroy(new Error('no answer in time')));
    request.on('error', (cause) => resolve(err(unreachable(endpoint, cause))));
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', (cause) => resolve(err(unreachable(endpoint, cause))));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        if (!response.complete) resolve(err(unreachable(endpoint, new Error('cut off'))));
        else if (response.statusCode === 200) resolve(ok(text));
        else {
          const found = refusal(endpoint, response, text);
          resolve(err(withRetryAfter(found, response.headers['retry-after'])));
        }
      });
    });
    request.end(body);
  });
}

function rpcUrl({ href }: URL): URL {
  return new URL('rpc', href.endsWith('/') ? href : `${href}/`);
}

function readReplies(text: string): Result<Map<number, Result<unknown, Problem>>, Problem> {
  const replies = parseJson(text);
  if (replies === undefined) return err(brokenAnswer(undefined, 'it is not JSON'));
  const byId = new Map<number, Result<unknown, Problem>>();
  for (const reply of Array.isArray(replies) ? replies : [replies]) {
    if (typeof reply !== 'object' || reply === null || typeof reply.id !== 'number') continue;
    byId.set(reply.id, readReply(reply));
  }
  return ok(byId);
}

function readReply(body: unknown): Result<unknown, Problem> {
  const reply = readRpcReply(body);
  switch (reply.kind) {
    case 'result':
      return ok(reply.value);
    case 'problem':
      return err(fromProblemDocument(reply.document));
    case 'error':
    case 'other':
      return err(brokenAnswer(undefined, `its error is ${JSON.stringify(reply.error)}`));
  }
}

function refusal(
  endpoint: URL,
  { statusCode: status = 0, headers: { location } }: IncomingMessage,
  text: string,
): Problem {
  // The path does not exist. A missing resource is answered with status 200.
  if (status === NOT_FOUND) return wrongPath(endpoint);
  const document = ProblemDocument.safeParse(parseJson(text));
  if (document.success) return fromProblemDocument(document.data);
  if (GATEWAY_STATUSES.includes(status)) {
    return unreachable(endpoint, new Error(`HTTP status ${status}`));
  }
  const onwards = location === undefined ? '' : `, which points to ${location}`;
  return brokenAnswer(endpoint, `it answered with HTTP status ${status}${onwards}`);
}

const MS_PER_SECOND = 1000;

/** A busy proxy sends when to retry: a delay in seconds or a time (RFC 9110). */
function withRetryAfter(found: Problem, header: string | undefined): Problem {
  if (header === undefined || found.data?.retry_after_ms !== undefined) return found;
  const durationMs = /^\d+$/.test(header)
    ? Number(header) * MS_PER_SECOND
    : Date.parse(header) - Date.now();
  if (!Number.isFinite(durationMs)) return found;
  return { ...found, data: { ...found.data, retry_after_ms: Math.max(0, durationMs) } };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function brokenAnswer(endpoint: URL | undefined, reason: string): Problem {
  const who = endpoint === undefined ? 'The server' : `The service at ${endpoint.origin}`;
  return problem('internal', {
    detail: `${who} does not speak NovaCron's protocol: ${reason}.`,
    remedy: 'Check the endpoint of the provider, and any proxy in between.',
  });
}

function notSent(cause: unknown): Problem {
  const why = cause instanceof Error ? cause.message : String(cause);
  return problem('internal', {
    detail: `The request could not be sent: ${why}.`,
    remedy: 'Check the arguments of the provider. If they are correct, please report this.',
  });
}

function wrongPath(endpoint: URL): Problem {
  return problem('unavailable', {
    detail: `No NovaCron server found at ${rpcUrl(endpoint).href} (HTTP status ${NOT_FOUND}).`,
    remedy:
      'Set the endpoint to the address of the server without a path such as /api/v2. Add a path ' +
      'only if a proxy serves NovaCron below it.',
    data: { unreachable: true, misconfigured: true },
  });
}

function interrupted(): Problem {
  return problem('unavailable', {
    detail: 'The run was interrupted before the server answered.',
    remedy:
      'Run Terraform again: an accepted create is found by its idempotency key and not repeated.',
    data: { interrupted: true },
  });
}
