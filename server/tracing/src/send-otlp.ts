/**
 * One request of OTLP/HTTP to a collector, in its JSON form. OpenTelemetry's own exporter is not
 * used, because it repeats by itself what a collector refuses: beside the pauses of the queue that
 * is a second mechanism, and the two of them multiply. Its settings count all the same.
 */
import { once } from 'node:events';
import { type IncomingMessage, request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import { finished } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';
import { convertLegacyHttpOptions } from '@opentelemetry/otlp-exporter-base/node-http';
import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';

/** Collector to which spans are sent. */
export interface CollectorPlace {
  /** With its path, such as `http://127.0.0.1:4318/v1/traces`. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** A collector that takes longer has not taken them. */
  readonly timeoutMs: number;
}

/** Sends. */
export interface OtlpSender {
  /** Sends spans once. Rejects where the collector does not take them. */
  readonly send: (spans: ReadableSpan[]) => Promise<void>;
  /** Gives the connections back. */
  readonly close: () => Promise<void>;
}

/** Makes what sends, with the variables of OpenTelemetry for compression and certificates. */
export function createOtlpSender({ url, headers, timeoutMs }: CollectorPlace): OtlpSender {
  const given = { url, headers: { ...headers }, timeoutMillis: timeoutMs };
  const type = { 'Content-Type': 'application/json' };
  const options = convertLegacyHttpOptions(given, 'TRACES', 'v1/traces', type);
  const target = new URL(options.url);
  const ask = target.protocol === 'https:' ? requestSecure : requestPlain;
  const agent = Promise.resolve(options.agentFactory(target.protocol));
  // Trouble with a certificate is reported with each batch.
  agent.catch(() => undefined);

  async function send(spans: ReadableSpan[]): Promise<void> {
    const json = JsonTraceSerializer.serializeRequest(spans);
    if (json === undefined) throw new Error('the spans cannot be written as OTLP');
    const isZipped = options.compression === 'gzip';
    const request = ask(target, {
      method: 'POST',
      agent: await agent,
      signal: AbortSignal.timeout(timeoutMs),
      headers: {
        ...(await options.headers()),
        ...(isZipped ? { 'Content-Encoding': 'gzip' } : {}),
      },
    });
    // One that comes after the answer changes nothing, and without a listener it would be a crash.
    request.on('error', () => undefined);
    request.end(isZipped ? gzipSync(json) : json);
    // What `response` comes with, as Node says.
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    // Read to its end: the next batch takes the same connection.
    await finished(response.resume());
    const { statusCode = 0, statusMessage = '' } = response;
    if (statusCode >= 200 && statusCode < 300) return;
    throw new Error(`the collector answered ${statusCode} ${statusMessage}`.trim());
  }

  return { send, close: async () => (await agent).destroy() };
}
