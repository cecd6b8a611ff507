import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Rng } from './env.ts';
import { makeRng } from './rng.ts';

const DRAWS = 8;

const texts = fc.string();

function draw(rng: Rng, count = DRAWS): number[] {
  return Array.from({ length: count }, () => rng.next());
}

describe('makeRng', () => {
  test('gives the same numbers for the same seed, on every machine and in every release', () => {
    expect(draw(makeRng('novacron'), 3)).toEqual([
      0.9696092073257617, 0.18266723060582557, 0.8114769924597899,
    ]);
    expect(draw(makeRng('novacron').fork('placement'), 3)).toEqual([
      0.7415847702423499, 0.31458299355007346, 0.29412348980155967,
    ]);
  });

  test('gives numbers from 0 to 1 without 1, whatever the seed', () => {
    fc.assert(
      fc.property(texts, (seed) => {
        for (const number of draw(makeRng(seed))) {
          expect(number).toBeGreaterThanOrEqual(0);
          expect(number).toBeLessThan(1);
        }
      }),
    );
  });

  test('gives other numbers for another seed, the empty one included', () => {
    fc.assert(
      fc.property(texts, texts, (left, right) => {
        const isSame = draw(makeRng(left)).join() === draw(makeRng(right)).join();
        expect(isSame).toBe(left === right);
      }),
    );
  });

  test('spreads its numbers evenly: each tenth holds a tenth, give or take a twentieth', () => {
    const counts = new Array<number>(10).fill(0);
    for (const number of draw(makeRng('even'), 100_000)) {
      const tenth = Math.floor(number * 10);
      counts[tenth] = (counts[tenth] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });

  test('spreads the first numbers of many forks as evenly as those of one generator', () => {
    const root = makeRng('forks');
    const firsts = Array.from({ length: 20_000 }, (_, index) => root.fork(`node-${index}`).next());
    const mean = firsts.reduce((sum, number) => sum + number, 0) / firsts.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.01);
    expect(new Set(firsts).size).toBe(firsts.length);
  });
});

describe('fork', () => {
  test('does not depend on how many numbers the parent has given', () => {
    const fresh = makeRng('seed');
    const used = makeRng('seed');
    draw(used, 100);
    expect(draw(used.fork('placement'))).toEqual(draw(fresh.fork('placement')));
  });

  test('does not depend on siblings: a call added in one room moves no numbers in another', () => {
    const quiet = makeRng('seed');
    const busy = makeRng('seed');
    draw(busy.fork('healing').fork('node-1'));
    expect(draw(busy.fork('placement'))).toEqual(draw(quiet.fork('placement')));
  });

  test('leaves the numbers of the parent where they are', () => {
    const alone = makeRng('seed');
    const forked = makeRng('seed');
    draw(forked.fork('placement'));
    expect(draw(forked)).toEqual(draw(alone));
  });

  test('gives each purpose its own numbers, other than those of the parent', () => {
    fc.assert(
      fc.property(texts, texts, (left, right) => {
        const root = makeRng('seed');
        const leftNumbers = draw(root.fork(left)).join();
        expect(leftNumbers === draw(root.fork(right)).join()).toBe(left === right);
        expect(leftNumbers).not.toBe(draw(makeRng('seed')).join());
      }),
    );
  });

  test.each([
    { left: ['ab', 'c'], right: ['a', 'bc'] },
    { left: ['a', 'b'], right: ['b', 'a'] },
    { left: ['a', ''], right: ['a'] },
  ])('distinguishes the paths $left and $right', ({ left, right }) => {
    const at = (path: readonly string[]) =>
      path.reduce((rng, purpose) => rng.fork(purpose), makeRng('seed'));
    expect(draw(at(left))).not.toEqual(draw(at(right)));
  });
});
