/** A placement decision: plan, API, CLI and dashboard show the same lines. */
import { z } from 'zod';
import { Timestamp } from '../schema/resource.ts';

/** Another node that could have been chosen. */
export const PlacementAlternative = z.looseObject({
  node: z.string().describe('Name of the node'),
  score: z.number().describe('0 to 1, higher is better'),
});
export type PlacementAlternative = z.infer<typeof PlacementAlternative>;

/** The answer to "where does it go, and why". */
export const PlacementDecision = z.looseObject({
  target_node: z.string().describe('Name of the chosen node'),
  score: z.number().describe('Weighted score of the chosen node, 0 to 1'),
  explanation: z.array(z.string()).describe('Explanation in lines for people'),
  alternatives: z.array(PlacementAlternative).describe('The best other nodes, best first'),
  cost_per_hour: z
    .number()
    .nullable()
    .prefault(null)
    .describe('Cost of the VM on this node; null if the costs of the node are not configured'),
  scores: z.record(z.string(), z.number()).describe('Score of the chosen node by scorer, 0 to 1'),
  rejected: z.record(z.string(), z.int()).describe('Number of rejected nodes per reason'),
});
export type PlacementDecision = z.infer<typeof PlacementDecision>;

/**
 * How the operation that carried a decision out ended. `stuck`: its rollback failed, so the VM may
 * be on the node or not. `unknown`: the record of the operation was deleted before an earlier
 * release could say.
 */
export const PlacementOutcome = z.enum(['placed', 'failed', 'stuck', 'unknown']);
export type PlacementOutcome = z.infer<typeof PlacementOutcome>;

/** The answer to "why is it there, and to "why not on that node". */
export const PlacementExplanation = z.looseObject({
  vm: z.string().describe('Name of the VM'),
  node: z.string().nullable().describe('Name of the node in question, if any'),
  explanation: z.array(z.string()).describe('Explanation in lines for people'),
  basis: z
    .enum(['recorded', 'current'])
    .describe(
      'Whether the explanation uses the fleet at that time or the current one without the VM',
    ),
  decided_at: Timestamp.nullable().describe('null if the decision is not stored (any more)'),
  decision: PlacementDecision.nullable().describe('As it was recorded when the VM was created'),
  executed_at: Timestamp.nullish().describe(
    'When the operation that carries the decision out ended; null until then',
  ),
  outcome: PlacementOutcome.nullish().describe(
    'How it ended: the VM was placed, or the decision was undone (`failed`); `stuck`: the ' +
      'rollback failed, so the VM may be on the node; `unknown`: not recorded. null until then',
  ),
});
export type PlacementExplanation = z.infer<typeof PlacementExplanation>;
