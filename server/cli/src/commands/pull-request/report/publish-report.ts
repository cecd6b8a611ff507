/** Writes the comment and the commit status of a pull request. */
import { ok, type Result } from '@novacron/contract/result';
import type { Refusal } from '../../gitops/step/refusal.ts';
import {
  type CodeHost,
  type CommitStatus,
  type OwnComment,
  type PullRequest,
  STATUS_LENGTH_MAX,
} from '../code-host/code-host.ts';
import { MARKER, type PullRequestReport, readBody, writeBody } from './comment-body.ts';

/** Reads the report of a pull request; undefined where there is none, or it was edited. */
export async function readReport(
  host: CodeHost,
  number: number,
  key: string,
): Promise<Result<PullRequestReport | undefined, Refusal>> {
  const listed = await host.listOwnComments(number, MARKER);
  return listed.ok ? ok(readBody(listed.value[0]?.body ?? '', key)) : listed;
}

/**
 * Writes comment and status, unless the pull request has moved meanwhile. Runs at the same time
 * leave one comment: the oldest.
 * @returns whether it was written
 */
export async function publishReport(
  host: CodeHost,
  { number, head }: PullRequest,
  {
    report,
    status,
    key,
  }: {
    readonly report: PullRequestReport;
    readonly status: CommitStatus;
    /** Of the seal. */
    readonly key: string;
  },
): Promise<Result<'written' | 'outdated', Refusal>> {
  // The seal is about what is written.
  const directories = report.directories.map((each) => ({
    ...each,
    section: host.mask(each.section),
  }));
  const body = writeBody({ ...report, directories }, host.commentLengthMax, key);
  const now = await host.readPullRequest(number);
  if (!now.ok) return now;
  if (now.value.head !== head) return ok('outdated');
  const listed = await host.listOwnComments(number, MARKER);
  if (!listed.ok) return listed;
  const written =
    listed.value.length === 0
      ? await createFirst(host, number, body)
      : await keepOldest(host, number, { comments: listed.value, body });
  if (!written.ok) return written;
  const set = await setStatus(host, head, status);
  return set.ok ? ok('written') : set;
}

/** Sets a status, cut to the length that all hosts accept. */
function setStatus(host: CodeHost, head: string, { state, description }: CommitStatus) {
  const isLong = description.length > STATUS_LENGTH_MAX;
  const cut = isLong ? `${description.slice(0, STATUS_LENGTH_MAX - 1)}…` : description;
  return host.setStatus(head, { state, description: cut });
}

/** Another run may have created one at the same time: both look again, and agree on the oldest. */
async function createFirst(
  host: CodeHost,
  number: number,
  body: string,
): Promise<Result<unknown, Refusal>> {
  const made = await host.createComment(number, body);
  if (!made.ok) return made;
  const listed = await host.listOwnComments(number, MARKER);
  if (!listed.ok || listed.value.length < 2) return listed;
  return keepOldest(host, number, { comments: listed.value, body });
}

async function keepOldest(
  host: CodeHost,
  number: number,
  {
    comments: [oldest, ...others],
    body,
  }: { readonly comments: readonly OwnComment[]; readonly body: string },
): Promise<Result<unknown, Refusal>> {
  for (const { id } of others) {
    const deleted = await host.deleteComment(number, id);
    if (!deleted.ok) return deleted;
  }
  if (oldest === undefined || oldest.body === body) return ok(undefined);
  return host.updateComment(number, { id: oldest.id, body });
}
