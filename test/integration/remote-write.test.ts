/** A real Prometheus sends what it scrapes: as series of the tenant whose key it has. */
import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { type RunningNovacron, startNovacron } from '@novacron/testing/start-novacron';
import { waitUntil } from '@novacron/testing/wait-until';
import { type Prometheus, startPrometheus } from '../support/services/start-prometheus.ts';

/** Programs are started on a machine that may be busy. */
jest.setTimeout(90_000);

let novacron: RunningNovacron;
let prometheus: Prometheus | undefined;
let target: Server;
let page: string;

beforeEach(async () => {
  novacron = await startNovacron();
  target = createServer((_request, response) => {
    response.setHeader('Content-Type', 'text/plain; version=0.0.4');
    response.end(page);
  });
  await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', () => resolve()));
});

afterEach(async () => {
  await prometheus?.remove();
  prometheus = undefined;
  await new Promise<void>((resolve) => target.close(() => resolve()));
  await novacron.stop();
});

/**
 * Returns an operator's Prometheus configuration, which sends only metrics that NovaCron can store.
 */
function configure(key: string, keep: string): string {
  const address = target.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return `
global: { scrape_interval: 1s }
scrape_configs:
  - job_name: shop
    static_configs: [{ targets: ['127.0.0.1:${port}'] }]
remote_write:
  - url: ${novacron.url}/api/v1/write
    authorization: { credentials: ${key} }
    write_relabel_configs:
      - { source_labels: [__name__], regex: '${keep}', action: keep }
      - { regex: 'job|instance', action: labeldrop }
`;
}

const VM = { name: 'web-01', cpu_cores: 1, memory_gb: 1, disk_gb: 5 };

test('samples become series of the VM that a label names, and of the tenant', async () => {
  const { resource, operation } = await novacron.expectOk('vm.create', VM);
  await novacron.waitFor(operation.id);
  page = [
    `shop_queue_length_count{vm_id="${resource.id}"} 7`,
    'shop_orders_total 41',
    'shop_load 3',
    '',
  ].join('\n');
  prometheus = await startPrometheus(configure(novacron.adminKey, 'shop_.*_(count|total)'));
  const listOf = async (input: { vm_id?: typeof resource.id }) => {
    const { items } = await novacron.expectOk('metric.list', { ...input, source: ['written'] });
    return items;
  };
  const ofVm = await waitUntil('a series of the VM', async () => {
    const [first] = await listOf({ vm_id: resource.id });
    return first;
  });
  expect(ofVm).toMatchObject({ name: 'shop_queue_length_count', latest_value: 7 });
  const ofTenant = await waitUntil('a series of the tenant', async () => {
    const [first] = await listOf({});
    return first;
  });
  expect(ofTenant).toMatchObject({ name: 'shop_orders_total', kind: 'counter', latest_value: 41 });
  expect(await listOf({})).toHaveLength(1);
});

test('what is left out is named in the log of Prometheus, and the rest is stored', async () => {
  page = 'shop_orders_total 5\nshop_load 3\n';
  prometheus = await startPrometheus(configure(novacron.adminKey, 'shop_.*'));
  const { output } = prometheus;
  await waitUntil('the refusal in its log', () =>
    output().includes('does not end in a unit') ? 'there' : undefined,
  );
  const { items } = await novacron.expectOk('metric.list', {});
  expect(items.map(({ name }) => name)).toEqual(['shop_orders_total']);
});

test('without a valid key nothing is written', async () => {
  page = 'shop_orders_total 5\n';
  prometheus = await startPrometheus(configure('no-key', 'shop_.*'));
  const { output } = prometheus;
  await waitUntil('the refusal in its log', () => (output().includes('401') ? 'there' : undefined));
  expect((await novacron.expectOk('metric.list', {})).items).toEqual([]);
});
