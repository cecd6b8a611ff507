import type { AskablePolicy } from '../model/policy.ts';

/**
 * Compares policies by the order in which they are listed: the higher priority first, then by name.
 */
export function comparePolicies(
  left: Pick<AskablePolicy, 'name' | 'priority'>,
  right: Pick<AskablePolicy, 'name' | 'priority'>,
): number {
  const higher = (right.priority ?? 0) - (left.priority ?? 0);
  if (higher !== 0 || left.name === right.name) return higher;
  return left.name < right.name ? -1 : 1;
}

/**
 * Sorts what belongs to policies into the order in which they are listed. It is mostly sorted
 * already, and every decision needs it, so that case is checked first.
 */
export function inOrderOfPolicies<T>(
  items: readonly T[],
  policyOf: (item: T) => Pick<AskablePolicy, 'name' | 'priority'>,
): readonly T[] {
  const isLater = (item: T, at: number): boolean => {
    const before = items[at - 1];
    return before === undefined || comparePolicies(policyOf(before), policyOf(item)) <= 0;
  };
  if (items.every(isLater)) return items;
  return items.toSorted((left, right) => comparePolicies(policyOf(left), policyOf(right)));
}
