/** The states of a VM. */
import { z } from 'zod';

/**
 * Life of a VM as its agent reports it; `preempted`: stopped by NovaCron until there is room;
 * `failed`: it was never made, or it stops again and again and is not restarted any more.
 */
export const VmStatus = z.enum([
  'creating',
  'running',
  'stopped',
  'preempted',
  'failed',
  'deleting',
  'unknown',
]);
export type VmStatus = z.infer<typeof VmStatus>;
