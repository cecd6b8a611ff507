/** Rounds that are shared among tenants. */
import { expect, test } from '@jest/globals';
import type { Clock } from '@novacron/runtime/clock';
import { takeTurns } from './take-turns.ts';

/** A clock that a part of the work moves by as long as it takes. */
function createWorld() {
  let nowMs = 0;
  const done: string[] = [];
  const clock = { nowMs: () => nowMs, steadyMs: () => nowMs } as Clock;
  async function* parts(name: string, count: number, eachMs: number): AsyncGenerator<void> {
    for (let part = 1; part <= count; part += 1) {
      nowMs += eachMs;
      done.push(`${name}${part}`);
      yield;
    }
  }
  return { clock, done, parts };
}

const always = () => true;

test('tenants go on in turn, however much one of them has', async () => {
  const { clock, done, parts } = createWorld();
  const works = [
    ...['a', 'b'].map((name) => ({ tenantId: 'big', work: parts(name, 3, 1) })),
    { tenantId: 'small', work: parts('c', 2, 1) },
  ];
  await takeTurns({ clock }, works, always);
  expect(done).toEqual(['a1', 'c1', 'b1', 'c2', 'a2', 'b2', 'a3', 'b3']);
});

test('one whose parts take long has fewer turns', async () => {
  const { clock, done, parts } = createWorld();
  const works = [
    { tenantId: 'slow', work: parts('s', 3, 100) },
    { tenantId: 'quick', work: parts('q', 6, 10) },
  ];
  await takeTurns({ clock }, works, always);
  expect(done.indexOf('q6')).toBeLessThan(done.indexOf('s2'));
});

test('nothing goes on once the round may not', async () => {
  const { clock, done, parts } = createWorld();
  const works = [{ tenantId: 'one', work: parts('a', 5, 1) }];
  await takeTurns({ clock }, works, () => done.length < 2);
  expect(done).toEqual(['a1', 'a2']);
});
