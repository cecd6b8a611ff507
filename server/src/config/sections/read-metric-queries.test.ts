/** The file of metric queries. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readMetricQueries } from './read-metric-queries.ts';

let directory: string;
let file: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'novacron-queries-'));
  file = join(directory, 'queries.yaml');
});

afterEach(() => rmSync(directory, { recursive: true }));

/** Returns the errors in a file. */
function faultsOf(text: string): string {
  writeFileSync(file, text);
  const read = readMetricQueries(file);
  return read.ok ? 'nothing' : read.error.join('\n');
}

test('has a Prometheus, a token beside it, and queries by metric', () => {
  writeFileSync(join(directory, 'token'), 'geheim\n');
  const lines = [
    'url: https://prometheus.example/prom/',
    'token_file: token',
    'tenant_label: customer',
    'queries:',
    '  shop_requests_per_second: sum by (vm_group_id) (rate(shop_requests_total[2m]))',
  ];
  writeFileSync(file, lines.join('\n'));
  const read = readMetricQueries(file);
  expect(read).toEqual({
    ok: true,
    value: {
      url: 'https://prometheus.example/prom',
      token: 'geheim',
      tenantLabel: 'customer',
      queries: new Map([
        [
          'shop_requests_per_second',
          ['sum by (vm_group_id) (rate(shop_requests_total{', '}[2m]))'],
        ],
      ]),
    },
  });
});

describe('says what is wrong', () => {
  const QUERY = 'queries: { jobs_count: jobs }';
  const HERE = 'url: http://127.0.0.1:9090';
  test.each([
    [`url: http://10.0.0.1:9090\n${QUERY}`, 'url: must be https'],
    [`url: https://ann:pw@host\n${QUERY}`, 'url: must be https'],
    [`url: file:///etc/passwd\n${QUERY}`, 'url: must be https'],
    [`${HERE}\nqueries: {}`, 'queries: must have a query'],
    [`${HERE}\nqueries: { jobs: jobs }`, 'queries.jobs: its name must be words in lower case'],
    [`${HERE}\nqueries: { cpu_utilization_ratio: a }`, 'is measured by NovaCron'],
    [`${HERE}\nqueries: { jobs_count: 'jobs{tenant="x"}' }`, 'queries.jobs_count: selects'],
    [`${HERE}\n${QUERY}\ntenant_label: a-b`, 'tenant_label: must be the name of a label'],
    [`${HERE}\n${QUERY}\ntoken_file: absent`, 'token_file: '],
    [`${HERE}\n${QUERY}\nother: 1`, 'other'],
    ['{', 'is neither YAML nor JSON'],
    [`${HERE}\n${QUERY}`, 'nothing'],
  ])('%s', (text, words) => expect(faultsOf(text)).toContain(words));
});
