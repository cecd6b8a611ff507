/** Traces across processes: a server is killed while an agent does not answer, and comes back. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { waitUntil } from '@novacron/testing/wait-until';
import { type Collector, drawTrace, startCollector } from '../support/services/start-collector.ts';
import { type NatsServer, startNats } from '../support/services/start-nats.ts';
import { clientOf } from './test-kit/live-client.ts';
import { type ServerProcess, startServerProcess } from './test-kit/start-server-process.ts';

/** Programs are started on a machine that may be busy. */
jest.setTimeout(90_000);

const PROGRAM = fileURLToPath(new URL('../../server/cli/bin/novacron.mjs', import.meta.url));
const NODE = [
  '--node',
  'node-01',
  '--zone',
  'zone-a',
  '--rack',
  'rack-1',
  '--cpu-cores',
  '8',
  '--memory-gb',
  '16',
  '--disk-gb',
  '200',
];
const VM = { name: 'web-01', cpu_cores: 2, memory_gb: 4, disk_gb: 20 };

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const ROOT = '00f067aa0ba902b7';

let directory: string;
let nats: NatsServer;
let collector: Collector;
let agent: ChildProcess | undefined;
let server: ServerProcess | undefined;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'novacron-traces-'));
  nats = await startNats();
  collector = await startCollector();
});

afterEach(async () => {
  agent?.kill('SIGCONT');
  agent?.kill('SIGKILL');
  await server?.kill();
  await collector.stop();
  await nats.remove();
  rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
});

function startAgent(): ChildProcess {
  const { PATH = '', HOME = '' } = process.env;
  const flags = ['--bus', nats.url, '--data-dir', join(directory, 'agent'), ...NODE];
  const child = spawn(process.execPath, [PROGRAM, 'agent', ...flags], {
    stdio: 'ignore',
    env: { PATH, HOME, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url },
  });
  return child;
}

async function startServer() {
  const dataDir = join(directory, 'server');
  const flags = ['--bus', nats.url, '--otlp-endpoint', collector.url];
  server = await startServerProcess(dataDir, flags);
  return clientOf(server.url, dataDir);
}

function waitForSpans(...names: readonly string[]) {
  return waitUntil(
    `the spans ${names.join(', ')}`,
    () => {
      const found = collector.spans().filter(({ traceId }) => traceId === TRACE);
      const isThere = names.every((name) => found.some((span) => span.name === name));
      return isThere ? found : undefined;
    },
    { timeoutMs: 30_000 },
  );
}

test('an operation goes on in its trace after its server was killed and came back', async () => {
  agent = startAgent();
  const first = await startServer();
  await waitUntil('the node', async () => {
    const nodes = await first('node.list', {});
    return nodes.ok && nodes.value.items.length === 1 ? true : undefined;
  });
  // It hears the command and cannot act, as on a node that swaps.
  agent.kill('SIGSTOP');
  const made = await first('vm.create', VM, { traceparent: `00-${TRACE}-${ROOT}-01` });
  if (!made.ok) throw new Error(made.error.detail);
  await waitForSpans('POST /rpc', 'vm.create');
  await server?.kill();

  const second = await startServer();
  agent.kill('SIGCONT');
  const { id } = made.value.operation;
  await waitUntil('the end', async () => {
    const found = await second('operation.wait', { id });
    return found.ok && found.value.status === 'succeeded' ? true : undefined;
  });
  const spans = await waitForSpans('operation vm.create', 'process create', 'process start');
  const drawn = drawTrace(spans, ROOT);
  expect(drawn.filter((line) => line.startsWith('?'))).toEqual([]);
  const lines = drawn.filter((line) => !line.endsWith('store commit'));
  expect([...new Set(lines)]).toEqual([
    'server: POST /rpc',
    '  server: vm.create',
    '    server: operation vm.create',
    '      server: step create',
    '        server: send novacron.agent.command',
    '          agent: process create',
    '      server: step start',
    '          agent: process start',
    '    server: placement plan',
  ]);
});
