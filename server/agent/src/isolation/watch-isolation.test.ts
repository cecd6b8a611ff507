import { expect, test } from '@jest/globals';
import { createVirtualTime } from '../test-kit/virtual-time.ts';
import { createIsolationGuard } from './isolation-guard.ts';
import { watchIsolation } from './watch-isolation.ts';

const LEASE_MS = 60_000;

test('what is guarded after a long calm is killed before its lease is over', async () => {
  const time = createVirtualTime();
  const bootMs = () => time.clock.bootMs?.() ?? 0;
  const killedAtMs: number[] = [];
  const guard = createIsolationGuard({
    leaseMs: LEASE_MS,
    bootMs,
    kill: (vms) => ({ killed: [...vms], alive: [] }),
    onKilled: () => killedAtMs.push(bootMs()),
  });
  const watch = watchIsolation({
    timers: time.timers,
    bootMs,
    open: undefined,
    readTimeoutMs: () => 0,
    onWatchdog: () => undefined,
  });
  watch.add(guard);
  await time.advance(10 * LEASE_MS);
  const sentMs = bootMs();
  guard.sent(1, sentMs, ['vm_1']);
  await time.advance(LEASE_MS);
  watch.stop();
  expect(killedAtMs[0]).toBeGreaterThan(sentMs);
  expect(killedAtMs[0]).toBeLessThan(sentMs + LEASE_MS);
});
