import type { Filter } from '../model/rule.ts';

/** Rejects a node outside the jurisdictions allowed; one that states none is outside all. */
export const filterResidency: Filter = ({ jurisdiction }, { constraints }) => {
  const { jurisdictions } = constraints;
  if (jurisdictions === undefined) return undefined;
  if (jurisdiction !== undefined && jurisdictions.includes(jurisdiction)) return undefined;
  return {
    reason: 'residency',
    jurisdiction: jurisdiction ?? '',
    wanted: jurisdictions.join(' or '),
  };
};
