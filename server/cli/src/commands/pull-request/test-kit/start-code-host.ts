/**
 * A code host that only exists in tests: pull requests, comments, statuses and people, with the
 * habits of GitHub, Forgejo or GitLab. Lists have two items a page.
 * Sources: GitHub REST API 2022-11-28, Forgejo API v1, GitLab REST API v4.
 */
import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

type Kind = 'github' | 'forgejo' | 'gitlab';

/** A person and what they may do. */
export interface Person {
  readonly id: number;
  readonly permission: 'admin' | 'write' | 'read' | 'none';
}

/** A pull request. */
export interface HostedPull {
  readonly head: string;
  readonly isOpen: boolean;
  readonly isFork: boolean;
  readonly isDraft: boolean;
  readonly mergeable: boolean;
  readonly author: string;
  readonly reviews: readonly HostedReview[];
}

/** A review of a pull request. */
export interface HostedReview {
  readonly user: string;
  readonly verdict: 'approved' | 'refused';
  readonly commit: string;
  /** Only Forgejo keeps the verdict of such a review. */
  readonly isDismissed?: boolean;
}

/** A comment. */
export interface HostedComment {
  readonly id: number;
  readonly pull: number;
  readonly user: string;
  readonly body: string;
}

/** The server, and what tests change in its world. */
export interface FakeCodeHost {
  /** Variables that a pipeline of this host has. */
  readonly env: Readonly<Record<string, string>>;
  readonly people: Map<string, Person>;
  readonly pulls: Map<number, HostedPull>;
  comments: readonly HostedComment[];
  readonly statuses: { sha: string; state: string; description: string }[];
  /** Requests, as `METHOD path`. */
  readonly seen: string[];
  /** Refusals of the next requests, such as those of rate limits. */
  readonly refusals: { status: number; headers: Record<string, string>; message: string }[];
  /** Called before a request is answered, as another client that is faster. */
  interfere: (request: string) => void;
  readonly close: () => Promise<void>;
}

/** The user that the token belongs to. */
export const BOT = 'novacron[bot]';

const TOKEN = 'host-token-of-the-pipeline';
const PAGE = 2;
const REPOSITORY = 'team/infra';
const PROJECT = '7';
const COMMENT_LENGTH_MAX: Readonly<Record<Kind, number>> = {
  github: 65_536,
  forgejo: 65_536,
  gitlab: 1_000_000,
};

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
}

/** An answer; a list is answered page by page. */
interface Answered {
  readonly status: number;
  readonly value?: unknown;
}

const MISSING: Answered = { status: 404, value: { message: 'Not Found' } };

/** Starts it on a free port of this machine. */
export async function startCodeHost(kind: Kind): Promise<FakeCodeHost> {
  const people = new Map<string, Person>([
    [BOT, { id: 1, permission: 'write' }],
    ['ada', { id: 2, permission: 'write' }],
    ['grace', { id: 3, permission: 'admin' }],
    ['mallory', { id: 4, permission: 'none' }],
  ]);
  const host: Omit<FakeCodeHost, 'env' | 'close'> = {
    people,
    pulls: new Map(),
    comments: [],
    statuses: [],
    seen: [],
    refusals: [],
    interfere: () => {},
  };
  const route = kind === 'gitlab' ? routeGitlab(host) : routeGithub(host, kind);
  const server = createServer(async (request, response) => {
    const asked = await read(request);
    host.seen.push(`${asked.method} ${asked.path}`);
    const refusal = host.refusals.shift();
    if (refusal !== undefined) {
      response.writeHead(refusal.status, refusal.headers);
      return response.end(JSON.stringify({ message: refusal.message }));
    }
    host.interfere(`${asked.method} ${asked.path}`);
    const { authorization, 'private-token': own } = request.headers;
    const isKnown = kind === 'gitlab' ? own === TOKEN : authorization === `Bearer ${TOKEN}`;
    const { status, value } = isKnown ? route(asked) : { status: 401, value: { message: 'No' } };
    const { page, link } = pageOf(value, request.url ?? '', url);
    response.writeHead(status, { ...(link === undefined ? {} : { link }) });
    response.end(status === 204 ? undefined : JSON.stringify(page));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const env =
    kind === 'gitlab'
      ? { CI_API_V4_URL: `${url}/api/v4`, CI_PROJECT_ID: PROJECT, GITLAB_TOKEN: TOKEN }
      : {
          GITHUB_API_URL: kind === 'forgejo' ? `${url}/api/v1` : url,
          GITHUB_REPOSITORY: REPOSITORY,
          GITHUB_TOKEN: TOKEN,
        };
  const close = () =>
    new Promise<void>((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  return Object.assign(host, { env, close });
}

async function read(request: IncomingMessage): Promise<Asked> {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
  const content = await text(request);
  const body = content === '' ? {} : JSON.parse(content);
  const path = pathname.replace(/^\/api\/v\d/, '');
  return { method: request.method ?? '', path, query: searchParams, body };
}

function pageOf(value: unknown, asked: string, url: string) {
  if (!Array.isArray(value)) return { page: value, link: undefined };
  const next = new URL(asked, url);
  const page = Number(next.searchParams.get('page') ?? '1');
  next.searchParams.set('page', `${page + 1}`);
  const isLast = value.length <= page * PAGE;
  return {
    page: value.slice((page - 1) * PAGE, page * PAGE),
    link: isLast ? undefined : `<${next}>; rel="next", <${url}>; rel="last"`,
  };
}

type World = Omit<FakeCodeHost, 'env' | 'close'>;

/** Ids ascend over all pull requests. */
function add(host: World, pull: number, body: string): HostedComment {
  const id = Math.max(0, ...host.comments.map((each) => each.id)) + 1;
  const comment = { id, pull, user: BOT, body };
  host.comments = [...host.comments, comment];
  return comment;
}

function edit(host: World, id: number, body: string | undefined): Answered {
  const comment = host.comments.find((each) => each.id === id);
  if (comment === undefined) return MISSING;
  if (comment.user !== BOT) return { status: 403, value: { message: 'Forbidden' } };
  const others = host.comments.filter((each) => each.id !== id);
  host.comments = body === undefined ? others : [...others, { ...comment, body }];
  return { status: body === undefined ? 204 : 200, value: { id } };
}

function routeGithub(host: World, kind: 'github' | 'forgejo'): (asked: Asked) => Answered {
  const base = `/repos/${REPOSITORY}`;
  const shown = ({ id, user, body }: HostedComment) => ({ id, body, user: { login: user } });
  return ({ method, path, body }) => {
    if (path === '/user' && kind === 'github') {
      return { status: 403, value: { message: 'Resource not accessible by integration' } };
    }
    if (path === '/user') return { status: 200, value: { login: BOT } };
    if (path === '/graphql') return { status: 200, value: { data: { viewer: { login: BOT } } } };
    const [, noun = '', key = '', rest = '', more = ''] = path.slice(base.length).split('/');
    const words = String(body.body ?? '');
    if (words.length > COMMENT_LENGTH_MAX[kind]) {
      return { status: 422, value: { message: 'Body is too long' } };
    }
    const number = Number(key);
    const pull = host.pulls.get(number);
    switch (`${method} ${noun} ${Number.isNaN(number) ? key : ''} ${rest}`.trim()) {
      case 'GET pulls':
        return pull === undefined ? MISSING : { status: 200, value: githubPull(number, pull) };
      case 'GET pulls  reviews':
        return { status: 200, value: pull?.reviews.map((each) => githubReview(each, kind)) };
      case 'GET issues  comments':
        return {
          status: 200,
          value: host.comments.filter((each) => each.pull === number).map(shown),
        };
      case 'POST issues  comments':
        return { status: 201, value: shown(add(host, number, words)) };
      case `PATCH issues comments ${rest}`:
        return edit(host, Number(rest), words);
      case `DELETE issues comments ${rest}`:
        return edit(host, Number(rest), undefined);
      case `GET collaborators ${key} ${rest}`: {
        const person = host.people.get(decodeURIComponent(key));
        // GitHub knows no permission of people that have none.
        if (person === undefined || person.permission === 'none') return MISSING;
        return { status: 200, value: { permission: person.permission } };
      }
      default: {
        if (method !== 'POST' || noun !== 'statuses' || more !== '') return MISSING;
        const description = String(body.description);
        if (description.length > 140) {
          return { status: 422, value: { message: 'description is too long' } };
        }
        host.statuses.push({ sha: key, state: String(body.state), description });
        return { status: 201, value: {} };
      }
    }
  };
}

function githubPull(number: number, pull: HostedPull) {
  return {
    number,
    state: pull.isOpen ? 'open' : 'closed',
    draft: pull.isDraft,
    mergeable: pull.mergeable,
    user: { login: pull.author },
    head: { sha: pull.head, repo: { full_name: pull.isFork ? 'mallory/infra' : REPOSITORY } },
    base: { ref: 'main', repo: { full_name: REPOSITORY } },
  };
}

function githubReview(review: HostedReview, kind: 'github' | 'forgejo') {
  const { user, verdict, commit, isDismissed: dismissed = false } = review;
  const refused = kind === 'github' ? 'CHANGES_REQUESTED' : 'REQUEST_CHANGES';
  const state = verdict === 'approved' ? 'APPROVED' : refused;
  if (kind === 'forgejo') return { user: { login: user }, state, commit_id: commit, dismissed };
  return { user: { login: user }, state: dismissed ? 'DISMISSED' : state, commit_id: commit };
}

const LEVELS = { admin: 40, write: 30, read: 20, none: 0 } as const;

function routeGitlab(host: World): (asked: Asked) => Answered {
  const base = `/projects/${PROJECT}`;
  const userOf = (username: string) => ({ id: host.people.get(username)?.id ?? 0, username });
  const shown = ({ id, user, body }: HostedComment) => ({ id, body, author: userOf(user) });
  return ({ method, path, query, body }) => {
    if (path === '/user') return { status: 200, value: userOf(BOT) };
    if (path === '/users') {
      const name = query.get('username') ?? '';
      return { status: 200, value: host.people.has(name) ? [userOf(name)] : [] };
    }
    const [, noun = '', key = '', rest = '', note = ''] = path.slice(base.length).split('/');
    const number = Number(key);
    const pull = host.pulls.get(number);
    const words = String(body.body ?? '');
    switch (`${method} ${noun} ${rest}`.trim()) {
      case 'GET merge_requests':
        return pull === undefined
          ? MISSING
          : { status: 200, value: gitlabPull(number, pull, userOf) };
      case 'GET merge_requests approvals': {
        const users = pull?.reviews.filter(({ verdict }) => verdict === 'approved') ?? [];
        const approvedBy = users.map(({ user }) => ({ user: userOf(user) }));
        return { status: 200, value: { approved: true, approved_by: approvedBy } };
      }
      case 'GET merge_requests notes':
        return {
          status: 200,
          value: host.comments.filter((each) => each.pull === number).map(shown),
        };
      case 'POST merge_requests notes':
        return { status: 201, value: shown(add(host, number, words)) };
      case 'PUT merge_requests notes':
        return edit(host, Number(note), words);
      case 'DELETE merge_requests notes':
        return edit(host, Number(note), undefined);
      case `GET members ${rest}`: {
        const found = [...host.people.values()].find(({ id }) => id === Number(rest));
        if (found === undefined || found.permission === 'none') return MISSING;
        return { status: 200, value: { access_level: LEVELS[found.permission] } };
      }
      default:
        return method === 'POST' && noun === 'statuses' ? setGitlab(host, key, body) : MISSING;
    }
  };
}

function setGitlab(host: World, sha: string, body: Asked['body']): Answered {
  const state = String(body.state);
  if (host.statuses.findLast((each) => each.sha === sha)?.state === state) {
    const message = `Cannot transition status via :enqueue from :${state}`;
    return { status: 400, value: { message } };
  }
  host.statuses.push({ sha, state, description: String(body.description) });
  return { status: 201, value: {} };
}

function gitlabPull(number: number, pull: HostedPull, userOf: (name: string) => object) {
  return {
    iid: number,
    state: pull.isOpen ? 'opened' : 'merged',
    sha: pull.head,
    target_branch: 'main',
    source_project_id: pull.isFork ? 8 : 7,
    target_project_id: 7,
    draft: pull.isDraft,
    has_conflicts: !pull.mergeable,
    detailed_merge_status: 'mergeable',
    author: userOf(pull.author),
  };
}
