/** Merge requests of GitLab. Source: its REST API v4. */
import { ok } from '@novacron/contract/result';
import { z } from 'zod';
import { type CodeHost, type PullRequest, STATUS_NAME } from './code-host.ts';
import { type CodeHostConnection, isMissing, listPages, sendRequest } from './send-request.ts';

const User = z.looseObject({ id: z.int(), username: z.string() });

const MergeRequest = z.looseObject({
  iid: z.int(),
  state: z.string(),
  sha: z.string(),
  target_branch: z.string(),
  source_project_id: z.int().nullish(),
  target_project_id: z.int(),
  draft: z.boolean().optional(),
  has_conflicts: z.boolean().optional(),
  detailed_merge_status: z.string().optional(),
  author: User,
});

const Approvals = z.looseObject({
  approved: z.boolean().optional(),
  approved_by: z.array(z.looseObject({ user: User })).default([]),
});

const Member = z.looseObject({ access_level: z.int(), state: z.string().optional() }).optional();

const Note = z.looseObject({ id: z.int(), body: z.string(), author: User });

/** Access level of developers, who may push. */
const DEVELOPER = 30;

const COMMENT_LENGTH_MAX = 1_000_000;

const STATES = { pending: 'pending', success: 'success', failure: 'failed' } as const;

/** GitLab refuses to set a status to the state that it has. */
function isUnchanged(status: number, text: string): boolean {
  return status === 400 && /cannot transition status/i.test(text);
}

/** Merge statuses that the next answer may replace. */
const UNKNOWN: readonly string[] = ['unchecked', 'checking', 'preparing', 'approvals_syncing'];

/** Makes the adapter. @param project - id, or path with its groups */
export function createGitlabHost(
  connection: CodeHostConnection,
  { project, runUrl }: { readonly project: string; readonly runUrl: string | undefined },
): Omit<CodeHost, 'mask'> {
  const base = `/projects/${encodeURIComponent(project)}`;
  const of = (number: number, rest = '') => `${base}/merge_requests/${number}${rest}`;
  const read = (number: number) => sendRequest(connection, MergeRequest, { path: of(number) });
  const readOwn = () => sendRequest(connection, User, { path: '/user' });
  const canUserWrite = async (id: number) => {
    const path = `${base}/members/all/${id}`;
    const member = await sendRequest(connection, Member, { path, isAbsent: isMissing });
    return member.ok ? ok((member.value?.access_level ?? 0) >= DEVELOPER) : member;
  };
  return {
    commentLengthMax: COMMENT_LENGTH_MAX,
    readPullRequest: async (number) => {
      const found = await read(number);
      return found.ok ? ok(toPullRequest(found.value)) : found;
    },
    isOpen: async (number) => {
      const request = { path: of(number), isAbsent: isMissing };
      const found = await sendRequest(connection, MergeRequest.optional(), request);
      return found.ok ? ok(found.value !== undefined && toPullRequest(found.value).isOpen) : found;
    },
    isApproved: async ({ number }) => {
      const [own, found, approvals] = [
        await readOwn(),
        await read(number),
        await sendRequest(connection, Approvals, { path: of(number, '/approvals') }),
      ];
      if (!own.ok) return own;
      if (!found.ok) return found;
      if (!approvals.ok) return approvals;
      if (approvals.value.approved === false) return ok(false);
      const others = [own.value.id, found.value.author.id];
      for (const { user } of approvals.value.approved_by) {
        const may = others.includes(user.id) ? ok(false) : await canUserWrite(user.id);
        if (!may.ok || may.value) return may;
      }
      return ok(false);
    },
    canWrite: async (user) => {
      const path = `/users?username=${encodeURIComponent(user)}`;
      const found = await sendRequest(connection, z.array(User), { path });
      if (!found.ok) return found;
      const [first] = found.value;
      return first === undefined ? ok(false) : canUserWrite(first.id);
    },
    listOwnComments: async (number, text) => {
      const own = await readOwn();
      if (!own.ok) return own;
      const path = of(number, '/notes?per_page=100&sort=asc&order_by=created_at');
      const listed = await listPages(connection, Note, path);
      if (!listed.ok) return listed;
      return ok(
        listed.value
          .filter(({ author, body }) => author.id === own.value.id && body.includes(text))
          .map(({ id, body }) => ({ id, body }))
          .sort((one, other) => one.id - other.id),
      );
    },
    createComment: async (number, body) => {
      const path = of(number, '/notes');
      const made = await sendRequest(connection, Note, { method: 'POST', path, body: { body } });
      return made.ok ? ok({ id: made.value.id, body }) : made;
    },
    updateComment: (number, { id, body }) => {
      const path = of(number, `/notes/${id}`);
      return sendRequest(connection, z.unknown(), { method: 'PUT', path, body: { body } });
    },
    deleteComment: (number, id) => {
      const path = of(number, `/notes/${id}`);
      return sendRequest(connection, z.unknown(), { method: 'DELETE', path, isAbsent: isMissing });
    },
    setStatus: (head, { state, description }) => {
      const body = {
        state: STATES[state],
        description,
        name: STATUS_NAME,
        ...(runUrl === undefined ? {} : { target_url: runUrl }),
      };
      const path = `${base}/statuses/${head}`;
      return sendRequest(connection, z.unknown(), {
        method: 'POST',
        path,
        body,
        isAbsent: isUnchanged,
      });
    },
  };
}

function toPullRequest(found: z.infer<typeof MergeRequest>): PullRequest {
  const { iid, state, sha, target_branch, draft, has_conflicts } = found;
  const status = found.detailed_merge_status ?? 'mergeable';
  return {
    number: iid,
    isOpen: state === 'opened' || state === 'locked',
    head: sha,
    target: target_branch,
    isFork: found.source_project_id !== found.target_project_id,
    obstacle:
      draft === true
        ? 'it is a draft'
        : has_conflicts === true
          ? 'it has conflicts'
          : UNKNOWN.includes(status)
            ? 'the code host does not know yet whether it can be merged; try again'
            : undefined,
  };
}
