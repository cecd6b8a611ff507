/** Where a plan said that a VM would go, kept until the VM is created. */
import { z } from 'zod';
import { PlacementPreviewId } from '../ids.ts';
import { Timestamp } from '../schema/resource.ts';
import { PlacementAlternative } from './placement.ts';

/** Names one run of a client that previews: VMs of one run are placed one after another. */
export const PreviewSession = z
  .string()
  .regex(/^[A-Za-z0-9-]{8,64}$/, 'must have 8 to 64 letters, digits or dashes');

/** Where a VM goes, as plans show it. */
export const PlacementPreviewShown = z.looseObject({
  node: z.string().describe('Name of the node'),
  score: z.number().describe('Weighted score of the node, 0 to 1'),
  explanation: z.array(z.string()).describe('Why, in lines for people'),
  alternatives: z.array(PlacementAlternative).describe('The best other nodes, best first'),
  cost_per_hour: z
    .number()
    .nullable()
    .prefault(null)
    .describe('What the VM costs there; null if the costs of the node are not configured'),
});
export type PlacementPreviewShown = z.infer<typeof PlacementPreviewShown>;

/** Why a VM has no place in a plan. */
export const PlacementRefusal = z.looseObject({
  detail: z.string().describe('What was asked, and the nodes refused, counted per reason'),
  nodes: z
    .record(z.string(), z.array(z.string()))
    .describe('The reasons against each node, by its name, nearest misses first'),
});
export type PlacementRefusal = z.infer<typeof PlacementRefusal>;

/** A preview that is kept, or the refusal in its stead. */
export const PlacementPreview = z.looseObject({
  id: PlacementPreviewId,
  name: z.string().describe('Name of the VM that does not exist yet'),
  deployment: z.string().describe('The Terraform deployment that plans it'),
  node: z.string().nullable().describe('Name of the node; null where every node refuses'),
  score: z.number().nullable().describe('Weighted score of the node, 0 to 1'),
  explanation: z.array(z.string()).describe('Why, in lines for people'),
  alternatives: z.array(PlacementAlternative).describe('The best other nodes, best first'),
  cost_per_hour: z.number().nullable().prefault(null).describe('What the VM costs there'),
  refusal: PlacementRefusal.nullable().describe('Why it has no place; null where it has one'),
  created_at: Timestamp,
});
export type PlacementPreview = z.infer<typeof PlacementPreview>;
