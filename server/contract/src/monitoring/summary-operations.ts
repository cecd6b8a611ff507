/** The row of the operations table that answers in one read what an overview of the fleet shows. */
import { z } from 'zod';
import { AutomationHold } from '../automation/automation-operations.ts';
import { HealingHold } from '../healing/healing-operations.ts';
import { OrchestrationStatus } from '../kinds/vm/orchestration-operations.ts';
import { look } from '../operation/operation-shapes.ts';
import { Timestamp } from '../schema/resource.ts';

const count = (description: string) => z.int().min(0).describe(description);

/** Numbers by a word; words without any are absent. */
const counts = (description: string) => z.record(z.string(), z.int()).describe(description);

/** The parts of a summary that a caller may be refused. */
export const SummaryPart = z.enum([
  'nodes',
  'vms',
  'groups',
  'incidents',
  'operations',
  'drift',
  'alerts',
  'capacity',
  'failover',
  'engine',
]);
export type SummaryPart = z.infer<typeof SummaryPart>;

/** Capacity and usage of a resource. */
const Room = z.looseObject({
  total: z.number().describe('What the nodes have that are ready; for `used`, see there'),
  used: z.number().describe('What VMs and reservations take; for tenants, what their own VMs take'),
  free: z.number().nullable().describe('What is left; null for other tenants than the first'),
});

const nodes = z.looseObject({
  total: count('Number of nodes'),
  by_status: counts('Number of nodes by status'),
  zones: z
    .array(
      z.looseObject({
        zone: z.string(),
        total: count('Number of its nodes'),
        by_status: counts('Number of its nodes by status'),
      }),
    )
    .describe('The same for each zone, in the order of their names'),
});

const vms = z.looseObject({
  total: count('Number of VMs of the tenant'),
  by_status: counts('Number of VMs by status, as `vm.list` shows it'),
  by_health: counts('Number of VMs with a health check by the last health that was recorded'),
});

const groups = z.looseObject({
  total: count('Number of VM groups'),
  by_status: counts('Number of groups that are `ready`, `degraded` or `changing`'),
});

const incidents = z.looseObject({
  open: count('Number of incidents that are not resolved'),
  unacknowledged: count('Number of those that are not acknowledged either'),
  by_severity: counts('Number of incidents that are not resolved by severity'),
});

const operations = z.looseObject({
  running: count('Number of operations that run or are being undone'),
  stuck: count('Number of operations that wait for a person'),
  failed_last_hour: count(
    'Number of operations that failed within the last hour, of those that began within a day',
  ),
});

const drift = z.looseObject({
  open: count('Number of resources that the last scan found to differ, ignored ones included'),
  by_severity: counts('Number of these by severity'),
  tampered: count('Number of resources whose baseline was tampered with'),
});

const alerts = z.looseObject({
  open: count('Number of alerts that are neither acknowledged nor silenced'),
  acknowledged: count('Number of alerts that a person looks after'),
  silenced: count('Number of alerts that are silenced'),
  by_severity: counts('Number of alerts that are not resolved by severity'),
});

const capacity = z.looseObject({
  cpu_cores: Room.describe('CPU cores'),
  memory_gb: Room.describe('Memory. Unit: GB'),
  disk_gb: Room.describe('Disk. Unit: GB'),
});

const failover = z.looseObject({
  nodes: count('Number of nodes whose loss is looked at: as configured, else 1'),
  kept: z.boolean().describe('Whether the server refuses writes that leave too little room'),
  cpu_cores_left: z
    .number()
    .describe(
      'CPU cores that are free after the largest of these nodes are lost; below 0: lacking',
    ),
  memory_gb_left: z
    .number()
    .describe('The same of memory. Unit: GB. `capacity.failure` says which VMs fit'),
});

const engine = z.looseObject({
  held: z.boolean().describe('Whether healing leaves the VMs of the tenant as they are'),
  holds: z.array(HealingHold).describe('Holds of healing that apply to the tenant'),
  automation_holds: z
    .array(AutomationHold)
    .prefault([])
    .describe('Holds of automation that apply to the tenant'),
  policies: OrchestrationStatus.shape.policies.describe('Orchestration policies'),
  platform: OrchestrationStatus.shape.platform.describe(
    'Servers, bus and reconcilers with their last errors; null for other tenants than the first',
  ),
  leaders: z
    .array(
      z.looseObject({
        work: z.string().describe('Exclusive work, as the leases name it'),
        server: z.string().describe('Instance of the server that does it'),
      }),
    )
    .nullable()
    .describe('Which server does which work; null for other tenants than the first'),
});

/** The state of a fleet in numbers. Parts that the caller may not see are null. */
export const FleetSummary = z.looseObject({
  at: Timestamp.describe('Time of the summary'),
  nodes: nodes.nullable(),
  vms: vms.nullable(),
  groups: groups.nullable(),
  incidents: incidents.nullable(),
  operations: operations.nullable(),
  drift: drift.nullable(),
  alerts: alerts.nullable(),
  capacity: capacity.nullable(),
  failover: failover.nullable(),
  engine: engine.nullable(),
  left_out: z
    .array(z.looseObject({ part: z.string(), reason: z.string() }))
    .describe('Parts that are null, and why the caller does not see them'),
});
export type FleetSummary = z.infer<typeof FleetSummary>;

/** The row by its name. */
export const summaryOperations = {
  'fleet.summary': {
    ...look,
    summary:
      'Summarizes the fleet in numbers: nodes, VMs, groups, incidents, operations, drift, ' +
      'alerts, capacity, and automatic actions.',
    rest: { method: 'GET', path: '/fleet/summary', status: 200 },
    input: z.strictObject({}),
    output: FleetSummary,
    problems: [],
  },
} as const;
