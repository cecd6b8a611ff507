/** What `input.before` can be. */
import type { Json } from '../json.ts';
import { RESOURCE_KINDS } from '../schema/resource-kind.ts';
import { isCreate } from './action-of.ts';

/** Operations that change or delete a resource, which is there then. */
const CHANGES: ReadonlySet<string> = new Set(
  RESOURCE_KINDS.flatMap((kind) => [`${kind}.update`, `${kind}.delete`]),
);

/**
 * The schemas of `input.before` by what policies are asked about: null for creates, a resource for
 * changes and deletions of resources, either one for others.
 */
export function beforeOf(
  operations: readonly string[],
  resources: readonly Json[],
): readonly Json[] {
  if (operations.every(isCreate)) return [{ type: 'null' }];
  if (operations.every((name) => CHANGES.has(name))) return resources;
  return [...resources, { type: 'null' }];
}
