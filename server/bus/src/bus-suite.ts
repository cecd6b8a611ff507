/** The conformance suite of the bus: every adapter passes it. */

// biome-ignore lint/correctness/noUndeclaredDependencies: only tests call a suite
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@novacron/contract/json';
import type { Bus } from './bus.ts';
import type { Timers } from './timers.ts';

/** Opens the adapter under test; request timeouts must run on the given timers. */
export type OpenBus = (timers: Timers) => Bus | Promise<Bus>;

const PATIENCE = { timeoutMs: 1_000 };

/**
 * Describes what every bus does.
 * @param name - the adapter's name
 * @param open - called before each test; the suite closes the bus
 */
export function describeBus(name: string, open: OpenBus): void {
  describe(`bus: ${name}`, () => {
    const callbacks = new Set<() => void>();
    const timers: Timers = {
      after: (_delayMs, callback) => {
        callbacks.add(callback);
        return () => callbacks.delete(callback);
      },
    };
    let bus: Bus;

    beforeEach(async () => {
      callbacks.clear();
      bus = await open(timers);
    });
    afterEach(() => bus.close());

    describePublishing(() => bus);
    describeRequests(() => bus);
    describeBadResponders(
      () => bus,
      () => {
        for (const callback of [...callbacks]) callback();
      },
    );
    describeClosing(() => bus);
  });
}

function describePublishing(bus: () => Bus): void {
  test('every subscriber of the subject hears every message in order', async () => {
    const left = hear(bus(), 'suite.a', 3);
    const right = hear(bus(), 'suite.a', 3);
    const other = hear(bus(), 'suite.b', 1);
    for (const n of [1, 2, 3]) bus().publish('suite.a', { n });
    bus().publish('suite.b', { n: 4 });
    expect(await left.all).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
    expect(await right.all).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
    expect(await other.all).toEqual([{ n: 4 }]);
  });

  test('nothing is heard before publish has returned', async () => {
    const { messages, all } = hear(bus(), 'suite.later', 1);
    bus().publish('suite.later', {});
    expect(messages).toEqual([]);
    await all;
  });

  test('a message is a copy, so what the sender changes later is not heard', async () => {
    const message = { list: [1] };
    const { all } = hear(bus(), 'suite.copy', 1);
    bus().publish('suite.copy', message);
    message.list.push(2);
    expect(await all).toEqual([{ list: [1] }]);
  });

  test('a subscriber that throws keeps nobody from hearing', async () => {
    bus().subscribe('suite.throws', () => {
      throw new Error('thrown by a test');
    });
    const { all } = hear(bus(), 'suite.throws', 2);
    bus().publish('suite.throws', { n: 1 });
    bus().publish('suite.throws', { n: 2 });
    expect(await all).toEqual([{ n: 1 }, { n: 2 }]);
  });

  test('whoever has unsubscribed hears no more', async () => {
    const gone = hear(bus(), 'suite.gone', 1);
    const here = hear(bus(), 'suite.gone', 1);
    gone.unsubscribe();
    gone.unsubscribe();
    bus().publish('suite.gone', { n: 1 });
    await here.all;
    expect(gone.messages).toEqual([]);
  });

  test('publishing where nobody listens is no error', () => {
    expect(() => bus().publish('suite.nobody', {})).not.toThrow();
  });
}

function describeRequests(bus: () => Bus): void {
  test('a request is answered by whoever responds on the subject', async () => {
    bus().respond('suite.double', async ({ n }) => ({ n: Number(n) * 2 }));
    expect(await bus().request('suite.double', { n: 21 }, PATIENCE)).toEqual({
      ok: true,
      value: { n: 42 },
    });
  });

  test('a request that nobody answers is unavailable', async () => {
    expect(await bus().request('suite.nobody', {}, PATIENCE)).toMatchObject({
      ok: false,
      error: { code: 'unavailable', detail: expect.stringContaining('suite.nobody') },
    });
  });

  test('a responder that has left answers no more', async () => {
    const leave = bus().respond('suite.left', async () => ({}));
    leave();
    expect(await bus().request('suite.left', {}, PATIENCE)).toMatchObject({
      error: { code: 'unavailable' },
    });
  });

  test('a responder may come back after it has left', async () => {
    bus().respond('suite.back', async () => ({ n: 1 }))();
    bus().respond('suite.back', async () => ({ n: 2 }));
    expect(await bus().request('suite.back', {}, PATIENCE)).toMatchObject({ value: { n: 2 } });
  });
}

function describeBadResponders(bus: () => Bus, timeOut: () => void): void {
  test('a request that is not answered in time has exceeded its deadline', async () => {
    const asked = new Promise<void>((resolve) => {
      bus().respond('suite.slow', () => {
        resolve();
        return new Promise(() => {});
      });
    });
    const answer = bus().request('suite.slow', {}, PATIENCE);
    await asked;
    timeOut();
    expect(await answer).toMatchObject({
      ok: false,
      error: { code: 'deadline-exceeded', detail: expect.stringContaining('1000 ms') },
    });
  });

  test('a responder that rejects or throws reaches the caller as internal', async () => {
    bus().respond('suite.rejects', async () => {
      throw new Error('rejected by a test');
    });
    bus().respond('suite.breaks', () => {
      throw new Error('thrown by a test');
    });
    for (const subject of ['suite.rejects', 'suite.breaks']) {
      const answer = await bus().request(subject, {}, PATIENCE);
      expect(answer).toMatchObject({ ok: false, error: { code: 'internal' } });
      expect(JSON.stringify(answer)).not.toContain('by a test');
    }
  });
}

function describeClosing(bus: () => Bus): void {
  test('closing ends the requests that wait', async () => {
    const asked = new Promise<void>((resolve) => {
      bus().respond('suite.never', () => {
        resolve();
        return new Promise(() => {});
      });
    });
    const answer = bus().request('suite.never', {}, PATIENCE);
    await asked;
    await bus().close();
    expect(await answer).toMatchObject({ error: { code: 'unavailable' } });
  });

  test('a closed bus says nothing and does not mind being used', async () => {
    await bus().close();
    await bus().close();
    const { messages } = hear(bus(), 'suite.closed', 1);
    bus().respond('suite.closed', async () => ({}))();
    bus().publish('suite.closed', {});
    expect(await bus().request('suite.closed', {}, PATIENCE)).toMatchObject({
      error: { code: 'unavailable' },
    });
    expect(messages).toEqual([]);
  });
}

function hear(bus: Bus, subject: string, count: number) {
  const messages: JsonObject[] = [];
  let unsubscribe = (): void => {};
  const all = new Promise<readonly JsonObject[]>((resolve) => {
    unsubscribe = bus.subscribe(subject, (message) => {
      messages.push(message);
      if (messages.length === count) resolve(messages);
    });
  });
  return { messages, all, unsubscribe };
}
