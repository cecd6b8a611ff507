import type { Filter } from '../model/rule.ts';

/** Rejects a node that the request excludes by name. */
export const filterExcluded: Filter = (node, { constraints }) =>
  constraints.excludeNodes?.includes(node.name) === true ? { reason: 'excluded' } : undefined;
