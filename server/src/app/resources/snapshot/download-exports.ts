/**
 * Downloads of exports: who may, and the audit entry of each. A download may be interrupted and go
 * on, or fetch parts side by side, so requests of one caller for one export that follow each other
 * closely are one download: decided and audited once. Its file is read and verified before its
 * first byte: exports are downloaded seldom, and a problem is better than half a damaged file.
 */
import { operationRow } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { StoredExport } from '../../../ports/snapshot-exports.ts';
import type { SnapshotRow } from '../../../ports/tables/tables.ts';
import { forbiddenCall, mayCall } from '../../access/identity/may-call.ts';
import type { RefusalRecorder } from '../../access/refusals/record-refusals.ts';
import { auditChange } from '../../kernel/audit/audit.ts';
import { createLruCache } from '../../kernel/caching/create-lru-cache.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import { refuseByPolicy } from '../../kernel/write/write-object.ts';
import { desiredOf } from '../../rows/answer-resource.ts';
import type { ResourceDeps } from '../deps.ts';

/** Time for which requests belong to an admitted download. Unit: ms. */
export const DOWNLOAD_MS = 600_000;

/** Downloads that are remembered; a forgotten one is decided and audited again. */
const DOWNLOADS_MAX = 1_000;

/** The operation whose permission and policies decide downloads. */
const NEEDED = 'snapshot.export';

/** The name of a download in the audit log. */
const DOWNLOADED = 'snapshot.export_downloaded';

/** A request for an export. */
export interface DownloadRequest {
  readonly snapshotId: string;
  /** Value of the `Range` header; undefined for the whole file. */
  readonly range: string | undefined;
}

/**
 * Admits a request for an export. Problems: `forbidden`, `not-found`, those of policies and of the
 * store.
 */
export type AdmitDownload = (
  request: DownloadRequest,
  context: CallContext,
) => Promise<Result<StoredExport, Problem>>;

/** Creates the admission of one server. */
export function createDownloads(deps: ResourceDeps, refusals: RefusalRecorder): AdmitDownload {
  const admitted = createLruCache<Admitted>(DOWNLOADS_MAX);

  async function refuse(
    { snapshotId }: DownloadRequest,
    context: CallContext,
    refusal: Problem,
  ): Promise<Result<never, Problem>> {
    const target = { id: snapshotId, name: '' };
    await refusals.refused({ operation: DOWNLOADED, target, context, refusal });
    return err(refusal);
  }

  return async (request, context) => {
    const { principal } = context;
    if (!mayCall(principal, NEEDED)) {
      return refuse(request, context, forbiddenCall(NEEDED, operationRow(NEEDED).role, principal));
    }
    const where = { id: request.snapshotId, tenant_id: principal.tenantId };
    const [row] = await deps.store.read({ from: 'snapshots', where });
    const stored = row && deps.exports?.find(row.id);
    if (row === undefined || stored === undefined) return refuse(request, context, noExport());
    const key = `${principal.tenantId}/${principal.id}/${row.id}/${stored.sha256}`;
    const nowMs = deps.clock.nowMs();
    const known = admitted.get(key);
    const isSame = known !== undefined && nowMs < known.atMs + DOWNLOAD_MS;
    const decision = isSame ? known.decision : decide(deps, { row, stored, request, context });
    if (!isSame) admitted.set(key, { atMs: nowMs, decision });
    const refusal = await decision;
    if (refusal === undefined) return ok(stored);
    admitted.delete(key);
    return err(refusal);
  };
}

interface Admitted {
  readonly atMs: number;
  /** Requests that come side by side wait for the same one. */
  readonly decision: Promise<Problem | undefined>;
}

interface Download {
  readonly row: SnapshotRow;
  readonly stored: StoredExport;
  readonly request: DownloadRequest;
  readonly context: CallContext;
}

/** Asks the policies, and audits the download before its first byte. @returns why it is refused */
async function decide(
  deps: ResourceDeps,
  { row, stored, request, context }: Download,
): Promise<Problem | undefined> {
  const target = { id: row.id, name: row.name };
  const desired = desiredOf(row);
  const refusal = await refuseByPolicy(deps, context, {
    operation: NEEDED,
    resourceKind: 'snapshot',
    target,
    before: desired,
    wanted: desired,
  });
  if (refusal !== undefined) return refusal;
  if ((await deps.exports?.verify(row.id)) !== 'intact') {
    deps.logger.warn({ snapshot: row.id, sha256: stored.sha256 }, 'a damaged export was removed');
    return damaged(row);
  }
  const { sha256, bytes } = stored;
  const said = { sha256, bytes, range: request.range?.slice(0, RANGE_LENGTH_MAX) ?? null };
  const changes = Object.entries(said).map(([name, is]) => [name, { was: null, is }] as const);
  const done = await commitChanges(deps, [
    auditChange(deps, context, {
      operation: DOWNLOADED,
      outcome: 'done',
      resourceKind: 'snapshot',
      target,
      changes: Object.fromEntries(changes),
    }),
  ]);
  return done.ok ? undefined : done.error;
}

/** A header may be long, and its beginning says what was asked for. Unit: characters. */
const RANGE_LENGTH_MAX = 200;

function damaged({ name }: SnapshotRow): Problem {
  return problem('not-found', {
    detail:
      `The export of the snapshot ${name} was damaged on the server after it was complete, and ` +
      'was removed.',
    remedy: `Export it again: novacron snapshot export ${name} --file FILE`,
  });
}

function noExport(): Problem {
  return problem('not-found', {
    detail: 'This server has no export of such a snapshot.',
    remedy:
      'Export it: novacron snapshot export NAME --file FILE. Where several servers are one ' +
      'control plane, their directories for images have to be one (images-dir).',
  });
}
