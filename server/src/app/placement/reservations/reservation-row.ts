/** Reservations as rows, as answers, and as amounts. */
import { NodeId, ReservationId, TenantId } from '@novacron/contract/ids';
import type { Reservation } from '@novacron/contract/kinds/reservation/reservation';
import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import { PlacementDecision } from '@novacron/contract/placement/placement';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { Amounts } from '@novacron/engine/placement/place/model/placement';
import type { ChangeSet } from '../../../ports/store.ts';
import type { ReservationRow } from '../../../ports/tables/reservation-row.ts';
import { chargeOfVms, refundTenant } from '../../access/quota/tenant-quota.ts';
import { replan } from '../../rows/resource-problems.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { negate, takeFromNode } from '../../rows/vm-amounts.ts';

const MIB_PER_GB = 1024;

/** Returns the spec of the VM that the room is for, as far as placement reads it. */
export function specOf(row: ReservationRow): VmSpec {
  return VmSpec.parse(JSON.parse(row.spec_json));
}

/** Returns the amounts that a reservation holds. */
export function amountsReserved(row: ReservationRow): Amounts {
  return { cpuCores: row.cpu_cores, memoryMib: row.memory_mib, diskGb: row.disk_gb };
}

/** Returns the decision that chose its node. */
export function decisionOf(row: ReservationRow): PlacementDecision {
  return PlacementDecision.parse(JSON.parse(row.decision_json));
}

/** Converts a row into the reservation of an answer. */
export function toReservation(row: ReservationRow): Reservation {
  const { metadata, anti_affinity, placement, requirements } = specOf(row);
  const decision = decisionOf(row);
  return {
    id: ReservationId.parse(row.id),
    tenant_id: TenantId.parse(row.tenant_id),
    name: row.name,
    cpu_cores: row.cpu_cores,
    memory_gb: row.memory_mib / MIB_PER_GB,
    disk_gb: row.disk_gb,
    metadata,
    anti_affinity,
    placement,
    requirements,
    // Nodes keep their names.
    node: decision.target_node,
    node_id: NodeId.parse(row.node_id),
    deadline: toTimestamp(row.deadline_ms),
    decision,
    created_at: toTimestamp(row.created_at_ms),
    created_by: row.created_by,
  };
}

/** Releases all that a reservation holds; guard: the row exists as it was read. */
export function releaseReservation(row: ReservationRow): ChangeSet {
  const amounts = amountsReserved(row);
  const otherwise = replan(`The reservation ${row.name}`);
  return [
    { kind: 'delete', from: 'reservations', id: row.id, otherwise },
    { kind: 'delete', from: 'allocations', id: row.allocation_id, otherwise },
    takeFromNode(row.node_id, negate(amounts), -1, otherwise),
    ...refundTenant(row.tenant_id, chargeOfVms(1, amounts)),
  ];
}

/** Returns the problem of a reservation that does not exist, or not any more. */
export function reservationGone(id: string): Problem {
  return problem('not-found', {
    detail: `No reservation found with the id ${id}: it was used or deleted, or it has expired.`,
    remedy: 'List reservations (novacron reservation list), or create another one.',
    data: { id },
  });
}
