/**
 * A client of Argo CD: applications, their syncs and rollbacks. Argo CD works later than it
 * answers; `wait-for-sync.ts` says when its work has ended.
 * Source: the OpenAPI document of Argo CD 3 (assets/swagger.json).
 */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { z } from 'zod';
import { messageOf } from '../../io/message-of.ts';
import { Application } from './read-application.ts';

/** How Argo CD is reached. */
export interface ArgocdConnection {
  /** HOST, HOST:PORT or an address; https unless the address says otherwise. */
  readonly server: string;
  /** Token of an account or project. */
  readonly token: string;
  /** Project of the applications; without one, Argo CD does not say whether one exists. */
  readonly project?: string | undefined;
}

/** Application to create. */
export interface NewApplication {
  readonly name: string;
  readonly repo: string;
  readonly path: string;
  readonly revision: string;
  readonly namespace: string;
  readonly cluster: string;
}

/** Sync to begin. */
export interface SyncRequest {
  /** Branch, tag or commit. Default: the target revision of the application. */
  readonly revision?: string | undefined;
  /** Delete resources that Git does not have any more. */
  readonly prune: boolean;
  readonly dryRun: boolean;
}

/** Resource in the tree of an application. */
const TreeNode = z.looseObject({
  group: z.string().optional(),
  kind: z.string(),
  namespace: z.string().optional(),
  name: z.string(),
  health: z.looseObject({ status: z.string().optional() }).nullish(),
  parentRefs: z.array(z.looseObject({ kind: z.string(), name: z.string() })).nullish(),
});
export type TreeNode = z.infer<typeof TreeNode>;

const Tree = z.looseObject({ nodes: z.array(TreeNode).nullish() });

type Answer<T> = Promise<Result<T, Problem>>;

/** The client. Problems name what Argo CD has refused, and what to do. */
export interface ArgocdClient {
  readonly get: (name: string, refresh?: 'refresh') => Answer<Application>;
  readonly create: (application: NewApplication) => Answer<Application>;
  readonly sync: (name: string, request: SyncRequest) => Answer<Application>;
  /** @param id - of an entry of the history */
  readonly rollback: (
    name: string,
    request: Omit<SyncRequest, 'revision'> & { readonly id: number },
  ) => Answer<Application>;
  readonly terminate: (name: string) => Answer<unknown>;
  readonly tree: (name: string) => Answer<readonly TreeNode[]>;
}

/** Longest wait for one answer. Unit: ms. */
const ANSWER_MS_MAX = 60_000;

const DEFAULT_PROJECT = 'default';

/** Makes the client; nothing is sent before its first call. */
export function createArgocdClient(connection: ArgocdConnection): ArgocdClient {
  const { project } = connection;
  const base = '/api/v1/applications';
  const of = (name: string, rest = '') => `${base}/${encodeURIComponent(name)}${rest}`;
  const named = project === undefined ? {} : { project };
  const send = async <T>(schema: z.ZodType<T>, request: ArgocdRequest): Answer<T> => {
    const answer = await ask(connection, request);
    if (!answer.ok) return answer;
    const read = schema.safeParse(answer.value);
    return read.success ? ok(read.data) : err(unexpected(connection.server));
  };
  return {
    get: (name, refresh) => {
      const query = { ...named, ...(refresh === undefined ? {} : { refresh: 'normal' }) };
      return send(Application, { method: 'GET', path: of(name), query });
    },
    create: ({ name, repo, path, revision, namespace, cluster }) => {
      const source = { repoURL: repo, path, targetRevision: revision };
      const destination = { server: cluster, namespace };
      const spec = { project: project ?? DEFAULT_PROJECT, source, destination };
      return send(Application, { method: 'POST', path: base, body: { metadata: { name }, spec } });
    },
    sync: (name, { revision, prune, dryRun }) => {
      const body = { ...named, ...(revision === undefined ? {} : { revision }), prune, dryRun };
      return send(Application, { method: 'POST', path: of(name, '/sync'), body });
    },
    rollback: (name, { id, prune, dryRun }) => {
      const body = { ...named, id, prune, dryRun };
      return send(Application, { method: 'POST', path: of(name, '/rollback'), body });
    },
    terminate: (name) =>
      send(z.unknown(), { method: 'DELETE', path: of(name, '/operation'), query: named }),
    tree: async (name) => {
      const path = of(name, '/resource-tree');
      const found = await send(Tree, { method: 'GET', path, query: named });
      return found.ok ? ok(found.value.nodes ?? []) : found;
    },
  };
}

interface ArgocdRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
}

async function ask(
  { server, token }: ArgocdConnection,
  { method, path, query = {}, body }: ArgocdRequest,
): Answer<unknown> {
  const origin = server.includes('://') ? server.replace(/\/+$/, '') : `https://${server}`;
  const words = new URLSearchParams(query).toString();
  try {
    const answer = await fetch(`${origin}${path}${words === '' ? '' : `?${words}`}`, {
      method,
      redirect: 'error',
      headers: {
        authorization: `Bearer ${token}`,
        // Exactly this, on a DELETE as well: anything else is refused with 415.
        ...(method === 'GET' ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
    });
    const text = await answer.text();
    if (answer.ok) return ok(JSON.parse(text));
    return err(refusalOf(server, answer.status, text));
  } catch (cause) {
    return err(
      problem('unavailable', {
        detail: `Argo CD at ${server} does not answer: ${messageOf(reasonOf(cause))}.`,
        remedy: 'Check the address, and NODE_EXTRA_CA_CERTS for a certificate of your own.',
      }),
    );
  }
}

/** What `fetch` wraps, such as a refused connection. */
function reasonOf(failure: unknown): unknown {
  return failure instanceof Error && failure.cause !== undefined ? failure.cause : failure;
}

const Refusal = z.looseObject({ message: z.string(), code: z.int().optional() });

/** The gRPC code of a request that another state of the application would allow. */
const FAILED_PRECONDITION = 9;

function refusalOf(server: string, status: number, text: string): Problem {
  const { message, code } = readRefusal(text);
  const detail = `Argo CD at ${server} refuses: ${message}.`;
  switch (status) {
    case 401:
      return problem('unauthenticated', { detail, remedy: 'Set ARGOCD_AUTH_TOKEN to a token.' });
    case 403:
      return problem('forbidden', {
        detail,
        remedy:
          'Check the name of the application and the permissions of the token. Argo CD says this ' +
          'of applications that do not exist, too, unless --project names their project.',
      });
    case 404:
      return problem('not-found', { detail, remedy: 'Check the name and --project.' });
    case 400:
      return code === FAILED_PRECONDITION
        ? problem('conflict', {
            detail,
            remedy: 'Wait for the operation under way (--wait), or end it: argocd terminate.',
          })
        : problem('validation-failed', { detail, remedy: 'Change the request.', fields: [] });
    default:
      return problem('unavailable', { detail, remedy: `It has answered ${status}. Try again.` });
  }
}

function readRefusal(text: string): z.infer<typeof Refusal> {
  try {
    return Refusal.parse(JSON.parse(text));
  } catch {
    return { message: text.trim() };
  }
}

function unexpected(server: string): Problem {
  return problem('unavailable', {
    detail: `${server} answers, but not as Argo CD does.`,
    remedy: 'Check the address: it is that of argocd-server, without a path.',
  });
}
