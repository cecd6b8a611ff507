import type { Problem } from './problem.ts';

const CODES: readonly Problem['code'][] = ['name-taken', 'network-overlap', 'address-taken'];

/**
 * Whether a problem ends with the resource that has what was asked for: when that one is deleted,
 * or gives it up.
 */
export function endsWithHolder({ code }: Problem): boolean {
  return CODES.includes(code);
}
