/**
 * Pull requests of GitHub and Forgejo, whose API follows GitHub's.
 * Sources: GitHub REST API 2022-11-28; Forgejo API v1.
 */
import { ok, type Result } from '@novacron/contract/result';
import { z } from 'zod';
import { type Refusal, refuse } from '../../gitops/step/refusal.ts';
import type { CodeHost, PullRequest } from './code-host.ts';
import { STATUS_NAME } from './code-host.ts';
import { type CodeHostConnection, isMissing, listPages, sendRequest } from './send-request.ts';

/** Where the repository is. */
export interface GithubRepository {
  /** OWNER/NAME */
  readonly repository: string;
  readonly kind: 'github' | 'forgejo';
  /** Address of the run that reports. */
  readonly runUrl: string | undefined;
  /** Address of the GraphQL API; only GitHub has one. */
  readonly graphql: string;
}

const User = z.looseObject({ login: z.string() });

const Pull = z.looseObject({
  number: z.int(),
  state: z.string(),
  draft: z.boolean().optional(),
  mergeable: z.boolean().nullish(),
  user: User,
  head: z.looseObject({
    sha: z.string(),
    repo: z.looseObject({ full_name: z.string() }).nullish(),
  }),
  base: z.looseObject({ ref: z.string(), repo: z.looseObject({ full_name: z.string() }) }),
});

const Review = z.looseObject({
  user: User.nullish(),
  state: z.string(),
  commit_id: z.string().nullish(),
  /** Forgejo; GitHub has a state for it. */
  dismissed: z.boolean().optional(),
});

const Comment = z.looseObject({ id: z.int(), body: z.string().nullish(), user: User.nullish() });

const Permission = z.looseObject({ permission: z.string() }).optional();

const Viewer = z.looseObject({
  data: z.looseObject({ viewer: z.looseObject({ login: z.string() }) }),
});

/** Permissions that include pushing. GitHub calls `maintain` write here. */
const WRITING: readonly string[] = ['owner', 'admin', 'write'];

/** GitHub counts the characters of a comment; Forgejo has no lower limit. */
const COMMENT_LENGTH_MAX = 65_536;

/** Makes the adapter. */
export function createGithubHost(
  connection: CodeHostConnection,
  { repository, kind, runUrl, graphql }: GithubRepository,
): Omit<CodeHost, 'mask'> {
  const base = `/repos/${repository.split('/').map(encodeURIComponent).join('/')}`;
  const size = kind === 'github' ? 'per_page=100' : 'limit=50';
  const readPull = (number: number) =>
    sendRequest(connection, Pull, { path: `${base}/pulls/${number}` });
  const canWrite = async (user: string): Promise<Result<boolean, Refusal>> => {
    const path = `${base}/collaborators/${encodeURIComponent(user)}/permission`;
    const found = await sendRequest(connection, Permission, { path, isAbsent: isMissing });
    return found.ok ? ok(WRITING.includes(found.value?.permission ?? '')) : found;
  };
  const readOwnName = async (): Promise<Result<string, Refusal>> => {
    if (kind === 'forgejo') {
      const own = await sendRequest(connection, User, { path: '/user' });
      return own.ok ? ok(own.value.login) : own;
    }
    // The token of a workflow may not read /user.
    const body = { query: '{viewer{login}}' };
    const own = await sendRequest(connection, Viewer, { method: 'POST', path: graphql, body });
    return own.ok ? ok(own.value.data.viewer.login) : own;
  };
  return {
    commentLengthMax: COMMENT_LENGTH_MAX,
    canWrite,
    readPullRequest: async (number) => {
      const read = await readPull(number);
      return read.ok ? ok(toPullRequest(read.value)) : read;
    },
    isOpen: async (number) => {
      const request = { path: `${base}/pulls/${number}`, isAbsent: isMissing };
      const read = await sendRequest(connection, Pull.optional(), request);
      return read.ok ? ok(read.value !== undefined && toPullRequest(read.value).isOpen) : read;
    },
    isApproved: async ({ number, head }) => {
      const [own, pull, reviews] = [
        await readOwnName(),
        await readPull(number),
        await listPages(connection, Review, `${base}/pulls/${number}/reviews?${size}`),
      ];
      if (!own.ok) return own;
      if (!pull.ok) return pull;
      if (!reviews.ok) return reviews;
      const others = [own.value, pull.value.user.login];
      const verdicts = verdictsOf(reviews.value, { head, others });
      let isApproved = false;
      for (const [user, verdict] of verdicts) {
        const may = await canWrite(user);
        if (!may.ok) return may;
        if (may.value && verdict === 'refused') return ok(false);
        isApproved ||= may.value && verdict === 'approved';
      }
      return ok(isApproved);
    },
    listOwnComments: async (number, text) => {
      const own = await readOwnName();
      if (!own.ok) return own;
      const path = `${base}/issues/${number}/comments?${size}`;
      const listed = await listPages(connection, Comment, path);
      if (!listed.ok) return listed;
      return ok(
        listed.value
          .filter(({ user, body }) => user?.login === own.value && body?.includes(text))
          .map(({ id, body }) => ({ id, body: body ?? '' }))
          .sort((one, other) => one.id - other.id),
      );
    },
    createComment: async (number, body) => {
      const path = `${base}/issues/${number}/comments`;
      const made = await sendRequest(connection, Comment, { method: 'POST', path, body: { body } });
      return made.ok ? ok({ id: made.value.id, body }) : made;
    },
    updateComment: (_number, { id, body }) => {
      const path = `${base}/issues/comments/${id}`;
      return sendRequest(connection, z.unknown(), { method: 'PATCH', path, body: { body } });
    },
    deleteComment: (_number, id) => {
      const path = `${base}/issues/comments/${id}`;
      // Another run may have deleted it.
      return sendRequest(connection, z.unknown(), { method: 'DELETE', path, isAbsent: isMissing });
    },
    setStatus: (head, { state, description }) => {
      const body = {
        state,
        description,
        context: STATUS_NAME,
        ...(runUrl === undefined ? {} : { target_url: runUrl }),
      };
      const path = `${base}/statuses/${head}`;
      return sendRequest(connection, z.unknown(), { method: 'POST', path, body });
    },
  };
}

function toPullRequest({ number, state, draft, mergeable, head, base }: z.infer<typeof Pull>) {
  const pull: PullRequest = {
    number,
    isOpen: state === 'open',
    head: head.sha,
    target: base.ref,
    // The repository of a fork may be deleted.
    isFork: head.repo?.full_name !== base.repo.full_name,
    obstacle:
      draft === true
        ? 'it is a draft'
        : mergeable === true
          ? undefined
          : mergeable === false
            ? 'it has conflicts'
            : 'the code host does not know yet whether it can be merged; try again',
  };
  return pull;
}

/**
 * The latest verdict of each reviewer. An approval is about one commit.
 * @param others - whose verdict does not count: the author, and the token's user
 */
function verdictsOf(
  reviews: readonly z.infer<typeof Review>[],
  { head, others }: { readonly head: string; readonly others: readonly string[] },
): ReadonlyMap<string, 'approved' | 'refused'> {
  const verdicts = new Map<string, 'approved' | 'refused'>();
  for (const { user, state, commit_id: commit, dismissed } of reviews) {
    if (user == null || others.includes(user.login) || dismissed === true) continue;
    if (state === 'APPROVED' && commit === head) verdicts.set(user.login, 'approved');
    // Forgejo calls it REQUEST_CHANGES.
    else if (/^(CHANGES_REQUESTED|REQUEST_CHANGES)$/.test(state))
      verdicts.set(user.login, 'refused');
    else if (state === 'DISMISSED') verdicts.delete(user.login);
  }
  return verdicts;
}

/** Reads OWNER/NAME. */
export function readRepository(text: string | undefined): Result<string, Refusal> {
  if (text !== undefined && /^[\w.-]+\/[\w.-]+$/.test(text)) return ok(text);
  return refuse('Set GITHUB_REPOSITORY to OWNER/NAME of the repository.');
}
