/** Definitions of the operations that explain the placements of VMs. */
import { z } from 'zod';
import { DecisionId, VmId } from '../../ids.ts';
import { list, oneOf, oneOfTexts } from '../../operation/listing.ts';
import { look } from '../../operation/operation-shapes.ts';
import {
  PlacementExplanation,
  PlacementOutcome,
  PlacementPurpose,
  PlacementRecord,
  PlacementRecordDetail,
} from '../../placement/placement.ts';

/** The rows by name. */
export const placementOperations = {
  'placement.explain': {
    ...look,
    summary: 'Explains why a VM is on its node, or why it is not on another one.',
    rest: { method: 'GET', path: '/placement/{id}', status: 200 },
    input: z.strictObject({
      id: VmId,
      node: z
        .string()
        .min(1)
        .max(253)
        .optional()
        .describe(
          'Name of a node to explain why the VM is not there. Default: explains the node ' +
            'of the VM',
        ),
    }),
    output: PlacementExplanation,
    problems: ['not-found'],
  },
  'placement_decision.list': {
    ...look,
    summary: 'Lists recorded placement decisions with score, margin, confidence and outcome.',
    rest: { method: 'GET', path: '/orchestration/placement/decisions', status: 200 },
    ...list(PlacementRecord, {
      filters: {
        vm: oneOfTexts('Only decisions about one of these VMs, by name'),
        vm_id: oneOf(VmId, 'Only decisions about one of these VMs'),
        node: oneOfTexts('Only those that chose one of these nodes, by name'),
        purpose: oneOf(PlacementPurpose, 'Only those for one of these purposes'),
        outcome: oneOf(PlacementOutcome, 'Only those with one of these outcomes'),
      },
      sort: ['-created_at', 'score', 'margin', 'confidence', 'outcome'],
      search: ['vm', 'node'],
      time: 'created_at',
    }),
    problems: [],
  },
  'placement_decision.get': {
    ...look,
    summary: 'Shows a placement decision: why here, why not there, and what would change it.',
    rest: { method: 'GET', path: '/orchestration/placement/decisions/{id}', status: 200 },
    input: z.strictObject({
      id: DecisionId,
      node: oneOf(
        z.string().min(1).max(253),
        'Explain also why there, or why not, for these nodes, by name',
      ),
    }),
    output: PlacementRecordDetail,
    problems: ['not-found'],
  },
} as const;
