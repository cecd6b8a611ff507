import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { METRICS, type MetricRow } from '../../ports/metrics/metrics-table.ts';
import { renderMetricsTable } from './test-kit/render-metrics-table.ts';

const PAGE = fileURLToPath(new URL('../../../../docs/observability.md', import.meta.url));

test('docs/observability.md shows the table of metrics as it is', () => {
  const page = readFileSync(PAGE, 'utf8');
  const shown = page.match(/^\| metric .+$(?:\n\|.+$)+/m)?.[0];
  expect(shown).toBe(renderMetricsTable());
});

test.each(Object.entries(METRICS))('%s is named and described as its type asks', (name, given) => {
  const row: MetricRow = given;
  expect(name).toMatch(/^[a-z][a-z_]*[a-z]$/);
  expect(row.help).toMatch(/^[A-Z].+\.$/);
  if (row.unit === 'seconds') expect(name).toMatch(/_seconds$/);
  if (row.unit === 'bytes') expect(name).toMatch(/_bytes$/);
  const { buckets } = row;
  expect(buckets !== undefined).toBe(row.type === 'histogram');
  expect(buckets).toEqual(buckets?.toSorted((a, b) => a - b));
});
