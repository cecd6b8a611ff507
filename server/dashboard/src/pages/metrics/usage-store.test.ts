import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { Usage } from './usage-figures.ts';
import { createUsageStore } from './usage-store.ts';

const NODE = { noun: 'node', id: 'node_1' } as const;
const VM = { noun: 'vm', id: 'vm_1' } as const;
const EVERY_MS = 10_000;

beforeEach(() => {
  jest.useFakeTimers({ now: Date.parse('2026-11-26T12:00:00Z') });
});

afterEach(() => {
  jest.useRealTimers();
});

/** A store whose targets were measured at the minute, and whose frames are drawn at once. */
function start() {
  const reads: string[] = [];
  const store = createUsageStore(
    async (name, { id }): Promise<Usage> => {
      reads.push(`${name} ${id}`);
      if (id === 'vm_gone') throw new Error('gone');
      const minute = Math.floor(Date.now() / 60_000) * 60_000;
      return {
        name: id,
        cpu_cores: 1,
        cpu_cores_allocated: 2,
        memory_gb: 1,
        memory_gb_allocated: 2,
        disk_read_bytes_per_s: null,
        disk_write_bytes_per_s: null,
        network_receive_bytes_per_s: null,
        network_transmit_bytes_per_s: null,
        measured_at: new Date(minute).toISOString(),
        history: [{ at: '2026-11-26T11:45:00Z', cpu_cores: 3, memory_gb: 1 }],
      };
    },
    (callback) => callback(),
  );
  const readingsOf = (id: string) =>
    store
      .snapshot()
      .targets.get(id)
      ?.readings.map(({ values }) => values.cpu);
  return { store, reads, readingsOf };
}

test('follows targets until it is stopped, and keeps each measurement once', async () => {
  const { store, reads, readingsOf } = start();
  const stop = store.follow([NODE, VM], EVERY_MS);
  await jest.advanceTimersByTimeAsync(60_000);
  expect(reads).toHaveLength(14);
  // What the server knew before, then two measurements of seven answers.
  expect(readingsOf('node_1')).toEqual([3, 1, 1]);
  stop();
  await jest.advanceTimersByTimeAsync(60_000);
  expect(reads).toHaveLength(14);
});

test('reads once while it is paused, and keeps what it knew', async () => {
  const { store, reads, readingsOf } = start();
  store.follow([NODE], undefined);
  await jest.advanceTimersByTimeAsync(60_000);
  store.follow([VM], undefined);
  await jest.advanceTimersByTimeAsync(60_000);
  expect(reads).toEqual(['node.usage node_1', 'vm.usage vm_1']);
  expect(readingsOf('node_1')).toEqual([3, 1]);
});

test('a refusal of one target leaves the others, and is said', async () => {
  const { store, readingsOf } = start();
  let reports = 0;
  const stop = store.subscribe(() => {
    reports += 1;
  });
  store.follow([NODE, { noun: 'vm', id: 'vm_gone' }], undefined);
  await jest.advanceTimersByTimeAsync(1);
  expect(reports).toBe(1);
  expect(readingsOf('node_1')).toEqual([3, 1]);
  expect(readingsOf('vm_gone')).toBeUndefined();
  expect(store.snapshot().cause).toEqual(new Error('gone'));
  stop();
});

test('forgets the target that was read longest ago', async () => {
  const { store, readingsOf } = start();
  for (let index = 0; index < 40; index += 1) {
    store.follow([{ noun: 'vm', id: `vm_${index}` }], undefined);
    await jest.advanceTimersByTimeAsync(1);
  }
  expect(readingsOf('vm_7')).toBeUndefined();
  expect(readingsOf('vm_8')).toEqual([3, 1]);
  expect(readingsOf('vm_39')).toEqual([3, 1]);
});
