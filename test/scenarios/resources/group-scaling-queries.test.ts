/** VM groups that scale by what another system measures of them. */
import { beforeEach, expect, test } from '@jest/globals';
import { problem } from '@novacron/contract/problem/problem';
import { err, ok } from '@novacron/contract/result';
import type { SourceQuestion, SourceSample } from '@novacron/server/ports/metric-source';
import { useBench } from '../test-kit/use-bench.ts';

const QUEUE = 'shop_queue_count';
const MINUTE_MS = 60_000;
const SIZE = { cpu_cores: 1, memory_gb: 1, disk_gb: 4 };

/** Samples that the source returns; undefined: it is down. */
let samples: readonly SourceSample[] | undefined;
let asked: SourceQuestion[];

const bench = useBench({
  metricSource: {
    metrics: [QUEUE],
    read: async (question) => {
      asked.push(question);
      return samples === undefined
        ? err(problem('unavailable', { detail: 'It is away.', remedy: 'Wait for it.' }))
        : ok(samples);
    },
  },
});

beforeEach(() => {
  samples = [];
  asked = [];
});

async function makeGroup(metric = QUEUE) {
  const scaling = {
    rules: [{ kind: 'target' as const, metric, value: 10 }],
    cooldown: '1m',
    shrink_window: '2m',
    warm_up: '30s',
  };
  const group = { name: 'web', vm: SIZE, min_size: 1, max_size: 6, scaling };
  const { resource, operation } = await bench().expectOk('vm_group.create', group);
  expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
  return resource.id;
}

const of = (vm_group_id: string, value: number): SourceSample => ({
  labels: { vm_group_id },
  value,
});

test('a group follows its source, keeps its size when that is away, and goes on', async () => {
  const id = await makeGroup();
  samples = [of(id, 35)];
  await bench().advance(3 * MINUTE_MS);
  const sizeOf = async () => (await bench().expectOk('vm_group.get', { id })).size;
  expect(await sizeOf()).toBe(4);
  samples = undefined;
  await bench().advance(20 * MINUTE_MS);
  expect(await sizeOf()).toBe(4);
  const lost = await bench().expectOk('event.list', { type: ['vm_group.metrics_unknown'] });
  expect(lost.items).toHaveLength(1);
  samples = [of(id, 15)];
  await bench().advance(8 * MINUTE_MS);
  expect(await sizeOf()).toBe(2);
});

test('values that are not of the group, or of no use, are left out', async () => {
  const id = await makeGroup();
  samples = [of('vmg_of_another', 60), { labels: {}, value: 60 }, of(id, Number.NaN)];
  await bench().advance(2 * MINUTE_MS);
  samples = [of(id, 60), of(id, 50)];
  await bench().advance(2 * MINUTE_MS);
  const { items } = await bench().expectOk('metric.list', { vm_group_id: id });
  expect(items.map(({ name }) => name)).not.toContain(QUEUE);
  expect((await bench().expectOk('vm_group.get', { id })).size).toBe(1);
});

test('the source is asked for the tenants alone whose groups have a rule about it', async () => {
  await makeGroup('jobs_count');
  await bench().advance(2 * MINUTE_MS);
  expect(asked).toEqual([]);
});

test('clients do not write what the source is asked for', async () => {
  const refused = await bench().expectProblem('metric.write', {
    samples: [{ name: QUEUE, value: 1 }],
  });
  expect(refused.fields).toEqual([
    { path: ['samples', 0, 'name'], message: `${QUEUE} is measured by NovaCron` },
  ]);
});
