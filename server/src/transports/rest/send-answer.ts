/** Turns an operation's answer into an HTTP answer with the headers that belong to it. */
import { isRecord } from '@novacron/contract/json';
import {
  type OperationRow,
  operationNames,
  operationRow,
} from '@novacron/contract/operations-table/operations';
import type { ExchangeResponse } from '../http/exchange.ts';
import { REST_PREFIX } from '../http/rest-prefix.ts';

/**
 * Answers with JSON, the row's status, `ETag` where the answer has a revision and `Location` where
 * it has a new resource. Never 304: a status may change while the revision stays.
 */
export function sendAnswer(response: ExchangeResponse, row: OperationRow, answer: unknown): void {
  const text = JSON.stringify(answer ?? {});
  const revision =
    memberOf(answer, 'revision') ?? memberOf(memberOf(answer, 'resource'), 'revision');
  if (typeof revision === 'number') response.set('ETag', `"${revision}"`);
  const location = locationOf(row, answer);
  if (location !== undefined) response.set('Location', location);
  response.status(row.rest.status).set('Content-Type', 'application/json').end(text);
}

/** The address of what a POST to a collection made, if it can be looked at. */
function locationOf(row: OperationRow, answer: unknown): string | undefined {
  const id = memberOf(memberOf(answer, 'resource'), 'id');
  if (row.rest.method !== 'POST' || typeof id !== 'string') return undefined;
  return READABLE_PATHS.has(`${row.rest.path}/{id}`)
    ? `${REST_PREFIX}${row.rest.path}/${encodeURIComponent(id)}`
    : undefined;
}

const READABLE_PATHS: ReadonlySet<string> = new Set(
  operationNames()
    .map((name) => operationRow(name).rest)
    .filter(({ method }) => method === 'GET')
    .map(({ path }) => path),
);

function memberOf(value: unknown, key: string): unknown {
  return isRecord(value) ? value[key] : undefined;
}
