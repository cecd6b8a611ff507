/** Memory limits of steps by their cgroups; `run-command.test.ts` has those of hosts without. */
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { findIsolation } from '../../../../test/support/services/find-isolation.ts';
import { findMemoryCgroup } from '../../../../test/support/services/find-memory-cgroup.ts';
import { runForTest, TEST_ISOLATION, TEST_UID } from '../test-kit/run-for-test.ts';

findIsolation();
findMemoryCgroup();

const memoryParent = `/sys/fs/cgroup/novacron-test-${process.pid}`;

beforeEach(() => {
  mkdirSync(memoryParent);
  writeFileSync(join(memoryParent, 'cgroup.subtree_control'), '+memory');
});
afterEach(() => rmdirSync(memoryParent));

const isolation = { ...TEST_ISOLATION, memoryMib: 128 };

it('kills a step whose processes use too much together, and says so', async () => {
  const half = 'head -c 80M /dev/zero | tail -c 79M | sleep 30';
  const words = ['sh', '-c', `(${half}) & (${half}) & wait; echo survived`];
  const end = await runForTest({ words, isolation, memoryParent });
  expect(end).toMatchObject({ kind: 'out-of-memory', isGone: true, output: { log: '' } });
  expect(existsSync(join(memoryParent, `novacron-step-${TEST_UID}`))).toBe(false);
});

it('lets a step use less, whatever addresses it reserves', async () => {
  const end = await runForTest({ words: ['node', '-e', '0'], isolation, memoryParent });
  expect(end).toMatchObject({ kind: 'exited', code: 0 });
});
