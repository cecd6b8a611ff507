import type { AskablePolicy } from '../model.ts';

/** The order in which policies are told: the higher priority first, then by name. */
export function comparePolicies(
  left: Pick<AskablePolicy, 'name' | 'priority'>,
  right: Pick<AskablePolicy, 'name' | 'priority'>,
): number {
  const higher = (right.priority ?? 0) - (left.priority ?? 0);
  if (higher !== 0 || left.name === right.name) return higher;
  return left.name < right.name ? -1 : 1;
}
