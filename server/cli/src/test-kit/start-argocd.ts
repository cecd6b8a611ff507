/**
 * An Argo CD that only exists in tests, as far as its applications go: it answers at once and works
 * later, as its controllers do. With each look at an application they do one step. Health is
 * compared at a refresh; the end of an operation leaves it as it was before.
 * Source: Argo CD 3.6, server/application/application.go and its OpenAPI document.
 */
import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

/** Content of a revision in Git. */
export interface Revision {
  readonly commit: string;
  readonly resources: readonly string[];
  readonly health: 'Healthy' | 'Degraded';
  /** Why it cannot be applied. */
  readonly fault?: string;
}

/** A request that was answered. */
interface Seen {
  readonly method: string;
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly answer: object;
}

/** The server, and what tests change in its world. */
export interface FakeArgocd {
  readonly url: string;
  readonly token: string;
  readonly seen: readonly Seen[];
  /** Branches, tags and commits of the repository. */
  readonly git: Map<string, Revision>;
  /** Changes the spec of an application, as its owner would. */
  readonly change: (name: string, set: Partial<App>) => void;
  readonly close: () => Promise<void>;
}

interface Entry {
  readonly id: number;
  readonly revision: string;
  readonly deployedAt: string;
  readonly source: App['source'];
}

interface Operation {
  readonly revision: string;
  readonly dryRun: boolean;
  readonly prune: boolean;
}

/** An application. */
interface App {
  readonly project: string;
  readonly source: { readonly targetRevision: string };
  readonly destination: object;
  readonly automated: boolean;
  /** Whether a sync window is closed. */
  readonly closed: boolean;
  readonly operation: Operation | undefined;
  readonly state: object | undefined;
  readonly history: readonly Entry[];
  readonly deployed: Revision | undefined;
  /** Resources in the cluster: what Git no longer has stays until it is pruned. */
  readonly live: readonly string[];
  readonly compared: {
    readonly sync: string;
    readonly health: string;
    readonly at: string;
    readonly revision: string;
  };
}

const TOKEN = 'argocd-token';
const HISTORY_MAX = 10;
const BASE = '/api/v1/applications';

const [INVALID, NOT_FOUND, DENIED, PRECONDITION, UNAUTHENTICATED] = [3, 5, 7, 9, 16] as const;
const STATUS_OF = {
  [INVALID]: 400,
  [NOT_FOUND]: 404,
  [DENIED]: 403,
  [PRECONDITION]: 400,
  [UNAUTHENTICATED]: 401,
} as const;

/** Ends a request. */
class Refusal extends Error {
  readonly code: keyof typeof STATUS_OF;
  constructor(code: keyof typeof STATUS_OF, message: string) {
    super(message);
    this.code = code;
  }
}

/** Starts it on a free port of this machine. */
export async function startArgocd(): Promise<FakeArgocd> {
  const git = new Map<string, Revision>();
  const apps = new Map<string, App>();
  const seen: Seen[] = [];
  let nowS = Date.parse('2026-01-02T03:04:05Z') / 1_000;
  const now = () => new Date(nowS * 1_000).toISOString().replace('.000', '');
  const resolve = (name: string): Revision => {
    const found = git.get(name) ?? [...git.values()].find(({ commit }) => commit === name);
    if (found === undefined) throw new Refusal(INVALID, `unable to resolve '${name}' to a commit`);
    return found;
  };
  const change = (name: string, set: Partial<App>) => {
    const app = apps.get(name);
    if (app !== undefined) apps.set(name, { ...app, ...set });
  };

  function find(name: string, project: string | null): App {
    const app = apps.get(name);
    if (app !== undefined && (project === null || app.project === project)) return app;
    if (project === null) throw new Refusal(DENIED, 'permission denied');
    throw new Refusal(NOT_FOUND, `applications.argoproj.io "${name}" not found`);
  }

  function create(body: Seen['body']): object {
    const { metadata, spec } = Object(body);
    const { project, source, destination } = spec;
    const before = apps.get(metadata.name);
    const isEqual = JSON.stringify(before?.source) === JSON.stringify(source);
    if (before !== undefined && !isEqual) {
      const words = 'existing application spec is different, use upsert flag to force update';
      throw new Refusal(INVALID, words);
    }
    if (before === undefined) {
      const compared = { sync: 'OutOfSync', health: 'Missing', at: now(), revision: '' };
      const empty = { history: [], live: [], operation: undefined, state: undefined };
      const open = { automated: false, closed: false, deployed: undefined, compared };
      apps.set(metadata.name, { project, source, destination, ...empty, ...open });
    }
    return show(metadata.name);
  }

  function begin(name: string, app: App, operation: Operation): object {
    if (app.operation !== undefined) {
      throw new Refusal(PRECONDITION, 'another operation is already in progress');
    }
    if (app.closed) throw new Refusal(DENIED, 'cannot sync: blocked by sync window');
    change(name, { operation, state: undefined });
    return show(name);
  }

  function sync(name: string, app: App, body: Seen['body']): object {
    const { revision = app.source.targetRevision, dryRun, prune } = Object(body);
    if (app.automated && revision !== app.source.targetRevision) {
      const words = `Cannot sync to ${revision}: auto-sync currently set to `;
      throw new Refusal(PRECONDITION, `${words}${app.source.targetRevision}`);
    }
    return begin(name, app, { revision, dryRun: dryRun === true, prune: prune === true });
  }

  function rollback(name: string, app: App, body: Seen['body']): object {
    if (app.automated) {
      const words = 'rollback cannot be initiated when auto-sync is enabled';
      throw new Refusal(PRECONDITION, words);
    }
    const entry = app.history.find(({ id }) => id === body.id);
    if (entry === undefined) {
      const words = `application ${name} does not have deployment id ${body.id} in history`;
      throw new Refusal(INVALID, words);
    }
    const { dryRun, prune } = body;
    const flags = { dryRun: dryRun === true, prune: prune === true };
    return begin(name, app, { revision: entry.revision, ...flags });
  }

  function terminate(name: string, app: App): object {
    if (app.operation === undefined) {
      const words = 'Unable to terminate operation. No operation is in progress';
      throw new Refusal(INVALID, words);
    }
    const state = { phase: 'Failed', message: 'Operation terminated', startedAt: now() };
    change(name, { operation: undefined, state: { ...state, finishedAt: now() } });
    return {};
  }

  /** The controller of operations does one step. */
  function work(name: string, app: App): void {
    const { operation, state } = app;
    if (operation === undefined) return;
    const { dryRun, prune } = operation;
    const asked = { operation: { sync: { dryRun, prune } } };
    if (state === undefined) {
      change(name, { state: { phase: 'Running', startedAt: now(), ...asked } });
      return;
    }
    const revision = resolve(operation.revision);
    const { commit, resources, fault } = revision;
    const times = { startedAt: now(), finishedAt: now() };
    const results = resources.map((each) => ({ kind: 'ConfigMap', name: each, status: 'Synced' }));
    const syncResult = { revision: commit, resources: results };
    const ended =
      fault === undefined
        ? { phase: 'Succeeded', message: 'successfully synced', syncResult }
        : { phase: 'Failed', message: fault };
    change(name, { operation: undefined, state: { ...times, ...asked, ...ended } });
    if (dryRun || fault !== undefined) return;
    const id = (app.history.at(-1)?.id ?? -1) + 1;
    const entry = { id, revision: commit, deployedAt: now(), source: app.source };
    const kept = prune ? [] : app.live.filter((each) => !resources.includes(each));
    change(name, {
      deployed: revision,
      live: [...resources, ...kept],
      history: [...app.history, entry].slice(-HISTORY_MAX),
      // In the same second, and of the state before.
      compared: { ...app.compared, at: now() },
    });
  }

  /** The controller of applications compares. */
  function compare(name: string, { source, deployed, live }: App): void {
    const { commit, resources } = resolve(source.targetRevision);
    const isSame = deployed?.commit === commit && live.length === resources.length;
    const health = deployed?.health ?? 'Missing';
    const sync = isSame ? 'Synced' : 'OutOfSync';
    change(name, { compared: { sync, health, at: now(), revision: commit } });
  }

  function show(name: string): object {
    const app = apps.get(name);
    if (app === undefined) throw new Error(`there is no ${name}`);
    const { project, source, destination, automated, operation, state, history, compared } = app;
    return {
      metadata: { name },
      spec: { project, source, destination, syncPolicy: automated ? { automated: {} } : {} },
      ...(operation === undefined ? {} : { operation: { sync: operation } }),
      status: {
        sync: { status: compared.sync, revision: compared.revision },
        health: { status: compared.health },
        reconciledAt: compared.at,
        history,
        ...(state === undefined ? {} : { operationState: state }),
      },
    };
  }

  function answer({ method, path, body }: Omit<Seen, 'answer'>): object {
    const url = new URL(path, 'http://argocd');
    if (method === 'POST' && url.pathname === BASE) return create(body);
    const [name = '', action] = url.pathname.slice(BASE.length + 1).split('/');
    const given = method === 'POST' ? body.project : url.searchParams.get('project');
    const app = find(name, typeof given === 'string' ? given : null);
    if (method === 'POST' && action === 'sync') return sync(name, app, body);
    if (method === 'POST' && action === 'rollback') return rollback(name, app, body);
    if (method === 'DELETE' && action === 'operation') return terminate(name, app);
    if (action === 'resource-tree') {
      return { nodes: app.live.map((each) => ({ kind: 'ConfigMap', namespace: 'n', name: each })) };
    }
    if (url.searchParams.get('refresh') === 'normal') compare(name, app);
    else work(name, app);
    return show(name);
  }

  const server = createServer(async (request, response) => {
    const { method = 'GET', url: path = '' } = request;
    const sent = await text(request);
    nowS += 1;
    if (method !== 'GET' && request.headers['content-type'] !== 'application/json') {
      response.writeHead(415, { 'content-type': 'text/plain' }).end('Invalid content type\n');
      return;
    }
    response.setHeader('content-type', 'application/json');
    try {
      refuseStranger(request);
      const asked = { method, path, body: sent === '' ? {} : JSON.parse(sent) };
      const given = answer(asked);
      seen.push({ ...asked, answer: given });
      response.end(JSON.stringify(given));
    } catch (cause) {
      if (!(cause instanceof Refusal)) throw cause;
      const { code, message } = cause;
      response.writeHead(STATUS_OF[code]).end(JSON.stringify({ error: message, message, code }));
    }
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    token: TOKEN,
    seen,
    git,
    change,
    close: () => {
      server.closeAllConnections();
      return new Promise((done) => server.close(() => done()));
    },
  };
}

function refuseStranger({ headers }: IncomingMessage): void {
  if (headers.authorization !== `Bearer ${TOKEN}`) {
    throw new Refusal(UNAUTHENTICATED, 'invalid session: token is malformed');
  }
}
