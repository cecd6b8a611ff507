/** The typed client over REST: types of the contract, none of its code. */
import type {
  InputOf,
  OperationName,
  OutputOf,
} from '@novacron/contract/operations-table/operations';
import { ApiProblem, toProblem, unreachable } from './api-problem.ts';
import { routeOf } from './routes-of-operations.ts';
import { endSession, sessionHeaders } from './session.ts';

const UNAUTHENTICATED_STATUS = 401;

/** Calls an operation. Throws an {@link ApiProblem} where the server refuses or is away. */
export async function call<Name extends OperationName>(
  name: Name,
  input: InputOf<Name> | { readonly id: string },
  signal?: AbortSignal,
): Promise<OutputOf<Name>> {
  // The server answers what its contract says; the dashboard comes from the same release.
  return callByName<OutputOf<Name>>(name, input, signal);
}

/** Calls an operation that is known by its name only, as pages made from metadata do. */
export async function callByName<Answer = unknown>(
  name: string,
  input: object,
  signal?: AbortSignal,
): Promise<Answer> {
  const route = routeOf(name);
  if (route === undefined) throw new Error(`This release has no operation ${name}.`);
  const { path, body } = placeInput(route, new Map(Object.entries(input)));
  const response = await fetch(`/api/v2${path}`, {
    method: route.method,
    headers: {
      ...sessionHeaders(route.method),
      'novacron-client': 'dashboard',
      ...(body.headers ?? {}),
    },
    body: body.text,
    signal,
  }).catch((cause: unknown) => {
    if (signal?.aborted) throw cause;
    throw unreachable();
  });
  if (response.ok) return response.json();
  const answer: unknown = await response.json().catch(() => undefined);
  const found = toProblem(response.status, answer);
  // A visitor who never had a session needs no reason.
  if (response.status === UNAUTHENTICATED_STATUS) endSession(reasonOf(answer, found.parts.detail));
  throw found;
}

/** Why a session has ended; undefined where the request was sent without one. */
function reasonOf(answer: unknown, detail: string): string | undefined {
  const { data } = Object(answer);
  return Object(data).reason === undefined ? undefined : detail;
}

interface PlacedInput {
  readonly path: string;
  readonly body: { readonly text?: string; readonly headers?: Readonly<Record<string, string>> };
}

/** Distributes an input over path, query, headers and body, as the REST API takes it. */
function placeInput(
  { method, path: template }: { readonly method: string; readonly path: string },
  fields: Map<string, unknown>,
): PlacedInput {
  const path = template.replaceAll(/\{(\w+)\}/g, (_match, field: string) => {
    const value = fields.get(field);
    fields.delete(field);
    return encodeURIComponent(String(value));
  });
  const headers: Record<string, string> = {};
  const revision = fields.get('if_revision');
  if (revision !== undefined) headers['if-match'] = `"${String(revision)}"`;
  fields.delete('if_revision');
  if (method === 'POST' || method === 'PATCH') {
    return { path, body: { text: JSON.stringify(Object.fromEntries(fields)), headers } };
  }
  const query = new URLSearchParams();
  for (const [name, value] of fields) {
    if (value === undefined || value === '') continue;
    for (const each of Array.isArray(value) ? value : [value]) query.append(name, String(each));
  }
  const text = query.toString();
  return { path: text === '' ? path : `${path}?${text}`, body: { headers } };
}

/** Whether a failed query is worth another attempt: not where the server has refused it. */
export function isWorthRetrying(attempts: number, cause: unknown): boolean {
  const retriesMax = 2;
  return attempts < retriesMax && (!(cause instanceof ApiProblem) || cause.parts.status === 0);
}
