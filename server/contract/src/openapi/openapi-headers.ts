/** The headers of requests and answers, as the OpenAPI document declares them. */
import { z } from 'zod';
import type { Json, JsonObject } from '../json.ts';
import { type OperationRow, operationNames, operationRow } from '../operations-table/operations.ts';
import type { ProblemCode } from '../problem/problem.ts';

const text = (description: string, example: string): JsonObject => ({
  description,
  schema: { type: 'string', example },
});

/** `components.headers`. */
export const HEADER_COMPONENTS: JsonObject = {
  RequestId: text('Id of the request, which the log has too', 'req_01h455vb4pex5vsknk084sn02q'),
  ETag: text('Revision of the resource, for If-Match', '"7"'),
  Location: text('Path of the new resource', '/api/v2/vms/vm_01h455vb4pex5vsknk084sn02q'),
  RetryAfter: {
    description: 'How long to wait before the same request may succeed. Unit: seconds',
    schema: { type: 'integer', minimum: 1, example: 1 },
  },
  RateLimitPolicy: text(
    'Rate limits of the caller: q requests within w seconds (draft-ietf-httpapi-ratelimit-headers)',
    '"principal";q=4000;w=2',
  ),
  RateLimit: text(
    'Remainder of each: r requests, and t seconds until all are there again',
    '"principal";r=3999;t=1',
  ),
  WwwAuthenticate: text('How to authenticate', 'Bearer realm="novacron"'),
};

/** Time that a caller waits for the end of an operation it starts (RFC 7240). */
export const PREFER_PARAMETER: JsonObject = {
  name: 'Prefer',
  in: 'header',
  required: false,
  description: 'wait=N holds the answer back until the operation has ended, at most N seconds',
  schema: { type: 'string', example: 'wait=10' },
};

const refer = (name: string): Json => ({ $ref: `#/components/headers/${name}` });

/** In every answer behind authentication. */
const ALWAYS: JsonObject = {
  'X-Request-Id': refer('RequestId'),
  'RateLimit-Policy': refer('RateLimitPolicy'),
  RateLimit: refer('RateLimit'),
};

/** The headers of an answer that is not a problem. */
export function answerHeaders(row: OperationRow): JsonObject {
  return {
    ...ALWAYS,
    ...(hasRevision(row.output) ? { ETag: refer('ETag') } : {}),
    ...(makesReadable(row) ? { Location: refer('Location') } : {}),
  };
}

/** The problems that say when the same request may succeed. */
const RETRIED: ReadonlySet<ProblemCode> = new Set([
  'conflict',
  'deadline-exceeded',
  'rate-limited',
  'storage-full',
  'unavailable',
]);

/** The headers of the answer for problems that share a status. */
export function problemHeaders(codes: readonly ProblemCode[]): JsonObject {
  return {
    ...ALWAYS,
    ...(codes.some((code) => RETRIED.has(code)) ? { 'Retry-After': refer('RetryAfter') } : {}),
    ...(codes.includes('unauthenticated') ? { 'WWW-Authenticate': refer('WwwAuthenticate') } : {}),
  };
}

/** Whether a caller can wait for the end of what the operation starts. */
export function takesPrefer({ effect, output }: OperationRow): boolean {
  return effect === 'write' && memberOf(output, 'operation') !== undefined;
}

function hasRevision(output: z.ZodType): boolean {
  const revised =
    memberOf(output, 'revision') ?? memberOf(memberOf(output, 'resource'), 'revision');
  return revised !== undefined;
}

function makesReadable({ rest, output }: OperationRow): boolean {
  const id = memberOf(memberOf(output, 'resource'), 'id');
  return rest.method === 'POST' && id !== undefined && READABLE_PATHS.has(`${rest.path}/{id}`);
}

const READABLE_PATHS: ReadonlySet<string> = new Set(
  operationNames()
    .map((name) => operationRow(name).rest)
    .filter(({ method }) => method === 'GET')
    .map(({ path }) => path),
);

function memberOf(schema: unknown, name: string): unknown {
  return schema instanceof z.ZodObject ? schema.shape[name] : undefined;
}
