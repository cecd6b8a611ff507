import { describe, expect, test } from '@jest/globals';
import { createVirtualTime, VIRTUAL_START_MS } from './virtual-time.ts';

describe('virtual time', () => {
  test('stands still until it is moved', async () => {
    const time = createVirtualTime();
    await time.settle();
    expect(time.clock.nowMs()).toBe(VIRTUAL_START_MS);
    await time.advance(5);
    expect(time.clock.nowMs()).toBe(VIRTUAL_START_MS + 5);
  });

  test('calls timers in the order of their moments, then of their making', async () => {
    const time = createVirtualTime(0);
    const calls: string[] = [];
    const call = (name: string) => () => calls.push(`${name} at ${time.clock.nowMs()}`);
    time.timers.after(20, call('late'));
    time.timers.after(10, call('first'));
    time.timers.after(10, call('second'));
    time.timers.after(10, call('cancelled'))();
    time.timers.after(31, call('never'));
    await time.advance(30);
    expect(calls).toEqual(['first at 10', 'second at 10', 'late at 20']);
    expect(time.waitingCount()).toBe(1);
  });

  test('lets promises go on between timers, which may set others', async () => {
    const time = createVirtualTime(0);
    const calls: number[] = [];
    const wait = (ms: number) => new Promise<void>((done) => time.timers.after(ms, done));
    const walk = (async () => {
      for (let step = 0; step < 3; step += 1) {
        await wait(10);
        calls.push(time.clock.nowMs());
      }
    })();
    await time.advance(30);
    await walk;
    expect(calls).toEqual([10, 20, 30]);
  });
});
