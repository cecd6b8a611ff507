import { expect, test } from '@jest/globals';
import type { Logger } from '@novacron/runtime/logger';
import { usePostgres } from '../../store/postgres/test-kit/use-postgres.ts';
import { describeMetricSeries } from '../metric-series-suite.ts';
import { openPostgresSeries } from './open-postgres-series.ts';

const ignore = (): void => undefined;
const SILENT: Logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };

const postgres = usePostgres();

describeMetricSeries('series in PostgreSQL', async () => {
  const store = await postgres.openStore();
  const open = () => openPostgresSeries({ url: store.url, logger: SILENT });
  let current = await open();
  return {
    series: current,
    reopen: async () => {
      await current.close();
      current = await open();
      return current;
    },
    remove: async () => {
      await current.close();
      await store.remove();
    },
  };
});

test('servers that start at once share their series', async () => {
  const { url, remove } = await postgres.openStore();
  const options = { url, logger: SILENT };
  const all = await Promise.all(Array.from({ length: 4 }, () => openPostgresSeries(options)));
  const target = { id: 'vmg_1', tenantId: 'tnt_1', kind: 'vm_group' } as const;
  const written = await Promise.all(
    all.map((series, at) => {
      const samples = [{ name: 'queue_length_count', atS: 1_780_272_000 + at, value: at }];
      return series.write([{ target, samples }], 'written');
    }),
  );
  expect(written.every(({ ok }) => ok)).toBe(true);
  const begun = written.map((each) => (each.ok ? each.value.newSeries : 0));
  expect(begun.reduce((sum, count) => sum + count, 0)).toBe(1);
  const range = { targetId: target.id, name: 'queue_length_count', fromS: 0, toS: 2 ** 32 };
  for (const series of all) {
    expect(await series.read(range)).toMatchObject({ ok: true, value: { means: [0, 1, 2, 3] } });
    await series.close();
  }
  await remove();
});
