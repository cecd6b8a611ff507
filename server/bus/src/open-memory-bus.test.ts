import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@novacron/contract/json';
import { systemTimers } from '@novacron/runtime/timers';
import { describeBus } from './bus-suite.ts';
import { openMemoryBus } from './open-memory-bus.ts';

describeBus('memory', (timers) => openMemoryBus({ timers, onFault: () => {} }));

describe('openMemoryBus', () => {
  test('a message cannot be changed by its subscribers', async () => {
    const bus = openMemoryBus();
    const heard = new Promise<JsonObject>((resolve) => bus.subscribe('a', resolve));
    bus.publish('a', { inner: { list: [{ n: 1 }] }, none: null });
    const message = await heard;
    expect(message).toEqual({ inner: { list: [{ n: 1 }] }, none: null });
    expect(() => Object.assign(message, { n: 2 })).toThrow(TypeError);
    expect(() => Object.assign(Object(message.inner), { n: 2 })).toThrow(TypeError);
  });

  test('who comes later hears what is said later, at a subject or a pattern', async () => {
    const bus = openMemoryBus();
    const heard: string[] = [];
    const hearAs = (name: string) => () => void heard.push(name);
    const say = async () => {
      bus.publish('node.a', {});
      await Promise.resolve();
      return heard.splice(0);
    };
    bus.subscribe('node.a', hearAs('first'));
    expect(await say()).toEqual(['first']);
    const leave = bus.subscribe('node.*', hearAs('all'));
    expect(await say()).toEqual(['first', 'all']);
    bus.subscribe('node.a', hearAs('second'));
    expect(await say()).toEqual(['first', 'second', 'all']);
    leave();
    expect(await say()).toEqual(['first', 'second']);
  });

  test('faults are reported with their subject and cause', async () => {
    const faults: unknown[] = [];
    const bus = openMemoryBus({ onFault: (subject, cause) => faults.push([subject, cause]) });
    const cause = new Error('thrown by a test');
    bus.subscribe('a', () => {
      throw cause;
    });
    bus.respond('b', () => Promise.reject(cause));
    bus.publish('a', {});
    await bus.request('b', {}, { timeoutMs: 1_000 });
    expect(faults).toEqual([
      ['a', cause],
      ['b', cause],
    ]);
  });

  test('a second responder on a subject is a bug', () => {
    const bus = openMemoryBus();
    bus.respond('a', async () => ({}));
    expect(() => bus.respond('a', async () => ({}))).toThrow('two responders on a');
  });

  test('an answered request leaves no timer behind', async () => {
    let waiting = 0;
    const bus = openMemoryBus({
      timers: {
        after: () => {
          waiting += 1;
          return () => {
            waiting -= 1;
          };
        },
      },
    });
    bus.respond('a', async () => ({}));
    await bus.request('a', {}, { timeoutMs: 1_000 });
    expect(waiting).toBe(0);
  });
});

describe('systemTimers', () => {
  test('call back once, unless cancelled', async () => {
    const calls: string[] = [];
    systemTimers.after(0, () => calls.push('cancelled'))();
    await new Promise<void>((resolve) => {
      systemTimers.after(1, () => {
        calls.push('called');
        resolve();
      });
    });
    expect(calls).toEqual(['called']);
  });
});
