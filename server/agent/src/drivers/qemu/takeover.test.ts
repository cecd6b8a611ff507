/** A node takes over a VM of another one with which it shares its storage. */
import { beforeEach, expect, test } from '@jest/globals';
import { waitUntil } from '../../../../../test/support/src/wait-until.ts';
import type { Driver } from '../driver.ts';
import { bad, good } from '../driver-bench.ts';
import { listQemuOf, smallSpec } from './test-kit/qemu-bench.ts';
import { useQemuSite } from './test-kit/use-qemu-site.ts';

const { site, order } = useQemuSite();
let first: Driver;
let second: Driver;

beforeEach(async () => {
  first = await site.open('node-01');
  second = await site.open('node-02');
  await good(first.create(order(1), smallSpec()));
  await good(first.start(order(2)));
});

const missing = { spec: smallSpec(), volumes: [] };
const takeOver = () => second.define(order(3), { ...missing, takeover: 'yes' });

/** The host of the first node dies: its agent, and QEMU with it. */
async function die(): Promise<void> {
  await first.close();
  for (const pid of listQemuOf(site.directory)) process.kill(pid, 'SIGKILL');
  // Its locks go a moment after the process.
  await waitUntil('the disk to be free', async () => {
    const answer = await takeOver();
    return answer.ok || answer.error.next === 'final' ? true : undefined;
  });
}

test('a VM that still runs is not taken over: its disk is locked', async () => {
  const before = listQemuOf(site.directory);
  expect(await bad(takeOver())).toMatchObject({
    message: expect.stringContaining('A disk is in use by a machine here or on another node'),
    next: 'retry',
  });
  expect(await good(second.inspect())).toEqual([]);
  expect(listQemuOf(site.directory)).toEqual(before);
  expect(await good(first.stop(order(3), 'forced'))).toMatchObject({ status: 'stopped' });
  expect(await good(first.start(order(4)))).toMatchObject({ status: 'running' });
});

test('a VM of a dead node runs on the other one, and not on the first again', async () => {
  await die();
  expect(await good(takeOver())).toMatchObject({ status: 'stopped', generation: 3 });
  expect(await good(second.start(order(3)))).toMatchObject({ status: 'running' });
  first = await site.open('node-01');
  expect(await good(first.inspect())).toMatchObject([{ status: 'stopped', generation: 2 }]);
  expect(await bad(first.start(order(4)))).toEqual({
    message: `The root disk of ${order(1).vm_id} belongs to node-02: only that node starts it.`,
    next: 'final',
  });
  await good(first.forget(order(4)));
  expect(await good(first.inspect())).toEqual([]);
  expect(await good(second.inspect())).toMatchObject([{ status: 'running' }]);
});

test('without a takeover the disk of another node is left alone', async () => {
  expect(await bad(second.define(order(3), missing))).toMatchObject({
    message: `The root disk of ${order(1).vm_id} belongs to node-01.`,
    next: 'final',
  });
});
