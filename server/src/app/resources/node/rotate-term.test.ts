import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { problem } from '@novacron/contract/problem/problem';
import {
  createVirtualTime,
  type VirtualTime,
} from '../../../../agent/src/test-kit/virtual-time.ts';
import { createIds, systemRandom } from '../../../adapters/ids/random-ids.ts';
import { openTemporaryStore } from '../../../adapters/store/sqlite/temporary-store.ts';
import type { Change } from '../../../ports/store.ts';
import { type ControlPlane, createControlPlane } from '../../kernel/control-plane/control-plane.ts';
import type { ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import { termRotation } from './rotate-term.ts';

let time: VirtualTime;
let temporary: Awaited<ReturnType<typeof openTemporaryStore>>;
let controlPlane: ControlPlane;

beforeEach(async () => {
  time = createVirtualTime();
  temporary = await openTemporaryStore();
  const ignore = (): void => undefined;
  controlPlane = createControlPlane({
    store: temporary.store,
    clock: time.clock,
    ids: createIds(time.clock, systemRandom),
    logger: { debug: ignore, info: ignore, warn: ignore, error: ignore },
  });
});
afterEach(() => temporary.remove());

function budget(guard: Change): ReconcilerBudget {
  return {
    mayContinue: () => true,
    holdsLease: () => true,
    progress: () => 0,
    noteProgress: () => undefined,
    guard: () => guard,
  };
}

const HELD: Change = { kind: 'drop', from: 'store_probes', id: 'none' };
const LOST: Change = {
  kind: 'update',
  table: 'leases',
  id: 'reconcilers',
  set: {},
  expect: { holder: 'this' },
  otherwise: problem('conflict', { detail: 'The lease is lost.', remedy: 'Wait.' }),
};

test('begins a term an hour, whatever the number of rounds', async () => {
  const rotation = termRotation({ controlPlane });
  const numbers: number[] = [];
  for (let passedMs = 0; passedMs < 3 * 3_600_000; passedMs += rotation.everyMs) {
    await rotation.run(budget(HELD));
    const begun = await controlPlane.begin();
    if (begun.ok) numbers.push(begun.value.number);
    await time.advance(rotation.everyMs);
  }
  expect(numbers).toEqual([1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3]);
});

test('fails once another server has the lease', async () => {
  await controlPlane.begin();
  await time.advance(3_600_000);
  const round = termRotation({ controlPlane }).run(budget(LOST));
  await expect(round).rejects.toThrow('The lease is lost.');
});
