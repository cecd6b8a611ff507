/** Recommendations of the sample world. */
import { makeId } from '@novacron/contract/ids';

const VM_ID = makeId('vm', 1_750_000_000_000, new Uint8Array(10).fill(7));

const RECOMMENDATION = {
  id: `right_sizing:${VM_ID}`,
  source: 'right_sizing',
  target: 'cost',
  state: 'open',
  subject_kind: 'vm',
  subject_id: VM_ID,
  subject_name: 'web-server-01',
  title: 'web-server-01: 8 cores and 16 GB to 3 cores and 6.5 GB',
  estimated_improvement: 58.4,
  improvement_lower: 51.2,
  improvement_upper: 60.9,
  confidence: 0.91,
  actions: [
    {
      operation: 'vm.update',
      input: { id: VM_ID, cpu_cores: 3, memory_gb: 6.5, restart: 'allowed' },
      undo: { id: VM_ID, cpu_cores: 8, memory_gb: 16, restart: 'allowed' },
    },
  ],
  needs_approval: false,
  currency: 'EUR',
  cost_per_hour_before: 0.4,
  cost_per_hour_after: 0.16,
  risks: ['A load that was not seen in the history may not fit.'],
  alternatives: ['6 cores and 11.5 GB', '3 cores and 16 GB', '8 cores and 6.5 GB'],
  hcl: [],
  explanation: [
    'web-server-01: 8 cores and 16 GB to 3 cores and 6.5 GB.',
    'It saves cost by 58.4 %, with 80 % confidence 51.2 % to 60.9 %.',
    'Replayed on its history, 6 of 6 such changes held. Confidence: 0.91.',
  ],
  digest: 'b'.repeat(64),
  measured_improvement: null,
  applied_at: null,
};

/** Answers of the operations about recommendations. */
export const RECOMMENDATION_ANSWERS = {
  'optimizer.recommend': { items: [RECOMMENDATION] },
  'optimizer.apply': {
    resource: {
      outcome: 'planned',
      recommendation: RECOMMENDATION,
      operation: null,
      problem: null,
    },
  },
  'optimizer.metrics': {
    signals: [
      { signal: 'cpu_utilization_ratio', source: 'agents', vms: 12, vms_total: 12 },
      { signal: 'latency_seconds', source: 'written', vms: 1, vms_total: 12 },
    ],
  },
  'optimizer.train': {
    models: [
      {
        vm_id: VM_ID,
        vm: 'web-server-01',
        state: 'better',
        target: 'latency_seconds',
        features: ['cpu_utilization_ratio', 'requests_per_second'],
        absent: ['errors_per_second', 'cost_per_hour'],
        rows_trained: 1_075,
        rows_held_back: 269,
        error: 0.0004,
        rule: 'linear',
        rule_error: 0.0021,
        explanation: [
          'latency_seconds from cpu_utilization_ratio, requests_per_second: ' +
            '1075 rows, 269 held back.',
          'Better than the rule `linear` by 81 %, with 99 % confidence by at least 76 %.',
          'Absent, or always the same: errors_per_second, cost_per_hour.',
        ],
      },
    ],
    omitted: 0,
  },
  'optimizer.replay': {
    days: 30,
    subjects: 12,
    changes: [
      {
        subject_id: VM_ID,
        subject_name: 'web-server-01',
        days_ago: 2,
        before: '8 cores and 16 GB',
        after: '3 cores and 6.5 GB',
        held: true,
        expected_improvement: 60.9,
        realised_improvement: 60.9,
      },
    ],
    held_ratio: 1,
    expected_improvement: 60.9,
    realised_improvement: 60.9,
    explanation: [
      '1 sizes would have been recommended, of which 100 % held for two days.',
      'They promised 60.9 % on average, and 60.9 % of it was left.',
    ],
  },
};
