import { expect, test } from '@jest/globals';
import { makeRng } from '@novacron/engine/rng';
import { type Fault, simulateStretch } from './simulate-detection.ts';

const rng = makeRng('detection');

test.each<[Fault['kind'], number]>([
  ['pause', 25_000],
  ['network', 200_000],
  ['control-plane', 300_000],
  ['clock', 0],
])('nothing is evicted by the fault %s', (kind, durationMs) => {
  const stretch = simulateStretch({ kind, durationMs }, rng.fork(kind));
  expect(stretch).toMatchObject({ falseEvictions: 0 });
});

test('a death is suspected within 7 s, and lost within 22 s', () => {
  const stretch = simulateStretch({ kind: 'death', durationMs: 0 }, rng.fork('death'));
  expect(stretch.suspectedAfterMs).toBeLessThan(7_000);
  expect(stretch.lostAfterMs).toBeLessThan(22_000);
});
