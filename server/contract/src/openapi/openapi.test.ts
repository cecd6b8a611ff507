/** The OpenAPI document against the structural rules of OpenAPI 3.0.3, written out by hand. */
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { canonicalJson, type Json, type JsonObject } from '../json.ts';
import { COMMON_PROBLEMS, operationNames, operationRow } from '../operations-table/operations.ts';
import { PROBLEM_KINDS } from '../problem/problem.ts';
import { toOpenApiDocument } from './openapi.ts';
import { COMPONENTS } from './openapi-components.ts';

const document = toOpenApiDocument({ version: '1.2.3' });

/** Keywords of the Schema Object, OpenAPI 3.0.3 section 4.7.24, that we may write. */
const SCHEMA_KEYWORDS: readonly string[] = [
  'title',
  'multipleOf',
  'maximum',
  'exclusiveMaximum',
  'minimum',
  'exclusiveMinimum',
  'maxLength',
  'minLength',
  'pattern',
  'maxItems',
  'minItems',
  'uniqueItems',
  'maxProperties',
  'minProperties',
  'required',
  'enum',
  'type',
  'allOf',
  'oneOf',
  'anyOf',
  'not',
  'items',
  'properties',
  'additionalProperties',
  'description',
  'format',
  'default',
  'nullable',
  'discriminator',
  'readOnly',
  'writeOnly',
  'example',
  'deprecated',
];
const TYPES: readonly Json[] = ['array', 'boolean', 'integer', 'number', 'object', 'string'];

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function at(value: Json | undefined, ...keys: readonly string[]): Json | undefined {
  return keys.reduce<Json | undefined>(
    (inner, key) => (isObject(inner) ? inner[key] : undefined),
    value,
  );
}

function membersOf(value: Json | undefined): [string, Json][] {
  return isObject(value) ? Object.entries(value) : [];
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

function resolve(reference: string): Json | undefined {
  const [root, ...keys] = reference.split('/');
  return root === '#' ? at(document, ...keys) : undefined;
}

interface Found {
  readonly path: string;
  readonly method: string;
  readonly operation: JsonObject;
  readonly parameters: readonly Json[];
}

const operations: readonly Found[] = membersOf(document.paths).flatMap(([path, item]) =>
  membersOf(item).flatMap(([method, operation]) =>
    method === 'parameters' || !isObject(operation)
      ? []
      : [{ path, method, operation, parameters: listOf(operation.parameters) }],
  ),
);

/** Every object that stands where 3.0.3 wants a schema, with its place. */
function collectSchemas(value: Json, place: string): [string, Json][] {
  if (Array.isArray(value)) {
    return value.flatMap((inner: Json, index) => collectSchemas(inner, `${place}/${index}`));
  }
  return membersOf(value).flatMap(([key, inner]) => {
    const here = `${place}/${key}`;
    if (key === 'example' || key === 'default' || key === 'enum') return [];
    const isSchema =
      key === 'schema' || place === '#/components/schemas' || place.endsWith('/properties');
    const isNested = ['items', 'additionalProperties'].includes(key) && isObject(inner);
    const isListed = /\/(?:anyOf|allOf|oneOf)$/.test(place);
    const found: [string, Json][] = isSchema || isNested || isListed ? [[here, inner]] : [];
    return [...found, ...collectSchemas(inner, here)];
  });
}

const schemas = collectSchemas(document, '#');

function faultsOfSchema(schema: Json): string[] {
  if (!isObject(schema)) return ['is not an object'];
  if ('$ref' in schema) return Object.keys(schema).length === 1 ? [] : ['has siblings of $ref'];
  const { type, nullable, exclusiveMinimum, exclusiveMaximum } = schema;
  const values = schema.enum;
  return [
    ...Object.keys(schema)
      .filter((key) => !SCHEMA_KEYWORDS.includes(key))
      .map((key) => `has the keyword ${key}`),
    ...(type === undefined || TYPES.includes(type) ? [] : [`has the type ${String(type)}`]),
    ...(type === 'array' && schema.items === undefined ? ['is an array without items'] : []),
    ...(typeof exclusiveMinimum === 'number' ? ['has a number as exclusiveMinimum'] : []),
    ...(typeof exclusiveMaximum === 'number' ? ['has a number as exclusiveMaximum'] : []),
    ...(nullable === true && type === undefined ? ['is nullable without a type'] : []),
    ...(nullable === true && values !== undefined && !listOf(values).includes(null)
      ? ['is nullable but null is not among its values']
      : []),
    ...listOf(schema.required)
      .filter((name) => at(schema.properties, String(name)) === undefined)
      .map((name) => `requires ${String(name)}, which it does not have`),
  ];
}

describe('the OpenAPI document', () => {
  test('says its version, its title and that of the server', () => {
    expect(document.openapi).toBe('3.0.3');
    expect(at(document, 'info', 'title')).toBe('NovaCron');
    expect(at(document, 'info', 'version')).toBe('1.2.3');
  });

  test('has every operation of the table once, under its name, method and path', () => {
    const found = operations.map(({ operation, method, path }) => [
      operation.operationId,
      method.toUpperCase(),
      path,
    ]);
    const wanted = operationNames().map((name) => {
      const { method, path } = operationRow(name).rest;
      return [name, method, path];
    });
    expect(new Set(found.map(String))).toEqual(new Set(wanted.map(String)));
    expect(found).toHaveLength(wanted.length);
  });

  test.each(operations.map((found) => [String(found.operation.operationId), found] as const))(
    '%s declares each path parameter once and no other',
    (_name, { path, parameters }) => {
      const declared = parameters
        .filter((parameter) => at(parameter, 'in') === 'path')
        .map((parameter) => at(parameter, 'name'));
      expect(declared).toEqual([...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]));
    },
  );

  test('describes every parameter, and requires the ones of paths', () => {
    for (const parameter of operations.flatMap((found) => found.parameters)) {
      expect(at(parameter, 'description')).toEqual(expect.stringMatching(/.+/));
      expect(at(parameter, 'schema')).toBeDefined();
      expect(['path', 'query', 'header']).toContain(at(parameter, 'in'));
      if (at(parameter, 'in') === 'path') expect(at(parameter, 'required')).toBe(true);
    }
  });

  test('has parameters of different names within an operation', () => {
    for (const { parameters } of operations) {
      const keys = parameters.map((one) => `${String(at(one, 'in'))} ${String(at(one, 'name'))}`);
      expect(new Set(keys).size).toBe(keys.length);
    }
  });

  test('has bodies only where HTTP gives them a meaning', () => {
    for (const { method, operation } of operations) {
      const hasBody = operation.requestBody !== undefined;
      expect(hasBody).toBe(method === 'post' || method === 'patch');
    }
  });

  test('answers every problem of a row, and those of all rows, as problem documents', () => {
    for (const { operation } of operations) {
      const name = operationNames().find((one) => one === operation.operationId) ?? 'vm.get';
      for (const code of [...operationRow(name).problems, ...COMMON_PROBLEMS]) {
        const response = at(operation, 'responses', String(PROBLEM_KINDS[code].status));
        expect(at(response, 'description')).toContain(`${code}: ${PROBLEM_KINDS[code].title}`);
        expect(at(response, 'content', 'application/problem+json', 'schema', '$ref')).toBe(
          '#/components/schemas/ProblemDocument',
        );
      }
    }
  });

  test('describes every response and gives it a schema', () => {
    for (const { operation } of operations) {
      for (const [status, response] of membersOf(operation.responses)) {
        expect(status).toMatch(/^[1-5]\d\d$/);
        expect(at(response, 'description')).toEqual(expect.stringMatching(/.+/));
        for (const [, media] of membersOf(at(response, 'content'))) {
          expect(at(media, 'schema')).toBeDefined();
        }
      }
    }
  });

  test('uses only tags and security schemes that it declares', () => {
    const tags = listOf(document.tags).map((tag) => at(tag, 'name'));
    for (const { operation } of operations) {
      for (const tag of listOf(operation.tags)) expect(tags).toContain(tag);
    }
    expect(at(document, 'components', 'securitySchemes', 'apiKey', 'scheme')).toBe('bearer');
    expect(document.security).toEqual([{ apiKey: [] }]);
  });

  test('has no reference that leads nowhere', () => {
    const references = JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g);
    for (const [, reference = ''] of references)
      expect([reference, resolve(reference)]).toEqual([reference, expect.anything()]);
  });

  test('writes every schema with the keywords of 3.0.3 alone', () => {
    expect(schemas.length).toBeGreaterThan(200);
    const faults = schemas.flatMap(([place, schema]) =>
      faultsOfSchema(schema).map((fault) => `${place} ${fault}`),
    );
    expect(faults).toEqual([]);
  });

  test('holds nothing of newer JSON Schema drafts', () => {
    const text = JSON.stringify(document);
    for (const keyword of ['$schema', '$id', '$defs', 'definitions', 'const', 'propertyNames']) {
      expect(text).not.toContain(`"${keyword}":`);
    }
  });

  test('lets clients repeat creates and guard changes by headers', () => {
    const create = operations.find(({ operation }) => operation.operationId === 'vm.create');
    const update = operations.find(({ operation }) => operation.operationId === 'vm.update');
    const names = (found: Found | undefined) => found?.parameters.map((one) => at(one, 'name'));
    expect(names(create)).toEqual(['Idempotency-Key', 'Prefer']);
    expect(names(update)).toEqual(['id', 'If-Match', 'Prefer']);
  });

  test('gives examples of requests that the table accepts', () => {
    for (const { operation } of operations) {
      const name = operationNames().find(
        (one) => one.endsWith('.create') && one === operation.operationId,
      );
      const body = at(operation, 'requestBody', 'content', 'application/json', 'schema');
      // Rows without a resource table have no examples.
      if (
        name === undefined ||
        /^(api_key|budget|notification_channel|price_list|reservation|role|secret|tenant)\./.test(
          name,
        ) ||
        /^(policy_(author|data|waiver)|gitops_application|vm_batch|workflow)\./.test(name) ||
        /^(compliance_attestation|model)\./.test(name)
      )
        continue;
      const example = membersOf(at(body, 'properties')).map(([field, schema]) => [
        field,
        at(schema, 'example'),
      ]);
      const parsed = operationRow(name).input.safeParse(Object.fromEntries(example));
      expect([name, parsed.error?.issues]).toEqual([name, undefined]);
    }
  });

  test('gives examples that satisfy the schemas that they stand beside', () => {
    const components = at(document, 'components', 'schemas');
    for (const [name, schema] of Object.entries(COMPONENTS)) {
      if (!(schema instanceof z.ZodObject)) continue;
      for (const [field, inner] of membersOf(at(components, name, 'properties'))) {
        const example = at(inner, 'example');
        if (example === undefined) continue;
        const parsed = z.object(schema.shape).shape[field]?.safeParse(example);
        expect([name, field, parsed?.error?.issues]).toEqual([name, field, undefined]);
      }
    }
  });

  test('gives examples of fields and parameters that the operation accepts', () => {
    let examples = 0;
    for (const { operation, parameters } of operations) {
      const name = operationNames().find((one) => one === operation.operationId) ?? 'vm.get';
      const body = at(operation, 'requestBody', 'content', 'application/json', 'schema');
      const fields = [
        ...membersOf(at(body, 'properties')),
        ...parameters
          .filter((one) => at(one, 'in') !== 'header')
          .map((one) => [String(at(one, 'name')), at(one, 'schema')] as const),
      ];
      for (const [field, schema] of fields) {
        const example = at(schema, 'example');
        if (example === undefined) continue;
        examples += 1;
        const parsed = operationRow(name).input.shape[field]?.safeParse(example);
        expect([name, field, example, parsed?.success]).toEqual([name, field, example, true]);
      }
      for (const one of parameters.filter((each) => at(each, 'in') === 'header')) {
        const [example, pattern] = [at(one, 'schema', 'example'), at(one, 'schema', 'pattern')];
        if (example === undefined || pattern === undefined) continue;
        expect(String(example)).toMatch(new RegExp(String(pattern)));
      }
    }
    expect(examples).toBeGreaterThan(100);
  });

  test('declares the headers of answers where the server sends them', () => {
    const headersOf = (name: string, status: number) => {
      const found = operations.find(({ operation }) => operation.operationId === name);
      const headers = at(found?.operation, 'responses', String(status), 'headers');
      return membersOf(headers).map(([header]) => header);
    };
    const always = ['X-Request-Id', 'RateLimit-Policy', 'RateLimit'];
    expect(headersOf('vm.create', 202)).toEqual([...always, 'ETag', 'Location']);
    expect(headersOf('vm.get', 200)).toEqual([...always, 'ETag']);
    expect(headersOf('vm.list', 200)).toEqual(always);
    expect(headersOf('vm.get', 401)).toEqual([...always, 'WWW-Authenticate']);
    expect(headersOf('vm.get', 429)).toEqual([...always, 'Retry-After']);
    expect(headersOf('vm.get', 503)).toEqual([...always, 'Retry-After']);
    expect(headersOf('vm.get', 404)).toEqual(always);
  });

  test('is the same each time', () => {
    expect(canonicalJson(toOpenApiDocument({ version: '1.2.3' }))).toBe(canonicalJson(document));
  });
});
