/** The store's own suite on a sealed store: no layer above the seals sees a difference. */
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Tables } from '../../ports/tables/tables.ts';
import { openTemporaryStore } from '../store/sqlite/temporary-store.ts';
import { describeStore } from '../store/store-suite.ts';
import { commitAll } from '../store/suite/rows.ts';
import { createKeyRing, type KeyRing } from './key-ring.ts';
import { sealStore } from './seal-store.ts';
import { nameSealingKey } from './sealing-key.ts';

const makeRing = () => createKeyRing([nameSealingKey(Buffer.alloc(32, 3))]);

describeStore('a sealed store', async () => {
  const { store, remove } = await openTemporaryStore();
  return { store: sealStore(store, { ring: makeRing(), rows: () => 'sealed' }), remove };
});

describe('a sealed store with many baselines', () => {
  const BASELINES = 2_000;
  let remove = async (): Promise<void> => undefined;
  afterEach(() => remove());

  test('opens each once, and again when it has changed', async () => {
    const opened = await openTemporaryStore();
    remove = opened.remove;
    let times = 0;
    const ring = makeRing();
    const counting: KeyRing = {
      ...ring,
      open: (place, sealed) => {
        times += 1;
        return ring.open(place, sealed);
      },
    };
    const store = sealStore(opened.store, { ring: counting, rows: () => 'sealed' });
    const row = (id: string): Tables['baselines'] =>
      ({
        id,
        tenant_id: 'tnt_a',
        resource_kind: 'vm',
        deployment: 'd',
        applied_json: JSON.stringify({ id }),
        applied_at_ms: 1,
        origin: 'apply',
        applied_by: 'ci',
      }) as const;
    const ids = Array.from({ length: BASELINES }, (_, index) => `vm_${index}`);
    await commitAll(
      store,
      ids.map((id) => ({ kind: 'put', into: 'baselines', row: row(id) })),
    );
    expect(await store.read({ from: 'baselines' })).toHaveLength(BASELINES);
    expect(times).toBe(BASELINES);
    await store.read({ from: 'baselines' });
    expect(times).toBe(BASELINES);
    await commitAll(store, [{ kind: 'put', into: 'baselines', row: row('vm_7') }]);
    await store.read({ from: 'baselines' });
    expect(times).toBe(BASELINES + 1);
  });
});
