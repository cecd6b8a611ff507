/** Reads the log of a step again and again, each time only what has come since. */
import type { Item } from '../../api/queries.ts';

/**
 * Reads on where the log before has ended.
 * @param read - asks the server with what is given besides the step
 * @param before - what was read before; undefined at first
 */
export async function readOn(
  read: (more: { readonly from?: number }) => Promise<Item>,
  before: Item | undefined,
): Promise<Item> {
  const isOpen = before?.ended_at === null && typeof before.next === 'number';
  if (!isOpen) return read({});
  const more = await read({ from: Number(before.next) });
  // Another attempt has begun meanwhile: its log is another one.
  if (more.attempt !== before.attempt || more.next === undefined) return read({});
  return { ...more, text: `${String(before.text)}${String(more.text)}` };
}
