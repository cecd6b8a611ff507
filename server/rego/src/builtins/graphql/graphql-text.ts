// The way back: the text of a tree that a policy hands to a builtin instead of a text.

import { isArray, isObject, type RegoValue } from '../../values/rego-value.ts';
import { fail } from '../host/host-builtin.ts';
import { VALUE_KINDS } from './graphql-tree.ts';

const NAME = /^[_A-Za-z]\w*$/;

function member(tree: RegoValue, key: string): RegoValue | undefined {
  if (!isObject(tree)) return fail('a GraphQL tree has a member that is not an object');
  return tree.pairs.find(([name]) => name === key)?.[1];
}

function listOf(tree: RegoValue, key: string): readonly RegoValue[] {
  const list = member(tree, key) ?? [];
  return isArray(list) ? list : fail(`${key} of a GraphQL tree is not an array`);
}

function textOf(tree: RegoValue, key: string): string {
  const text = member(tree, key) ?? '';
  return typeof text === 'string' ? text : fail(`${key} of a GraphQL tree is not a string`);
}

// Names are checked, so that no text can pretend to be more than a name.
function nameOf(tree: RegoValue, key = 'Name'): string {
  return checkName(textOf(tree, key));
}

function checkName(name: RegoValue): string {
  if (typeof name === 'string' && NAME.test(name)) return name;
  return fail(`${JSON.stringify(name)} is not a GraphQL name`);
}

function wrapped(open: string, parts: readonly string[], close: string): string {
  return parts.length === 0 ? '' : open + parts.join(' ') + close;
}

/** The text of a tree of operations and fragments. */
export function queryText(tree: RegoValue): string {
  const operations = listOf(tree, 'Operations').map((each) => {
    const name = textOf(each, 'Name') === '' ? '' : nameOf(each);
    const variables = wrapped('(', listOf(each, 'VariableDefinitions').map(variableText), ')');
    const head = `${nameOf(each, 'Operation')} ${name}${variables}`;
    return head + directivesText(each) + selectionText(each);
  });
  const fragments = listOf(tree, 'Fragments').map((each) => {
    const on = nameOf(each, 'TypeCondition');
    return `fragment ${nameOf(each)} on ${on}${directivesText(each)}${selectionText(each)}`;
  });
  return [...operations, ...fragments].join('\n');
}

function variableText(tree: RegoValue): string {
  return `$${nameOf(tree, 'Variable')}: ${typedText(tree)}`;
}

function typedText(tree: RegoValue): string {
  const value = member(tree, 'DefaultValue');
  const preset = value === undefined ? '' : ` = ${valueText(value)}`;
  return `${typeText(member(tree, 'Type') ?? null)}${preset}${directivesText(tree)}`;
}

function typeText(tree: RegoValue): string {
  const element = member(tree, 'Elem');
  const base = element === undefined ? nameOf(tree, 'NamedType') : `[${typeText(element)}]`;
  return member(tree, 'NonNull') === true ? `${base}!` : base;
}

function selectionText(tree: RegoValue): string {
  return wrapped(
    ' {',
    listOf(tree, 'SelectionSet').map((each) => {
      const rest = directivesText(each) + selectionText(each);
      if (member(each, 'Name') === undefined) {
        const on =
          textOf(each, 'TypeCondition') === '' ? '' : ` on ${nameOf(each, 'TypeCondition')}`;
        return `...${on}${rest}`;
      }
      if (member(each, 'Alias') === undefined) return `...${nameOf(each)}${rest}`;
      return `${nameOf(each, 'Alias')}: ${nameOf(each)}${argumentsText(each)}${rest}`;
    }),
    '}',
  );
}

function directivesText(tree: RegoValue): string {
  return listOf(tree, 'Directives')
    .map((each) => ` @${nameOf(each)}${argumentsText(each)}`)
    .join('');
}

function argumentsText(tree: RegoValue): string {
  return wrapped('(', listOf(tree, 'Arguments').map(namedValueText), ')');
}

function namedValueText(tree: RegoValue): string {
  return `${nameOf(tree)}: ${valueText(member(tree, 'Value') ?? null)}`;
}

function valueText(tree: RegoValue): string {
  const kind = VALUE_KINDS[Number(member(tree, 'Kind'))];
  const raw = textOf(tree, 'Raw');
  const children = listOf(tree, 'Children');
  switch (kind) {
    case 'Variable':
      return `$${checkName(raw)}`;
    case 'IntValue':
    case 'FloatValue':
      return /^-?\d[\d.eE+-]*$/.test(raw) ? raw : fail(`${JSON.stringify(raw)} is not a number`);
    case 'StringValue':
    case 'BlockValue':
      return JSON.stringify(raw);
    case 'ListValue':
      return `[${children.map((each) => valueText(member(each, 'Value') ?? null)).join(' ')}]`;
    case 'ObjectValue':
      return `{${children.map(namedValueText).join(' ')}}`;
    case undefined:
      return fail('Kind of a GraphQL value is unknown');
    default:
      return checkName(raw);
  }
}

/** The text of a tree of types. */
export function schemaText(tree: RegoValue): string {
  const rootsText = (each: RegoValue) =>
    directivesText(each) +
    wrapped(
      ' {',
      listOf(each, 'OperationTypes').map(
        (root) => `${nameOf(root, 'Operation')}: ${nameOf(root, 'Type')}`,
      ),
      '}',
    );
  return [
    ...listOf(tree, 'Schema').map((each) => `schema${rootsText(each)}`),
    ...listOf(tree, 'SchemaExtension').map((each) => `extend schema${rootsText(each)}`),
    ...listOf(tree, 'Directives').map(directiveDefinitionText),
    ...listOf(tree, 'Definitions').map(typeDefinitionText),
    ...listOf(tree, 'Extensions').map((each) => `extend ${typeDefinitionText(each)}`),
  ].join('\n');
}

function directiveDefinitionText(tree: RegoValue): string {
  const repeatable = member(tree, 'IsRepeatable') === true ? ' repeatable' : '';
  const locations = listOf(tree, 'Locations').map(checkName).join(' | ');
  const head = `directive @${nameOf(tree)}${fieldsText(tree, 'Arguments', '()')}`;
  return `${head}${repeatable} on ${locations}`;
}

const KEYWORDS: Readonly<Record<string, string>> = {
  SCALAR: 'scalar',
  OBJECT: 'type',
  INTERFACE: 'interface',
  UNION: 'union',
  ENUM: 'enum',
  INPUT_OBJECT: 'input',
};

function typeDefinitionText(tree: RegoValue): string {
  const kind = textOf(tree, 'Kind');
  const keyword = KEYWORDS[kind] ?? fail(`${JSON.stringify(kind)} is not a kind of GraphQL type`);
  const interfaces = listOf(tree, 'Interfaces').map(checkName);
  const types = listOf(tree, 'Types').map(checkName);
  return [
    `${keyword} ${nameOf(tree)}`,
    interfaces.length === 0 ? '' : ` implements ${interfaces.join(' & ')}`,
    directivesText(tree),
    types.length === 0 ? '' : ` = ${types.join(' | ')}`,
    fieldsText(tree, 'Fields', '{}'),
    wrapped(
      ' {',
      listOf(tree, 'EnumValues').map((each) => nameOf(each) + directivesText(each)),
      '}',
    ),
  ].join('');
}

function fieldsText(tree: RegoValue, key: string, [open = '', close = '']: string): string {
  return wrapped(
    ` ${open}`,
    listOf(tree, key).map(
      (each) => `${nameOf(each)}${fieldsText(each, 'Arguments', '()')}: ${typedText(each)}`,
    ),
    close,
  );
}
