/** VMs, VM groups and nodes of the sample world. */
import {
  type Answers,
  AT,
  COMMON,
  type JsonFields,
  type Samples,
  sampleId,
} from './sample-base.ts';
import { runningOperation } from './sample-operation.ts';
import { samplePlacementDecision, samplePlacementRecord } from './sample-placements.ts';
import { samplePlacementBatch } from './sample-plans.ts';

/** Resources by noun. */
export const MACHINE_SAMPLES = {
  vm: [
    {
      id: sampleId('vm'),
      ...COMMON,
      name: 'web-server-01',
      cpu_cores: 4,
      memory_gb: 8,
      disk_gb: 100,
      network_id: sampleId('net'),
      template_id: null,
      metadata: { environment: 'production', tier: 'web' },
      node: 'node-03',
      status: 'running',
    },
    {
      id: sampleId('vm', 1),
      ...COMMON,
      name: 'db-01',
      cpu_cores: 16,
      memory_gb: 0.5,
      disk_gb: 1000,
      network_id: null,
      template_id: sampleId('tpl'),
      metadata: {},
      node: null,
      status: 'creating',
    },
  ],
  vm_group: [
    {
      id: sampleId('vmg'),
      ...COMMON,
      name: 'web',
      vm: { cpu_cores: 2, memory_gb: 4, disk_gb: 40 },
      min_size: 2,
      max_size: 10,
      desired_size: null,
      scaling: null,
      size: 3,
      max_unavailable: 1,
      spread: 'zone',
      anti_affinity: null,
      metadata: null,
      ready_size: 3,
      member_ids: [sampleId('vm', 2), sampleId('vm', 3), sampleId('vm', 4)],
      status: 'ready',
    },
  ],
  reservation: [
    {
      id: sampleId('rsv'),
      tenant_id: sampleId('tnt'),
      name: 'room-for-web',
      cpu_cores: 4,
      memory_gb: 8,
      disk_gb: 100,
      metadata: null,
      anti_affinity: null,
      node: 'node-03',
      node_id: sampleId('node'),
      deadline: AT,
      created_at: AT,
      created_by: 'admin',
      decision: samplePlacementBatch().placements[0]?.decision,
    },
  ],
  placement_decision: [samplePlacementRecord()],
  placement_preview: [
    {
      id: sampleId('ppv'),
      name: 'web-server-02',
      deployment: 'default',
      node: null,
      score: null,
      explanation: [],
      alternatives: [],
      refusal: {
        detail: 'VM web-server-02 asks for 4 cores; the only node cannot hold it.',
        nodes: { 'node-03': ['lacks 2 cores (2 of 32 cores free)'] },
      },
      created_at: AT,
    },
  ],
  template: [
    {
      id: sampleId('tpl'),
      ...COMMON,
      name: 'web-base',
      image: 'builtin:debian-12',
      os: 'debian',
      os_version: '13',
      architecture: 'x86_64',
      disk_gb_min: 4,
      description: 'What our web servers start from.',
      version: 1,
      built_in: false,
      vm_count: 1,
    },
  ],
  node: [
    {
      id: sampleId('node'),
      name: 'node-03',
      zone: 'zone-a',
      rack: 'rack-2',
      control_plane: 'own',
      status: 'ready',
      driver: 'simulator',
      capacity: { cpu_cores: 64, memory_gb: 256, disk_gb: 4096 },
      allocated: { cpu_cores: 4, memory_gb: 8, disk_gb: 100 },
      vm_count: 1,
      facts: {
        labels: { disk: 'ssd', site: 'berlin' },
        hypervisor: {
          version: '7.2.22',
          accelerator: 'kvm',
          accelerator_reason: '/dev/kvm works',
          cpu_model: 'host',
        },
        storage: { pool: 'rack-2', sharing: 'shared', size_gb: 4096, free_gb: 3000.5 },
      },
      last_seen_at: AT,
    },
  ],
  scaling_event: [
    {
      id: sampleId('sce'),
      at: AT,
      group_id: sampleId('vmg'),
      trigger_type: 'policy',
      policy: 'production-sla',
      rule: 'grow',
      from: 2,
      to: 3,
      operation_id: sampleId('op'),
      reason: 'the rule grow of production-sla holds',
      limited_by: [],
      outcome: 'succeeded',
      seconds: 31.5,
      metrics: { size: 2 },
      after: { size: 3 },
      prediction: null,
      prediction_accuracy: null,
    },
  ],
} as const satisfies Samples;

const SCALING_HOLD = {
  group_id: sampleId('vmg'),
  group: 'web',
  reason: 'a sale',
  held_at: AT,
  held_by: 'admin',
  until: '2026-01-02T07:04:05.000Z',
};

const RIGHTSIZING = {
  cpu_cores: {
    configured: 2,
    recommended: 1,
    verdict: 'shrink',
    used_p50: 0.2,
    used_p90: 0.4,
    used_p95: 0.5,
    used_max: 0.9,
    days: 12,
  },
  memory_gb: {
    configured: 4,
    recommended: 4,
    verdict: 'keep',
    used_p50: 2.5,
    used_p90: 3,
    used_p95: 3.1,
    used_max: 3.3,
    days: 12,
  },
  explanation: [
    'CPU of web: 2 cores, of which 0.2 were used half of the time, 0.4 in 90 %, 0.5 in 95 %, and ' +
      '0.9 at most, in 12 days. No more than 0.623 are needed. Recommended: 1 core.',
  ],
};

/** Answers of operations that do not answer with resources. */
export const MACHINE_ANSWERS: Answers = {
  'vm_group.explain': {
    group_id: sampleId('vmg'),
    group: 'web',
    at: AT,
    mode: 'apply',
    size: 3,
    ready_size: 3,
    wanted_size: 5,
    next_size: 3,
    min_size: 2,
    max_size: 10,
    limited_by: ['hold'],
    rules: [
      {
        kind: 'target',
        metric: 'cpu_utilization_ratio',
        state: 'known',
        value: 0.9,
        load: 2.7,
        load_expected: 2.7,
        load_forecast: null,
        load_lower: null,
        load_upper: null,
        size_measured: 5,
        size_to_grow: 5,
        size_to_shrink: 5,
        size_lower: null,
        size_upper: null,
        forecast: 'off',
      },
    ],
    hold: SCALING_HOLD,
    last_event: null,
    rightsizing: RIGHTSIZING,
    explanation: [
      'web keeps 3 members, though 5 are wanted. Allowed are 2 to 10.',
      'admin holds it until 2026-01-02T07:04:05.000Z: a sale.',
    ],
  },
  'scaling.status': {
    groups: [
      {
        group_id: sampleId('vmg'),
        group: 'web',
        mode: 'apply',
        size: 3,
        min_size: 2,
        max_size: 10,
        next_size: 3,
        limited_by: ['hold'],
        decided_at: AT,
      },
    ],
    holds: [SCALING_HOLD],
    total_scaling_actions: 12,
    successful_scaling_actions: 11,
    average_scaling_time: 31.5,
    model_accuracy: null,
    predictions: 0,
  },
  'scaling.hold': SCALING_HOLD,
  'scaling.release': {},
  'vm.bulk': {
    action: 'stop',
    matched: 2,
    vms: [
      { vm_id: sampleId('vm'), vm: 'web-server-01', outcome: 'started', problem: null },
      { vm_id: sampleId('vm', 1), vm: 'web-server-02', outcome: 'started', problem: null },
    ],
    explanation: ['2 of 2 VMs can be stopped: web-server-01, web-server-02.'],
    operation: runningOperation({
      kind: 'vm.bulk',
      target_kind: 'fleet',
      target_id: 'fleet',
      target_name: '2 VMs',
    }),
  },
  'vm.usage': sampleUsage('web-server-01', 'node-03'),
  'node.usage': sampleUsage('node-03', 'node-03'),
  'node.test_fence': {
    node: 'node-03',
    kind: 'ipmi',
    address: '10.0.0.13',
    power: 'on',
    identity: 'same',
    ready: true,
    fault: null,
    storages: [
      {
        pool: 'vms-zone-a',
        kind: 'nfs-export',
        address: 'root@storage-01:/srv/vms',
        access: 'reaches',
        ready: true,
        fault: null,
      },
    ],
  },
  'placement_decision.get': samplePlacementDecision(),
  'placement.explain': {
    vm: 'web-server-01',
    node: 'node-04',
    explanation: [
      'node-04 lacks 2 cores (2 of 64 cores free)',
      'node-04 lacks 4 GB memory (4 of 256 GB free)',
    ],
    basis: 'current',
    decided_at: AT,
    decision: null,
  },
  'capacity.estimate': {
    fits: 14,
    fits_by_zone: { 'zone-a': 6, 'zone-b': 8 },
    limit_reached: false,
    refused: { cpu: 3 },
    standby_nodes: 1,
    fits_with_standby: 16,
    explanation: ['14 more fit: 6 in zone-a, 8 in zone-b.'],
  },
  'capacity.failure': {
    nodes_failed: ['node-03'],
    verdict: 'safe',
    restarted: [{ vm_id: sampleId('vm'), vm: 'web-server-01', from: 'node-03', to: 'node-01' }],
    stranded: [],
    unguarded_before: [],
    unguarded_after: ['node-01'],
    explanation: ['If node-03 died: 1 node with 1 VM.'],
  },
  'vm.explain': {
    ...sampleLoss(),
    fence: 'automatic',
    explanation: ['If node-03 were lost now: it would start on node-01, or on node-02.'],
  },
  'node.explain': {
    node: 'node-03',
    fence: 'person',
    vms: [sampleLoss()],
    explanation: ['If node-03 were lost now: 1 of its 1 VMs would start on other nodes.'],
  },
  'placement.batch': samplePlacementBatch(),
  'placement.decide': {
    node: 'node-03',
    score: 0.75,
    explanation: ['node-03 has most room', 'next best: node-04 0.71'],
    alternatives: [{ node: 'node-04', score: 0.71 }],
    cost_per_hour: null,
    scores: { balance: 0.75 },
    rejected: {},
    notices: [],
  },
  'orchestration.status': {
    policies: { total: 2, enabled: 1, faulty: 0 },
    decisions_last_hour: { placement: 12, scaling: 1 },
    platform: null,
  },
  'fleet.summary': sampleSummary(),
  'vm_batch.create': {
    items: [
      { resource: MACHINE_SAMPLES.vm[0], operation: runningOperation({ kind: 'vm.create' }) },
    ],
    placement: samplePlacementBatch(),
    warnings: [],
  },
};

function sampleUsage(name: string, node: string): JsonFields {
  return {
    name,
    node,
    cpu_cores: 1.25,
    cpu_cores_allocated: 4,
    memory_gb: 3.5,
    memory_gb_allocated: 8,
    measured_at: AT,
  };
}

function sampleSummary(): JsonFields {
  return {
    at: AT,
    nodes: {
      total: 3,
      by_status: { ready: 2, lost: 1 },
      zones: [
        { zone: 'zone-a', total: 2, by_status: { ready: 1, lost: 1 } },
        { zone: 'zone-b', total: 1, by_status: { ready: 1 } },
      ],
    },
    vms: { total: 4, by_status: { running: 3, unknown: 1 }, by_health: { healthy: 2 } },
    groups: { total: 1, by_status: { degraded: 1 } },
    incidents: { open: 1, unacknowledged: 1, by_severity: { critical: 1 } },
    operations: { running: 1, stuck: 0, failed_last_hour: 2 },
    drift: { open: 1, by_severity: { high: 1 }, tampered: 0 },
    alerts: { open: 1, acknowledged: 0, silenced: 0, by_severity: { critical: 1 } },
    capacity: {
      cpu_cores: { total: 128, used: 16, free: null },
      memory_gb: { total: 512, used: 64, free: null },
      disk_gb: { total: 8192, used: 400, free: null },
    },
    failover: null,
    engine: {
      held: false,
      holds: [],
      policies: { total: 2, enabled: 1, faulty: 0 },
      platform: null,
      leaders: null,
    },
    left_out: [
      {
        part: 'failover',
        reason: 'capacity.failure affects all tenants, so it is reserved for the first tenant.',
      },
    ],
  };
}

function sampleLoss() {
  return {
    vm_id: sampleId('vm'),
    vm: 'web-server-01',
    node: 'node-03',
    outcome: 'starts' as const,
    to: 'node-01',
    alternatives: ['node-02'],
    position: 1,
    priority: 50,
    standby: { node: 'node-01', ready: true, reason: null },
    recovery_point: null,
    reason: null,
  };
}
