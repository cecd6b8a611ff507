/** Default order of lists that can be read from both ends. */
import type { Fields } from '../output/fields.ts';
import type { InputFlag } from './input-flags.ts';

/** Says with the flag what it is without it: the contract's own lists begin with the oldest. */
export function describeOrder(flags: readonly InputFlag[]): readonly InputFlag[] {
  const canContinue = flags.some(({ field }) => field === 'after_position');
  const unless = canContinue ? ', oldest with --after-position' : '';
  return flags.map((flag) =>
    flag.field === 'order'
      ? { ...flag, description: `${flag.description}. Newest by default${unless}.` }
      : flag,
  );
}

/**
 * Returns what a list request asks for: the newest first, as people look for what has just
 * happened. A request that names a position continues from there, upwards.
 * @param flags - those of the command
 * @param input - fields that were given
 */
export function inOrder(flags: readonly InputFlag[], input: Fields): Fields {
  const isOrdered = flags.some(({ field }) => field === 'order');
  if (!isOrdered || input.after_position !== undefined) return input;
  return { order: 'newest', ...input };
}
