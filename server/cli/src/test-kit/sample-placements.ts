/** Sample answers about placement decisions. */
import { AT, sampleId } from './sample-base.ts';

/** A decision in a list. */
export function samplePlacementRecord() {
  return {
    id: sampleId('dec'),
    vm: 'web-server-01',
    vm_id: sampleId('vm'),
    node: 'node-03',
    purpose: 'create',
    score: 0.8125,
    margin: 0.0215,
    confidence: 0.865,
    created_at: AT,
    executed_at: AT,
    outcome: 'placed',
    operation_id: sampleId('op'),
  };
}

/** A decision as it is shown. */
export function samplePlacementDecision() {
  return {
    ...samplePlacementRecord(),
    explanation: ['scores 0.8125 by strategy performance: idle 0.9', 'next best: node-05 0.791'],
    cost_per_hour: null,
    candidates: [
      { node: 'node-03', score: 0.8125, scores: { idle: 0.9, 'least-allocated': 0.75 } },
      { node: 'node-05', score: 0.791, scores: { idle: 0.84, 'least-allocated': 0.76 } },
    ],
    fitting: 2,
    weights: { idle: 0.4, 'least-allocated': 0.3 },
    filters: ['status', 'cpu', 'memory', 'disk'],
    refused: [
      {
        filter: 'cpu',
        words: 'too few free cores',
        nodes: 1,
        examples: [
          {
            node: 'node-04',
            failed: [{ filter: 'cpu', why: 'lacks 2 cores (2 of 64 cores free)' }],
            passed: ['status', 'memory', 'disk'],
          },
        ],
      },
    ],
    judged: [
      {
        node: 'node-04',
        outcome: 'refused',
        score: null,
        scores: {},
        failed: [{ filter: 'cpu', why: 'lacks 2 cores (2 of 64 cores free)' }],
        passed: ['status', 'memory', 'disk'],
      },
    ],
    policies: ['orchestration policy idle-first asks for strategy performance'],
    what_would_change_it: [
      'node-05 would be chosen if it scored more than 0.0215 higher: it is behind in idle 0.84 ' +
        'against 0.9',
    ],
    confidence_basis: 'measured_load',
    basis: 'recorded',
  };
}
