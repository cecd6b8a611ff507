/** The names of the kinds of resources, each of which has its folder in `kinds/`. */
import { z } from 'zod';

/** Kinds of resources that people create. */
export const RESOURCE_KINDS = [
  'vm',
  'vm_group',
  'network',
  'security_group',
  'volume',
  'snapshot',
  'template',
  'policy',
  'orchestration_policy',
] as const;
/** A kind of resource that people create. */
export const ResourceKind = z.enum(RESOURCE_KINDS);
export type ResourceKind = z.infer<typeof ResourceKind>;
