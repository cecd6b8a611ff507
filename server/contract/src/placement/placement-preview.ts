/** Planned placement of a VM, stored until the VM is created. */
import { z } from 'zod';
import { PlacementPreviewId } from '../ids.ts';
import { Timestamp } from '../schema/resource.ts';
import { PlacementAlternative } from './placement.ts';

/** Names one run of a client that previews: VMs of one run are placed one after another. */
export const PreviewSession = z
  .string()
  .regex(/^[A-Za-z0-9-]{8,64}$/, 'must have 8 to 64 letters, digits or dashes');

/** Placement of a VM, as shown in plans. */
export const PlacementPreviewShown = z.looseObject({
  node: z.string().describe('Name of the node'),
  score: z.number().describe('Weighted score of the node, 0 to 1'),
  explanation: z.array(z.string()).describe('Explanation in lines for people'),
  alternatives: z.array(PlacementAlternative).describe('The best other nodes, best first'),
  cost_per_hour: z
    .number()
    .nullable()
    .prefault(null)
    .describe('Cost of the VM on this node; null if the costs of the node are not configured'),
});
export type PlacementPreviewShown = z.infer<typeof PlacementPreviewShown>;

/** Placement of a VM group's member, as shown in plans. */
export const MemberPreview = z.looseObject({
  name: z.string().describe('Name of the member'),
  node: z.string().describe('Name of the node'),
});
export type MemberPreview = z.infer<typeof MemberPreview>;

/** Reason a plan cannot place a VM. */
export const PlacementRefusal = z.looseObject({
  detail: z.string().describe('Request, and number of rejected nodes per reason'),
  nodes: z
    .record(z.string(), z.array(z.string()))
    .describe('Reasons against each node, by its name, nearest misses first'),
});
export type PlacementRefusal = z.infer<typeof PlacementRefusal>;

/** A preview that is kept, or the refusal in its stead. */
export const PlacementPreview = z.looseObject({
  id: PlacementPreviewId,
  name: z.string().describe('Name of the VM, which does not exist yet'),
  deployment: z.string().describe('Terraform deployment that plans the VM'),
  node: z.string().nullable().describe('Name of the node; null if no node fits'),
  score: z.number().nullable().describe('Weighted score of the node, 0 to 1'),
  explanation: z.array(z.string()).describe('Explanation in lines for people'),
  alternatives: z.array(PlacementAlternative).describe('The best other nodes, best first'),
  cost_per_hour: z.number().nullable().prefault(null).describe('Cost of the VM on this node'),
  refusal: PlacementRefusal.nullable().describe('Reason why no node fits; null if one does'),
  created_at: Timestamp,
});
export type PlacementPreview = z.infer<typeof PlacementPreview>;
