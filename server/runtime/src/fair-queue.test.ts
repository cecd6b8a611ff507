import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createFairQueue } from './fair-queue.ts';

const anyone = (): boolean => true;

describe('a fair queue', () => {
  test('serves tenants in turn, each in its own order', () => {
    const queue = createFairQueue<string>();
    for (const job of ['a1', 'a2', 'a3', 'b1', 'b2']) queue.push(job.charAt(0), job, 'back');
    queue.push('b', 'b0', 'front');
    const served: string[] = [];
    for (let tenant = queue.next(anyone); tenant; tenant = queue.next(anyone)) {
      served.push(...queue.take(tenant, 1));
      queue.charge(tenant, 20);
    }
    expect(served).toEqual(['a1', 'b0', 'a2', 'b1', 'a3', 'b2']);
  });

  test('passes over a tenant that is at work', () => {
    const queue = createFairQueue<string>();
    queue.push('a', 'a1', 'back');
    queue.push('b', 'b1', 'back');
    expect(queue.next((id) => id !== 'a')).toBe('b');
    expect(queue.next(() => false)).toBeUndefined();
  });

  test('makes a tenant wait for the time that it had too much', () => {
    const queue = createFairQueue<number>();
    for (let at = 0; at < 50; at += 1) {
      queue.push('loops', at, 'back');
      queue.push('quick', at, 'back');
    }
    const served = { loops: 0, quick: 0 };
    for (let turn = 0; turn < 42; turn += 1) {
      const tenant = queue.next(anyone) === 'loops' ? 'loops' : 'quick';
      served[tenant] += queue.take(tenant, 1).length;
      queue.charge(tenant, tenant === 'loops' ? 2_000 : 1);
    }
    expect(served).toEqual({ loops: 1, quick: 41 });
  });

  test('gives tenants that always wait equal time, whatever their jobs cost', () => {
    const costs = fc.record({
      a: fc.integer({ min: 1, max: 200 }),
      b: fc.integer({ min: 1, max: 200 }),
    });
    fc.assert(
      fc.property(costs, (cost) => {
        const queue = createFairQueue<number>();
        const had = { a: 0, b: 0 };
        for (let turn = 0; turn < 2_000; turn += 1) {
          for (const id of ['a', 'b']) if (queue.lengthOf(id) === 0) queue.push(id, turn, 'back');
          const tenant = queue.next(anyone) === 'a' ? 'a' : 'b';
          queue.push(tenant, turn, 'back');
          queue.take(tenant, 1);
          queue.charge(tenant, cost[tenant]);
          had[tenant] += cost[tenant];
        }
        // What one quantum and the dearest job differ by.
        expect(Math.abs(had.a - had.b)).toBeLessThanOrEqual(cost.a + cost.b + 20);
      }),
      { numRuns: 50 },
    );
  });
});
