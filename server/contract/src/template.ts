/** Templates: the images that VMs boot from. */
import { z } from 'zod';
import { TemplateId } from './ids.ts';
import { ResourceName, Timestamp } from './resource.ts';

/** The template of a VM that names none. */
export const DEFAULT_TEMPLATE_NAME = 'default';

/** A template as answers carry it. */
export const Template = z.looseObject({
  id: TemplateId,
  name: ResourceName.describe('Name of the template'),
  os: z.string().describe('Operating system in the image'),
  os_version: z.string().describe('Its version'),
  architecture: z.string().describe('Processor architecture, such as x86_64'),
  disk_gb_min: z.int().describe('Smallest root disk that the image fits on. Unit: GB.'),
  description: z.string().describe('What the image is for'),
  created_at: Timestamp,
});
export type Template = z.infer<typeof Template>;
