import type { Filter } from '../model/rule.ts';

/** Refuses a node that the request excludes by name. */
export const refuseExcluded: Filter = (node, { constraints }) =>
  constraints.excludeNodes?.includes(node.name) === true ? { reason: 'excluded' } : undefined;
