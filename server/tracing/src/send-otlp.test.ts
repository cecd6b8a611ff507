import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createOtlpSender, type OtlpSender } from './send-otlp.ts';

interface Arrived {
  readonly encoding: string | undefined;
  readonly key: unknown;
  readonly body: Buffer;
}

let server: Server;
let arrived: Arrived[];
/** Status code that the collector responds with, or `hangs`. */
let collector: number | 'hangs';
let senders: OtlpSender[];

beforeEach(async () => {
  [arrived, collector, senders] = [[], 200, []];
  server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const { 'content-encoding': encoding, key } = request.headers;
    arrived.push({ encoding, key, body: Buffer.concat(parts) });
    if (collector !== 'hangs') response.writeHead(collector, { 'retry-after': '0' }).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  delete process.env.OTEL_EXPORTER_OTLP_COMPRESSION;
  for (const sender of senders) await sender.close();
  await stopCollector();
});

async function stopCollector(): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

function makeSender(timeoutMs = 60_000): OtlpSender {
  // A server that listens on a port has such an address.
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/v1/traces`;
  const sender = createOtlpSender({ url, headers: { key: 'value' }, timeoutMs });
  senders.push(sender);
  return sender;
}

describe('a batch of spans', () => {
  test('arrives with the headers that were given, and several over one connection', async () => {
    let connections = 0;
    server.on('connection', () => {
      connections += 1;
    });
    const { send } = makeSender();
    await send([]);
    await send([]);
    expect(arrived.map(({ key, body }) => [key, JSON.parse(String(body))])).toEqual([
      ['value', { resourceSpans: [] }],
      ['value', { resourceSpans: [] }],
    ]);
    expect(connections).toBe(1);
  });

  test.each([400, 429, 502, 503, 504])(
    'that is refused with %i is sent once, also where the collector asks for more',
    async (code) => {
      collector = code;
      await expect(makeSender().send([])).rejects.toThrow(`the collector answered ${code}`);
      expect(arrived).toHaveLength(1);
    },
  );

  test('is sent once to a collector that takes it and never answers', async () => {
    collector = 'hangs';
    await expect(makeSender(200).send([])).rejects.toThrow('aborted');
    expect(arrived.length).toBeLessThanOrEqual(1);
  });

  test('fails at once when the collector is away', async () => {
    const { send } = makeSender();
    await stopCollector();
    await expect(send([])).rejects.toThrow('ECONNREFUSED');
  });

  test('is compressed where the variable of OpenTelemetry says so', async () => {
    process.env.OTEL_EXPORTER_OTLP_COMPRESSION = 'gzip';
    await makeSender().send([]);
    expect(arrived.map(({ encoding }) => encoding)).toEqual(['gzip']);
    expect(JSON.parse(String(gunzipSync(arrived[0]?.body ?? '')))).toEqual({ resourceSpans: [] });
  });
});
