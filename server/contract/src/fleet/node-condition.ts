/** Conditions of nodes: signs that a host, a part of it or its storage is about to fail. */
import { z } from 'zod';
import { Timestamp } from '../schema/resource.ts';

/**
 * Conditions that this release knows. `disk_failing`: a disk of the host reports a failure, or does
 * not answer; `memory_errors`: memory modules of the host corrupt data; `raid_degraded`: an array
 * has lost a disk; `storage_errors`: disks of VMs report I/O errors; `memory_pressure`: the host is
 * short of memory; `disk_full`: a storage has no room left, and guests that write to it wait.
 */
export const NodeConditionKind = z.enum([
  'disk_failing',
  'memory_errors',
  'raid_degraded',
  'storage_errors',
  'memory_pressure',
  'disk_full',
]);
export type NodeConditionKind = z.infer<typeof NodeConditionKind>;

/** `severe`: a failure may come at any time; `moderate`: it is more likely than usual. */
export const NodeConditionSeverity = z.enum(['severe', 'moderate']);
export type NodeConditionSeverity = z.infer<typeof NodeConditionSeverity>;

const described = {
  kind: z
    .string()
    .describe(
      'Kind; later releases may add others. `disk_failing`: a disk says so, or does not answer; ' +
        '`memory_errors`: memory modules corrupt data; `raid_degraded`: an array has lost a ' +
        'disk; `storage_errors`: a storage is away, or disks of VMs report I/O errors; ' +
        '`memory_pressure`: the host is short of memory; `disk_full`: a storage has no room left',
    ),
  subject: z.string().describe('Affected part, such as the disk sda or the id of a storage'),
  severity: z
    .string()
    .describe('`severe`: a failure may come at any time; `moderate`: it is more likely than usual'),
  evidence: z.string().describe('Reading from the host, in one line'),
};

/** A condition as the agent of a node announces it, as long as it sees it. */
export const AnnouncedCondition = z.looseObject({
  ...described,
  since_ms: z.int().describe('Time the agent first saw it. Unit: ms since the Unix epoch'),
});
export type AnnouncedCondition = z.infer<typeof AnnouncedCondition>;

/** A condition of a node, with when it was seen. */
export const NodeCondition = z.looseObject({
  ...described,
  first_seen_at: Timestamp,
  last_seen_at: Timestamp,
  cleared_at: Timestamp.nullable().describe(
    'Since when the agent does not see it any more; the node is avoided for a while longer. ' +
      'Null: it sees it',
  ),
});
export type NodeCondition = z.infer<typeof NodeCondition>;
