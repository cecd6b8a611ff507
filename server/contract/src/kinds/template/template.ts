/** Templates: the images that VMs boot from. Rows of kind `template` and their requests. */
import { z } from 'zod';
import { UPLOADED_IMAGE } from '../../formats/uploaded-image.ts';
import { NetworkId, TemplateId } from '../../ids.ts';
import { computed, createShape, field, specShape, updateShape } from '../../schema/field.ts';
import { Labels, ResourceName, resourceSchema } from '../../schema/resource.ts';
import { Firmware } from '../vm/firmware.ts';
import { VM_FIELDS } from '../vm/vm.ts';
import { UserData } from '../vm/vm-guest.ts';

/** The template of a VM that names none. */
export const DEFAULT_TEMPLATE_NAME = 'default';

const TEXT_LENGTH_MAX = 512;

const IMAGE_LENGTH_MAX = 2_048;

/** Networks that a template lists; more of them are all of them. */
const NETWORKS_MAX = 64;

/**
 * Nodes fetch images themselves: an address that only a node understands, such as a path, would let
 * the author of a template read files of nodes.
 */
const ImageReference = z
  .string()
  .max(IMAGE_LENGTH_MAX, { abort: true })
  .regex(
    new RegExp(
      `^https:\\/\\/[^\\s/]+\\/\\S+$|^builtin:[a-z0-9][a-z0-9.-]*$|${UPLOADED_IMAGE.source}`,
    ),
    'must be an https address or builtin:NAME, such as builtin:debian-12, or uploaded:FILE',
  );

/** Checksum of an image. */
export const ImageChecksum = z
  .string()
  .regex(/^sha256:[0-9a-f]{64}$/, 'must be sha256: and 64 hexadecimal digits');

/** The fields whose change is another version of a template. */
export const VERSIONED_FIELDS = [
  'image',
  'image_checksum',
  'firmware',
  'architecture',
  'user_data',
] as const;

/** The resource table of templates, one row a field. */
export const TEMPLATE_FIELDS = {
  name: field({
    schema: ResourceName,
    description: 'Name of the template, unique within the tenant and among the built-in templates.',
    presence: 'required',
    example: 'web-base',
  }),
  image: field({
    schema: ImageReference,
    description:
      'Location of the image: an https address, `builtin:` and the name of a built-in ' +
      'template, or `uploaded:` and the file of an image that `novacron template upload` has ' +
      'sent. A change creates a new version; existing VMs are not affected.',
    presence: 'required',
    driftClass: 'security',
    example: 'builtin:debian-12',
  }),
  image_checksum: field({
    schema: ImageChecksum,
    description: 'SHA-256 of the image; nodes reject an image with another checksum.',
    presence: 'optional',
    driftClass: 'security',
    example: `sha256:${'0'.repeat(64)}`,
  }),
  firmware: field({
    schema: Firmware,
    description: 'Boot firmware of VMs: `bios` or `uefi`.',
    presence: 'optional',
    default: 'bios',
    driftClass: 'availability',
    example: 'uefi',
  }),
  architecture: field({
    schema: z.enum(['x86_64', 'aarch64']),
    description: 'Processor architecture of the image.',
    presence: 'optional',
    default: 'x86_64',
    driftClass: 'availability',
    example: 'x86_64',
  }),
  os: field({
    schema: z.string().max(TEXT_LENGTH_MAX),
    description: 'Operating system in the image.',
    presence: 'optional',
    example: 'debian',
  }),
  os_version: field({
    schema: z.string().max(TEXT_LENGTH_MAX),
    description: 'Version of the operating system.',
    presence: 'optional',
    example: '12',
  }),
  disk_gb_min: field({
    schema: z.int().min(1).max(65_536),
    description: 'Minimum size of the root disk; a VM with a smaller one is refused.',
    unit: 'GB',
    presence: 'optional',
    default: 1,
    driftClass: 'availability',
    example: 10,
  }),
  cpu_cores: field({
    schema: VM_FIELDS.cpu_cores.schema,
    description: 'Default number of cores of new VMs.',
    unit: 'cores',
    presence: 'optional',
    driftClass: 'cost',
    example: 2,
  }),
  memory_gb: field({
    schema: VM_FIELDS.memory_gb.schema,
    description: 'Default memory of new VMs.',
    unit: 'GB',
    presence: 'optional',
    driftClass: 'cost',
    example: 4,
  }),
  disk_gb: field({
    schema: VM_FIELDS.disk_gb.schema,
    description: 'Default size of the root disk of new VMs; at least `disk_gb_min`.',
    unit: 'GB',
    presence: 'optional',
    driftClass: 'cost',
    example: 20,
  }),
  network_id: field({
    schema: NetworkId,
    description: 'Id of the default network of new VMs; one of `network_ids`, if these are set.',
    presence: 'optional',
    driftClass: 'security',
    references: 'network',
    example: 'net_01jd3v6t7re3h8z9k2m4n5p6q7',
  }),
  user_data: field({
    schema: UserData,
    description:
      'Default cloud-init data of new VMs. Every user who may read templates can read ' +
      'it: put secrets into `user_data_wo` of the VM.',
    presence: 'optional',
    driftClass: 'security',
    example: '#cloud-config\npackages: [nginx]\n',
  }),
  network_ids: field({
    schema: z.array(NetworkId).max(NETWORKS_MAX),
    description: 'Ids of the networks to which VMs of the template can be connected. Default: all.',
    presence: 'optional',
    collection: 'set',
    driftClass: 'security',
    references: 'network',
    example: ['net_01jd3v6t7re3h8z9k2m4n5p6q7'],
  }),
  description: field({
    schema: z.string().max(TEXT_LENGTH_MAX),
    description: 'Description of the template.',
    presence: 'optional',
    example: 'What our web servers start from',
  }),
  metadata: field({
    schema: Labels,
    description: 'Labels of the template: names and values for people and policies.',
    presence: 'optional',
    example: { team: 'platform' },
  }),
  version: {
    ...computed(
      z.int(),
      'Version of the template; increases when image, checksum, firmware, architecture ' +
        'or user data change.',
      3,
    ),
    follows: VERSIONED_FIELDS,
  },
  built_in: {
    ...computed(
      z.boolean(),
      'Whether it is a built-in template, which all tenants have and which cannot be changed.',
      false,
    ),
    follows: [],
  },
  vm_count: {
    ...computed(z.int().nullable(), 'Number of VMs created from the template.', 2),
    volatility: 'volatile',
  },
} as const;

/** A template as answers carry it. */
export const Template = resourceSchema(TemplateId, TEMPLATE_FIELDS);
export type Template = z.infer<typeof Template>;

/** The desired state of a template. */
export const TemplateSpec = z.looseObject(specShape(TEMPLATE_FIELDS));
export type TemplateSpec = z.infer<typeof TemplateSpec>;

/** Fields of requests to create and to update a template. */
export const TemplateCreate = z.strictObject(createShape(TEMPLATE_FIELDS));
export const TemplateUpdate = z.strictObject(updateShape(TEMPLATE_FIELDS));
