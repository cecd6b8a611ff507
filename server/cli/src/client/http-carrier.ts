/** Carries the typed client's calls over JSON-RPC 2.0: `POST {endpoint}/rpc`. */

import { CLIENT_HEADER } from '@novacron/contract/access/identity';
import type { Carrier } from '@novacron/contract/client/client';
import { toRpcRequest } from '@novacron/contract/client/json-rpc';
import { type OperationName, operationRow } from '@novacron/contract/operations-table/operations';
import { isRetryable, type Problem } from '@novacron/contract/problem/problem';
import { err, type Result } from '@novacron/contract/result';
import {
  formatTraceparent,
  TRACEPARENT,
  type TraceContext,
} from '@novacron/contract/trace-context';
import type { ClientTrace } from '@novacron/tracing/open-client-trace';
import { documentOf, isAnswered, toAnsweredProblem } from '../failures/answered-problem.ts';
import { pause, type Timers } from '../io/cli-io.ts';
import { connectionProblem, isPassing } from './connection-problem.ts';
import { endpointText } from './endpoint.ts';
import { createHttpExchange, type HttpExchange } from './http-exchange.ts';
import { readAnswer } from './read-answer.ts';
import type { Settings } from './settings.ts';

/** Options of a call besides the input. */
export interface CallOptions {
  /** Aborted when the answer is no longer needed. */
  readonly signal?: AbortSignal;
  /** Longest wait for one answer. Unit: milliseconds. */
  readonly timeoutMs?: number;
  /**
   * Maximum number of retries of a read; writes are never retried. With 0, a call never waits, not
   * even if the server asks it to.
   */
  readonly retriesMax?: number;
}

/** Options of a carrier. */
interface HttpCarrierOptions {
  readonly endpoint: Settings['endpoint'];
  readonly apiKey: Settings['apiKey'];
  readonly trace: Pick<ClientTrace, 'tracer' | 'context'>;
  /** Version of this release, for the server's log. */
  readonly version: string;
  readonly timeoutMs: number;
  readonly timers: Timers;
  /** A number from 0 up to 1, for jitter. */
  readonly random: () => number;
  /** Called before a wait that the server asks for. */
  readonly onWait: (found: Problem, delayMs: number) => void;
}

/** A carrier with connections to be closed. */
interface HttpCarrier {
  readonly carry: Carrier<CallOptions>;
  readonly close: () => void;
}

/** Default number of retries of a read: about a second in total. */
const RETRIES_DEFAULT = 3;
const RETRY_DELAY_MS_FIRST = 200;
const RETRY_DELAY_MS_MAX = 5_000;

/** Maximum total wait of a call at the server's request; a longer wait is returned as an answer. */
const ASKED_MS_MAX = 120_000;

/** Added to such a wait, by chance: others wait for the same moment. */
const ASKED_JITTER_MS = 200;

/** Waits for nothing that never ends: the signal of a caller who gave none. */
const NEVER = new AbortController().signal;

/**
 * Makes a carrier. Reads are repeated after passing troubles with exponential backoff and full
 * jitter; writes are sent once, because a lost answer does not mean that nothing was done. What the
 * server refused for coming too soon it has not done: it is sent again when the server says, be it
 * a read or a write.
 */
export function createHttpCarrier(options: HttpCarrierOptions): HttpCarrier {
  const exchange = createHttpExchange(options.timers);
  let sequence = 0;
  return {
    close: exchange.close,
    async carry(name, input, callOptions = {}) {
      const { signal = NEVER } = callOptions;
      const isRead = operationRow(name).effect === 'read';
      const retriesMax = isRead ? (callOptions.retriesMax ?? RETRIES_DEFAULT) : 0;
      let askedMsLeft = callOptions.retriesMax === 0 ? 0 : ASKED_MS_MAX;
      for (let attempt = 0; ; ) {
        sequence += 1;
        const body = JSON.stringify(toRpcRequest(sequence, name, input));
        const { outcome, mayRetry } = await attemptCall(exchange, options, {
          name,
          body,
          callOptions,
        });
        if (outcome.ok || signal.aborted) return outcome;
        const askedMs = askedWaitMs(outcome.error);
        if (askedMs !== undefined && askedMs <= askedMsLeft) {
          askedMsLeft -= askedMs;
          options.onWait(outcome.error, askedMs);
          await pause(options.timers, askedMs + ASKED_JITTER_MS * options.random(), signal);
        } else {
          if (!mayRetry || attempt >= retriesMax) return outcome;
          await pause(options.timers, backoffMs(attempt, options.random()), signal);
          attempt += 1;
        }
        if (signal.aborted) return outcome;
      }
    },
  };
}

/**
 * Returns the wait that the server requests for an unprocessed request. Unit: milliseconds.
 * @returns undefined where it does not
 */
function askedWaitMs({ code, data }: Problem): number | undefined {
  if (code !== 'rate-limited') return undefined;
  const askedMs = Number(data?.retry_after_ms);
  return askedMs > 0 ? askedMs : undefined;
}

/** Exponential backoff with full jitter (AWS Architecture Blog, 2015). Unit: milliseconds. */
function backoffMs(attempt: number, random: number): number {
  return Math.min(RETRY_DELAY_MS_MAX, RETRY_DELAY_MS_FIRST * 2 ** attempt) * random;
}

interface Attempt {
  readonly outcome: Result<unknown, Problem>;
  readonly mayRetry: boolean;
}

async function attemptCall(
  exchange: HttpExchange,
  options: HttpCarrierOptions,
  call: {
    readonly name: OperationName;
    readonly body: string;
    readonly callOptions: CallOptions;
  },
): Promise<Attempt> {
  const { name, body, callOptions } = call;
  const address = endpointText(options.endpoint.value);
  const endpoint = `${address} (${options.endpoint.source})`;
  const { tracer, context } = options.trace;
  const span = tracer.startSpan({
    name,
    kind: 'client',
    parent: context,
    attributes: { 'rpc.system': 'jsonrpc', 'rpc.method': name },
  });
  const answer = await exchange.post({
    url: new URL(`${address}/rpc`),
    headers: headersOf(options, span.context ?? context),
    body,
    timeoutMs: callOptions.timeoutMs ?? options.timeoutMs,
    signal: callOptions.signal,
  });
  span.end(answer.ok ? {} : { status: { kind: 'error', message: 'no answer' } });
  if (!answer.ok) {
    const { effect } = operationRow(name);
    const outcome = err(connectionProblem(answer.error, { endpoint, effect }));
    return { outcome, mayRetry: isPassing(answer.error) };
  }
  const outcome = readAnswer(answer.value, { method: name, endpoint });
  if (outcome.ok) return { outcome, mayRetry: false };
  return {
    outcome: err(explainKey(outcome.error, options.apiKey)),
    mayRetry: mayPass(outcome.error, answer.value.status),
  };
}

/** A server says itself whether its problem passes; a stranger will not become a server. */
function mayPass(found: Problem, status: number): boolean {
  return isAnswered(found) ? isRetryable(found.document.code) : status >= 500;
}

function headersOf(options: HttpCarrierOptions, context: TraceContext): Record<string, string> {
  return {
    'content-type': 'application/json',
    accept: 'application/json, application/problem+json',
    'user-agent': `novacron-cli/${options.version}`,
    [CLIENT_HEADER]: 'cli',
    [TRACEPARENT]: formatTraceparent(context),
    ...(options.apiKey.kind === 'key' ? { authorization: `Bearer ${options.apiKey.value}` } : {}),
  };
}

/** Explains which key was rejected, or why none was sent. */
function explainKey(found: Problem, apiKey: Settings['apiKey']): Problem {
  if (found.code !== 'unauthenticated') return found;
  const document = documentOf(found);
  return toAnsweredProblem({ ...document, remedy: keyRemedy(apiKey, document.remedy) });
}

function keyRemedy(apiKey: Settings['apiKey'], remedy: string): string {
  switch (apiKey.kind) {
    case 'key':
      return `The API key came from ${apiKey.source}. ${remedy}`;
    case 'withheld':
      return (
        `The API key of the profile ${apiKey.profile} is for ${apiKey.endpoint} and was not ` +
        `sent. Use --profile ${apiKey.profile} to call that server, or pass a key for this one.`
      );
    case 'none':
      return (
        'Provide an API key: run `novacron login`, set NOVACRON_API_KEY, or pass --api-key-file ' +
        'FILE. A server writes its first key to admin.key in its data directory.'
      );
  }
}
