/** The data sources that look up one object: a resource of any kind, or a node. */
import { ADMINISTRATIVE_FIELDS } from '@novacron/contract/administration/administrative-fields';
import { NodeId } from '@novacron/contract/ids';
import { RESOURCE_DEFINITIONS } from '@novacron/contract/kinds/resource-kinds';
import { RESOURCE_KINDS, type ResourceKind } from '@novacron/contract/schema/resource-kind';
import {
  ADMINISTRATIVE_TYPES,
  type AdministrativeType,
} from '../administration/administrative-types.ts';
import { deriveAttributes } from '../fields/derive-attributes.ts';
import { fieldsOfAttributes } from '../fields/resource-kinds.ts';
import type { LookupInfo } from './define-data-source.ts';
import { NODE_ATTRIBUTES, toNodeValue } from './node-attributes.ts';

/** Every data source by its Terraform type. */
export const LOOKUPS_BY_TYPE: Readonly<Record<string, LookupInfo>> = {
  ...Object.fromEntries(
    RESOURCE_KINDS.map((kind) => [RESOURCE_DEFINITIONS[kind].type, lookupOf(kind)]),
  ),
  ...Object.fromEntries(
    Object.values(ADMINISTRATIVE_TYPES).map((info) => [info.type, administrativeLookup(info)]),
  ),
  novacron_node: {
    kind: 'node',
    idSchema: NodeId,
    description: 'A hypervisor node.',
    attributes: NODE_ATTRIBUTES,
    toValue: toNodeValue,
  },
};

function administrativeLookup(info: AdministrativeType): LookupInfo {
  const { kind, id, dataSource, noun, nameField = null, lists, toLookup } = info;
  // The name is an argument of every data source that has one.
  const fields = Object.fromEntries(
    Object.entries(ADMINISTRATIVE_FIELDS[kind]).filter(([name]) => name !== nameField),
  );
  return {
    kind,
    nameField,
    noun,
    lists,
    idSchema: id,
    description: dataSource,
    attributes: deriveAttributes(fields, 'data-source'),
    ...(toLookup === undefined ? {} : { toValue: toLookup }),
  };
}

function lookupOf(kind: ResourceKind): LookupInfo {
  const { noun, terraform } = RESOURCE_DEFINITIONS[kind];
  // The name is an argument of every data source.
  const { name: _name, ...fields } = fieldsOfAttributes(kind);
  return {
    kind,
    idSchema: noun.id,
    description: terraform.dataSource,
    attributes: deriveAttributes(fields, 'data-source'),
  };
}
