/** Machines whose process hangs: it runs, and answers nothing. */

import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { systemTimers } from '@novacron/runtime/timers';
import type { Driver } from '../../driver.ts';
import { good } from '../../driver-bench.ts';
import { idleSpec, listQemuOf } from '../test-kit/qemu-bench.ts';
import { useQemuSite } from '../test-kit/use-qemu-site.ts';
import { openQmpClient } from './open-qmp-client.ts';

const { site, order, open } = useQemuSite();

async function startMachine(driver: Driver): Promise<number> {
  await good(driver.create(order(1), idleSpec()));
  await good(driver.start(order(2)));
  return processOf();
}

function processOf(): number {
  const [pid, ...others] = listQemuOf(site.runDir('node-01'));
  if (pid === undefined || others.length > 0) throw new Error('there is not one process');
  return pid;
}

test('a process that is stopped answers nothing, and a reset replaces it', async () => {
  const driver = await open('node-01');
  const pid = await startMachine(driver);
  expect((await good(driver.inspect()))[0]).not.toHaveProperty('unresponsive_ms');
  process.kill(pid, 'SIGSTOP');
  const [first] = await good(driver.inspect());
  expect(first).toMatchObject({ status: 'running', unresponsive_ms: 0 });
  const [second] = await good(driver.inspect());
  expect(second?.unresponsive_ms).toBeGreaterThan(0);
  expect(await good(driver.reset(order(3)))).toMatchObject({ status: 'running', generation: 3 });
  expect(processOf()).not.toBe(pid);
  const [after] = await good(driver.inspect());
  expect(after).toMatchObject({ status: 'running', generation: 3, stop_reason: null });
  expect(after).not.toHaveProperty('unresponsive_ms');
});

test('a guest whose process is stopped is not asked to shut down, and force ends it', async () => {
  const driver = await open('node-01');
  const pid = await startMachine(driver);
  process.kill(pid, 'SIGSTOP');
  const asked = await driver.stop(order(3), 'graceful');
  expect(asked).toMatchObject({
    ok: false,
    error: { message: expect.stringContaining('Its hypervisor process answers nothing') },
  });
  expect(processOf()).toBe(pid);
  expect(await good(driver.stop(order(3), 'forced'))).toMatchObject({ status: 'stopped' });
  expect(listQemuOf(site.runDir('node-01'))).toEqual([]);
});

test('a process that goes on is none that hangs', async () => {
  const driver = await open('node-01');
  const pid = await startMachine(driver);
  process.kill(pid, 'SIGSTOP');
  expect((await good(driver.inspect()))[0]).toMatchObject({ unresponsive_ms: 0 });
  process.kill(pid, 'SIGCONT');
  expect((await good(driver.inspect()))[0]).not.toHaveProperty('unresponsive_ms');
  expect(await good(driver.reset(order(3)))).toMatchObject({ status: 'running' });
  expect(processOf()).toBe(pid);
});

test('a process whose monitor another program has is none that hangs', async () => {
  const earlier = await open('node-01');
  await startMachine(earlier);
  await earlier.close();
  const path = join(site.runDir('node-01'), order().vm_id, 'qmp.sock');
  const taken = await openQmpClient({ path, timers: systemTimers });
  try {
    const driver = await open('node-01');
    const [machine] = await good(driver.inspect());
    expect(machine).toMatchObject({ status: 'running' });
    expect(machine).not.toHaveProperty('unresponsive_ms');
  } finally {
    taken.close();
  }
});
