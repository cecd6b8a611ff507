import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  BATCH_MS_MAX,
  BATCH_SPANS_MAX,
  createSpanQueue,
  SPANS_WAITING_MAX,
  type SpanQueue,
} from './span-queue.ts';
import { createHandTimers, type HandTimers } from './test-kit/hand-timers.ts';
import { recordSpans } from './test-kit/record-spans.ts';
import type { FinishedSpan } from './tracer.ts';

let timers: HandTimers;
let queue: SpanQueue;
let batches: number[];
let reported: string[];
/** Reaction of the collector to the next batch. */
let collector: 'takes' | 'refuses' | 'hangs';

beforeEach(() => {
  timers = createHandTimers();
  [batches, reported, collector] = [[], [], 'takes'];
  queue = createSpanQueue({
    timers,
    send: (spans) => {
      batches.push(spans.length);
      if (collector === 'hangs') return new Promise(() => undefined);
      return collector === 'takes' ? Promise.resolve() : Promise.reject(new Error('refused'));
    },
    watcher: {
      onExported: (spans) => void reported.push(`exported ${spans}`),
      onLost: (spans, reason) => void reported.push(`lost ${spans}: ${reason}`),
      onTurn: (state) => void reported.push(state),
    },
  });
});

function add(count: number): void {
  for (let index = 0; index < count; index += 1) queue.add(sampleSpan());
}

function sampleSpan(): FinishedSpan {
  const { tracer, spans } = recordSpans({ nowMs: () => 0 });
  tracer.startSpan({ name: 'work' }).end();
  const [span] = spans;
  if (span === undefined) throw new Error('a span that has ended is reported');
  return span;
}

describe('spans', () => {
  test('travel together, a moment after the first of them', async () => {
    add(3);
    await timers.advance(BATCH_MS_MAX - 1);
    expect(batches).toEqual([]);
    await timers.advance(1);
    expect(batches).toEqual([3]);
    expect(reported).toEqual(['exported 3']);
  });

  test('do not wait for others when there are enough for a batch', async () => {
    add(BATCH_SPANS_MAX + 1);
    await timers.settle();
    expect(batches).toEqual([BATCH_SPANS_MAX]);
    await timers.advance(BATCH_MS_MAX);
    expect(batches).toEqual([BATCH_SPANS_MAX, 1]);
  });

  test('are dropped and counted one by one when too many wait', async () => {
    collector = 'hangs';
    add(1);
    await timers.advance(BATCH_MS_MAX);
    add(SPANS_WAITING_MAX + 2);
    expect(reported).toEqual(['lost 1: queue_full', 'lost 1: queue_full']);
  });

  test('that wait at the end are sent, and none is taken after it', async () => {
    add(2);
    await queue.close();
    add(1);
    expect(reported).toEqual(['exported 2', 'lost 1: queue_full']);
  });
});

describe('a collector that is away', () => {
  test('is left in peace for twice as long each time, and said to be away once', async () => {
    collector = 'refuses';
    add(1);
    await timers.advance(BATCH_MS_MAX);
    expect(reported).toEqual(['lost 1: export_failed', 'away']);
    const moments: number[] = [];
    for (let second = 1; second <= 190; second += 1) {
      const before = batches.length;
      add(1);
      await timers.advance(1_000);
      if (batches.length > before) moments.push(second);
    }
    const pauses = moments.map((at, index) => at - (moments[index - 1] ?? 0));
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
    expect(reported.filter((word) => word === 'away')).toHaveLength(1);
  });

  test('gets what waited when it is back, and that is said', async () => {
    collector = 'refuses';
    add(1);
    await timers.advance(BATCH_MS_MAX);
    collector = 'takes';
    add(5);
    await timers.advance(2_000);
    expect(reported).toEqual(['lost 1: export_failed', 'away', 'exported 5', 'back']);
  });

  test('does not hold up who closes: neither when it refuses nor when it hangs', async () => {
    collector = 'refuses';
    add(1);
    await timers.advance(BATCH_MS_MAX);
    add(4);
    await queue.close();
    expect(reported.at(-1)).toBe('lost 4: export_failed');
  });

  test('that hangs is waited for no longer than two seconds at the end', async () => {
    collector = 'hangs';
    add(1);
    const closed = queue.close();
    await timers.advance(2_000);
    await closed;
    expect(batches).toEqual([1]);
  });
});
