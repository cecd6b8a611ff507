/** An exported snapshot: an image that people download, with what is needed to use it elsewhere. */
import { z } from 'zod';
import { SnapshotId } from '../../ids.ts';
import { ResourceName } from '../../schema/resource.ts';

/** The manifest of an export. */
export const SnapshotExport = z.looseObject({
  format_version: z.literal(1).describe('Version of this description'),
  snapshot_id: SnapshotId.describe('Id of the snapshot'),
  name: ResourceName.describe('Name of the snapshot'),
  volume_name: z.string().nullable().describe('Name of its volume'),
  storage_class: z.string().describe('Storage class of its volume'),
  size_gb: z.int().describe('Size of the volume when the snapshot was taken. Unit: GB.'),
  created_at: z.string().describe('When the snapshot was created: RFC 3339'),
  format: z.literal('qcow2').describe('Format of the image, which refers to no other file'),
  bytes: z.int().describe('Size of the image. Unit: bytes.'),
  virtual_bytes: z.int().describe('Size of the disk in the image. Unit: bytes.'),
  sha256: z.string().describe('SHA-256 of the image: 64 hexadecimal digits'),
  exported_at: z.string().describe('When it was exported: RFC 3339'),
  expires_at: z.string().describe('When it is removed from the server: RFC 3339'),
});
export type SnapshotExport = z.infer<typeof SnapshotExport>;
