/**
 * The OpenAPI 3.0.3 document, made from the operations table. Pure: the same table and version
 * always give the same document.
 * Source: OpenAPI Specification 3.0.3, and its clarification of `nullable` (proposal 2019-10-31).
 */

import { z } from 'zod';
import { CLIENT_HEADER, ClientName, DEPLOYMENT_HEADER } from '../access/identity.ts';
import type { Json, JsonObject } from '../json.ts';
import { isRecord } from '../json.ts';
import { graphqlTypeOf } from '../operations-table/graphql-names.ts';
import {
  COMMON_PROBLEMS,
  type OperationName,
  type OperationRow,
  operationNames,
  operationRow,
} from '../operations-table/operations.ts';
import { PROBLEM_KINDS, type ProblemCode } from '../problem/problem.ts';
import { assert } from '../result.ts';
import type { Field, FieldTable } from '../schema/field.ts';
import { accessOf } from './openapi-access.ts';
import { COMPONENTS, TABLES } from './openapi-components.ts';
import {
  answerHeaders,
  HEADER_COMPONENTS,
  PREFER_PARAMETER,
  problemHeaders,
  takesPrefer,
} from './openapi-headers.ts';

/** Fields that REST reads from a header of another name and form. */
const HEADER_FIELDS: Readonly<Record<string, { readonly name: string; readonly schema?: Json }>> = {
  idempotency_key: { name: 'Idempotency-Key' },
  if_revision: {
    name: 'If-Match',
    schema: { type: 'string', pattern: '^(W/)?"[0-9]+"$', example: '"7"' },
  },
};

type Members = Record<string, Json>;

/**
 * Makes the document.
 * @param release - `version`: of the server that it describes
 */
export function toOpenApiDocument(release: { readonly version: string }): JsonObject {
  const { schemas, answerOf } = toAnswerSchemas();
  const paths: Record<string, Members> = {};
  for (const name of operationNames()) {
    const { rest } = operationRow(name);
    const item = paths[rest.path] ?? { parameters: ORIGIN_PARAMETERS };
    paths[rest.path] = { ...item, [rest.method.toLowerCase()]: toOperation(name, answerOf(name)) };
  }
  return {
    openapi: '3.0.3',
    info: {
      title: 'NovaCron',
      version: release.version,
      description:
        'Virtual machines on a fleet of hypervisor nodes. Every operation is also a method of ' +
        'JSON-RPC 2.0 at POST /rpc, named by its operationId, with its fields as params.',
    },
    servers: [{ url: '/api/v2' }],
    security: [{ apiKey: [] }],
    tags: [...new Set(operationNames().map(nounOf))].map((noun) => ({ name: noun })),
    paths,
    components: {
      schemas,
      headers: HEADER_COMPONENTS,
      securitySchemes: { apiKey: { type: 'http', scheme: 'bearer', description: 'API key' } },
      parameters: {
        Client: {
          name: CLIENT_HEADER,
          in: 'header',
          description: 'Client program. Default: rest',
          schema: { type: 'string', enum: [...ClientName.options] },
        },
        Deployment: {
          name: DEPLOYMENT_HEADER,
          in: 'header',
          description: 'Terraform deployment. Default: default',
          schema: { type: 'string', maxLength: 128 },
        },
      },
    },
  };
}

const ORIGIN_PARAMETERS: Json = [
  { $ref: '#/components/parameters/Client' },
  { $ref: '#/components/parameters/Deployment' },
];

function nounOf(name: OperationName): string {
  return name.slice(0, name.indexOf('.'));
}

/** The components, and each row's answer as a schema that refers to them. */
function toAnswerSchemas(): {
  readonly schemas: Members;
  readonly answerOf: (name: OperationName) => Json;
} {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(COMPONENTS)) registry.add(schema, { id });
  for (const name of operationNames()) {
    const { output } = operationRow(name);
    if (!registry.has(output)) registry.add(output, { id: name });
  }
  const made = z.toJSONSchema(registry, {
    target: 'openapi-3.0',
    io: 'output',
    uri: (id) => `#/components/schemas/${id}`,
  }).schemas;
  const schemas: Members = { Json: { description: 'Any JSON value, including null' } };
  for (const id of Object.keys(COMPONENTS)) {
    schemas[id] = withExamples(asObject(normalize(made[id])), TABLES[id], 'answer');
  }
  return {
    schemas,
    answerOf: (name) => {
      const id = registry.get(operationRow(name).output)?.id ?? name;
      return id in COMPONENTS ? { $ref: `#/components/schemas/${id}` } : normalize(made[id]);
    },
  };
}

function toOperation(name: OperationName, answer: Json): Json {
  const row = operationRow(name);
  const { parameters, body } = toRequest(name);
  return {
    operationId: name,
    tags: [nounOf(name)],
    summary: row.summary,
    ...accessOf(row),
    parameters: takesPrefer(row) ? [...parameters, PREFER_PARAMETER] : parameters,
    ...(body === undefined ? {} : { requestBody: body }),
    responses: {
      [row.rest.status]: {
        description: 'Completed, or started if the answer contains an operation',
        headers: answerHeaders(row),
        content: { 'application/json': { schema: answer } },
      },
      ...toProblemResponses(row),
    },
  };
}

function toRequest(name: OperationName): {
  readonly parameters: Json[];
  readonly body: Json | undefined;
} {
  const { input, rest } = operationRow(name);
  const made = normalize(z.toJSONSchema(input, { target: 'openapi-3.0', io: 'input' }));
  const schema = withExamples(asObject(made), tableOf(name), kindOfInput(name));
  const required = new Set(Array.isArray(schema.required) ? schema.required : []);
  const isQueried = rest.method === 'GET' || rest.method === 'DELETE';
  const parameters: Json[] = [];
  const bodyFields: Members = {};
  for (const [field, inner] of Object.entries(asObject(schema.properties))) {
    const header = HEADER_FIELDS[field];
    const { description = '', ...rests } = asObject(inner);
    const common = { description, schema: header?.schema ?? rests };
    if (rest.path.includes(`{${field}}`)) {
      parameters.push({ name: field, in: 'path', required: true, ...common });
    } else if (header !== undefined) {
      parameters.push({ name: header.name, in: 'header', required: false, ...common });
    } else if (isQueried) {
      parameters.push({ name: field, in: 'query', required: required.has(field), ...common });
    } else {
      bodyFields[field] = inner;
    }
  }
  return { parameters, body: isQueried ? undefined : toBody(bodyFields, required) };
}

function toBody(fields: Members, required: ReadonlySet<Json>): Json {
  const needed = Object.keys(fields).filter((field) => required.has(field));
  const schema = {
    type: 'object',
    properties: fields,
    ...(needed.length === 0 ? {} : { required: needed }),
    additionalProperties: false,
  };
  return { required: needed.length > 0, content: { 'application/json': { schema } } };
}

/** One response for each status, naming the problems that come with it. */
function toProblemResponses(row: OperationRow): Members {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of [...row.problems, ...COMMON_PROBLEMS]) {
    const { status } = PROBLEM_KINDS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const schema = { $ref: '#/components/schemas/ProblemDocument' };
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      status,
      {
        description: codes.map((code) => `${code}: ${PROBLEM_KINDS[code].title}`).join('. '),
        headers: problemHeaders(codes),
        content: { 'application/problem+json': { schema } },
      },
    ]),
  );
}

function tableOf(name: OperationName): FieldTable | undefined {
  return TABLES[graphqlTypeOf(nounOf(name))];
}

function kindOfInput(name: OperationName): 'create' | 'request' {
  return name.endsWith('.create') ? 'create' : 'request';
}

/**
 * Puts the resource table's examples, and for creates its defaults, beside the fields. Answers have
 * every field, so the examples in them are what the server makes of those of requests.
 */
function withExamples(
  schema: JsonObject,
  table: FieldTable | undefined,
  kind: 'create' | 'request' | 'answer',
): Members {
  if (table === undefined) return schema;
  const properties = Object.entries(asObject(schema.properties)).map(([name, inner]) => {
    const row = Object.hasOwn(table, name) ? table[name] : undefined;
    if (row === undefined || '$ref' in asObject(inner)) return [name, inner];
    const filled = kind === 'create' && row.default !== undefined ? { default: row.default } : {};
    const example = fitExample(asObject(inner), normalize(exampleOf(row, kind)));
    if (example === undefined) return [name, { ...asObject(inner), ...filled }];
    return [name, { ...asObject(inner), ...filled, example }];
  });
  return { ...schema, properties: Object.fromEntries(properties) };
}

/** A filter takes a list of what a resource has one of; what a resource lacks is no filter. */
function fitExample({ type, items }: JsonObject, example: Json): Json | undefined {
  if (type !== 'array' || items === undefined || Array.isArray(example)) return example;
  return example === null ? undefined : [example];
}

function exampleOf({ schema, example }: Field, kind: 'create' | 'request' | 'answer'): unknown {
  return kind === 'answer' && example !== null ? schema.parse(example) : example;
}

/**
 * Brings what zod writes into the letter of 3.0.3: no ids or local definitions, null among the
 * values of a nullable enum or of `anyOf` where one of several may be null, and no bounds or
 * patterns that only repeat the type or the format.
 */
function normalize(value: unknown): Json {
  if (Array.isArray(value)) return value.map(normalize);
  if (typeof value !== 'object' || value === null) return asScalar(value);
  const entries = Object.entries(value)
    .filter(([key, inner]) => !isNoise(key, inner))
    .map(([key, inner]): [string, Json] => [key, normalize(inner)]);
  const { nullable, ...schema } = Object.fromEntries(entries);
  const target = schema.$ref;
  // Only z.json() is recursive in the contract; zod writes such schemas as local definitions.
  if (typeof target === 'string' && target.includes('/definitions/')) return ANY_JSON;
  if (schema.format === 'date-time') delete schema.pattern;
  if (nullable === undefined) return schema;
  const choices = schema.enum;
  if (Array.isArray(choices) && !choices.includes(null)) {
    return { ...schema, nullable, enum: [...choices, null] };
  }
  const { allOf, anyOf = allOf, ...others } = schema;
  return Array.isArray(anyOf) ? { ...others, anyOf: [...anyOf, NULL] } : { ...schema, nullable };
}

const ANY_JSON: Json = { $ref: '#/components/schemas/Json' };
const NULL: Json = { type: 'object', nullable: true, enum: [null] };

function isNoise(key: string, value: unknown): boolean {
  const isTypeBound = typeof value === 'number' && Math.abs(value) === Number.MAX_SAFE_INTEGER;
  return ['$id', '$schema', 'definitions'].includes(key) || value === undefined || isTypeBound;
}

function asScalar(value: unknown): Json {
  assert(
    value === null ||
      typeof value === 'string' ||
      typeof value === 'number' ||
      typeof value === 'boolean',
    'a schema holds a value that is not JSON',
  );
  return value;
}

function asObject(value: Json | undefined): JsonObject {
  return isRecord(value) ? value : {};
}
