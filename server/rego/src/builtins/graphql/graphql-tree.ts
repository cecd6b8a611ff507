// GraphQL documents as OPA shows them: the tree of gqlparser 2 without positions, nulls and empty
// lists. Strings and booleans are always there.

import type {
  ArgumentNode,
  ConstDirectiveNode,
  DefinitionNode,
  DirectiveNode,
  DocumentNode,
  NamedTypeNode,
  SelectionNode,
  StringValueNode,
  TypeNode,
  ValueNode,
  VariableDefinitionNode,
} from 'graphql';
import { fromJson } from '../../values/json-value.ts';
import type { RegoValue } from '../../values/rego-value.ts';
import { fail } from '../host/host-builtin.ts';

/** gqlparser's numbers for the kinds of values, in its order. */
export const VALUE_KINDS = [
  'Variable',
  'IntValue',
  'FloatValue',
  'StringValue',
  'BlockValue',
  'BooleanValue',
  'NullValue',
  'EnumValue',
  'ListValue',
  'ObjectValue',
] as const;

type Tree = Readonly<Record<string, unknown>>;
type Names = readonly NamedTypeNode[] | undefined;

/** The tree of a document of operations and fragments. */
export function queryTree(document: DocumentNode): RegoValue {
  const operations: Tree[] = [];
  const fragments: Tree[] = [];
  for (const node of document.definitions) {
    if (node.kind === 'OperationDefinition') {
      operations.push({
        Operation: node.operation,
        Name: node.name?.value ?? '',
        VariableDefinitions: node.variableDefinitions?.map(variableTree),
        Directives: directiveTrees(node.directives),
        SelectionSet: node.selectionSet.selections.map(selectionTree),
      });
    } else if (node.kind === 'FragmentDefinition') {
      fragments.push({
        Name: node.name.value,
        TypeCondition: node.typeCondition.name.value,
        Directives: directiveTrees(node.directives),
        SelectionSet: node.selectionSet.selections.map(selectionTree),
      });
    } else {
      fail(`a query has no ${node.kind}`);
    }
  }
  return fromJson(prune({ Operations: operations, Fragments: fragments }));
}

/** The tree of a document of types. */
export function schemaTree(document: DocumentNode): RegoValue {
  const lists: Record<string, Tree[]> = {};
  const add = (name: string, tree: Tree) => {
    lists[name] = [...(lists[name] ?? []), tree];
  };
  for (const node of document.definitions) {
    if (node.kind === 'SchemaDefinition' || node.kind === 'SchemaExtension') {
      add(node.kind === 'SchemaDefinition' ? 'Schema' : 'SchemaExtension', {
        Description: node.kind === 'SchemaDefinition' ? textOf(node.description) : '',
        Directives: directiveTrees(node.directives),
        OperationTypes: node.operationTypes?.map(({ operation, type }) => ({
          Operation: operation,
          Type: type.name.value,
        })),
      });
    } else if (node.kind === 'DirectiveDefinition') {
      add('Directives', {
        Description: textOf(node.description),
        Name: node.name.value,
        Arguments: node.arguments?.map(fieldTree),
        Locations: node.locations.map(({ value }) => value),
        IsRepeatable: node.repeatable,
      });
    } else {
      add(node.kind.endsWith('Extension') ? 'Extensions' : 'Definitions', typeDefinitionTree(node));
    }
  }
  return fromJson(prune(lists));
}

const TYPE_KINDS: readonly (readonly [string, string])[] = [
  ['ScalarType', 'SCALAR'],
  ['ObjectType', 'OBJECT'],
  ['InterfaceType', 'INTERFACE'],
  ['UnionType', 'UNION'],
  ['EnumType', 'ENUM'],
  ['InputObjectType', 'INPUT_OBJECT'],
];

function typeDefinitionTree(node: DefinitionNode): Tree {
  const kind = TYPE_KINDS.find(([prefix]) => node.kind.startsWith(prefix))?.[1];
  if (kind === undefined || !('name' in node)) return fail(`a schema has no ${node.kind}`);
  return {
    Kind: kind,
    Description: 'description' in node ? textOf(node.description) : '',
    Name: node.name?.value ?? '',
    Directives: 'directives' in node ? directiveTrees(node.directives) : [],
    Interfaces: 'interfaces' in node ? namesOf(node.interfaces) : [],
    Fields: 'fields' in node ? node.fields?.map(fieldTree) : [],
    Types: 'types' in node ? namesOf(node.types) : [],
    EnumValues:
      'values' in node
        ? node.values?.map(({ description, name, directives }) => ({
            Description: textOf(description),
            Name: name.value,
            Directives: directiveTrees(directives),
          }))
        : [],
    BuiltIn: false,
  };
}

type FieldLike = {
  readonly description?: StringValueNode | undefined;
  readonly name: { readonly value: string };
  readonly type: TypeNode;
  readonly arguments?: readonly FieldLike[] | undefined;
  readonly defaultValue?: ValueNode | undefined;
  readonly directives?: readonly ConstDirectiveNode[] | undefined;
};

function fieldTree(node: FieldLike): Tree {
  return {
    Description: textOf(node.description),
    Name: node.name.value,
    Arguments: node.arguments?.map(fieldTree),
    DefaultValue: node.defaultValue && valueTree(node.defaultValue),
    Type: typeTree(node.type),
    Directives: directiveTrees(node.directives),
  };
}

function variableTree(node: VariableDefinitionNode): Tree {
  return {
    Variable: node.variable.name.value,
    Type: typeTree(node.type),
    DefaultValue: node.defaultValue && valueTree(node.defaultValue),
    Directives: directiveTrees(node.directives),
    Used: false,
  };
}

function selectionTree(node: SelectionNode): Tree {
  const Directives = directiveTrees(node.directives);
  if (node.kind === 'FragmentSpread') return { Name: node.name.value, Directives };
  const SelectionSet = node.selectionSet?.selections.map(selectionTree);
  if (node.kind === 'InlineFragment') {
    return { TypeCondition: node.typeCondition?.name.value ?? '', Directives, SelectionSet };
  }
  return {
    Alias: node.alias?.value ?? node.name.value,
    Name: node.name.value,
    Arguments: node.arguments?.map(argumentTree),
    Directives,
    SelectionSet,
  };
}

function directiveTrees(nodes: readonly DirectiveNode[] | undefined): readonly Tree[] | undefined {
  return nodes?.map((node) => ({
    Name: node.name.value,
    Arguments: node.arguments?.map(argumentTree),
    Location: '',
  }));
}

function argumentTree(node: ArgumentNode): Tree {
  return { Name: node.name.value, Value: valueTree(node.value) };
}

function valueTree(node: ValueNode): Tree {
  const isBlock = node.kind === 'StringValue' && node.block === true;
  return {
    Raw: rawText(node),
    Children: childTrees(node),
    Kind: VALUE_KINDS.indexOf(isBlock ? 'BlockValue' : kindName(node)),
    ExpectedTypeHasDefault: false,
  };
}

function kindName(node: ValueNode): (typeof VALUE_KINDS)[number] {
  const names: Readonly<Record<string, (typeof VALUE_KINDS)[number]>> = {
    IntValue: 'IntValue',
    FloatValue: 'FloatValue',
    StringValue: 'StringValue',
    BooleanValue: 'BooleanValue',
    NullValue: 'NullValue',
    EnumValue: 'EnumValue',
    ListValue: 'ListValue',
    ObjectValue: 'ObjectValue',
  };
  return names[node.kind] ?? 'Variable';
}

function rawText(node: ValueNode): string {
  if (node.kind === 'Variable') return node.name.value;
  if (node.kind === 'NullValue') return 'null';
  return 'value' in node ? String(node.value) : '';
}

function childTrees(node: ValueNode): readonly Tree[] {
  if (node.kind === 'ListValue') {
    return node.values.map((value) => ({ Name: '', Value: valueTree(value) }));
  }
  if (node.kind !== 'ObjectValue') return [];
  return node.fields.map(({ name, value }) => ({ Name: name.value, Value: valueTree(value) }));
}

function typeTree(node: TypeNode): Tree {
  if (node.kind === 'NonNullType') return { ...typeTree(node.type), NonNull: true };
  if (node.kind === 'ListType') {
    return { NamedType: '', Elem: typeTree(node.type), NonNull: false };
  }
  return { NamedType: node.name.value, NonNull: false };
}

function textOf(node: StringValueNode | undefined): string {
  return node?.value ?? '';
}

function namesOf(nodes: Names): readonly string[] | undefined {
  return nodes?.map(({ name }) => name.value);
}

function prune(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(prune);
  if (typeof value !== 'object' || value === null) return value;
  const isKept = ([, each]: readonly [string, unknown]) =>
    each !== undefined && !(Array.isArray(each) && each.length === 0);
  return Object.fromEntries(
    Object.entries(value)
      .filter(isKept)
      .map(([key, each]) => [key, prune(each)] as const),
  );
}
