/** Volumes (Terraform: `novacron_storage`): the resource table's rows of kind `volume`. */
import { z } from 'zod';
import { UPLOADED_IMAGE } from '../../formats/uploaded-image.ts';
import { SnapshotId, VmId, VolumeId } from '../../ids.ts';
import { deletionProtection } from '../../schema/deletion-protection.ts';
import { computed, createShape, field, specShape, updateShape } from '../../schema/field.ts';
import { Labels, ResourceName, resourceSchema } from '../../schema/resource.ts';
import { ImageChecksum } from '../template/template.ts';

/** Storage classes; each is a pool of the fleet with a capacity of its own. */
export const VolumeType = z.enum(['ssd', 'hdd', 'nvme']);
export type VolumeType = z.infer<typeof VolumeType>;

/** Life of a volume. */
export const VolumeStatus = z.enum(['creating', 'available', 'attached', 'failed', 'deleting']);
export type VolumeStatus = z.infer<typeof VolumeStatus>;

/** Size of the largest volume. Unit: GB. */
export const VOLUME_GB_MAX = 65_536;

/** The resource table of volumes, one row a field. */
export const VOLUME_FIELDS = {
  name: field({
    schema: ResourceName,
    description: 'Name of the volume, unique within the tenant.',
    presence: 'required',
    example: 'data-volume',
  }),
  size_gb: field({
    schema: z.int().min(1).max(VOLUME_GB_MAX),
    description: 'Size of the volume. It can grow; a smaller size replaces the volume.',
    unit: 'GB',
    presence: 'required',
    effectOf: (before, after) => (Number(after) < Number(before) ? 'data-loss' : 'live'),
    driftClass: 'cost',
    example: 500,
  }),
  type: field({
    schema: VolumeType,
    description: 'Storage class: `ssd`, `hdd` or `nvme`. A change replaces the volume.',
    presence: 'optional',
    default: 'ssd',
    effectOf: () => 'data-loss',
    driftClass: 'cost',
    example: 'ssd',
  }),
  encrypted: field({
    schema: z.boolean(),
    description:
      'Whether nodes encrypt the content of the volume and of its snapshots (LUKS, AES-256), ' +
      'with keys that servers keep. Only nodes that can encrypt volumes take it. A change ' +
      'replaces the volume.',
    presence: 'optional',
    default: false,
    effectOf: () => 'data-loss',
    driftClass: 'security',
    example: true,
  }),
  attached_to: field({
    schema: VmId,
    description: 'Id of the VM to which the volume is attached. Default: none.',
    presence: 'optional',
    driftClass: 'availability',
    references: 'vm',
    example: 'vm_01jd3v6t7re3h8z9k2m4n5p6q7',
  }),
  source_snapshot_id: field({
    schema: SnapshotId,
    description:
      'Id of the snapshot with the initial content of the volume. Default: an empty ' +
      'volume. It can be removed later; another snapshot replaces the volume.',
    presence: 'optional',
    effectOf: (_before, after) => (after === null ? 'live' : 'data-loss'),
    driftClass: 'cosmetic',
    references: 'snapshot',
    example: 'snap_01jd3v6t7re3h8z9k2m4n5p6q7',
  }),
  metadata: field({
    schema: Labels,
    description: 'Labels of the volume: names and values for people and policies.',
    presence: 'optional',
    example: { team: 'shop' },
  }),
  deletion_protection: deletionProtection('volume'),
  cost_per_hour: {
    ...computed(
      z.number().nullable().prefault(null),
      'Cost of the volume per hour, in the currency of the price list; null if no price list has ' +
        'its price.',
      0.02,
    ),
    volatility: 'observed',
    follows: ['size_gb', 'type'],
  },
  status: {
    ...computed(VolumeStatus, 'Status of the volume.', 'attached'),
    volatility: 'observed',
    follows: ['attached_to'],
  },
} as const;

/** A volume as answers carry it. */
export const Volume = resourceSchema(VolumeId, VOLUME_FIELDS);
export type Volume = z.infer<typeof Volume>;

/** The desired state of a volume. */
export const VolumeSpec = z.looseObject(specShape(VOLUME_FIELDS));
export type VolumeSpec = z.infer<typeof VolumeSpec>;

/** Fields of requests to create and to update a volume. */
export const VolumeCreate = z.strictObject(createShape(VOLUME_FIELDS));
export const VolumeUpdate = z.strictObject(updateShape(VOLUME_FIELDS));

const IMAGE_LENGTH_MAX = 2_048;

/** Nodes fetch images themselves, as those of templates; a built-in one is no disk of its own. */
const DiskImage = z
  .string()
  .max(IMAGE_LENGTH_MAX, { abort: true })
  .regex(
    new RegExp(`^https:\\/\\/[^\\s/]+\\/\\S+$|${UPLOADED_IMAGE.source}`),
    'must be an https address, or uploaded:FILE',
  );

const ImportedFields = VolumeCreate.omit({ source_snapshot_id: true, encrypted: true });

/** Fields of a request to create a volume from a disk image, which is not encrypted. */
export const VolumeImport = ImportedFields.extend({
  size_gb: VOLUME_FIELDS.size_gb.schema
    .nullish()
    .describe(
      'Size of the volume, at least that of the disk in the image. Default: that of the disk, ' +
        'rounded up, of an image that was uploaded. Unit: GB.',
    ),
  image: DiskImage.describe(
    'The disk image, in the format qcow2, raw or VMDK: an https address, or `uploaded:` and the ' +
      'file of an image that was sent to the server, as in templates.',
  ),
  image_checksum: ImageChecksum.nullish().describe(
    'SHA-256 of the image; nodes reject an image with another checksum. Required for an https ' +
      'address; an uploaded image is named by its checksum.',
  ),
});
