/** The frozen REST surface `/api/v1`: every request becomes the operation that does it today. */
import { operationRow } from '@novacron/contract/operations-table/operations';
import {
  V1_DEPRECATED_AT_S,
  V1_ROWS,
  type V1Fields,
  type V1Row,
} from '@novacron/contract/operations-table/v1-mapping';
import { type FieldProblem, type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Router } from 'express';
import { type Core, dispatch } from '../../dispatch/dispatch.ts';
import { createRouter } from '../../http/create-router.ts';
import { contextOf, type ExchangeHandler } from '../../http/exchange.ts';
import { REST_PREFIX } from '../../http/rest-prefix.ts';
import { sendProblem } from '../../http/send-problem.ts';
import { readInput } from '../read-input.ts';
import { sendV1Answer } from './send-v1-answer.ts';

/** The router for everything below `/api/v1`; its callers are authenticated already. */
export function createV1Router(core: Core): Router {
  return createRouter(
    V1_ROWS.map((row) => ({
      method: row.method,
      path: row.path,
      handler: handleRow(core, row),
      before: sayDeprecated(operationRow(row.operation).rest.path),
    })),
  );
}

/**
 * RFC 9745 says since when, RFC 8288 with `successor-version` (RFC 5829) what to use instead.
 * @param successor - the path in v2, with the same `{id}`
 */
function sayDeprecated(successor: string): ExchangeHandler {
  return (request, response, next) => {
    const { id = '' } = request.params;
    const path = successor.replace('{id}', encodeURIComponent(String(id)));
    response.set({
      Deprecation: `@${V1_DEPRECATED_AT_S}`,
      Link: `<${REST_PREFIX}${path}>; rel="successor-version"`,
    });
    next();
  };
}

function handleRow(core: Core, row: V1Row): ExchangeHandler {
  const v2Row = operationRow(row.operation);
  return async (request, response) => {
    const written = readInput(v2Row, request);
    if (!written.ok) return sendProblem(response, written.error);
    const rawInput = toV2(row, written.value);
    if (!rawInput.ok) return sendProblem(response, rawInput.error);
    const context = contextOf(response);
    const call = {
      name: row.operation,
      rawInput: rawInput.value,
      context,
      cursors: 'ids',
    } as const;
    const answer = await dispatch(core, call);
    if (!answer.ok) return sendProblem(response, toV1Problem(row.request, answer.error));
    sendV1Answer(response, row, answer.value);
  };
}

/** Fields from the path and headers; v1 has no other names for them. */
const OUTSIDE_THE_BODY = ['id', 'idempotency_key', 'if_revision'];

/** A request in the words of v2. Problems: `validation-failed` for what v1 does not know. */
function toV2(
  row: V1Row,
  written: Readonly<Record<string, unknown>>,
): Result<Record<string, unknown>, Problem> {
  const fields: [string, unknown][] = [];
  const unknown: FieldProblem[] = [];
  for (const [name, value] of Object.entries(written)) {
    if (Object.hasOwn(row.request, name)) fields.push([row.request[name] ?? name, value]);
    else if (OUTSIDE_THE_BODY.includes(name)) fields.push([name, value]);
    else unknown.push({ path: [name], message: 'is not a known field of v1' });
  }
  if (unknown.length === 0) return ok(Object.fromEntries(fields));
  const names = unknown.map(({ path }) => path.join('.')).join(', ');
  return err(
    problem('validation-failed', {
      detail: `The request has fields that v1 does not support: ${names}.`,
      remedy: `Remove them, or use ${REST_PREFIX}.`,
      fields: unknown,
    }),
  );
}

/** A problem whose fields are called as in v1. */
function toV1Problem(request: V1Fields, found: Problem): Problem {
  const v1Names = new Map(Object.entries(request).map(([v1, v2]) => [v2, v1]));
  const fields = found.fields.map(({ path: [first, ...rest], message }) => ({
    path: first === undefined ? [] : [v1Names.get(String(first)) ?? first, ...rest],
    message,
  }));
  return { ...found, fields };
}
