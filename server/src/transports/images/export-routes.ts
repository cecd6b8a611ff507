/**
 * Exports of snapshots over HTTP: nodes send them under the ticket of their command, and callers
 * who may export snapshots download those of their tenant.
 */
import {
  EXPORT_FILE,
  EXPORT_TICKET_HEADER,
  EXPORTS_PATH,
} from '@novacron/contract/formats/snapshot-export';
import { RANGE_HEADER } from '@novacron/contract/formats/uploaded-image';
import { SnapshotId } from '@novacron/contract/ids';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { mayCall } from '../../app/access/identity/may-call.ts';
import type { ExportAccess } from '../../app/resources/snapshot/snapshot-exports.ts';
import type { SnapshotExports } from '../../ports/snapshot-exports.ts';
import { contextOf, type ExchangeHandler } from '../http/exchange.ts';
import { sendProblem } from '../http/send-problem.ts';
import { readRange, wrongRange } from './read-range.ts';

/** Where the export of a snapshot is downloaded, and where its node sends it. */
export const EXPORT_PATH = `${EXPORTS_PATH}/:id`;
export const EXPORT_PART_PATH = `${EXPORTS_PATH}/:id/:file`;

/** What the routes use. */
export interface ExportRoutes {
  readonly access: ExportAccess;
  readonly store: SnapshotExports;
}

const OK_STATUS = 200;

/** A caller who may export snapshots may download them. */
const NEEDED = 'snapshot.export';

/** Sends an export, or a part of it (RFC 9110, range requests); its checksum is the ETag. */
export function sendExport({ access }: ExportRoutes): ExchangeHandler {
  return async (request, response, next) => {
    const { principal } = contextOf(response);
    if (!mayCall(principal, NEEDED)) return sendProblem(response, forbidden());
    const id = SnapshotId.safeParse(request.params.id);
    const found = id.success ? await access.find(principal.tenantId, id.data) : undefined;
    if (found === undefined) return sendProblem(response, noExport());
    response.set({ 'Content-Type': 'application/octet-stream', ETag: `"${found.sha256}"` });
    const options = { cacheControl: false, lastModified: false, etag: false } as const;
    response.sendFile(found.path, options, (cause) => {
      // A client that hangs up goes on later.
      if (cause !== undefined && !response.headersSent) next(cause);
    });
  };
}

/** Takes a part of an export from a node; without one, it answers how far the export is. */
export function takeExport({ access, store }: ExportRoutes): ExchangeHandler {
  return async (request, response) => {
    const id = SnapshotId.safeParse(request.params.id);
    const { file } = request.params;
    const ticket = request.get(EXPORT_TICKET_HEADER) ?? '';
    const isNamed = typeof file === 'string' && EXPORT_FILE.test(file);
    const bytesMax = id.success && isNamed ? await access.admit(id.data, ticket) : undefined;
    if (!id.success || !isNamed || bytesMax === undefined) {
      return sendProblem(response, noTicket());
    }
    const range = readRange(request.get(RANGE_HEADER));
    if (range === undefined) return sendProblem(response, wrongRange());
    const taken = await store.append({
      snapshotId: id.data,
      file,
      range: range === 'none' ? undefined : range,
      bytesMax,
      content: request,
    });
    if (!taken.ok) return sendProblem(response, taken.error);
    response.status(OK_STATUS).json(taken.value);
  };
}

function forbidden(): Problem {
  return problem('forbidden', {
    detail: `Only a caller with the permission ${NEEDED} downloads exports.`,
    remedy: 'Ask an administrator for a role with this permission.',
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

function noTicket(): Problem {
  return problem('forbidden', {
    detail: 'No export of this snapshot is under way with this ticket.',
    remedy: 'Export the snapshot again: novacron snapshot export NAME --file FILE.',
  });
}
