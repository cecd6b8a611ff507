/** Gives a VM the room that was reserved for it. */
import { NodeId } from '@novacron/contract/ids';
import type { VmSpec } from '@novacron/contract/kinds/vm/vm';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { checkCurrentNode } from '@novacron/engine/placement/place/decide/check-current-node';
import type { Amounts } from '@novacron/engine/placement/place/model/placement';
import type { ChangeSet } from '../../../ports/store.ts';
import type { ReservationRow } from '../../../ports/tables/reservation-row.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import { auditChange } from '../../kernel/audit/audit.ts';
import { toPlacementRequest } from '../../rows/placement-request.ts';
import { replan } from '../../rows/resource-problems.ts';
import { amountsOf, positivePart, subtract } from '../../rows/vm-amounts.ts';
import type { PreemptingPlace } from '../decide/find-preemption.ts';
import type { FleetFacts } from '../facts/fleet-facts.ts';
import type { PlacementRules } from '../facts/placement-rules.ts';
import type { WriteScope } from '../scope.ts';
import { amountsReserved, decisionOf, releaseReservation, specOf } from './reservation-row.ts';

/** The VM, the reservation, and the fleet around them. */
export interface Taking {
  readonly spec: VmSpec;
  readonly reservation: ReservationRow;
  readonly fleet: FleetFacts;
  readonly peers: PlacementRules['peers'];
}

/**
 * Decides whether a VM may take the room of a reservation.
 * @returns the placement; `validation-failed` where the VM asks for more than is reserved;
 * `conflict` where
 *   the node is out of service; `no-capacity` where a hard rule would be broken there
 */
export function takeReservation(taking: Taking): Result<PreemptingPlace, Problem> {
  const { spec, reservation, fleet, peers } = taking;
  const node = fleet.rows.find(({ id }) => id === reservation.node_id);
  if (node === undefined) return err(replan('The fleet'));
  const larger = refuseLarger(reservation, amountsOf(spec));
  if (larger !== undefined) return err(larger);
  if (node.status !== 'ready') return err(outOfService(reservation, node));
  const broken = checkCurrentNode({
    before: toPlacementRequest(specOf(reservation)),
    after: toPlacementRequest(spec),
    nodes: fleet.nodes,
    peers,
    home: node.name,
  });
  if (broken !== undefined) return err(broken);
  const decision = decisionOf(reservation);
  const line = `takes the place of the reservation ${reservation.name}`;
  const plan = {
    nodeId: NodeId.parse(node.id),
    decision: { ...decision, explanation: [line, ...decision.explanation] },
    devices: [],
    cells: [],
  };
  return ok({ plan, notice: undefined, victims: [] });
}

/** Releases a reservation whose room a VM takes, and records that. */
export function consumeReservation(row: ReservationRow, { deps, context }: WriteScope): ChangeSet {
  return [
    ...releaseReservation(row),
    auditChange(deps, context, {
      operation: 'reservation.use',
      outcome: 'done',
      resourceKind: 'reservation',
      target: { id: row.id, name: row.name },
      changes: {},
    }),
  ];
}

function refuseLarger(reservation: ReservationRow, asked: Amounts): Problem | undefined {
  const held = amountsReserved(reservation);
  const more = positivePart(subtract(asked, held));
  const fields = [
    { name: 'cpu_cores', more: more.cpuCores, held: `${held.cpuCores} cores` },
    { name: 'memory_gb', more: more.memoryMib, held: `${held.memoryMib / 1024} GB` },
    { name: 'disk_gb', more: more.diskGb, held: `${held.diskGb} GB` },
  ].filter((each) => each.more > 0);
  if (fields.length === 0) return undefined;
  return problem('validation-failed', {
    detail:
      `The VM asks for more than the reservation ${reservation.name} holds: ` +
      `${fields.map(({ name, held: most }) => `${name} (${most} held)`).join(', ')}.`,
    remedy: 'Request a smaller VM, or create a larger reservation.',
    fields: fields.map(({ name, held: most }) => ({
      path: [name],
      message: `exceeds the reservation: ${most}`,
    })),
  });
}

function outOfService({ name }: ReservationRow, node: Tables['nodes']): Problem {
  return problem('conflict', {
    detail: `Node ${node.name} of the reservation ${name} is ${node.status}.`,
    remedy: 'Wait until it is ready again, or create the VM without the reservation.',
    data: { node: node.name },
  });
}
