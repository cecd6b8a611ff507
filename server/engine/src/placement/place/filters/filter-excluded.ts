import type { Filter } from '../model/rule.ts';

/** Rejects a node that the request excludes by name. */
export const filterExcluded: Filter = ({ name }, { constraints }) => {
  if (constraints.excludeNodes?.includes(name) !== true) return undefined;
  const why = constraints.exclusions?.[name];
  return why === undefined ? { reason: 'excluded' } : { reason: 'excluded', why };
};
