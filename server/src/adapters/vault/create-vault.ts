/**
 * Reads values from the KV secrets engine, version 2, of HashiCorp Vault or OpenBao. Source: the
 * HTTP API of Vault (KV v2, AppRole, tokens).
 */
import { readFile } from 'node:fs/promises';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Clock } from '@novacron/runtime/clock';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { Breakers } from '../../ports/breakers.ts';
import type { Vault, VaultFault, VaultQuestion } from '../../ports/vault.ts';
import type { AddressGuard } from '../egress/guard-addresses.ts';
import { type Fetch, guardedFetch } from '../egress/guarded-fetch.ts';
import { reasonOf } from '../egress/name-failure.ts';

/** Time limit of one request. Unit: ms. */
const ANSWER_MS_MAX = 5_000;

/** Time for which a version is cached after it was read; it never changes. Unit: ms. */
const KEPT_MS = 30_000;
const KEPT_MAX = 500;

/** A token is used for this part of its lease. Unit: ratio. */
const LEASE_SHARE = 0.8;

const TENANT = /\{tenant_id\}/g;

/** A Vault, and how the server signs in: the configuration says what each part means. */
export interface VaultServer {
  readonly url: string;
  readonly ca: string | undefined;
  readonly namespace: string | undefined;
  readonly mount: string;
  /** The part of each tenant; undefined: paths start at the mount. */
  readonly prefix: string | undefined;
  readonly login:
    | { readonly kind: 'token'; readonly file: string }
    | {
        readonly kind: 'approle';
        readonly mount: string;
        readonly roleId: string;
        readonly secretIdFile: string;
      };
}

interface Parts {
  readonly guard: AddressGuard;
  readonly breakers: Breakers;
  readonly clock: Clock;
}

const Entry = z.object({
  data: z.object({
    data: z.record(z.string(), z.unknown()).nullable(),
    metadata: z.object({ version: z.int() }),
  }),
});

const Login = z.object({
  auth: z.object({ client_token: z.string().min(1), lease_duration: z.number() }),
});

type EntryData = z.infer<typeof Entry>['data'];

/** Vault does not work; its message follows "Vault". */
class NoAnswer extends Error {}

/** Makes it; the first use signs in. */
export function createVault(server: VaultServer, parts: Parts): Vault {
  const { host } = new URL(server.url);
  const fetchIt = guardedFetch(parts.guard, { server: server.url, ca: server.ca });
  const token = createToken(server, { ...parts, fetchIt });
  const kept = new LRUCache<string, EntryData>({
    max: KEPT_MAX,
    ttl: KEPT_MS,
    ttlResolution: 0,
    perf: { now: () => parts.clock.nowMs() },
  });
  const ask = async (path: string): Promise<Result<EntryData, VaultFault>> => {
    const first = await get(path, await token.current());
    if (first.status !== 403) return readEntry(first);
    // The token may have ended before its time.
    token.forget();
    return readEntry(await get(path, await token.current()));
  };
  const get = (path: string, current: string) =>
    send(fetchIt, server, { method: 'GET', path, token: current });
  const askGuarded = async (path: string): Promise<Result<EntryData, VaultFault>> => {
    const breaker = parts.breakers.of('vault', host);
    if (!breaker.tryCall(parts.clock.nowMs())) {
      return err({ words: 'has failed several times in a row', next: 'retry' });
    }
    try {
      const entry = await ask(path);
      breaker.succeeded();
      return entry;
    } catch (cause) {
      breaker.failed(parts.clock.nowMs());
      return err({ words: wordsOf(cause), next: 'retry' });
    }
  };
  return {
    read: async (question) => {
      const path = pathOf(server, question);
      const before = question.version === undefined ? undefined : kept.get(path);
      const entry = before === undefined ? await askGuarded(path) : ok(before);
      if (!entry.ok) return entry;
      if (question.version !== undefined) kept.set(path, entry.value);
      return pickField(entry.value, question);
    },
  };
}

function pathOf({ mount, prefix }: VaultServer, question: VaultQuestion): string {
  const { tenantId, path, version } = question;
  const part = prefix === undefined ? '' : `${prefix.replace(TENANT, tenantId)}/`;
  const entry = `${mount}/data/${part}${path}`;
  return version === undefined ? entry : `${entry}?version=${version}`;
}

function pickField({ data, metadata }: EntryData, { path, field }: VaultQuestion) {
  const value = data?.[field];
  if (data === null || data === undefined) return err(gone(`has deleted this version of ${path}`));
  if (value === undefined) return err(gone(`has no field ${field} in ${path}`));
  if (typeof value !== 'string' || value === '') {
    return err(gone(`has no text in the field ${field} of ${path}`));
  }
  return ok({ value, version: metadata.version });
}

function gone(words: string): VaultFault {
  return { words, next: 'final' };
}

/** Reads the entry in a response. Rejects if Vault does not work. */
async function readEntry(response: Response): Promise<Result<EntryData, VaultFault>> {
  const { status } = response;
  if (status === 403) return err(gone('does not let this server read the entry'));
  const body: unknown = await response.json().catch(() => undefined);
  const entry = Entry.safeParse(body);
  // A version that was deleted is answered with 404, and with what is known of it.
  if (entry.success) return ok(entry.data.data);
  if (status === 404) return err(gone('has no such entry or version'));
  if (status === 400) return err(gone('does not take the path: is this the KV engine, version 2?'));
  throw new NoAnswer(status === 503 ? 'is sealed or starts' : `answered ${status}`);
}

interface Call {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly token?: string;
  readonly body?: object;
}

function send(
  fetchIt: Fetch,
  { url, namespace }: VaultServer,
  { method, path, token, body }: Call,
): Promise<Response> {
  return fetchIt(`${url}/v1/${path}`, {
    method,
    headers: {
      accept: 'application/json',
      'x-vault-request': 'true',
      ...(namespace === undefined ? {} : { 'x-vault-namespace': namespace }),
      ...(token === undefined ? {} : { 'x-vault-token': token }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(ANSWER_MS_MAX),
  });
}

/** The token of the server: that of a file, or one of AppRole for a part of its lease. */
function createToken(server: VaultServer, { fetchIt, clock }: Parts & { readonly fetchIt: Fetch }) {
  const { login } = server;
  let known: { readonly token: string; readonly endsAtMs: number } | undefined;
  async function signIn(from: Extract<typeof login, { kind: 'approle' }>): Promise<string> {
    const body = { role_id: from.roleId, secret_id: await readSecretFile(from.secretIdFile) };
    const path = `auth/${from.mount}/login`;
    const response = await send(fetchIt, server, { method: 'POST', path, body });
    const { status } = response;
    if (status === 400 || status === 403) throw new NoAnswer('refuses the role and its secret id');
    const answer = Login.safeParse(await response.json().catch(() => undefined));
    if (!answer.success) throw new NoAnswer(`answered ${status} to the sign-in`);
    const { client_token: token, lease_duration: leaseS } = answer.data.auth;
    const leaseMs = leaseS === 0 ? Number.POSITIVE_INFINITY : leaseS * 1_000 * LEASE_SHARE;
    known = { token, endsAtMs: clock.nowMs() + leaseMs };
    return token;
  }
  return {
    current: async (): Promise<string> => {
      if (login.kind === 'token') return readSecretFile(login.file);
      return known !== undefined && clock.nowMs() < known.endsAtMs ? known.token : signIn(login);
    },
    forget: (): void => {
      known = undefined;
    },
  };
}

async function readSecretFile(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    const { code } = Object(cause);
    throw new NoAnswer(`cannot be signed in to: the file of its credential: ${code}`);
  });
  return text.trim();
}

/** Words that follow "Vault"; messages of connections may have the address. */
function wordsOf(cause: unknown): string {
  if (cause instanceof NoAnswer) return cause.message;
  const { name } = Object(cause);
  const isLate = name === 'TimeoutError' || name === 'AbortError';
  return isLate ? `did not answer within ${ANSWER_MS_MAX / 1_000} s` : reasonOf(cause);
}
