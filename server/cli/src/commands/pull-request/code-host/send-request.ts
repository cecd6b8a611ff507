/** Requests to a code host: pages, rate limits and refusals in words. */
import { ok, type Result } from '@novacron/contract/result';
import { z } from 'zod';
import { type CliIo, pause } from '../../../io/cli-io.ts';
import { messageOf } from '../../../io/message-of.ts';
import { plainLine } from '../../../output/plain-text.ts';
import { type Refusal, refuse } from '../../gitops/step/refusal.ts';

/** How a code host is reached. */
export interface CodeHostConnection {
  /** Address of its API, without a slash at the end. */
  readonly api: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly io: Pick<CliIo, 'timers' | 'stderr' | 'now'>;
  readonly signal: AbortSignal;
}

/** A request. */
export interface HostRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path below the API, or a whole address of the same host. */
  readonly path: string;
  readonly body?: object;
  /** Whether a refusal is an answer: its value is then undefined. */
  readonly isAbsent?: (status: number, text: string) => boolean;
}

/** An answer, and the address of its next page. */
interface HostAnswer {
  readonly value: unknown;
  readonly next: string | undefined;
}

/** Longest wait for an answer. Unit: ms. */
const ANSWER_MS_MAX = 30_000;
/** Longest wait that a rate limit may ask for. Unit: ms. */
const WAIT_MS_MAX = 90_000;
/** Attempts of a request that a rate limit refuses. */
const ATTEMPTS_MAX = 4;
/** Pages of one list. */
const PAGES_MAX = 100;
const MS_PER_S = 1_000;

/** Sends a request and reads its answer. */
export async function sendRequest<T>(
  connection: CodeHostConnection,
  schema: z.ZodType<T>,
  request: HostRequest,
): Promise<Result<T, Refusal>> {
  const answer = await send(connection, request);
  if (!answer.ok) return answer;
  const read = schema.safeParse(answer.value.value);
  return read.success ? ok(read.data) : unexpected(connection, request, read.error);
}

/** Reads a list, page by page. */
export async function listPages<T>(
  connection: CodeHostConnection,
  item: z.ZodType<T>,
  path: string,
): Promise<Result<readonly T[], Refusal>> {
  const items: T[] = [];
  let next: string | undefined = path;
  for (let page = 0; next !== undefined; page += 1) {
    if (page === PAGES_MAX) return refuse(`${path} has more than ${PAGES_MAX} pages.`);
    const request = { path: next };
    const answer = await send(connection, request);
    if (!answer.ok) return answer;
    const read = z.array(item).safeParse(answer.value.value);
    if (!read.success) return unexpected(connection, request, read.error);
    items.push(...read.data);
    next = answer.value.next;
  }
  return ok(items);
}

function unexpected({ api }: CodeHostConnection, { path }: HostRequest, error: z.ZodError) {
  const [issue] = error.issues;
  const what = `${issue?.path.join('.')}: ${issue?.message}`;
  return refuse(`${api} answers ${path} with something else than expected (${what}).`);
}

async function send(
  connection: CodeHostConnection,
  request: HostRequest,
): Promise<Result<HostAnswer, Refusal>> {
  const { api, io, signal } = connection;
  const { method = 'GET', path, body, isAbsent = () => false } = request;
  const url = new URL(path.startsWith('/') ? `${api}${path}` : path);
  // The token is for this host alone, whatever a page names as the next one.
  if (url.origin !== new URL(api).origin) return refuse(`${api} refers to ${url.origin}.`);
  for (let attempt = 1; ; attempt += 1) {
    let answer: Response;
    let text: string;
    try {
      answer = await fetch(url, {
        method,
        redirect: 'error',
        headers: { 'content-type': 'application/json', ...connection.headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS_MAX)]),
      });
      text = await answer.text();
    } catch (cause) {
      return refuse(`${api} does not answer: ${messageOf(reasonOf(cause))}.`);
    }
    if (answer.ok) {
      const value = text === '' ? undefined : parse(text);
      return ok({ value, next: nextPage(answer.headers.get('link')) });
    }
    if (isAbsent(answer.status, text)) return ok({ value: undefined, next: undefined });
    const waitMs = limitedFor(answer, text, io.now().getTime());
    if (waitMs === undefined || waitMs > WAIT_MS_MAX || attempt === ATTEMPTS_MAX) {
      return refuse(
        `${api} refuses ${method} ${url.pathname} with ${answer.status}: ${wordsOf(text)}`,
      );
    }
    const seconds = Math.ceil(waitMs / MS_PER_S);
    io.stderr.write(`The code host limits requests. Trying again in ${seconds} s.\n`);
    await pause(io.timers, waitMs, signal);
  }
}

/** What `fetch` wraps, such as a refused connection. */
function reasonOf(failure: unknown): unknown {
  return failure instanceof Error && failure.cause !== undefined ? failure.cause : failure;
}

/** Waiting time of a limit that does not say how long it lasts. Source: GitHub. Unit: ms. */
const LIMIT_MS = 60_000;

/**
 * How long a rate limit lasts; undefined for another refusal. GitHub limits with 403, too. A
 * request that a limit refuses was not carried out. Unit: ms.
 */
function limitedFor({ status, headers }: Response, text: string, nowMs: number) {
  if (status !== 429 && status !== 403) return undefined;
  const after = headers.get('retry-after');
  if (after !== null && /^\d+$/.test(after)) return Number(after) * MS_PER_S;
  const isUsedUp = headers.get('x-ratelimit-remaining') === '0';
  const reset = Number(headers.get('x-ratelimit-reset') ?? Number.NaN);
  if (isUsedUp && Number.isFinite(reset)) return Math.max(0, reset * MS_PER_S - nowMs);
  return status === 429 || /rate limit/i.test(text) ? LIMIT_MS : undefined;
}

/** The next page of a list. Source: RFC 8288, as GitHub, Forgejo and GitLab use it. */
function nextPage(link: string | null): string | undefined {
  return /<([^>]+)>\s*;\s*rel="next"/.exec(link ?? '')?.[1];
}

const Words = z.looseObject({ message: z.unknown().optional(), error: z.unknown().optional() });

/** Words of a refusal that are shown. Unit: characters. */
const WORDS_LENGTH_MAX = 300;

function wordsOf(text: string): string {
  const { message, error } = Words.safeParse(parse(text)).data ?? {};
  const words = message ?? error ?? text;
  const shown = typeof words === 'string' ? words : JSON.stringify(words);
  return plainLine(shown).slice(0, WORDS_LENGTH_MAX) || 'without a reason.';
}

/** Of requests whose subject may not exist. */
export function isMissing(status: number): boolean {
  return status === 404;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
