/**
 * Depth and cost of a query, before any of it is run. Every field costs 1, a field that calls the
 * application 10; fields below a list count as often as the list may be long.
 */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getArgumentValues,
  getNamedType,
  getNullableType,
  getOperationAST,
  getVariableValues,
  isListType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';

/** Twice as deep as a volume's VM's network within a page. Unit: levels. */
const DEPTH_MAX = 10;

/** A page of 100 VM groups with all that they hold: no kind has more. */
const COST_MAX = 72_000;

const FIELD_COST = 1;

/** A field that asks the application reads the store, most often once. */
const CALL_COST = 10;

/** Describing the schema reads nothing, but its answer is long. */
const INTROSPECTION_COST = 7_000;

/** Lists without a page size, such as the steps of an operation, are short. */
const LIST_LENGTH_ASSUMED = 10;

/** A document that was validated, and what it is run with. */
export interface MeasuredQuery {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
}

/**
 * Whether a query is within the limits.
 * @returns the `validation-failed` of a query that is not
 */
export function refuseQuery(query: MeasuredQuery): Problem | undefined {
  const { depth, cost } = measureQuery(query);
  if (depth > DEPTH_MAX) {
    return problem('validation-failed', {
      detail: `The query is ${depth} levels deep; the limit is ${DEPTH_MAX}.`,
      remedy: 'Read deeper levels with a second query, by id.',
      data: { depth, depth_max: DEPTH_MAX },
    });
  }
  if (cost > COST_MAX) {
    return problem('validation-failed', {
      detail: `The query may cost ${cost}; the limit is ${COST_MAX}.`,
      remedy: 'Request smaller pages (first) or fewer fields, or use several queries.',
      data: { cost, cost_max: COST_MAX },
    });
  }
  return undefined;
}

interface Measure {
  readonly depth: number;
  readonly cost: number;
}

const NOTHING: Measure = { depth: 0, cost: 0 };

/** Measures the operation of a document that would be run. */
function measureQuery(query: MeasuredQuery): Measure {
  const { schema, document, operationName, variables } = query;
  const operation = getOperationAST(document, operationName);
  if (operation === null || operation === undefined) return NOTHING;
  const root = schema.getRootType(operation.operation);
  const values = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
  // Errors in either are reported when the query runs.
  if (root === null || root === undefined || values.coerced === undefined) return NOTHING;
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      fragments.set(definition.name.value, definition);
    }
  }
  const scale: Scale = { schema, fragments, variables: values.coerced, known: new Map() };
  return measureSelections(scale, operation.selectionSet, root, LIST_LENGTH_ASSUMED);
}

interface Scale {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Fragments that were measured already: used twice in each other they would never end. */
  readonly known: Map<string, Measure>;
}

/** @param listLength - how long a list right below the type is: a page knows it for its items */
function measureSelections(
  scale: Scale,
  { selections }: SelectionSetNode,
  type: GraphQLNamedType,
  listLength: number,
): Measure {
  let [depth, cost] = [0, 0];
  for (const selection of selections) {
    const measured =
      selection.kind === Kind.FIELD
        ? measureField(scale, selection, type, listLength)
        : selection.kind === Kind.INLINE_FRAGMENT
          ? measureSelections(scale, selection.selectionSet, type, listLength)
          : measureFragment(scale, selection.name.value, listLength);
    depth = Math.max(depth, measured.depth);
    cost += measured.cost;
  }
  return { depth, cost };
}

function measureFragment(scale: Scale, name: string, listLength: number): Measure {
  const key = `${name} ${listLength}`;
  const known = scale.known.get(key);
  if (known !== undefined) return known;
  const fragment = scale.fragments.get(name);
  const type = scale.schema.getType(fragment?.typeCondition.name.value ?? '');
  if (fragment === undefined || type === undefined) return NOTHING;
  const measured = measureSelections(scale, fragment.selectionSet, type, listLength);
  scale.known.set(key, measured);
  return measured;
}

function measureField(
  scale: Scale,
  node: FieldNode,
  parent: GraphQLNamedType,
  listLength: number,
): Measure {
  const name = node.name.value;
  if (name === '__schema' || name === '__type') return { depth: 1, cost: INTROSPECTION_COST };
  const field = isObjectType(parent) ? parent.getFields()[name] : undefined;
  if (field === undefined) return { depth: 1, cost: FIELD_COST };
  const own = field.resolve === undefined ? FIELD_COST : CALL_COST;
  if (node.selectionSet === undefined) return { depth: 1, cost: own };
  const below = measureSelections(
    scale,
    node.selectionSet,
    getNamedType(field.type),
    pageSizeOf(field, node, scale.variables),
  );
  const times = isListType(getNullableType(field.type)) ? listLength : 1;
  return { depth: below.depth + 1, cost: own + times * below.cost };
}

function pageSizeOf(
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
  variables: Readonly<Record<string, unknown>>,
): number {
  if (!field.args.some(({ name }) => name === 'first')) return LIST_LENGTH_ASSUMED;
  const { first } = getArgumentValues(field, node, variables);
  return typeof first === 'number' ? Math.max(first, 1) : LIST_LENGTH_ASSUMED;
}
