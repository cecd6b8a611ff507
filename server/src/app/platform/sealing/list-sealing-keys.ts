import type { SealingKeyItem } from '@novacron/contract/access/sealing';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { ok } from '@novacron/contract/result';
import type { Sealing } from '../../../ports/sealing.ts';
import { listWhole } from '../../kernel/lists/list-items.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';

/** Lists the keys that the store is sealed with, and the progress of re-encryption. */
export async function listSealingKeys(
  { sealing }: { readonly sealing: Sealing | undefined },
  input: ParsedInputOf<'sealing_key.list'>,
) {
  const keys = (await sealing?.list()) ?? [];
  const items = keys.map(
    (key): SealingKeyItem => ({
      id: key.id,
      state: key.state,
      presence: key.presence,
      rows_sealed_anew: key.rowsSealed,
      tables_left: [...key.tablesLeft],
      place: key.place,
      registered_at: key.registeredAtMs === null ? null : toTimestamp(key.registeredAtMs),
    }),
  );
  return ok(listWhole({ operation: 'sealing_key.list', input, nowMs: 0 }, items));
}
