/** Rows of the operations table about what NovaCron decides by itself. */
import { z } from 'zod';
import { look } from '../../operation/operation-shapes.ts';
import { PlacementDecision } from '../../placement/placement.ts';
import { Timestamp } from '../../schema/resource.ts';
import { VmCreate } from './vm.ts';

const count = (description: string) => z.int().min(0).describe(description);

/** State of a tenant's orchestration; `platform` is only for the first tenant. */
export const OrchestrationStatus = z.looseObject({
  policies: z.looseObject({
    total: count('Orchestration policies'),
    enabled: count('Enabled orchestration policies'),
    faulty: count('Enabled policies that do nothing because their text was tampered with'),
  }),
  decisions_last_hour: z
    .looseObject({
      placement: count('Placements of VMs'),
      scaling: count('Changes of the size of VM groups'),
    })
    .describe('Recorded decisions of the last hour, counted up to 10000 of each kind'),
  platform: z
    .looseObject({
      servers: count('Servers that share the store and hold a lease'),
      nodes: z.record(z.string(), z.int()).describe('Number of nodes by status'),
      bus: z
        .looseObject({ state: z.enum(['reachable', 'unreachable']) })
        .optional()
        .describe('The message bus between this server and the agents, as it answers now'),
      reconcilers: z
        .array(
          z.looseObject({
            name: z.string(),
            state: z.enum(['running', 'waiting', 'standby']),
            failures_in_a_row: z.int(),
            last_started_at: Timestamp.nullish().describe('Start of the last round'),
            last_error: z
              .string()
              .nullish()
              .describe('Reason why the last round failed; null if it succeeded'),
          }),
        )
        .describe('Reconcilers of the server that answers'),
    })
    .nullable()
    .describe('State of servers and nodes; null for other tenants than the first'),
});
export type OrchestrationStatus = z.infer<typeof OrchestrationStatus>;

/** Node chosen for a VM, and the reasons. */
export const PlacementAnswer = z.looseObject({
  node: z.string().describe('Name of the node'),
  ...PlacementDecision.omit({ target_node: true }).shape,
  notices: z.array(z.string()).describe('Notices, such as groups to which no VM belongs'),
});
export type PlacementAnswer = z.infer<typeof PlacementAnswer>;

/** The rows by name. */
export const orchestrationOperations = {
  'orchestration.status': {
    ...look,
    summary: 'Shows automatic decisions: policies, recent decisions and reconcilers.',
    rest: { method: 'GET', path: '/orchestration/status', status: 200 },
    input: z.strictObject({}),
    output: OrchestrationStatus,
    problems: [],
  },
  'placement.decide': {
    ...look,
    summary: 'Decides where a VM would be placed now, and why; creates and reserves nothing.',
    rest: { method: 'POST', path: '/orchestration/placement', status: 200 },
    input: VmCreate.pick({
      name: true,
      cpu_cores: true,
      memory_gb: true,
      disk_gb: true,
      template_id: true,
      metadata: true,
      anti_affinity: true,
      placement: true,
      requirements: true,
      spot: true,
      priority: true,
    }),
    output: PlacementAnswer,
    problems: ['no-capacity', 'reference-unknown'],
  },
} as const;
