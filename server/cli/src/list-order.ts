/** Which end of a list people see first, where the list can be had from both. */
import type { TableCommand } from './command-table.ts';
import type { Fields } from './fields.ts';

/** Said with the flag, because the contract's own lists begin with the oldest. */
export const ORDER_NOTE = 'The newest unless said, or unless a position to go on from is.';

/**
 * What is asked of a list: the newest first, as people look for what has just happened. Whoever
 * names a position goes on from there, upwards.
 * @param input - fields that were given
 */
export function inOrder(command: TableCommand, input: Fields): Fields {
  const isOrdered = command.flags.some(({ field }) => field === 'order');
  if (!isOrdered || input.after_position !== undefined) return input;
  return { order: 'newest', ...input };
}
