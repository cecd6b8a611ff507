/**
 * Policy input as a JSON Schema: the actions and operations of the operations table, and the fields
 * of every kind. Compilers and editors use it to find misspelt names. Source: JSON Schema, draft 7.
 */
import { z } from 'zod';
import { ClientName } from '../access/identity.ts';
import { AdmissionCost } from '../admission/admission.ts';
import { POLICY_INPUT_VERSION } from '../admission/policy-verdict.ts';
import { isRecord, type Json, JsonObject } from '../json.ts';
import { RESOURCE_DEFINITIONS } from '../kinds/resource-kinds.ts';
import {
  type OperationName,
  operationNames,
  operationRow,
} from '../operations-table/operations.ts';
import { RESOURCE_KINDS } from '../schema/resource-kind.ts';
import { actionOf } from './action-of.ts';
import { beforeOf } from './before-of.ts';
import { IDENTITY_KEYS, keyInInput } from './input-keys.ts';
import { SUBJECT_KINDS, type SubjectKind, subjectFields } from './subject-fields.ts';
import { subjectsOf } from './subjects-of.ts';

/** The operations that policies may be asked about. */
function decidedOperations(): readonly OperationName[] {
  return operationNames().filter((name) => operationRow(name).effect !== 'note');
}

/** Returns the actions that policies are asked about, in alphabetical order. */
export function policyActions(): readonly string[] {
  return [...new Set(decidedOperations().map(actionOf))].sort();
}

/**
 * Makes the schema of `input`. Every member may be null, because a defensive comparison is no
 * mistake, except for the lists and maps of a resource: they are empty where they are not set.
 * @param action - only what is asked about this action, one of {@link policyActions}
 */
export function makePolicyInputSchema(action?: string): JsonObject {
  const operations = decidedOperations().filter(
    (name) => action === undefined || actionOf(name) === action,
  );
  const kinds = SUBJECT_KINDS.filter((kind) =>
    operations.some((name) => subjectsOf(name, SUBJECT_KINDS).includes(kind)),
  );
  const isRead = action === 'read';
  const resources = kinds.map((kind): Json => ({ $ref: `#/definitions/${kind}` }));
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: action === undefined ? 'policy_input' : `policy_input_of_${action}`,
    description: `The question that NovaCron asks policies, version ${POLICY_INPUT_VERSION}`,
    ...object({
      version: { type: 'integer', enum: [POLICY_INPUT_VERSION] },
      action: {
        description: 'VERB_NOUN of the operation, or `read`',
        enum: [...new Set(operations.map(actionOf))].sort(),
      },
      operation: { description: 'The row of the operations table', enum: [...operations].sort() },
      subject: {
        title: 'policy_input_subject',
        ...object({
          user_id: { type: 'string', description: 'Name of the API key' },
          role: { type: 'string', description: 'Its role: admin, operator, viewer or another' },
          tenant: { type: 'string', description: 'Id of the tenant' },
        }),
      },
      resource: {
        description: 'The desired resource; for a delete, the current one',
        anyOf: resources,
      },
      before: {
        description: 'The current resource; null for a create',
        anyOf: [...beforeOf(operations, resources)],
      },
      context: {
        title: 'policy_input_context',
        ...object({
          client: { description: 'The client that calls', enum: [...ClientName.options] },
          deployment: { type: 'string', description: 'The deployment of the client' },
          request_id: { type: 'string' },
          time: { type: 'string', description: 'The time of the question, RFC 3339 in UTC' },
          cost: describeCost(),
        }),
      },
    }),
    required: ['version', 'action', 'operation', 'subject', 'resource', 'before', 'context'],
    definitions: Object.fromEntries(kinds.map((kind) => [kind, describeKind(kind, isRead)])),
  };
}

/** What a write changes in costs: null where that is not known, and so is each amount. */
function describeCost(): Json {
  const described = Object.entries(AdmissionCost.shape).map(([name, { description = '' }]) => {
    const type = name === 'currency' ? 'string' : 'number';
    return [name, { type: [type, 'null'], description }] as const;
  });
  return { title: 'policy_input_cost', ...object(Object.fromEntries(described)) };
}

/** For a read, policies see which resource is read, not its content. */
function describeKind(kind: SubjectKind, isRead: boolean): JsonObject {
  const shape = isRead ? {} : subjectFields(kind);
  const fields = Object.fromEntries(
    Object.entries(shape)
      .filter(([name]) => name !== 'name')
      .map(([name, schema]) => [keyInInput(kind, name), schema]),
  );
  const made = z.toJSONSchema(z.object(fields), {
    target: 'draft-7',
    io: 'output',
    unrepresentable: 'any',
  });
  const { properties } = made;
  const identity: Readonly<Record<string, Json>> = {
    type: { enum: [kind] },
    id: { type: ['string', 'null'], description: 'null before it exists' },
    name: { type: ['string', 'null'], description: 'null while it is unknown' },
  };
  const own = Object.entries(properties ?? {}).map(
    ([name, schema]) => [name, fieldSchema(simplify(schema))] as const,
  );
  const known = IDENTITY_KEYS.map((key) => [key, identity[key] ?? {}] as const);
  const required = [...IDENTITY_KEYS, ...(isRead ? [] : desiredKeys(kind))];
  return { title: kind, ...object(Object.fromEntries([...known, ...own])), required };
}

/** The keys of a resource's desired fields: each is in every question, null or empty if not set. */
function desiredKeys(kind: SubjectKind): readonly string[] {
  const resourceKind = RESOURCE_KINDS.find((each) => each === kind);
  if (resourceKind === undefined) return [];
  return Object.entries(RESOURCE_DEFINITIONS[resourceKind].table)
    .filter(([, { presence, secrecy }]) => presence !== 'computed' && secrecy === 'plain')
    .map(([name]) => keyInInput(kind, name))
    .filter((key) => !IDENTITY_KEYS.includes(key));
}

function object(properties: Readonly<Record<string, Json>>): JsonObject {
  return { type: 'object', properties, additionalProperties: false };
}

/** Keywords that say which members and which values there are; bounds say nothing about names. */
const KEPT: ReadonlySet<string> = new Set([
  'type',
  'description',
  'properties',
  'additionalProperties',
  'items',
  'enum',
  'const',
  'anyOf',
  'oneOf',
]);

function simplify(schema: unknown): JsonObject {
  if (!isRecord(schema)) return {};
  const kept = Object.entries(schema).filter(([keyword]) => KEPT.has(keyword));
  return Object.fromEntries(
    kept.map(([keyword, value]) => [keyword, simplifyPart(keyword, value)]),
  );
}

function simplifyPart(keyword: string, value: unknown): Json {
  switch (keyword) {
    case 'properties': {
      const members = Object.entries(isRecord(value) ? value : {});
      return Object.fromEntries(members.map(([name, each]) => [name, nullable(simplify(each))]));
    }
    case 'anyOf':
    case 'oneOf':
      return Array.isArray(value) ? value.map(simplify) : [];
    case 'items':
      return simplify(value);
    case 'additionalProperties':
      return isRecord(value) ? simplify(value) : value === true;
    default:
      return z.json().parse(value);
  }
}

/** The schema of a field of a resource: lists and maps are never null. */
function fieldSchema(schema: JsonObject): JsonObject {
  const found = nullable(schema);
  const type = collectionIn(found);
  return type === undefined ? found : { ...found, type };
}

/** The type of a list or a map; undefined for others, also for objects of named members. */
export function collectionIn(schema: Json | undefined): 'array' | 'object' | undefined {
  if (!isRecord(schema)) return undefined;
  const types: readonly unknown[] = [schema.type].flat();
  if (types.includes('array')) return 'array';
  return types.includes('object') && isRecord(schema.additionalProperties) ? 'object' : undefined;
}

/** The same, or null. */
function nullable(schema: JsonObject): JsonObject {
  const { anyOf, oneOf, description, ...plain } = schema;
  const said = description === undefined ? {} : { description };
  const choices = anyOf ?? oneOf;
  if (Array.isArray(choices)) {
    const [only, ...others] = choices.filter((each) => !isRecord(each) || each.type !== 'null');
    if (others.length === 0 && isRecord(only)) {
      return nullable(JsonObject.parse({ ...only, ...said }));
    }
    return { ...said, anyOf: [...(only === undefined ? [] : [only, ...others]), { type: 'null' }] };
  }
  if ('const' in plain) return { ...said, enum: [plain.const ?? null, null] };
  if (Array.isArray(plain.enum)) return { ...said, enum: [...plain.enum, null] };
  if (typeof plain.type !== 'string') return { ...said, ...plain };
  return { ...said, ...plain, type: [plain.type, 'null'] };
}
