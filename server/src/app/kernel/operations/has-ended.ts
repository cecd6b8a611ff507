/** Whether an operation is over. */
import type { Store } from '../../../ports/store.ts';

/** Whether it is over; one that is not stored any more is. */
export async function hasEnded(
  { store }: { readonly store: Pick<Store, 'read'> },
  id: string,
): Promise<boolean> {
  const [operation] = await store.read({ from: 'operations', where: { id } });
  return operation === undefined || operation.finished_at_ms !== null;
}
