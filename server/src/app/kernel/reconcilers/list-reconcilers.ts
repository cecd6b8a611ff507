/** Lists the reconcilers of the server that answers. */
import type { ReconcilerStatus } from '@novacron/contract/operation/reconciler';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { listWhole, type WholeList } from '../lists/list-items.ts';

/** Lists those that a request asks for, by name. */
export function listReconcilers(
  all: readonly ReconcilerStatus[],
  input: ParsedInputOf<'reconciler.list'>,
): WholeList<ReconcilerStatus> {
  const named = all.map((status) => ({ id: status.name, status, ...status }));
  const { items, ...total } = listWhole({ operation: 'reconciler.list', input, nowMs: 0 }, named);
  return { items: items.map(({ status }) => status), ...total };
}
