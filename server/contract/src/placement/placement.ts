/** A placement decision: plan, API, CLI and dashboard show the same lines. */
import { z } from 'zod';
import { DecisionId, OperationId, VmId } from '../ids.ts';
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
    .describe('Cost of the VM on this node; null if the costs of the node are not configured'),
  scores: z.record(z.string(), z.number()).describe('Score of the chosen node by scorer, 0 to 1'),
  rejected: z.record(z.string(), z.int()).describe('Number of rejected nodes per reason'),
});
export type PlacementDecision = z.infer<typeof PlacementDecision>;

/**
 * Outcome of the operation that executed a decision. `stuck`: its rollback failed, so the VM may or
 * may not be on the node. `unknown`: the record of the operation was deleted before the outcome was
 * recorded.
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
    'Time the operation that carries out the decision ended; null until then',
  ),
  outcome: PlacementOutcome.nullish().describe(
    'Outcome: the VM was placed, or the decision was undone (`failed`); `stuck`: the ' +
      'rollback failed, so the VM may be on the node; `unknown`: not recorded. null until then',
  ),
});
export type PlacementExplanation = z.infer<typeof PlacementExplanation>;

/**
 * Purpose of a placement. `scale`: a group of VMs grew; `drain`: its node was emptied; `optimize`:
 * the optimizer consolidated, balanced or defragmented the fleet; `evacuate`: its node showed signs
 * of a failure; `policy`: an orchestration policy requested it.
 */
export const PlacementPurpose = z.enum([
  'create',
  'scale',
  'migrate',
  'recover',
  'drain',
  'optimize',
  'evacuate',
  'policy',
]);
export type PlacementPurpose = z.infer<typeof PlacementPurpose>;

/** A recorded placement decision in a list. */
export const PlacementRecord = z.looseObject({
  id: DecisionId,
  vm: z.string().describe('Name of the VM'),
  vm_id: VmId,
  node: z.string().describe('Name of the chosen node'),
  purpose: PlacementPurpose,
  score: z.number().describe('Weighted score of the chosen node, 0 to 1'),
  margin: z
    .number()
    .nullable()
    .describe(
      'Score of the chosen node minus that of the best other one; negative where a move or a ' +
        'plan named the node. null where no other node could hold the VM, or ' +
        'where it is not recorded',
    ),
  confidence: z
    .number()
    .nullable()
    .describe(
      'Probability that the node is still first after an hour: its share of 200 draws of the ' +
        'measured loads, 0 to 1; a tie is a lot that is drawn again. null: not recorded',
    ),
  created_at: Timestamp.describe('When it was decided'),
  executed_at: Timestamp.nullable().describe(
    'Time the operation that carries out the decision ended; null until then',
  ),
  outcome: PlacementOutcome.nullable().describe(
    '`placed`, `failed` (the decision was undone), `stuck` or `unknown`; null until the ' +
      'operation has ended',
  ),
  operation_id: OperationId,
});
export type PlacementRecord = z.infer<typeof PlacementRecord>;

/** A node that could hold the VM. */
const PlacementCandidate = z.looseObject({
  node: z.string().describe('Name of the node'),
  score: z.number().describe('Weighted score, 0 to 1'),
  scores: z.record(z.string(), z.number()).describe('Score by scorer, 0 to 1'),
});

/** The nodes that one filter refused. */
const PlacementRefusals = z.looseObject({
  filter: z.string().describe('Name of the filter'),
  words: z.string().describe('The reason in words'),
  nodes: z.int().describe('Number of nodes; one with two reasons counts under both'),
  examples: z
    .array(
      z.looseObject({
        node: z.string().describe('Name of the node'),
        failed: z
          .array(z.looseObject({ filter: z.string(), why: z.string() }))
          .describe('Filters that refused it, with the reason'),
        passed: z.array(z.string()).describe('Filters that accepted it'),
      }),
    )
    .describe('Up to three of the nodes, those with the fewest reasons first'),
});

/** Result of a decision for a node. */
const JudgedNode = z.looseObject({
  node: z.string().describe('Name of the node'),
  outcome: z
    .enum(['chosen', 'candidate', 'refused', 'absent', 'unknown'])
    .describe(
      'candidate: it could hold the VM; absent: the fleet had no node of this name; unknown: the ' +
        'fleet is not stored any more',
    ),
  score: z.number().nullable().describe('Weighted score, 0 to 1; null if it was not a candidate'),
  scores: z.record(z.string(), z.number()).describe('Score by scorer, 0 to 1'),
  failed: z
    .array(z.looseObject({ filter: z.string(), why: z.string() }))
    .describe('Filters that refused it, with the reason'),
  passed: z.array(z.string()).describe('Filters that accepted it'),
});
export type JudgedNode = z.infer<typeof JudgedNode>;

/** A recorded placement decision with why here, why not there and what would change it. */
export const PlacementRecordDetail = z.looseObject({
  ...PlacementRecord.shape,
  explanation: z.array(z.string()).describe('Why here: explanation in lines for people'),
  cost_per_hour: z.number().nullable().describe('Cost of the VM on the node; null if not known'),
  candidates: z
    .array(PlacementCandidate)
    .describe('The best nodes that could hold the VM, the chosen one among them, best first'),
  fitting: z
    .int()
    .nullable()
    .describe('Number of nodes that could hold the VM; null: not recorded'),
  weights: z
    .record(z.string(), z.number())
    .describe('Weight of each scorer in a score; empty where the fleet is not stored any more'),
  filters: z
    .array(z.string())
    .describe('Filters that every node was asked by; empty where the fleet is not stored any more'),
  refused: z.array(PlacementRefusals).describe('Why not there: refused nodes by filter'),
  judged: z
    .array(JudgedNode)
    .prefault([])
    .describe('Why there, or why not, of each node that the request names, in its order'),
  policies: z.array(z.string()).describe('What orchestration policies asked for, in lines'),
  what_would_change_it: z.array(z.string()).describe('In lines for people'),
  confidence_basis: z
    .enum(['measured_load', 'scores', 'none'])
    .describe(
      'Basis of the confidence. `scores`: the strategy does not read measured loads, ' +
        'so only ties leave doubt; `none`: it is not recorded',
    ),
  basis: z
    .enum(['recorded', 'counts'])
    .describe(
      'Whether refused nodes are judged in the fleet that the decision saw, or only counted ' +
        'because that fleet is not stored any more',
    ),
});
export type PlacementRecordDetail = z.infer<typeof PlacementRecordDetail>;
