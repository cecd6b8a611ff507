import type { Json } from '@novacron/contract/json';

/** Placeholder for a secret in recorded requests. */
export const MASK = '***';

/**
 * Finds the masked values of a recorded question.
 * @returns their paths below the value; a value inside of a list has the path of the list
 */
export function findMaskedPaths(value: Json | undefined): readonly (readonly string[])[] {
  if (value === MASK) return [[]];
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) {
    return value.some((member) => findMaskedPaths(member).length > 0) ? [[]] : [];
  }
  return Object.entries(value).flatMap(([name, member]) =>
    findMaskedPaths(member).map((path) => [name, ...path]),
  );
}
