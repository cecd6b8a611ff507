/**
 * Kinds of administrative objects: what people manage beside resources. They have no desired and
 * observed state to differ, so they have no drift, no baseline and no repair.
 */

/** The kinds, as the nouns of their operations. */
export const ADMINISTRATIVE_KINDS = [
  'tenant',
  'role',
  'reservation',
  'policy_waiver',
  'policy_data',
  'workflow',
  'price_list',
  'budget',
  'gitops_application',
] as const;

/** A kind of administrative object. */
export type AdministrativeKind = (typeof ADMINISTRATIVE_KINDS)[number];

/** Returns the Terraform type of a kind. */
export function terraformTypeOf(kind: AdministrativeKind): `novacron_${AdministrativeKind}` {
  return `novacron_${kind}`;
}
