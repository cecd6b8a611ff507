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
import type { ExportAccess } from '../../app/resources/snapshot/snapshot-exports.ts';
import type { SnapshotExports } from '../../ports/snapshot-exports.ts';
import type { Core } from '../dispatch/dispatch.ts';
import { contextOf, type ExchangeHandler } from '../http/exchange.ts';
import { sendProblem } from '../http/send-problem.ts';
import { readBody } from './read-body.ts';
import { readRange, wrongRange } from './read-range.ts';
import { sendFile } from './send-file.ts';

/** Paths at which the export of a snapshot is downloaded, and to which its node sends it. */
export const EXPORT_PATH = `${EXPORTS_PATH}/:id`;
export const EXPORT_PART_PATH = `${EXPORTS_PATH}/:id/:file`;

/** Dependencies of the export routes. */
export interface ExportRoutes {
  readonly access: ExportAccess;
  readonly store: SnapshotExports;
}

const OK_STATUS = 200;

/** Sends an export, or a part of it, to a caller whom the application admits. */
export function sendExport({ application }: Pick<Core, 'application'>): ExchangeHandler {
  return async (request, response) => {
    const { id } = request.params;
    const wanted = { snapshotId: String(id), range: request.get('range') };
    const found = await application.admitDownload(wanted, contextOf(response));
    if (!found.ok) return sendProblem(response, found.error);
    await sendFile(request, response, found.value);
  };
}

/** Takes a part of an export from a node; without one, it answers how far the export is. */
export function takeExport({ access, store }: ExportRoutes): ExchangeHandler {
  return async (request, response) => {
    const id = SnapshotId.safeParse(request.params.id);
    const { file } = request.params;
    if (!id.success || typeof file !== 'string' || !EXPORT_FILE.test(file)) {
      return sendProblem(response, wrongName());
    }
    const ticket = request.get(EXPORT_TICKET_HEADER);
    if (ticket === undefined) return sendProblem(response, noTicket());
    const bytesMax = await access.admit(id.data, ticket);
    if (bytesMax === undefined) return sendProblem(response, unknownTicket());
    const range = readRange(request.get(RANGE_HEADER));
    if (range === undefined) return sendProblem(response, wrongRange());
    const part = {
      snapshotId: id.data,
      file,
      range: range === 'none' ? undefined : range,
      bytesMax,
    };
    const taken = await readBody(request, (content) => store.append({ ...part, content }));
    if (taken === 'hung-up') return;
    if (!taken.ok) return sendProblem(response, taken.error);
    response.status(OK_STATUS).json(taken.value);
  };
}

function wrongName(): Problem {
  return problem('validation-failed', {
    detail:
      'The path is not that of an export: the id of a snapshot, and the SHA-256 of the image ' +
      'with its format, 64 digits and .qcow2.',
    remedy: 'Only agents send exports: novacron snapshot export NAME --file FILE starts one.',
  });
}

function noTicket(): Problem {
  return problem('validation-failed', {
    detail: `The header ${EXPORT_TICKET_HEADER} is missing: it has the ticket of the export.`,
    remedy: 'Only agents send exports: novacron snapshot export NAME --file FILE starts one.',
  });
}

function unknownTicket(): Problem {
  return problem('not-found', {
    detail: 'No export of this snapshot is under way with this ticket.',
    remedy: 'Export the snapshot again: novacron snapshot export NAME --file FILE.',
  });
}
