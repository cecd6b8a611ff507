/** Optimization plans of the sample world. */
import { makeId } from '@novacron/contract/ids';

const VM_ID = makeId('vm', 1_750_000_000_000, new Uint8Array(10).fill(7));

const MOVES = [
  {
    vm_id: VM_ID,
    vm: 'web-server-01',
    from: 'node-03',
    to: 'node-01',
    manner: 'live',
    memory_gb: 8,
    imbalance_after: 0.12,
  },
  {
    vm_id: VM_ID,
    vm: null,
    from: 'node-03',
    to: 'node-02',
    manner: 'live',
    memory_gb: 4,
    imbalance_after: 0.08,
  },
];

const PLAN = {
  moves: MOVES,
  emptied: [],
  left: [],
  before: { imbalance: 0.31, nodes_in_use: 3, slots: 4, unguarded: [] },
  after: { imbalance: 0.08, nodes_in_use: 3, slots: 4, unguarded: [] },
  effort: { memory_gb: 12, duration_seconds: 24.6 },
  cost: {
    currency: 'EUR',
    savings_per_hour: 0,
    moves: 0.01,
    payback_hours: null,
    unknown: null,
  },
  explanation: [
    '2 live migrations even the fleet out.',
    'Effort: 12 GB of memory to copy, about 25 s, one VM at a time.',
    'Imbalance: 0.31 before, 0.08 after.',
  ],
};

const CHEAPER = {
  ...PLAN,
  goal: 'reduce_cost',
  emptied: ['node-03'],
  cost: {
    currency: 'EUR',
    savings_per_hour: 1.5,
    moves: 0.0123,
    payback_hours: 0.0082,
    unknown: null,
  },
  explanation: [
    '2 live migrations empty 1 node: node-03.',
    'Effort: 12 GB of memory to copy, about 25 s, one VM at a time.',
    'Savings: 1.5 EUR per hour. The moves cost 0.0123 EUR: paid back in 1 min.',
  ],
};

/** Answers of the operations that plan moves; only a drain is carried out. */
export function samplePlans(
  runningOperation: (changes: Readonly<Record<string, unknown>>) => object,
) {
  const dry = (goal: string) => ({ plan: { ...PLAN, goal }, warnings: [] });
  const operation = runningOperation({ kind: 'node.drain', target_kind: 'node' });
  return {
    'node.drain': { ...dry('drain'), operation },
    'optimizer.rebalance': dry('rebalance'),
    'optimizer.consolidate': dry('consolidate'),
    'optimizer.defragment': dry('defragment'),
    'optimizer.reduce_cost': { plan: CHEAPER, warnings: [] },
  };
}

/** Returns the placements of a VM batch. */
export function samplePlacementBatch() {
  const decision = {
    target_node: 'node-03',
    score: 0.75,
    cost_per_hour: null,
    explanation: [],
    alternatives: [],
    scores: {},
    rejected: {},
  };
  return {
    placements: [
      { name: 'web-01', decision },
      { name: 'web-02', decision: { ...decision, target_node: 'node-04', score: 0.71 } },
    ],
    objective: 'nodes',
    method: 'exact',
    value: 2,
    bound: 2,
    gap: 0,
    explanation: [
      '2 VMs on 2 nodes, 2 of them empty before',
      'proven: no placement opens fewer nodes',
      'found by the solver',
    ],
  };
}
