/** A group scales by what a real Prometheus measures, and by none of another tenant's series. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { type RunningNovacron, startNovacron } from '@novacron/testing/start-novacron';
import { waitUntil } from '@novacron/testing/wait-until';
import { type Prometheus, startPrometheus } from '../support/services/start-prometheus.ts';

/** A round of queries and one of decisions each begin within half a minute. */
jest.setTimeout(240_000);

const QUEUE = 'shop_queue_count';

let prometheus: Prometheus;
let novacron: RunningNovacron;
let target: Server;
let page = '';
let directory: string;

beforeEach(async () => {
  target = createServer((_request, response) => {
    response.setHeader('Content-Type', 'text/plain; version=0.0.4');
    response.end(page);
  });
  await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', () => resolve()));
  const address = target.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  prometheus = await startPrometheus(`
global: { scrape_interval: 1s }
scrape_configs:
  - job_name: shop
    static_configs: [{ targets: ['127.0.0.1:${port}'] }]
`);
  directory = mkdtempSync(join(tmpdir(), 'novacron-queries-'));
  const metricQueries = join(directory, 'metric-queries.yaml');
  const query = 'sum by (vm_group_id) (shop_queue{kind="order"}) + on (vm_group_id) shop_waiting';
  writeFileSync(metricQueries, `url: ${prometheus.url}\nqueries:\n  ${QUEUE}: ${query}\n`);
  novacron = await startNovacron({ metricQueries });
});

afterEach(async () => {
  await novacron.stop();
  await prometheus.remove();
  await new Promise<void>((resolve) => target.close(() => resolve()));
  rmSync(directory, { recursive: true });
});

test('a group grows by the series of its own tenant, which no client may write', async () => {
  const { resource, operation } = await novacron.expectOk('vm_group.create', {
    name: 'web',
    // A group that starts at most doubles: to the size that is wanted.
    min_size: 2,
    max_size: 9,
    vm: { cpu_cores: 1, memory_gb: 1, disk_gb: 5 },
    scaling: { rules: [{ kind: 'target', metric: QUEUE, value: 10 }] },
  });
  await novacron.waitFor(operation.id);
  const { id } = resource;
  const { items: tenants } = await novacron.expectOk('tenant.list', {});
  page = [...tenants.map((tenant) => tenant.id), 'tnt_another']
    .flatMap((tenant, at) => {
      const labels = `tenant="${tenant}",vm_group_id="${id}"`;
      const size = at === 0 ? 15 : 60;
      return [
        `shop_queue{${labels},kind="order",shard="1"} ${size}`,
        `shop_queue{${labels},kind="order",shard="2"} ${size}`,
        `shop_queue{${labels},kind="mail"} 500`,
        `shop_waiting{${labels}} 5`,
      ];
    })
    .join('\n')
    .concat('\n');
  const grown = await waitUntil('the group to grow', async () => {
    const found = await novacron.expectOk('vm_group.get', { id });
    return found.size > 2 ? found : undefined;
  });
  expect(grown.size).toBe(4);
  const { items } = await novacron.expectOk('metric.list', { vm_group_id: id });
  expect(items.find(({ name }) => name === QUEUE)).toMatchObject({
    source: 'measured',
    latest_value: 35,
  });
  const samples = [{ name: QUEUE, value: 500 }];
  expect(await novacron.call('metric.write', { vm_group_id: id, samples })).toMatchObject({
    ok: false,
    error: { code: 'validation-failed', fields: [{ message: `${QUEUE} is measured by NovaCron` }] },
  });
});
