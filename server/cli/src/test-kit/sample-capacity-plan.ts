/** A capacity plan of a fleet whose cores run out, with memory for years. */
import type { CapacityPlan, PlannedResource } from '@novacron/contract/fleet/capacity-plan';

const DAYS = 14;

function days(from: number, change: number): number[] {
  return Array.from({ length: DAYS }, (_, day) => from + change * day);
}

/** Makes it. @param at - RFC 3339 */
export function sampleCapacityPlan(at: string): CapacityPlan {
  const cores: PlannedResource = {
    id: 'fleet/cpu_allocated',
    scope: 'fleet',
    scope_name: 'fleet',
    metric: 'cpu_allocated',
    unit: 'cores',
    capacity: 128,
    standby: 0,
    use: 111,
    bottleneck_since: null,
    run_out: {
      state: 'expected',
      at: '2026-01-09T03:04:05.000Z',
      earliest: '2026-01-07T03:04:05.000Z',
      latest: '2026-01-13T03:04:05.000Z',
    },
    horizons: [{ at, point: 111, lower: 110, upper: 113 }],
    peaks: days(72, 3),
    expected_peaks: days(113, 2),
    upper_peaks: days(116, 3),
    recommendation: {
      type: 'scale_up',
      priority: 'high',
      current_capacity: 128,
      recommended_capacity: 220,
      recommended_instances: 4,
      reason: 'it may run out before what is ordered now can be used.',
      alternatives: [
        { node_class: 'large', count: 2, amount: 128, order_by: at, price_per_hour: 5 },
      ],
      risk: 'If nothing is done, new VMs are refused, from 2026-01-07 on at the earliest.',
    },
    explanation: [
      'cpu_allocated of fleet: 111 of 128 cores in use (87 %).',
      'It runs out on 2026-01-09; 80 % interval from 2026-01-07 to 2026-01-13.',
      'Add capacity (priority high): it may run out before what is ordered now can be used.',
      '2 nodes of class large add 128 cores, for 5 an hour; order by 2026-01-02.',
      'If nothing is done, new VMs are refused, from 2026-01-07 on at the earliest.',
    ],
  };
  const memory: PlannedResource = {
    ...cores,
    id: 'fleet/memory_allocated',
    metric: 'memory_allocated',
    unit: 'GB',
    capacity: 512,
    use: 200,
    run_out: { state: 'not_within_90_days', at: null, earliest: null, latest: null },
    peaks: days(190, 1),
    expected_peaks: days(200, 1),
    upper_peaks: days(204, 1),
    recommendation: {
      type: 'maintain',
      priority: 'low',
      current_capacity: 512,
      recommended_capacity: 512,
      recommended_instances: 2,
      reason: 'there is enough, with the buffer.',
      alternatives: [],
      risk: 'If nothing is done, nothing changes.',
    },
    explanation: ['memory_allocated of fleet: 200 of 512 GB in use (39 %).'],
  };
  const addresses: PlannedResource = {
    ...memory,
    id: 'net_1/addresses',
    scope: 'network',
    scope_name: 'web',
    metric: 'addresses',
    unit: 'addresses',
    capacity: 253,
    use: 3,
    run_out: { state: 'not_known', at: null, earliest: null, latest: null },
    peaks: [],
    expected_peaks: [],
    upper_peaks: [],
  };
  return { planned_at: at, lead_time_days: 14, resources: [cores, memory, addresses] };
}
