/** Rows of the operations table about snapshots of volumes. */
import { z } from 'zod';
import { SnapshotId, VolumeId } from '../../ids.ts';
import { list, oneOf, oneOfTexts } from '../../operation/listing.ts';
import {
  change,
  create,
  ifRevision,
  ifUnchanged,
  keyed,
  look,
  named,
  removed,
  written,
} from '../../operation/operation-shapes.ts';
import { Snapshot, SnapshotCreate, SnapshotStatus, SnapshotUpdate } from './snapshot.ts';
import { SnapshotExport } from './snapshot-export.ts';

/** The rows by name. */
export const snapshotOperations = {
  'snapshot.create': {
    ...create,
    summary: 'Creates a snapshot of a volume; an attached VM keeps running.',
    rest: { method: 'POST', path: '/snapshots', status: 202 },
    input: SnapshotCreate.extend(keyed),
    output: written(Snapshot),
    problems: [
      'name-taken',
      'no-capacity',
      'reference-unknown',
      'policy-denied',
      'conflict',
      'idempotency-key-reused',
      'storage-full',
      'quota-exceeded',
      'budget-exceeded',
    ],
  },
  'snapshot.get': {
    ...look,
    summary: 'Shows a snapshot.',
    rest: { method: 'GET', path: '/snapshots/{id}', status: 200 },
    input: z.strictObject({ id: SnapshotId }),
    output: Snapshot,
    problems: ['not-found'],
  },
  'snapshot.list': {
    ...look,
    summary: 'Lists snapshots in the order of their creation.',
    rest: { method: 'GET', path: '/snapshots', status: 200 },
    ...list(Snapshot, {
      filters: {
        ...named,
        status: oneOf(SnapshotStatus, 'Only snapshots with one of these statuses'),
        volume_id: oneOf(VolumeId, 'Only snapshots of one of these volumes'),
        node: oneOfTexts('Only snapshots on one of these nodes, by name'),
        created_by: oneOfTexts('Only those that one of these principals created'),
      },
      sort: ['created_at', 'updated_at', 'name'],
      search: ['name', 'id'],
      time: 'created_at',
      labels: 'metadata',
    }),
    problems: [],
  },
  'snapshot.update': {
    ...change,
    summary: 'Updates the name or the description of a snapshot.',
    rest: { method: 'PATCH', path: '/snapshots/{id}', status: 200 },
    input: SnapshotUpdate.extend({ id: SnapshotId, ...ifUnchanged }),
    output: written(Snapshot),
    problems: ['not-found', 'name-taken', 'policy-denied', 'revision-mismatch', 'conflict'],
  },
  'snapshot.restore': {
    ...change,
    applies: 'nothing',
    summary: 'Restores a volume from a snapshot; its current content is lost.',
    rest: { method: 'POST', path: '/snapshots/{id}/restore', status: 202 },
    input: z.strictObject({ id: SnapshotId, if_revision: ifRevision }),
    output: written(Snapshot),
    problems: ['not-found', 'in-use', 'policy-denied', 'revision-mismatch', 'conflict'],
  },
  'snapshot.export': {
    ...change,
    applies: 'nothing',
    summary:
      'Exports a snapshot to the server as a qcow2 image; `GET /exports/{id}` downloads it for ' +
      'seven days.',
    rest: { method: 'POST', path: '/snapshots/{id}/export', status: 202 },
    input: z.strictObject({ id: SnapshotId, if_revision: ifRevision }),
    output: written(Snapshot),
    problems: ['not-found', 'in-use', 'policy-denied', 'revision-mismatch', 'conflict'],
  },
  'snapshot.exports': {
    ...look,
    summary: 'Lists the exports of snapshots that can be downloaded.',
    rest: { method: 'GET', path: '/snapshot-exports', status: 200 },
    input: z.strictObject({}),
    output: z.looseObject({ exports: z.array(SnapshotExport) }),
    problems: [],
  },
  'snapshot.delete': {
    ...change,
    summary: 'Deletes a snapshot; its volume and volumes created from it are not affected.',
    rest: { method: 'DELETE', path: '/snapshots/{id}', status: 202 },
    input: z.strictObject({ id: SnapshotId, ...ifUnchanged }),
    output: removed,
    problems: ['not-found', 'policy-denied', 'revision-mismatch', 'conflict'],
  },
} as const;
