import { describe, expect, test } from '@jest/globals';
import { createRingBuffer } from './ring-buffer.ts';

/** A buffer whose frames are drawn when the test says so. */
function buffer(capacity: number) {
  const frames: (() => void)[] = [];
  const ring = createRingBuffer<number>(capacity, (callback) => frames.push(callback));
  const draw = (): void => {
    for (const frame of frames.splice(0)) frame();
  };
  return { ring, draw, frames };
}

describe('the ring buffer', () => {
  test('keeps the newest entries, newest first', () => {
    const { ring, draw } = buffer(3);
    for (const entry of [1, 2, 3, 4, 5]) ring.push(entry);
    draw();
    expect(ring.newestFirst()).toEqual([5, 4, 3]);
  });

  test('reports many entries once a frame', () => {
    const { ring, draw, frames } = buffer(10);
    let reports = 0;
    ring.subscribe(() => {
      reports += 1;
    });
    for (let entry = 0; entry < 1_000; entry += 1) ring.push(entry);
    expect(frames.length).toBe(1);
    draw();
    expect(reports).toBe(1);
  });

  test('answers the same list until a frame has been drawn', () => {
    const { ring, draw } = buffer(2);
    const before = ring.newestFirst();
    ring.push(1);
    expect(ring.newestFirst()).toBe(before);
    draw();
    const after = ring.newestFirst();
    expect(after).toEqual([1]);
    expect(ring.newestFirst()).toBe(after);
  });

  test('no longer calls who has unsubscribed', () => {
    const { ring, draw } = buffer(2);
    let reports = 0;
    const stop = ring.subscribe(() => {
      reports += 1;
    });
    stop();
    ring.push(1);
    draw();
    expect(reports).toBe(0);
  });
});
