/** Describes resources of an app in the names of the contract. */
import type { FieldTable } from '@novacron/contract/schema/field';
import { type TerraformResource, TerraformStack } from 'cdktf';
import {
  type Attributes,
  attributesOf,
  isUnknown,
  readAttributes,
} from '../checks/read-attributes.ts';
import { NovacronProvider } from '../gen/provider/index.ts';
import { loadOffline } from '../offline/load-offline.ts';

type Offline = ReturnType<typeof loadOffline>;
type Fields = Parameters<Offline['planPolicyQuestions']>[0]['resource']['fields'];

/** A resource as policies and checks see it. */
export interface DescribedResource {
  readonly kind: string;
  /** The values of a synthesised file. */
  readonly fields: Fields;
  readonly unknownFields: readonly string[];
}

/** A resource and, of a group, its members. Returns none if it is not a kind of NovaCron. */
export function describeResource(resource: TerraformResource): readonly DescribedResource[] {
  const described = describeOne(resource);
  if (described === undefined) return [];
  const { kind, fields, unknownFields } = described;
  const { membersInQuestion } = loadOffline();
  const members = kind === 'vm_group' ? membersInQuestion(fields, unknownFields) : [];
  const vms = members.map((member) => ({
    kind: 'vm',
    fields: JSON.parse(JSON.stringify(member.fields)),
    unknownFields: member.unknown,
  }));
  return [described, ...vms];
}

function describeOne(resource: TerraformResource): DescribedResource | undefined {
  const { RESOURCE_DEFINITIONS, fillDefaults } = loadOffline();
  const type = resource.terraformResourceType;
  const found = Object.entries(RESOURCE_DEFINITIONS).find(([, each]) => each.type === type);
  if (found === undefined) return undefined;
  const [kind, { table }] = found;
  const known: Record<string, unknown> = {};
  const unknownFields: string[] = [];
  for (const [name, value] of Object.entries(withDefaultLabels(resource, table))) {
    const row = table[name];
    if (row === undefined) continue;
    if (isUnknown(value) && row.isTemplate !== true) unknownFields.push(name);
    else if (isUnknown(value)) {
      const members = Object.entries(attributesOf(value));
      known[name] = Object.fromEntries(members.filter(([, member]) => !isUnknown(member)));
      const open = members.filter(([, member]) => isUnknown(member));
      unknownFields.push(...open.map(([member]) => `${name}.${member}`));
    }
    // As the server stores it: omitted fields of a nested object are null.
    else known[name] = row.schema.safeParse(value).data ?? value;
  }
  // A synthesised file contains JSON.
  const fields = JSON.parse(JSON.stringify(fillDefaults(table, known)));
  return { kind, fields, unknownFields };
}

/** The attributes with the default labels of the provider, which requests carry. */
function withDefaultLabels(resource: TerraformResource, table: FieldTable): Attributes {
  const attributes = readAttributes(resource);
  const labels = defaultLabelsFor(resource);
  if (Object.keys(labels).length === 0) return attributes;
  const merged = (own: unknown) => (isUnknown(own) ? own : { ...labels, ...attributesOf(own) });
  const vm = attributesOf(attributes.vm);
  return {
    ...attributes,
    ...(table.metadata === undefined ? {} : { metadata: merged(attributes.metadata) }),
    ...(table.vm?.isTemplate === true ? { vm: { ...vm, metadata: merged(vm.metadata) } } : {}),
  };
}

/** The default labels of the provider of a resource: the one that it names, or the default one. */
function defaultLabelsFor(resource: TerraformResource): Attributes {
  const providers = TerraformStack.of(resource)
    .node.findAll()
    .filter((each): each is NovacronProvider => each instanceof NovacronProvider);
  const isOwn = (each: NovacronProvider) =>
    resource.provider === undefined ? each.alias === undefined : resource.provider === each;
  return attributesOf(providers.find(isOwn)?.defaultLabelsInput);
}
