/** The trace of a client's run: which one it is, and what becomes of a collector that is none. */

import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { expect, test } from '@jest/globals';
import { type ClientRun, openClientTrace } from './open-client-trace.ts';

const GIVEN = `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`;

function runOf(troubles: string[]): ClientRun {
  const service = { name: 'client', version: '1' };
  return { service, name: 'run', onTrouble: (words) => void troubles.push(words) };
}

test('without a collector the trace is a name only: the given one, or a new one', async () => {
  const given = await openClientTrace({ TRACEPARENT: GIVEN }, runOf([]));
  expect(given.context).toEqual({
    traceId: '1'.repeat(32),
    spanId: '2'.repeat(16),
    sampled: 'yes',
  });
  const own = await openClientTrace({}, runOf([]));
  expect(own.context.traceId).toMatch(/^[0-9a-f]{32}$/);
  expect(own.tracer.startSpan({ name: 'x', parent: own.context }).context).toEqual(own.context);
});

test.each([
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'localhost:4317' }, 'OTEL_EXPORTER_OTLP_ENDPOINT must be http:'],
  [
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://far:4318', OTEL_EXPORTER_OTLP_HEADERS: 'key=x' },
    'OTEL_EXPORTER_OTLP_ENDPOINT must be https://…: its headers would cross the network in clear',
  ],
  [
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318', OTEL_EXPORTER_OTLP_HEADERS: 'key' },
    'OTEL_EXPORTER_OTLP_HEADERS must be NAME=VALUE',
  ],
])('%j costs the spans, and is said once', async (env, words) => {
  const troubles: string[] = [];
  const { end } = await openClientTrace(env, runOf(troubles));
  await end();
  expect(troubles).toEqual([expect.stringContaining(words)]);
});

test('a run ends without its spans where the collector does not answer', async () => {
  const server = createServer((socket) => void socket.on('error', () => undefined).resume());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` };
  const troubles: string[] = [];
  const { context, end } = await openClientTrace({ ...env, TRACEPARENT: GIVEN }, runOf(troubles));
  expect(context).toMatchObject({
    traceId: '1'.repeat(32),
    spanId: expect.not.stringMatching(/2{16}/),
  });
  await end();
  expect(troubles).toEqual(['lost spans: 1 (export_failed)']);
  // Resolves once no connection is left.
  await new Promise((resolve) => server.close(resolve));
});
