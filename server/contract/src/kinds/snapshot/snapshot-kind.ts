/** The kind `snapshot`: its Terraform type, fields, noun and quotas. */
import { SnapshotId } from '../../ids.ts';
import type { ResourceDefinition } from '../../schema/resource-definition.ts';
import { SNAPSHOT_FIELDS, Snapshot } from './snapshot.ts';

/** The definition of the kind. */
export const snapshotKind = {
  type: 'novacron_snapshot',
  table: SNAPSHOT_FIELDS,
  resource: Snapshot,
  noun: {
    words: 'snapshot',
    description: 'Snapshots: point-in-time volume copies',
    id: SnapshotId,
    prefix: 'snap',
  },
  terraform: {
    resource:
      'A snapshot: a point-in-time copy of a volume. A volume that has snapshots cannot be ' +
      'deleted.',
    dataSource: 'An existing snapshot of a volume.',
  },
  quotas: {
    snapshots: { description: 'Snapshots of volumes' },
    volume_gb: { description: 'Total size of volumes and snapshots', unit: 'GB' },
  },
} as const satisfies ResourceDefinition;
