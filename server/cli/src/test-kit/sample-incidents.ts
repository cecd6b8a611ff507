/** Incidents of the sample world. */
import { type Answers, AT, type Samples, sampleId } from './sample-base.ts';

const INCIDENT = {
  id: sampleId('inc'),
  state: 'open',
  severity: 'critical',
  cause: 'node_lost',
  target_kind: 'node',
  target: 'node-03',
  summary: 'Node node-03 does not answer; 1 VM affected.',
  nodes: ['node-03'],
  vms_down: 1,
  vms_affected: 1,
  occurrences: 1,
  opened_at: AT,
  changed_at: AT,
  acknowledged_at: null,
  acknowledged_by: null,
  comment: null,
  silenced_until: null,
  silenced_by: null,
  resolved_at: null,
  resolution: null,
} as const;

const ALERT = {
  id: sampleId('alt'),
  state: 'open',
  severity: 'critical',
  message: 'The guest swaps',
  policy_id: sampleId('orc'),
  policy: 'memory-watch',
  rule: 'swapping',
  target_kind: 'vm',
  target_id: sampleId('vm'),
  target: 'web-server-01',
  because: ['memory_usage is 0.97, above 0.95'],
  count: 3,
  first_seen_at: AT,
  last_seen_at: AT,
  acknowledged_at: null,
  acknowledged_by: null,
  note: null,
  silenced_until: null,
  silenced_by: null,
  resolved_at: null,
} as const;

/** Incidents and alerts by noun. */
export const INCIDENT_SAMPLES = { alert: [ALERT], incident: [INCIDENT] } as const satisfies Samples;

const HOLD = {
  scope: 'tenant',
  reason: 'a switch is replaced',
  held_at: AT,
  held_by: 'admin',
  until: null,
} as const;

/** What is answered to operations that answer something else than resources. */
export const INCIDENT_ANSWERS: Answers = {
  'alert.ack': {
    resource: { ...ALERT, state: 'acknowledged', acknowledged_at: AT, acknowledged_by: 'admin' },
  },
  'metric.write': {
    stored: 1,
    duplicated: 0,
    late: 0,
    ahead: 0,
    missing: 0,
    not_a_number: 0,
    new_series: 1,
  },
  'metric.list': {
    items: [
      {
        name: 'cpu_utilization_ratio',
        unit: 'ratio',
        kind: 'gauge',
        source: 'measured',
        since: AT,
        latest_at: AT,
        latest_value: 0.25,
      },
      {
        name: 'orders_total',
        unit: 'count',
        kind: 'counter',
        source: 'written',
        since: AT,
        latest_at: null,
        latest_value: null,
      },
    ],
  },
  'metric.query': {
    name: 'cpu_utilization_ratio',
    unit: 'ratio',
    kind: 'gauge',
    resolution: 'sample',
    from: AT,
    to: '2026-01-02T03:14:05.000Z',
    step_seconds: 300,
    points: [
      { at: AT, values: { avg: 0.25, p95: 0.5 } },
      { at: '2026-01-02T03:09:05.000Z', values: { avg: null, p95: null } },
    ],
  },
  'alert.silence': { resource: { ...ALERT, state: 'silenced', silenced_until: AT } },
  'incident.get': {
    ...INCIDENT,
    members: [
      { vm_id: sampleId('vm'), vm: 'web-server-01', node: 'node-03', down_at: AT, up_at: null },
    ],
    steps: [
      { at: AT, what: 'opened', by: null, operation_id: null },
      { at: AT, what: 'VM web-server-01 on node-03 is down', by: null, operation_id: null },
    ],
    advice: ['If node-03 is off, say so: novacron node confirm-dead node-03.'],
  },
  'incident.explain': {
    incident: INCIDENT,
    causes: [
      {
        cause: 'host_failed',
        confidence: 0.44,
        statement: 'The host has crashed or lost power.',
        evidence: [
          {
            at: null,
            text: 'node-03 does not answer, and 2 other nodes do.',
            speaks: 'for',
            weight: 'substantial',
          },
        ],
        advice: ['Read the power state and the event log of the host at its BMC.'],
      },
    ],
    unexplained: 0.56,
    steps: [{ at: AT, what: 'opened', by: null, operation_id: null }],
    consoles: [],
    held_up: [],
    advice: ['If node-03 is off, say so: novacron node confirm-dead node-03.'],
    explanation: [
      INCIDENT.summary,
      '',
      'Likely causes:',
      '   44 %  The host has crashed or lost power.',
      '        + node-03 does not answer, and 2 other nodes do.',
      '   56 %  Other or unknown cause.',
    ],
  },
  'healing.status': {
    held: true,
    holds: [HOLD],
    waiting: [
      {
        class: 'recovery',
        by: 'health-checks',
        operation: 'vm.reset',
        target: 'web-2',
        since: '2026-01-02T03:04:05.000Z',
        reason: '1 of its group web is down or being changed, and max_unavailable allows 1',
        held_by: null,
      },
    ],
    incidents: { open: 1, unacknowledged: 1, vms_down: 1 },
    last_30_days: {
      incidents: 4,
      healed_without_people: 0.75,
      vm_recoveries: 9,
      mttr_seconds: 41.5,
      mttr_p95_seconds: 96,
      availability: 0.99994,
    },
  },
  'healing.report': {
    since: '2025-12-03T03:04:05.000Z',
    until: AT,
    incidents: 4,
    healed_without_people: 0.75,
    vm_recoveries: 9,
    mttr_seconds: 41.5,
    mttr_p95_seconds: 96,
    availability: 0.99994,
    periods: [
      {
        since: '2025-12-03T03:04:05.000Z',
        until: '2026-01-01T00:00:00.000Z',
        incidents: 3,
        healed_without_people: 1,
        vm_recoveries: 3,
        mttr_seconds: 8.5,
        mttr_p95_seconds: 12,
        availability: 1,
      },
      {
        since: '2026-01-01T00:00:00.000Z',
        until: AT,
        incidents: 1,
        healed_without_people: 0,
        vm_recoveries: 6,
        mttr_seconds: 58,
        mttr_p95_seconds: 96,
        availability: 0.99909,
      },
    ],
    causes: [
      {
        cause: 'node_lost',
        incidents: 1,
        healed_without_people: 0,
        vm_recoveries: 6,
        mttr_seconds: 58,
        mttr_p95_seconds: 96,
      },
    ],
    vms: [
      {
        vm_id: sampleId('vm'),
        vm: 'web-2',
        times_down: 2,
        down_seconds: 131,
        is_down: true,
      },
    ],
  },
  'healing.hold': { hold: HOLD },
  'healing.release': {},
  'healing.outcomes': {
    since: '2026-01-02T03:04:05.000Z',
    strategies: [
      {
        cause: 'unhealthy',
        level: 1,
        place: 1,
        strategy: 'reboot',
        default_place: 2,
        learned: true,
        outcomes: 10,
        succeeded: 10,
        success_rate_low: 0.72,
        mean_seconds: 60,
      },
      {
        cause: 'unhealthy',
        level: 1,
        place: 2,
        strategy: 'reset',
        default_place: 1,
        learned: true,
        outcomes: 10,
        succeeded: 0,
        success_rate_low: 0,
        mean_seconds: null,
      },
    ],
    explanation: [
      'unhealthy: reboot before reset, instead of reset before reboot, because of 20 outcomes. ' +
        'reboot has helped 10 of 10 times (at least 72 % with a confidence of 95 %), after 60 s ' +
        'on average. reset has helped 0 of 10 times (at least 0 % with a confidence of 95 %).',
    ],
  },
  'healing.forget_outcomes': { since: '2026-01-02T03:04:05.000Z' },
};
