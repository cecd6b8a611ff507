/**
 * Traces that a server sends to a collector: one connected trace from a call to the agent's
 * commands.
 */
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { waitUntil } from '@novacron/testing/wait-until';
import { readExposition } from '../../../server/src/adapters/metrics/test-kit/read-exposition.ts';
import {
  type Collector,
  drawTrace,
  startCollector,
} from '../../support/services/start-collector.ts';
import { type LoggedServer, startLoggedServer } from '../test-kit/start-logged-server.ts';

/** Spans travel in batches, a second later, and this machine may be busy. */
jest.setTimeout(60_000);

const VM = { name: 'web-01', cpu_cores: 2, memory_gb: 4, disk_gb: 20 };
const POLICY = {
  name: 'open',
  type: 'access',
  rule: 'package novacron\n\nimport rego.v1\n\ndefault allow := true\n',
} as const;

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const ROOT = '00f067aa0ba902b7';
const TRACEPARENT = `00-${TRACE}-${ROOT}-01`;

const started: { readonly stop: () => Promise<void> }[] = [];

afterEach(async () => {
  for (const each of started.splice(0).reverse()) await each.stop();
});

async function startBoth(flags: readonly string[] = []) {
  const collector = await startCollector();
  started.push(collector);
  const server = await startLoggedServer(['--otlp-endpoint', collector.url, ...flags]);
  started.push(server);
  return { collector, server };
}

async function createVm(server: LoggedServer, options: { readonly traceparent?: string } = {}) {
  const made = await server.call('vm.create', VM, options);
  if (!made.ok) throw new Error(made.error.detail);
  await server.call('operation.wait', { id: made.value.operation.id });
  return made.value.operation;
}

function spansOf(collector: Collector, traceId = TRACE) {
  return collector.spans().filter((span) => span.traceId === traceId);
}

/** The trace when the operation and both commands have arrived. */
function waitForTrace(collector: Collector) {
  return waitUntil('the whole trace', () => {
    const found = spansOf(collector);
    const names = found.map(({ name }) => name);
    const isWhole =
      names.includes('operation vm.create') &&
      names.filter((name) => name.startsWith('process ')).length === 2;
    return isWhole ? found : undefined;
  });
}

describe('a call with a traceparent', () => {
  test('is one connected trace, from the exchange to the commands of the agent', async () => {
    const { collector, server } = await startBoth();
    await server.call('policy.create', POLICY);
    await createVm(server, { traceparent: TRACEPARENT });
    const spans = await waitForTrace(collector);
    expect(drawTrace(spans, ROOT)).toEqual([
      'server: POST /rpc',
      '  server: vm.create',
      '    server: operation vm.create',
      '      server: step create',
      '        server: send novacron.agent.command',
      '          server: process create',
      '      server: step start',
      '        server: send novacron.agent.command',
      '          server: process start',
      // Each ends a step and begins the next one; the first one began with the call.
      '      server: store commit',
      '      server: store commit',
      '    server: placement plan',
      '    server: policy evaluate',
      // The fleet as the first decision saw it, and the VM.
      '    server: store commit',
      '    server: store commit',
    ]);
  });

  test('says what each span did, in the words of OpenTelemetry where it has some', async () => {
    const { collector, server } = await startBoth();
    const operation = await createVm(server, { traceparent: TRACEPARENT });
    const spans = await waitForTrace(collector);
    const find = (name: string) => spans.find((span) => span.name === name);
    const call = find('vm.create');
    expect(find('POST /rpc')).toMatchObject({
      service: 'novacron-server',
      kind: 2,
      attributes: {
        'http.request.method': 'POST',
        'http.route': '/rpc',
        'http.response.status_code': 200,
        'url.scheme': 'http',
        'novacron.tenant.id': expect.stringMatching(/^tnt_/),
      },
      status: { code: 0 },
    });
    expect(call?.attributes).toMatchObject({ 'novacron.request.id': expect.any(String) });
    expect(find('operation vm.create')).toMatchObject({
      attributes: { 'novacron.operation.id': operation.id },
      links: [call?.spanId],
    });
    expect(find('send novacron.agent.command')).toMatchObject({
      kind: 4,
      attributes: {
        'messaging.operation.type': 'send',
        'messaging.destination.template': 'novacron.agent.{node}.command',
      },
    });
    expect(find('process create')).toMatchObject({ kind: 5 });
    expect(JSON.stringify(spans)).not.toContain(VM.name);
  });

  test('is found again in the log', async () => {
    const { collector, server } = await startBoth();
    const operation = await createVm(server, { traceparent: TRACEPARENT });
    const spans = await waitForTrace(collector);
    const lines = server.logLines().filter((line) => line.trace_id === TRACE);
    const reported = lines.filter((line) => line.operation === operation.id);
    expect(reported.map(({ msg }) => msg)).toEqual(['operation admitted', 'operation succeeded']);
    expect(lines.map(({ msg }) => msg)).toContain('request answered');
    const known = new Set(spans.map(({ spanId }) => spanId));
    expect(lines.filter(({ span_id }) => !known.has(String(span_id)))).toEqual([]);
  });

  test('records a failed step as an error, and the refusal of a caller as none', async () => {
    const { collector, server } = await startBoth();
    for (const { faults } of server.fleet.drivers.values()) {
      faults.add({ action: 'create', kind: 'fail-final' });
    }
    await createVm(server, { traceparent: TRACEPARENT });
    await server.call('vm.create', { ...VM, cpu_cores: 999 }, { traceparent: TRACEPARENT });
    const spans = await waitUntil('both ends', () => {
      const found = spansOf(collector);
      const calls = found.filter(({ name }) => name === 'vm.create');
      const isOver = found.some(({ name }) => name === 'operation vm.create');
      return isOver && calls.length === 2 ? found : undefined;
    });
    const errors = spans.filter(({ status }) => status.code === 2);
    expect(new Set(errors.map(({ name }) => name))).toEqual(
      new Set(['operation vm.create', 'step create', 'process create']),
    );
    const refused = spans.filter((span) => span.attributes['error.type'] === 'no-capacity');
    expect(refused.map(({ name }) => name)).toContain('vm.create');
  });
});

describe('sampling', () => {
  test('keeps nothing of a trace that its caller does not keep', async () => {
    const { collector, server } = await startBoth();
    await createVm(server, { traceparent: `00-${TRACE}-${ROOT}-00` });
    await server.call('vm.list', {});
    await waitUntil('a span of the second call', () =>
      collector.spans().some(({ name }) => name === 'vm.list') ? true : undefined,
    );
    expect(spansOf(collector)).toEqual([]);
  });

  test('is the server’s to decide: a caller cannot ask for more than the ratio', async () => {
    const { collector, server } = await startBoth(['--trace-ratio', '0']);
    await createVm(server, { traceparent: TRACEPARENT });
    await server.stop();
    started.pop();
    expect(collector.headers).toEqual([]);
  });

  test('leaves out what watchers ask every few seconds', async () => {
    const { collector, server } = await startBoth();
    await server.send('/healthz', '');
    await server.send('/readyz', '');
    await server.send('/metrics');
    await server.call('vm.list', {});
    const names = await waitUntil('the span of the call', () => {
      const found = collector.spans().map(({ name }) => name);
      return found.includes('POST /rpc') ? found : undefined;
    });
    expect(names.toSorted()).toEqual(['POST /rpc', 'vm.list']);
  });
});

describe('the collector', () => {
  test('gets the headers that the settings say', async () => {
    const { collector, server } = await startBoth(['--otlp-headers', 'x-key=a%20b,x-more=1']);
    await server.call('vm.list', {});
    const [headers] = await waitUntil('a request', () =>
      collector.headers.length > 0 ? collector.headers : undefined,
    );
    expect(headers).toMatchObject({ 'x-key': 'a b', 'x-more': '1' });
    expect(headers?.['content-type']).toBe('application/json');
  });

  test('that is away fails no request: spans are lost, counted, and said once', async () => {
    const collector = await startCollector();
    await collector.stop();
    const server = await startLoggedServer(['--otlp-endpoint', collector.url]);
    started.push(server);
    await createVm(server, { traceparent: TRACEPARENT });
    const labels = { error_type: 'export_failed' };
    const lost = await waitUntil('a loss', async () => {
      const page = readExposition(await (await server.send('/metrics')).text());
      const count = page.amountOf('otel_sdk_exporter_span_exported_total', labels);
      return count > 0 ? count : undefined;
    });
    expect(lost).toBeGreaterThan(5);
    const lines = server.logLines().filter(({ level }) => level === 40);
    expect(lines.map(({ msg }) => msg)).toEqual(['the trace collector does not take spans']);
  });
});
