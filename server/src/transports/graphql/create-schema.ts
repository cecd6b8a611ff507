/** The GraphQL schema: every read of the operations table, relations, and the events. */

import { EventFilter } from '@novacron/contract/events/event-filter';
import { isRecord } from '@novacron/contract/json';
import { RESOURCE_DEFINITIONS } from '@novacron/contract/kinds/resource-kinds';
import {
  graphqlArgumentOf,
  graphqlFieldOf,
  graphqlOperationNames,
  graphqlRelationOf,
  graphqlTypeOf,
} from '@novacron/contract/operations-table/graphql-names';
import {
  describeNeeds,
  isOperationName,
  type OperationName,
  operationRow,
} from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { assert, err, type Result } from '@novacron/contract/result';
import { RESOURCE_KINDS, type ResourceKind } from '@novacron/contract/schema/resource-kind';
import {
  type GraphQLFieldConfig,
  type GraphQLFieldConfigArgumentMap,
  type GraphQLFieldConfigMap,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLSchema,
  getNullableType,
} from 'graphql';
import { z } from 'zod';
import { createTypeMaker, descriptionOf, type TypeMaker } from './create-types.ts';
import type { GraphqlContext } from './graphql-context.ts';
import { valueOrThrow } from './graphql-problem.ts';
import { subscribeToEvents } from './subscribe-to-events.ts';

type FieldConfig = GraphQLFieldConfig<unknown, GraphqlContext>;
type FieldConfigs = GraphQLFieldConfigMap<unknown, GraphqlContext>;

/** Makes the schema. Pure: the same table always gives the same schema. */
export function createGraphqlSchema(): GraphQLSchema {
  const types: TypeMaker = createTypeMaker((schema) => relationsOf(schema, types));
  const fields = graphqlOperationNames().map((name) => [
    graphqlFieldOf(name),
    toQueryField(name, types),
  ]);
  return new GraphQLSchema({
    query: new GraphQLObjectType({ name: 'Query', fields: Object.fromEntries(fields) }),
    subscription: new GraphQLObjectType({
      name: 'Subscription',
      fields: { events: eventsField(types) },
    }),
  });
}

/** The fields of the items of a list: GraphQL has a selection of its own. */
const SELECTION = 'fields';

function toQueryField(name: OperationName, types: TypeMaker): FieldConfig {
  const { summary, input, output } = operationRow(name);
  const args: GraphQLFieldConfigArgumentMap = {};
  const inputFields = new Map<string, string>();
  for (const [field, schema] of Object.entries(input.shape)) {
    if (field === SELECTION) continue;
    const argument = graphqlArgumentOf(field);
    inputFields.set(argument, field);
    args[argument] = toArgument(schema, types.input(schema, `${name}_${field}`));
  }
  return {
    // What one field cannot answer must not take the other fields with it.
    type: getNullableType(types.output(output, name)),
    description: `${summary} ${describeNeeds(operationRow(name))}`,
    args,
    resolve: async (_source, given, context) => {
      const present = Object.entries(given).filter(([, value]) => value !== null);
      const rawInput = Object.fromEntries(
        present.map(([argument, value]) => [inputFields.get(argument) ?? argument, value]),
      );
      const answer = await context.call(name, rawInput);
      return valueOrThrow(inOurWords(answer), context.caller.requestId);
    },
  };
}

/** Names the fields at fault as this surface calls them. */
function inOurWords(answer: Result<unknown, Problem>): Result<unknown, Problem> {
  if (answer.ok) return answer;
  const fields = answer.error.fields.map(({ path: [field, ...rest], message }) => ({
    path: [...(field === undefined ? [] : [graphqlArgumentOf(String(field))]), ...rest],
    message,
  }));
  return err({ ...answer.error, fields });
}

function toArgument(schema: unknown, type: GraphQLFieldConfigArgumentMap[string]['type']) {
  const description = descriptionOf(schema);
  const filled = schema instanceof z.ZodDefault ? { defaultValue: schema.def.defaultValue } : {};
  return { type, ...filled, ...(description === undefined ? {} : { description }) };
}

/** A field for each reference of a resource, leading to what it names. */
function relationsOf(schema: z.ZodObject, types: TypeMaker): FieldConfigs {
  const kind = kindOf(schema);
  if (kind === undefined) return {};
  const relations: FieldConfigs = {};
  for (const [field, { references, collection }] of Object.entries(
    RESOURCE_DEFINITIONS[kind].table,
  )) {
    // What a set of ids names is asked for by id: a page of it would cost more than a query may.
    if (references === undefined || collection === 'set') continue;
    const target = getOperationOf(references);
    relations[graphqlRelationOf(field, references)] = {
      type: getNullableType(types.output(operationRow(target).output, references)),
      description: `What ${field} names; null where it names nothing, or what is gone.`,
      resolve: async (source, _args, context) => {
        const id = memberOf(source, field);
        if (typeof id !== 'string') return null;
        const found = await context.references.load(target, id);
        return valueOrThrow(found, context.caller.requestId);
      },
    };
  }
  return relations;
}

/** The kind whose answers have this schema. */
function kindOf(schema: z.ZodObject): ResourceKind | undefined {
  return RESOURCE_KINDS.find((kind) => operationRow(getOperationOf(kind)).output === schema);
}

function getOperationOf(kind: string): OperationName {
  const name = `${kind}.get`;
  assert(isOperationName(name), `references lead to ${kind}, which no operation shows`);
  return name;
}

function memberOf(value: unknown, key: string): unknown {
  return isRecord(value) ? value[key] : undefined;
}

function eventsField(types: TypeMaker): FieldConfig {
  const { output, input } = operationRow('event.list');
  const items = output instanceof z.ZodObject ? output.shape.items : undefined;
  assert(items instanceof z.ZodArray, 'event.list answers something else than items');
  const after = input.shape.after_position;
  return {
    type: new GraphQLNonNull(getNullableType(types.output(items.element, graphqlTypeOf('event')))),
    description: 'Streams events; with after_position, stored events after it come first.',
    args: {
      filter: {
        type: getNullableType(types.input(EventFilter, 'event_filter')),
        description: 'Filter for events. Default: all events',
      },
      after_position: {
        type: getNullableType(types.input(after, 'event_position')),
        description: 'Only events after this position. Default: new events',
      },
    },
    subscribe: (_source, args, context) => subscribeToEvents(args, context),
  };
}
