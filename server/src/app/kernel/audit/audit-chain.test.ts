/** The chain goes on past an entry that was changed in the store before it had its place. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createKeyRing } from '../../../adapters/sealing/key-ring.ts';
import { sealStore } from '../../../adapters/sealing/seal-store.ts';
import { nameSealingKey } from '../../../adapters/sealing/sealing-key.ts';
import { openTemporaryStore } from '../../../adapters/store/sqlite/temporary-store.ts';
import { auditRow, commitAll } from '../../../adapters/store/suite/rows.ts';
import type { Store } from '../../../ports/store.ts';
import { createAuditChain } from './audit-chain.ts';

let raw: Store;
let remove: () => Promise<void>;

beforeEach(async () => {
  ({ store: raw, remove } = await openTemporaryStore());
});

afterEach(() => remove());

test('an entry that cannot be decrypted gets its position with the others', async () => {
  const ring = createKeyRing([nameSealingKey(Buffer.alloc(32, 3))]);
  const store = sealStore(raw, { ring, rows: () => 'sealed' });
  await commitAll(store, [{ kind: 'put', into: 'audit', row: auditRow('aud_1') }]);
  // It is not sealed, and everything must be.
  await commitAll(raw, [{ kind: 'put', into: 'audit', row: auditRow('aud_2') }]);
  await commitAll(store, [{ kind: 'put', into: 'audit', row: auditRow('aud_3') }]);
  const warnings: unknown[] = [];
  const ignore = (): void => undefined;
  const warn = (fields: unknown): number => warnings.push(fields);
  const logger = { debug: ignore, info: ignore, warn, error: warn };
  const timers = { after: () => ignore };
  await createAuditChain({ store, timers, logger }).catchUp();
  const rows = await store.read({ from: 'audit', damaged: 'blank' });
  expect(rows.map(({ id, position }) => [id, position])).toEqual([
    ['aud_1', 1],
    ['aud_2', 2],
    ['aud_3', 3],
  ]);
  expect(warnings).toEqual([]);
});
