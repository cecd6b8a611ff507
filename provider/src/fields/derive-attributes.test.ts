import { describe, expect, test } from '@jest/globals';
import { NETWORK_FIELDS } from '@novacron/contract/kinds/network/network';
import { POLICY_FIELDS } from '@novacron/contract/kinds/policy/policy';
import { VM_FIELDS } from '@novacron/contract/kinds/vm/vm';
import { VOLUME_FIELDS } from '@novacron/contract/kinds/volume/volume';
import { RESOURCE_KINDS } from '@novacron/contract/schema/resource-kind';
import { createNovacronProvider } from '../composition/novacron-provider.ts';
import { formatPath } from '../cty/path.ts';
import { issuesOf } from '../framework/schema/validators.ts';
import { deriveAttributes } from './derive-attributes.ts';
import { fieldsOfAttributes, RESOURCE_KINDS_BY_TYPE } from './resource-kinds.ts';

const TABLES = RESOURCE_KINDS.map(fieldsOfAttributes);

/** Returns the findings of an attribute's validators for a value, each with its path. */
function judge(table: (typeof TABLES)[number], name: string, value: unknown) {
  const validators = deriveAttributes(table, 'resource')[name]?.validators ?? [];
  const faults = validators.flatMap((validator) => issuesOf(validator(value as never)));
  return faults.map(({ at, message }) => `${formatPath([name, ...at])} ${message}`);
}

describe('attributes made from the resource table', () => {
  const provider = createNovacronProvider({});

  test('every attribute of every schema has a description that is a sentence', () => {
    const schemas = [
      provider.schema,
      ...Object.values(provider.resources).map(({ schema }) => schema),
      ...Object.values(provider.dataSources).map(({ schema }) => schema),
    ];
    const poor = schemas.flatMap(({ attributes }) =>
      Object.entries(attributes)
        .filter(([, { description }]) => !/^[A-Z`].{8,}\.$/.test(description))
        .map(([name, { description }]) => `${name}: ${description}`),
    );
    expect(poor).toEqual([]);
    expect(schemas.length).toBeGreaterThanOrEqual(1 + Object.keys(RESOURCE_KINDS_BY_TYPE).length);
  });

  test('kinds of values, presence and defaults come from the table', () => {
    const vm = deriveAttributes(VM_FIELDS, 'resource');
    expect(vm.name).toMatchObject({ required: true, shape: { kind: 'string' } });
    // A template may say them.
    const inherited = { optional: true, computed: true, useStateForUnknown: true };
    expect(vm.cpu_cores).toMatchObject({ ...inherited, nullable: false, shape: { kind: 'int' } });
    expect(vm.memory_gb).toMatchObject({ ...inherited, shape: { kind: 'float' } });
    expect(vm.network_id).toMatchObject({ ...inherited, nullable: true });
    expect(vm.metadata).toMatchObject({ optional: true, shape: { kind: 'map' } });
    expect(vm.node).toMatchObject({ computed: true, required: false, nullable: true });
    const volume = deriveAttributes(VOLUME_FIELDS, 'resource');
    expect(volume.type).toMatchObject({ default: 'ssd' });
    expect(volume.type?.description).toContain('Default: `ssd`.');
    expect(volume.size_gb?.description).toContain('Unit: GB.');
    expect(vm.security_groups).toMatchObject({ optional: true, shape: { kind: 'set' } });
    expect(vm.firewall_rules).toMatchObject({ shape: { kind: 'nested', nesting: 'set' } });
    const read = deriveAttributes(VM_FIELDS, 'data-source');
    expect(read.firewall_rules).toMatchObject({ shape: { kind: 'nested', nesting: 'list' } });
    const network = deriveAttributes(NETWORK_FIELDS, 'resource');
    expect(network.dns_servers).toMatchObject({ shape: { kind: 'list' } });
    const policy = deriveAttributes(POLICY_FIELDS, 'resource');
    expect(policy.enabled).toMatchObject({ default: true, shape: { kind: 'bool' } });
  });

  test('values of which there are few are all named, once', () => {
    const { placement, power_state: power, status } = deriveAttributes(VM_FIELDS, 'resource');
    expect(power?.description).toMatch(/One of `running`, `stopped`\. Default: `running`\./);
    expect(status?.description).toContain('or an operation got stuck. One of `creating`');
    const inside = placement?.shape.kind === 'nested' ? placement.shape.attributes : {};
    expect(inside.strategy?.description).toContain('One of `balanced`, `pack`, `spread`, ');
    const volume = deriveAttributes(VOLUME_FIELDS, 'resource');
    expect(volume.type?.description).not.toContain('One of');
  });

  test('what changes with other resources is read by a data source and kept by no state', () => {
    expect(provider.dataSources.novacron_network?.schema.attributes).toHaveProperty('vm_count');
    expect(provider.resources.novacron_network?.schema.attributes).not.toHaveProperty('vm_count');
  });

  test.each(TABLES.map((table) => [Object.keys(table).join(', '), table] as const))(
    'a data source only reads: %s',
    (_names, table) => {
      for (const attribute of Object.values(deriveAttributes(table, 'data-source'))) {
        expect(attribute).toMatchObject({ computed: true, optional: false, required: false });
      }
    },
  );

  test.each([
    [VM_FIELDS, 'cpu_cores', 2, []],
    [VM_FIELDS, 'memory_gb', 4.01, ['memory_gb must be a multiple of 0.0625 (64 MiB)']],
    [VM_FIELDS, 'priority', 101, ['priority must be at most 100']],
    [
      VM_FIELDS,
      'metadata',
      { 'not a name': 'x' },
      [
        expect.stringMatching(
          /^metadata\["not a name"\] is not a valid name for an entry: it must /,
        ),
      ],
    ],
    [NETWORK_FIELDS, 'dns_servers', ['8.8.8.8', 'x'], ['dns_servers[1] must be an IP address']],
    [
      VOLUME_FIELDS,
      'type',
      'sdd',
      ['type must be one of "ssd", "hdd", "nvme"; did you mean "ssd"?'],
    ],
  ])('the schema of the table judges a value (case %#)', (table, name, value, words) => {
    expect(judge(table, name, value)).toEqual(words);
  });
});
