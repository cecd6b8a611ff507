/**
 * The JSON-RPC surface as an OpenRPC document, made from the operations table.
 * Source: OpenRPC Specification 1.3.2.
 */
import type { Json, JsonObject } from '@novacron/contract/json';
import {
  COMMON_PROBLEMS,
  describeNeeds,
  operationNames,
  operationRow,
} from '@novacron/contract/operations-table/operations';
import {
  PROBLEM_KINDS,
  type ProblemCode,
  ProblemDocument,
} from '@novacron/contract/problem/problem';
import { z } from 'zod';
import { rpcCodeOf } from '../json-rpc/problem-code.ts';

/** Makes the document. Pure. */
export function toJsonRpcDocument(): JsonObject {
  const schemas = z.registry<{ id: string }>();
  const idOf = new Map<unknown, string>();
  for (const name of operationNames()) {
    const [noun = '', verb = ''] = name.split('.');
    const { output } = operationRow(name);
    if (idOf.has(output)) continue;
    const id = verb === 'get' ? noun : name;
    idOf.set(output, id);
    schemas.add(output, { id });
  }
  schemas.add(ProblemDocument, { id: 'problem' });
  const made = z.toJSONSchema(schemas, {
    target: 'draft-7',
    io: 'output',
    uri: (id) => `#/components/schemas/${id}`,
  });
  return {
    openrpc: '1.3.2',
    info: {
      title: 'NovaCron over JSON-RPC 2.0',
      version: '2',
      description: 'Every operation is a method of POST /rpc; its fields are the params, by name.',
    },
    methods: operationNames().map((name) => {
      const { summary, input, output } = operationRow(name);
      return {
        name,
        summary,
        description: describeNeeds(operationRow(name)),
        paramStructure: 'by-name',
        params: toParams(input),
        result: {
          name: 'answer',
          schema: { $ref: `#/components/schemas/${idOf.get(output) ?? name}` },
        },
        errors: toErrors([...operationRow(name).problems, ...COMMON_PROBLEMS]),
      };
    }),
    components: { schemas: withoutMarks(made.schemas) },
  };
}

function toParams(input: z.ZodObject): Json[] {
  const made = z.toJSONSchema(input, { target: 'draft-7', io: 'input' });
  const required = new Set(made.required);
  return Object.entries(made.properties ?? {}).map(([name, schema]) => ({
    name,
    required: required.has(name),
    schema: withoutMarks(schema),
  }));
}

/** One error for each code of JSON-RPC, naming the problems that travel under it. */
function toErrors(codes: readonly ProblemCode[]): Json[] {
  const byCode = new Map<number, ProblemCode[]>();
  for (const code of codes) {
    const rpcCode = rpcCodeOf(code);
    byCode.set(rpcCode, [...(byCode.get(rpcCode) ?? []), code]);
  }
  return [...byCode].map(([code, problems]) => ({
    code,
    message: problems.map((each) => `${each}: ${PROBLEM_KINDS[each].title}`).join('. '),
    data: { $ref: '#/components/schemas/problem' },
  }));
}

/** Members in which zod keeps its own books. */
const MARKS = ['$id', '$schema', 'definitions', '__shared'];

/** A schema without zod's marks, and without bounds that only repeat the type. */
function withoutMarks(value: unknown): Json {
  if (Array.isArray(value)) return value.map(withoutMarks);
  if (typeof value !== 'object' || value === null) return toScalar(value);
  // Only z.json() is recursive in the contract; zod writes such schemas as local definitions.
  if ('$ref' in value && String(value.$ref).includes('/definitions/')) return ANY_JSON;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, inner]) => !MARKS.includes(key) && !isTypeBound(inner))
      .map(([key, inner]) => [key, withoutMarks(inner)]),
  );
}

const ANY_JSON: Json = { description: 'Any JSON value, including null' };

function isTypeBound(value: unknown): boolean {
  return typeof value === 'number' && Math.abs(value) === Number.MAX_SAFE_INTEGER;
}

function toScalar(value: unknown): Json {
  const isScalar =
    typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  return isScalar ? value : null;
}
