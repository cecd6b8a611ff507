/** A reservation: room for one VM that is held on a node until a deadline. */
import { z } from 'zod';
import { NodeId, ReservationId, TenantId } from '../../ids.ts';
import { PlacementDecision } from '../../placement/placement.ts';
import { newName } from '../../schema/new-name.ts';
import { PrincipalName, ResourceName, Timestamp } from '../../schema/resource.ts';
import { VM_FIELDS, VmCreate } from '../vm/vm.ts';

/** Room that is held longer than a month is rather a VM. Unit: seconds. */
const TTL_SECONDS_MAX = 31 * 86_400;

/**
 * Fields of a request to create a reservation: the VM fields that placement reads, and the
 * duration.
 */
export const ReservationCreate = VmCreate.pick({
  metadata: true,
  anti_affinity: true,
  placement: true,
  requirements: true,
}).extend({
  cpu_cores: VM_FIELDS.cpu_cores.schema.describe('Number of virtual CPU cores. Unit: cores.'),
  memory_gb: VM_FIELDS.memory_gb.schema.describe('Memory, in steps of 0.0625 (64 MiB). Unit: GB.'),
  disk_gb: VM_FIELDS.disk_gb.schema.describe('Size of the root disk. Unit: GB.'),
  name: newName(ResourceName).describe('Name of the reservation, unique within the tenant'),
  ttl_seconds: z
    .int()
    .min(1)
    .max(TTL_SECONDS_MAX)
    .describe('Duration of the reservation. Unit: seconds.'),
});

/** A reservation as answers carry it. */
export const Reservation = z.looseObject({
  id: ReservationId,
  tenant_id: TenantId,
  name: ResourceName,
  cpu_cores: z.number().describe('Unit: cores.'),
  memory_gb: z.number().describe('Unit: GB.'),
  disk_gb: z.number().describe('Unit: GB.'),
  metadata: z.record(z.string(), z.string()).nullable(),
  anti_affinity: z.string().nullable(),
  placement: VM_FIELDS.placement.schema.nullish(),
  requirements: VM_FIELDS.requirements.schema.nullish(),
  node: z.string().describe('Name of the node'),
  node_id: NodeId,
  deadline: Timestamp.describe('Time at which the reservation expires'),
  decision: PlacementDecision.describe('Reason why this node was chosen'),
  created_at: Timestamp,
  created_by: PrincipalName,
});
export type Reservation = z.infer<typeof Reservation>;
