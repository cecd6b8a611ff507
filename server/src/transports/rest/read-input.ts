/** Gathers an operation's input out of a REST request: path, query, body and headers. */
import type { OperationRow } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { ExchangeRequest } from '../http/exchange.ts';
import { readJsonBody } from '../http/read-body.ts';
import { coerceQuery } from './coerce-query.ts';

type Fields = Readonly<Record<string, unknown>>;

interface Source {
  /** Location of the fields, for messages. */
  readonly where: string;
  readonly fields: Fields;
}

/**
 * The input of one request, not yet parsed by the row's schema. GET and DELETE take their fields
 * from the query, POST and PATCH from the body; each also from path and headers.
 * Problems: `validation-failed`, `unsupported-media-type`.
 */
export function readInput(row: OperationRow, request: ExchangeRequest): Result<Fields, Problem> {
  const hasBody = row.rest.method === 'POST' || row.rest.method === 'PATCH';
  const written = hasBody ? readBodyFields(request) : readQueryFields(row, request);
  if (!written.ok) return written;
  const headers = readHeaderFields(request);
  if (!headers.ok) return headers;
  return mergeSources([
    { where: 'the path', fields: request.params },
    { where: 'the headers', fields: headers.value },
    { where: hasBody ? 'the body' : 'the query', fields: written.value },
  ]);
}

function readBodyFields(request: ExchangeRequest): Result<Fields, Problem> {
  if (queryOf(request).size > 0) {
    return refuse(
      `${request.method} takes its input from the body, but the URL has a query.`,
      'Move the fields of the query into the JSON body.',
    );
  }
  const body = readJsonBody(request);
  if (!body.ok) return body;
  if (body.value === undefined) return ok({});
  if (isFields(body.value)) return ok(body.value);
  return refuse('The body is not a JSON object.', 'Send the fields as one JSON object: {…}.');
}

function readQueryFields(row: OperationRow, request: ExchangeRequest): Result<Fields, Problem> {
  if (request.body instanceof Uint8Array && request.body.length > 0) {
    return refuse(
      `${request.method} takes its input from the query, but the request has a body.`,
      'Move the fields of the body into the query of the URL.',
    );
  }
  return coerceQuery(row.input, queryOf(request));
}

function queryOf(request: ExchangeRequest): URLSearchParams {
  const { url } = request;
  return new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?')) : '');
}

/**
 * `Idempotency-Key` and `If-Match`. They are passed on even where the row knows no such field: its
 * strict schema then refuses them, because a caller who counts on them must not be left in error.
 */
function readHeaderFields(request: ExchangeRequest): Result<Fields, Problem> {
  const key = request.get('idempotency-key');
  const match = request.get('if-match')?.trim();
  const keyFields = key === undefined ? {} : { idempotency_key: key };
  // `*` asks that the resource exists, which every row with an id asks anyway.
  if (match === undefined || match === '*') return ok(keyFields);
  const revision = /^(?:W\/)?"(\d{1,15})"$/.exec(match)?.[1];
  if (revision !== undefined) return ok({ ...keyFields, if_revision: Number(revision) });
  const message = 'must be one revision in quotes, such as "7"';
  return err(
    problem('validation-failed', {
      detail: `The header If-Match ${message}.`,
      remedy: 'Send the ETag of the answer that you read.',
      fields: [{ path: ['if_revision'], message }],
    }),
  );
}

/** One object out of all sources; two that say different things about a field are refused. */
function mergeSources(sources: readonly Source[]): Result<Fields, Problem> {
  const merged = new Map<string, { readonly where: string; readonly value: unknown }>();
  for (const { where, fields } of sources) {
    for (const [key, value] of Object.entries(fields)) {
      const earlier = merged.get(key);
      if (earlier !== undefined && earlier.value !== value) {
        const message = `is said differently by ${earlier.where} and by ${where}`;
        return err(
          problem('validation-failed', {
            detail: `The field ${key} ${message}.`,
            remedy: 'Send it once.',
            fields: [{ path: [key], message }],
          }),
        );
      }
      merged.set(key, { where, value });
    }
  }
  return ok(Object.fromEntries([...merged].map(([key, { value }]) => [key, value])));
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refuse(detail: string, remedy: string): Result<never, Problem> {
  return err(problem('validation-failed', { detail, remedy }));
}
