import { describe, expect, test } from '@jest/globals';
import type { FieldTable } from '@novacron/contract/schema/field';
import { ADMINISTRATIVE_TYPES } from '../administration/administrative-types.ts';
import { createNovacronProvider } from '../composition/novacron-provider.ts';
import { validateConfig } from '../framework/planning/validate-config.ts';
import type { Attribute, Attributes } from '../framework/schema/attribute.ts';
import { changedInput, knownInput, stateOf, type Values } from './field-values.ts';
import { RESOURCE_KINDS_BY_TYPE } from './resource-kinds.ts';

/** An optional argument, and its empty value at its place in a configuration. */
interface Case {
  readonly path: string;
  readonly attributes: Attributes;
  readonly config: Values;
  readonly table: FieldTable | undefined;
}

const TABLES: Readonly<Record<string, { readonly table: FieldTable }>> = {
  ...RESOURCE_KINDS_BY_TYPE,
  ...ADMINISTRATIVE_TYPES,
};

const provider = createNovacronProvider({});

/** Every optional argument of every resource, nested ones too. */
const CASES = Object.entries(provider.resources).flatMap(([type, { schema }]): Case[] => {
  const { attributes } = schema;
  return emptiesOf(attributes).map(({ path, value }) => {
    const [name = ''] = path;
    const config = { [name]: value };
    return { path: [type, ...path].join('.'), attributes, config, table: TABLES[type]?.table };
  });
});

/** Returns the empty values of the arguments, each inside of the objects around it. */
function emptiesOf(attributes: Attributes): { path: readonly string[]; value: unknown }[] {
  return Object.entries(attributes).flatMap(([name, attribute]) => {
    const { shape } = attribute;
    const own = attribute.optional ? emptyOf(attribute) : undefined;
    const isObject = shape.kind === 'nested' && shape.nesting === 'single';
    const members = isObject && isFree(shape.attributes) ? emptiesOf(shape.attributes) : [];
    return [
      ...(own === undefined ? [] : [{ path: [name], value: own }]),
      ...members.map(({ path: [inner = '', ...further], value }) => ({
        path: [name, inner, ...further],
        value: { [inner]: value },
      })),
    ];
  });
}

function emptyOf({ shape }: Attribute): unknown {
  switch (shape.kind) {
    case 'string':
      return '';
    case 'list':
    case 'set':
      return [];
    case 'map':
      return {};
    case 'nested':
      if (shape.nesting !== 'single') return [];
      return isFree(shape.attributes) ? {} : undefined;
    default:
      return undefined;
  }
}

/** Terraform refuses an object without its required members. */
function isFree(attributes: Attributes): boolean {
  return Object.values(attributes).every(({ required }) => !required);
}

describe('an empty value of an optional argument', () => {
  test('is found at every level', () => {
    const paths = CASES.map(({ path }) => path);
    expect(paths.length).toBeGreaterThan(100);
    expect(paths).toEqual(
      expect.arrayContaining([
        'novacron_vm.user_data',
        'novacron_vm.healing.start_after',
        'novacron_vm_group.scaling.vertical_min',
        'novacron_tenant.quotas',
        'novacron_network.timeouts.create',
      ]),
    );
  });

  test.each(CASES)('is valid: $path', ({ attributes, config }) => {
    // Made by the walk above from the same attributes.
    const checked = validateConfig(attributes, config as never, { writeOnlyAllowed: true });
    expect(checked.all).toEqual([]);
  });

  // Only Terraform has timeouts.
  const sent = CASES.filter(({ config }) => !('timeouts' in config));

  test.each(sent)('is not sent: $path', ({ config, table = {} }) => {
    expect(knownInput(table, config).input).toEqual({});
    expect(changedInput(table, {}, config)).toEqual({ input: {}, unknown: [] });
    expect(changedInput(table, config, {})).toEqual({ input: {}, unknown: [] });
  });

  test.each(sent)('stays in the state: $path', ({ config, table = {} }) => {
    const [name = ''] = Object.keys(config);
    const answer = { id: 'x', [name]: table[name]?.default ?? null };
    expect(stateOf(table, answer, config)[name]).toEqual(config[name]);
    // An import knows no configuration.
    expect(stateOf(table, { id: 'x', ...config }, {})[name]).toBe(null);
  });
});
