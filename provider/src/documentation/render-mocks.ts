/**
 * Renders defaults for `mock_provider`. Terraform makes up texts of eight characters, which are not
 * ids, and a mocked provider validates the ids in arguments like any other.
 */
import { ADMINISTRATIVE_FIELDS } from '@novacron/contract/administration/administrative-fields';
import { NodeId } from '@novacron/contract/ids';
import type { Field, FieldTable } from '@novacron/contract/schema/field';
import { z } from 'zod';
import { ADMINISTRATIVE_TYPES } from '../administration/administrative-types.ts';
import { fieldsOfAttributes, RESOURCE_KINDS_BY_TYPE } from '../fields/resource-kinds.ts';
import type { Table } from '../framework/provider.ts';
import type { Attribute } from '../framework/schema/attribute.ts';
import type { Schema } from '../framework/schema/schema.ts';

/** Types with objects that have an id. */
interface MockedType {
  readonly id: Field['schema'];
  /** The fields with examples. */
  readonly table: FieldTable;
}

type Defaults = Readonly<Record<string, unknown>>;

const TYPES: Readonly<Record<string, MockedType>> = {
  ...Object.fromEntries(
    Object.entries(RESOURCE_KINDS_BY_TYPE).map(([type, { id, kind }]) => [
      type,
      { id, table: fieldsOfAttributes(kind) },
    ]),
  ),
  ...Object.fromEntries(
    Object.values(ADMINISTRATIVE_TYPES).map(({ type, id, kind }) => [
      type,
      { id, table: ADMINISTRATIVE_FIELDS[kind] },
    ]),
  ),
  novacron_node: { id: NodeId, table: {} },
};

/** Answers of a server where nothing is wrong. */
const CLEAN: Readonly<Record<string, Defaults>> = { novacron_drift_report: { clean: true } };

const HEAD = `# Defaults for mock_provider "novacron". Copy this file into a folder of your
# configuration, and pass the folder as its source. Written by make generate.
`;

/** The tables whose objects Terraform mocks. */
interface Mocked {
  readonly resources: Table<{ readonly schema: Schema }>;
  readonly dataSources: Table<{ readonly schema: Schema }>;
}

/** Renders the file of mocks, as `terraform fmt` would. */
export function renderMocks({ resources, dataSources }: Mocked): string {
  const blocks = [
    ...Object.entries(resources).map(([type, each]) => renderBlock('mock_resource', type, each)),
    ...Object.entries(dataSources).map(([type, each]) => renderBlock('mock_data', type, each)),
  ];
  return [HEAD, ...blocks.filter((block) => block !== '')].join('\n');
}

function renderBlock(
  word: string,
  type: string,
  { schema: { attributes } }: { readonly schema: Schema },
): string {
  const defaults = CLEAN[type] ?? defaultsOf(TYPES[type], attributes);
  const names = Object.keys(defaults);
  if (names.length === 0) return '';
  const width = Math.max(...names.map((name) => name.length));
  const lines = names.map(
    (name) => `    ${name.padEnd(width)} = ${JSON.stringify(defaults[name])}\n`,
  );
  return `${word} "${type}" {\n  defaults = {\n${lines.join('')}  }\n}\n`;
}

function defaultsOf(
  mocked: MockedType | undefined,
  attributes: Readonly<Record<string, Attribute>>,
): Defaults {
  if (mocked === undefined) return {};
  const entries = Object.entries(attributes)
    .filter(([, { computed, shape }]) => computed && isScalar(shape))
    .map(([name]) => [name, name === 'id' ? exampleId(mocked.id) : exampleOf(mocked.table[name])]);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

/** Terraform makes up `false`, and empty lists and maps, which are all right. */
function isScalar({ kind }: Attribute['shape']): boolean {
  return kind === 'string' || kind === 'int' || kind === 'float';
}

/** What changes without the object, such as the reason of a failure, is absent most of the time. */
function exampleOf(row: Field | undefined): unknown {
  return row?.volatility === 'volatile' ? undefined : (row?.default ?? row?.example);
}

function exampleId(schema: Field['schema']): string {
  const { pattern = '' } = z.toJSONSchema(schema);
  return pattern.replace(/^\^([a-z]+)_.*$/, '$1_01jd3v6t7re3h8z9k2m4n5p6q7');
}
