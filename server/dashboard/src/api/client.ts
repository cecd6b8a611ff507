/** The typed client over REST: types of the contract, none of its code. */
import type {
  InputOf,
  OperationName,
  OutputOf,
} from '@novacron/contract/operations-table/operations';
import { ApiProblem, mayPass, toProblem, unanswered, unreachable } from './api-problem.ts';
import { createPendingWrites } from './pending-writes.ts';
import { type Route, routeOf } from './routes-of-operations.ts';
import { endSession, sessionHeaders } from './session.ts';

const UNAUTHENTICATED_STATUS = 401;

/** A request that takes longer has failed, as far as people are concerned. Unit: milliseconds. */
const ANSWER_MS_MAX = 30_000;

const pending = createPendingWrites();

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
  if (route.effect !== 'write') return JSON.parse(await request(route, { input, signal }));
  const text = await pending.send(`${name} ${JSON.stringify(input)}`, isLost, (key) =>
    request(route, { input, signal, key: route.isKeyed ? key : undefined }),
  );
  return JSON.parse(text);
}

/** Whether a failed write may have been done all the same. */
function isLost(cause: unknown): boolean {
  return !(cause instanceof ApiProblem) || mayPass(cause);
}

interface RequestParts {
  readonly input: object;
  readonly signal: AbortSignal | undefined;
  readonly key?: string;
}

/** @returns the text of the answer: JSON */
async function request(route: Route, parts: RequestParts): Promise<string> {
  const { input, signal, key } = parts;
  const { path, body } = placeInput(route, new Map(Object.entries(input)));
  const limit = AbortSignal.timeout(ANSWER_MS_MAX);
  const headers = Object.assign(
    { 'novacron-client': 'dashboard' },
    sessionHeaders(route.method),
    key === undefined ? {} : { 'idempotency-key': key },
    body.headers,
  );
  try {
    const response = await fetch(`/api/v2${path}`, {
      method: route.method,
      headers,
      body: body.text,
      signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
    });
    if (response.ok) return await response.text();
    throw await refusalOf(response);
  } catch (cause) {
    if (cause instanceof ApiProblem || signal?.aborted) throw cause;
    const seconds = ANSWER_MS_MAX / 1_000;
    throw limit.aborted ? unanswered(seconds, route.effect === 'write') : unreachable();
  }
}

async function refusalOf(response: Response): Promise<ApiProblem> {
  const answer: unknown = await response.json().catch(() => undefined);
  const found = toProblem(response.status, answer);
  // A visitor who never had a session needs no reason.
  if (response.status === UNAUTHENTICATED_STATUS) endSession(reasonOf(answer, found.parts.detail));
  return found;
}

/** Returns the reason a session ended; undefined if the request was sent without a session. */
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
