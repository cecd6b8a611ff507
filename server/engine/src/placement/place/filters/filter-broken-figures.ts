import type { Filter } from '../model/rule.ts';
import { AMOUNT_KEYS, DIMENSIONS } from '../resources/find-shortage.ts';

/** Rejects a node whose amounts are not numbers: no capacity can be promised from them. */
export const filterBrokenFigures: Filter = ({ capacity, used }) => {
  for (const dimension of DIMENSIONS) {
    const key = AMOUNT_KEYS[dimension];
    if (!Number.isFinite(capacity[key])) {
      return { reason: 'broken-figures', figure: `${dimension} capacity` };
    }
    if (!Number.isFinite(used[key]))
      return { reason: 'broken-figures', figure: `${dimension} use` };
  }
  return undefined;
};
