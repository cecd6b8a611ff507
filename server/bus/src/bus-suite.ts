/** The conformance suite of the bus: every adapter passes it. */

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@novacron/contract/json';
import type { Timers } from '@novacron/runtime/timers';
import { type Bus, REPLAY_LIMIT_MAX } from './bus.ts';

/** The subject whose messages the adapter under test must keep; nothing is kept there yet. */
export const KEPT_SUBJECT_OF_SUITE = 'suite.kept';

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
    describeKeeping(() => bus);
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

  test('a part of a subject that is * stands for any one name', async () => {
    const heard: string[] = [];
    const done = new Promise<void>((resolve) => {
      bus().subscribe('suite.*.said', (message, subject) => {
        heard.push(`${subject} ${String(message.n)}`);
        if (heard.length === 2) resolve();
      });
    });
    for (const place of ['suite.said', 'suite.a.b.said', 'suite.a.other', 'suite.a.said']) {
      bus().publish(place, { n: 1 });
    }
    bus().publish('suite.b.said', { n: 2 });
    await done;
    expect(heard).toEqual(['suite.a.said 1', 'suite.b.said 2']);
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

  test('a subscriber that throws does not affect other subscribers', async () => {
    bus().subscribe('suite.throws', () => {
      throw new Error('thrown by a test');
    });
    const { all } = hear(bus(), 'suite.throws', 2);
    bus().publish('suite.throws', { n: 1 });
    bus().publish('suite.throws', { n: 2 });
    expect(await all).toEqual([{ n: 1 }, { n: 2 }]);
  });

  test('an ended subscription receives nothing', async () => {
    const gone = hear(bus(), 'suite.gone', 1);
    const here = hear(bus(), 'suite.gone', 1);
    gone.unsubscribe();
    gone.unsubscribe();
    bus().publish('suite.gone', { n: 1 });
    await here.all;
    expect(gone.messages).toEqual([]);
  });

  test('publishing without subscribers is not an error', () => {
    expect(() => bus().publish('suite.unanswered', {})).not.toThrow();
  });
}

function describeRequests(bus: () => Bus): void {
  test('a request is answered by the responder on the subject', async () => {
    bus().respond('suite.double', async ({ n }) => ({ n: Number(n) * 2 }));
    expect(await bus().request('suite.double', { n: 21 }, PATIENCE)).toEqual({
      ok: true,
      value: { n: 42 },
    });
  });

  test('a request without a responder is unavailable', async () => {
    expect(await bus().request('suite.unanswered', {}, PATIENCE)).toMatchObject({
      ok: false,
      error: { code: 'unavailable', detail: expect.stringContaining('suite.unanswered') },
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

function describeKeeping(bus: () => Bus): void {
  const subject = KEPT_SUBJECT_OF_SUITE;

  /** Waits until the last has been kept, which may be a moment after it was heard. */
  async function publishKept(ids: readonly string[]): Promise<void> {
    for (const messageId of ids) {
      const position = Number(messageId);
      bus().publish(subject, { n: position }, { keep: { messageId, position } });
    }
    const last = Number(ids.at(-1));
    let kept: unknown = [];
    while (Array.isArray(kept) && kept.length === 0) kept = await replayFrom(last);
  }

  async function replayFrom(from: number, limit = REPLAY_LIMIT_MAX) {
    const answer = await bus().replay(subject, { from, limit });
    return answer.ok ? answer.value.map(({ message }) => message.n) : answer.error.data?.reason;
  }

  test('retained messages are replayed from a position on, to later subscribers', async () => {
    await publishKept(['1', '2', '3', '4']);
    expect(await bus().replay(subject, { from: 3, limit: 10 })).toEqual({
      ok: true,
      value: [
        { position: 3, message: { n: 3 } },
        { position: 4, message: { n: 4 } },
      ],
    });
    expect(await replayFrom(1, 2)).toEqual([1, 2]);
    expect(await replayFrom(5)).toEqual([]);
  });

  test('a message that is published again is kept once', async () => {
    await publishKept(['1', '2']);
    await publishKept(['1', '2', '3']);
    expect(await replayFrom(1)).toEqual([1, 2, 3]);
  });

  test('a replay from a forgotten position is refused', async () => {
    await publishKept(['7', '8']);
    expect(await replayFrom(6)).toBe('resume-expired');
    expect(await replayFrom(7)).toEqual([7, 8]);
  });

  test('a replay without retained messages is empty', async () => {
    bus().publish(subject, { n: 1 });
    expect(await replayFrom(2)).toEqual([]);
  });

  test.each([0, -1, 1.5, REPLAY_LIMIT_MAX + 1])(
    'a replay of %d messages is a bug',
    async (limit) => {
      await expect(bus().replay(subject, { from: 1, limit })).rejects.toThrow(
        'a replay is of 1 to',
      );
    },
  );
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
