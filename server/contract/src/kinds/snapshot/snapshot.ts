/** Snapshots of volumes: the resource table's rows of kind `snapshot`. */
import { z } from 'zod';
import { SnapshotId, VolumeId } from '../../ids.ts';
import { computed, createShape, field, specShape, updateShape } from '../../schema/field.ts';
import { Labels, ResourceName, resourceSchema } from '../../schema/resource.ts';

/** Life of a snapshot. `lost`: its node no longer has it; `failed`: its content is undefined. */
export const SnapshotStatus = z.enum([
  'creating',
  'ready',
  'restoring',
  'deleting',
  'lost',
  'failed',
]);
export type SnapshotStatus = z.infer<typeof SnapshotStatus>;

const DESCRIPTION_LENGTH_MAX = 1_024;

/** The resource table of snapshots, one row a field. */
export const SNAPSHOT_FIELDS = {
  name: field({
    schema: ResourceName,
    description: 'Name of the snapshot, unique within the tenant.',
    presence: 'required',
    example: 'before-upgrade',
  }),
  volume_id: field({
    schema: VolumeId,
    description: 'Id of the volume. A change replaces the snapshot.',
    presence: 'required',
    effectOf: () => 'data-loss',
    driftClass: 'availability',
    references: 'volume',
    example: 'vol_01jd3v6t7re3h8z9k2m4n5p6q7',
  }),
  description: field({
    schema: z.string().max(DESCRIPTION_LENGTH_MAX),
    description: 'Description of the snapshot.',
    presence: 'optional',
    example: 'Before the upgrade to 2.0',
  }),
  metadata: field({
    schema: Labels,
    description: 'Labels of the snapshot: names and values for people and policies.',
    presence: 'optional',
    example: { keep: 'yearly' },
  }),
  size_gb: {
    ...computed(z.int(), 'Size of the snapshot: the size of the volume when it was created.', 500),
    unit: 'GB',
    follows: [],
  },
  node: {
    ...computed(z.string(), 'Name of the node that stores the snapshot.', 'node-01'),
    volatility: 'observed',
  },
  status: {
    ...computed(SnapshotStatus, 'Status of the snapshot.', 'ready'),
    volatility: 'observed',
  },
} as const;

/** A snapshot as answers carry it. */
export const Snapshot = resourceSchema(SnapshotId, SNAPSHOT_FIELDS);
export type Snapshot = z.infer<typeof Snapshot>;

/** The desired state of a snapshot. */
export const SnapshotSpec = z.looseObject(specShape(SNAPSHOT_FIELDS));
export type SnapshotSpec = z.infer<typeof SnapshotSpec>;

/** Fields of requests to take and to update a snapshot. */
export const SnapshotCreate = z.strictObject(createShape(SNAPSHOT_FIELDS));
export const SnapshotUpdate = z.strictObject(updateShape(SNAPSHOT_FIELDS));
