/** The kinds of resources, by their Terraform type. */
import { RESOURCE_DEFINITIONS } from '@novacron/contract/kinds/resource-kinds';
import type { Field, FieldTable } from '@novacron/contract/schema/field';
import { RESOURCE_KINDS, type ResourceKind } from '@novacron/contract/schema/resource-kind';

/** One kind of resource. */
export interface ResourceKindInfo {
  readonly kind: ResourceKind;
  /** The fields that Terraform's state has. */
  readonly table: FieldTable;
  /** Schema of its ids, which distinguishes an id from a name. */
  readonly id: Field['schema'];
  readonly description: string;
}

/** Every resource of the provider. */
export const RESOURCE_KINDS_BY_TYPE: Readonly<Record<string, ResourceKindInfo>> =
  Object.fromEntries(
    RESOURCE_KINDS.map((kind): [string, ResourceKindInfo] => {
      const { type, noun, terraform } = RESOURCE_DEFINITIONS[kind];
      const table = fieldsOfState(fieldsOfAttributes(kind));
      return [type, { kind, table, id: noun.id, description: terraform.resource }];
    }),
  );

/** Returns the fields of a kind that attributes can represent. */
export function fieldsOfAttributes(kind: ResourceKind): FieldTable {
  const { table, terraform } = RESOURCE_DEFINITIONS[kind];
  return Object.fromEntries(
    Object.entries(table).filter(([name]) => terraform.omits?.includes(name) !== true),
  );
}

/** Returns the fields for Terraform's state: all except those that change with other resources. */
function fieldsOfState(table: FieldTable): FieldTable {
  const kept = Object.entries(table).filter(([, { volatility }]) => volatility !== 'volatile');
  return Object.fromEntries(kept);
}
