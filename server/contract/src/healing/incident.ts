/** Incidents: failures that people have to know about, one for each cause. */
import { z } from 'zod';
import { SuggestedRunbook } from '../automation/runbook-draft.ts';
import { NodeConditionKind } from '../fleet/node-condition.ts';
import { Deadline } from '../formats/read-moment.ts';
import { IncidentId, OperationId } from '../ids.ts';
import { PrincipalName, Timestamp } from '../schema/resource.ts';

/** Whether it is over, and whether a person looks after it. */
export const IncidentState = z.enum(['open', 'acknowledged', 'resolved']);
export type IncidentState = z.infer<typeof IncidentState>;

/**
 * Cause of VMs that are down or may soon be. Later releases know more causes, so reading accepts
 * any word.
 */
export const IncidentCause = z.enum([
  'fleet_lost',
  'zone_lost',
  'node_lost',
  'management_lost',
  'machine_missing',
  'crash_loop',
  'unhealthy',
  'maintenance_overdue',
  'agent_unresponsive',
  'standby_missing',
  'unknown_machine',
  'second_copy',
  ...NodeConditionKind.options,
]);

/**
 * Kind of an incident's target. From `change` on: common traits of ungrouped VMs that failed within
 * a short time.
 */
export const IncidentTargetKind = z.enum([
  'fleet',
  'zone',
  'node',
  'vm_group',
  'vm',
  'change',
  'storage',
  'template',
  'security_group',
  'network',
]);
export type IncidentTargetKind = z.infer<typeof IncidentTargetKind>;

/** `critical` while VMs are down, and if a VM ran twice. */
export const IncidentSeverity = z.enum(['critical', 'warning']);

/** Until when an incident or an alert is silenced. */
export const SilenceEnd = Deadline.describe(
  'End of the silence, RFC 3339, or a duration from now, such as 2h; at most 30 days from now',
);

/** A failure with one cause. */
export const Incident = z.looseObject({
  id: IncidentId,
  state: IncidentState,
  severity: IncidentSeverity,
  cause: z
    .string()
    .describe(
      'Cause; later releases may add others. `fleet_lost`: most nodes do not answer; ' +
        '`zone_lost`: several nodes of a zone do not; ' +
        '`node_lost`: one does not, or is off and VMs wait for it; ' +
        '`management_lost`: servers do not hear nodes of a zone that others know to be alive; ' +
        '`machine_missing`: machines are gone from their node; ' +
        '`crash_loop`: VMs were given up after starts in vain; ' +
        '`unhealthy`: VMs run, and their health checks fail; ' +
        '`maintenance_overdue`: the maintenance of a node has not ended when it was to; ' +
        '`agent_unresponsive`: a node is alive, and its agent does not respond; ' +
        '`standby_missing`: no node can hold the standby of a VM; ' +
        '`unknown_machine`: a node has machines of VMs that the store does not know; ' +
        '`second_copy`: a VM ran on two nodes at the same time; ' +
        '`disk_failing`, `memory_errors`, `raid_degraded`, `storage_errors`, ' +
        '`memory_pressure`: a node may fail soon; `disk_full`: guests wait for room on its disk',
    ),
  target_kind: z
    .string()
    .describe(
      'Kind of what the cause is about; later releases may add others: `fleet`, `zone`, `node`, ' +
        '`vm_group`, `vm`. Of VMs without a group that fail within a short time, what they have ' +
        'in common: `node`, `storage`, `template`, `security_group`, `network`, `change`',
    ),
  target: z.string().describe('Name of what the cause is about'),
  summary: z.string().describe('One-sentence summary'),
  nodes: z.array(z.string()).describe('Names of its nodes'),
  vms_down: z.int().describe('Number of VMs that are down; for the platform, those of all tenants'),
  vms_affected: z
    .int()
    .describe('Number of VMs of the tenant that were down since it was opened, or last reopened'),
  occurrences: z
    .int()
    .describe(
      'Number of times the cause began; one that returns within 10 minutes reopens the incident',
    ),
  opened_at: Timestamp,
  changed_at: Timestamp.describe('Time of the last change of its VMs, nodes or state'),
  acknowledged_at: Timestamp.nullable(),
  acknowledged_by: PrincipalName.nullable(),
  comment: z.string().nullable().describe('Comment of the person who acknowledged it'),
  silenced_until: Timestamp.nullable().describe('No events are published about it until then'),
  silenced_by: PrincipalName.nullable(),
  resolved_at: Timestamp.nullable(),
  resolution: z
    .enum(['system', 'people', 'merged'])
    .nullable()
    .describe(
      'Resolution. `people`: a person changed one of its nodes or VMs meanwhile; `system`: ' +
        'without that; `merged`: it is part of a wider incident; null while it is open',
    ),
});
export type Incident = z.infer<typeof Incident>;

/** A VM of an incident. */
export const IncidentMember = z.looseObject({
  vm_id: z.string(),
  vm: z.string().describe('Name of the VM'),
  node: z.string().describe('Name of the node on which it was'),
  down_at: Timestamp.describe('Time at which it was first seen to be down'),
  up_at: Timestamp.nullable().describe('Time at which it was up again, or deleted; null: down'),
});

/** Something that happened during an incident. */
export const IncidentStep = z.looseObject({
  at: Timestamp,
  what: z.string().describe('Description of the step'),
  by: PrincipalName.nullable().describe('Principal that did it; null for an observation'),
  operation_id: OperationId.nullable(),
});

/** An incident with its VMs and what happened. */
export const IncidentDetail = Incident.extend({
  members: z.array(IncidentMember).describe('Its VMs, at most 1000'),
  steps: z.array(IncidentStep).describe('Timeline, oldest first, at most 1000 entries'),
  advice: z.array(z.string()).describe('Suggested next steps'),
});
export type IncidentDetail = z.infer<typeof IncidentDetail>;

/** A cause that an incident may have. */
export const LikelyCause = z.looseObject({
  cause: z.string().describe('Name of the cause for programs, such as `guest_memory`'),
  confidence: z
    .number()
    .min(0)
    .max(1)
    .describe('Probability of the cause given the evidence, 0 to 1'),
  statement: z.string().describe('The cause in one sentence'),
  evidence: z
    .array(
      z.looseObject({
        at: Timestamp.nullable().describe('Time it happened; null if it is current'),
        text: z.string().describe('Finding, in readable form'),
        speaks: z.enum(['for', 'against']).describe('Whether it speaks for the cause'),
        weight: z
          .string()
          .describe(
            'Strength of the evidence: `against`, `substantial`, `strong`, `very_strong`, ' +
              '`decisive`',
          ),
      }),
    )
    .describe('The most telling first'),
  advice: z.array(z.string()).describe('Suggested remedies for this cause'),
});
export type LikelyCause = z.infer<typeof LikelyCause>;

/** Likely causes of an incident. */
export const IncidentExplanation = z.looseObject({
  incident: Incident,
  causes: z.array(LikelyCause).describe('Likely causes, the most likely first'),
  unexplained: z
    .number()
    .min(0)
    .max(1)
    .describe('Probability of a cause that no evidence speaks for, 0 to 1'),
  steps: z.array(IncidentStep).describe('Timeline, oldest first, at most 1000 entries'),
  consoles: z
    .array(
      z.looseObject({
        vm: z.string().describe('Name of the VM'),
        lines: z.array(z.string()).describe('As plain text, oldest first, at most 20'),
      }),
    )
    .describe('Last console output of VMs that were given up, at most 10 VMs'),
  held_up: z.array(z.string()).describe('Reasons healing waits or waited'),
  runbooks: z
    .array(SuggestedRunbook)
    .prefault([])
    .describe('Workflows and runbooks that succeeded in earlier incidents of the cause'),
  advice: z.array(z.string()).describe('Suggested next steps, whatever the cause'),
  explanation: z.array(z.string()).describe('All of it in lines for people'),
});
export type IncidentExplanation = z.infer<typeof IncidentExplanation>;
