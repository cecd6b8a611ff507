/** Creates and deletes reservations. */

import type { JsonObject } from '@novacron/contract/json';
import { VM_FIELDS, VmSpec } from '@novacron/contract/kinds/vm/vm';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { PlacementDecision } from '@novacron/contract/placement/placement';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { fillDefaults } from '@novacron/contract/schema/field';
import type { ReservationRow } from '../../../ports/tables/reservation-row.ts';
import { chargeOfVms, chargeTenant, checkQuota } from '../../access/quota/tenant-quota.ts';
import { reserveOnly } from '../../kernel/operations/saga.ts';
import type { WriteFields } from '../../kernel/write/checked-write.ts';
import type { PreparedWrite } from '../../kernel/write/prepared-write.ts';
import {
  describeUnknownGroups,
  findUnknownGroups,
  nameUnknownGroups,
} from '../../placement/decide/find-unknown-groups.ts';
import { place } from '../../placement/decide/place.ts';
import { FLEET, toFleetFacts } from '../../placement/facts/fleet-facts.ts';
import { withClaims } from '../../placement/facts/node-facts.ts';
import { readPlacementRules, ruleLevelsQuery } from '../../placement/facts/placement-rules.ts';
import { findReservation } from '../../placement/reservations/read-reservations.ts';
import { releaseReservation } from '../../placement/reservations/reservation-row.ts';
import { applyPoliciesToRequest } from '../../placement/steering/apply-placement-policies.ts';
import { claimColumns } from '../../rows/allocation-claims.ts';
import { traitColumns } from '../../rows/allocation-constraints.ts';
import { replan } from '../../rows/resource-problems.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { amountsOf, takeFromNode } from '../../rows/vm-amounts.ts';
import type { Check, Prepare, WriteScope } from '../scope.ts';

const MS_PER_S = 1000;

/** Plans a reservation: its node is chosen like that of a VM. */
export const prepareReservationCreate: Check<ParsedInputOf<'reservation.create'>> = async (
  input,
  scope,
) => {
  const { tenantId } = scope.context.principal;
  const { idempotency_key: _key, claim: _claim, ttl_seconds, ...fields } = input;
  const spec = VmSpec.parse(fillDefaults(VM_FIELDS, fields));
  const { quotas, holders } = await scope.deps.store.snapshot({
    quotas: { from: 'tenant_quotas', where: { id: tenantId } },
    holders: { from: 'reservations', where: { tenant_id: tenantId, name: spec.name } },
  });
  const quota = checkQuota(quotas[0], chargeOfVms(1, amountsOf(spec)));
  const taken = holders[0] === undefined ? undefined : nameTakenBy(holders[0]);
  const problems = [taken, quota].filter((each) => each !== undefined);
  if (problems.length > 0) return err(problems);
  const id = scope.deps.ids.next('rsv');
  const deadline_ms = scope.nowMs + ttl_seconds * MS_PER_S;
  const asked: AskedReservation = {
    resourceKind: 'reservation',
    target: { id, name: spec.name },
    before: null,
    wanted: fieldsOf({ spec_json: JSON.stringify(spec), deadline_ms }),
    spec,
    deadline_ms,
  };
  return ok({
    ...asked,
    place: (avoidedNodes) => placeReservation(asked, { ...scope, avoidedNodes }),
  });
};

interface AskedReservation extends WriteFields {
  readonly spec: VmSpec;
  readonly deadline_ms: number;
}

async function placeReservation(
  { spec, deadline_ms, ...asked }: AskedReservation,
  scope: WriteScope,
): Promise<Result<PreparedWrite, readonly Problem[]>> {
  const { tenantId } = scope.context.principal;
  const ask = await applyPoliciesToRequest(scope.deps, tenantId, spec);
  const { kept, claims, ...read } = await scope.deps.store.snapshot({
    kept: ruleLevelsQuery(tenantId),
    ...FLEET,
  });
  const nodes = withClaims(read.nodes, claims);
  const rules = await readPlacementRules({ tenantId, vmId: undefined, ask, nodes, kept }, scope);
  const fleet = toFleetFacts(nodes, scope.deps);
  const placed = await place('reserve', { ask, fleet, rules }, scope);
  const unknown = findUnknownGroups([ask], rules.peers);
  if (!placed.ok) return err([nameUnknownGroups(placed.error, unknown)]);
  const { decision, nodeId } = placed.value;
  const node = nodes.find(({ id }) => id === nodeId);
  if (node === undefined) return err([replan('The fleet')]);
  const { id } = asked.target;
  const { row, allocation } = rowsOf({ id, spec, decision, nodeId, deadline_ms }, scope);
  const amounts = amountsOf(spec);
  return ok({
    ...asked,
    prerequisites: rules.prerequisites,
    saga: reserveOnly([
      ...rules.guard(node),
      { kind: 'insert', into: 'reservations', row, otherwise: replan(`The name ${row.name}`) },
      { kind: 'insert', into: 'allocations', row: allocation, otherwise: replan('The allocation') },
      takeFromNode(node.id, amounts, 1, replan(`Node ${node.name}`)),
      ...chargeTenant(tenantId, chargeOfVms(1, amounts)),
    ]),
    placement: null,
    notices: describeUnknownGroups(unknown),
  });
}

interface Room extends Pick<AskedReservation, 'spec' | 'deadline_ms'> {
  readonly id: string;
  readonly decision: PlacementDecision;
  readonly nodeId: string;
}

function rowsOf({ id, spec, decision, nodeId, deadline_ms }: Room, scope: WriteScope) {
  const { deps, nowMs, context } = scope;
  const { tenantId, name: createdBy } = context.principal;
  const amounts = columnsOf(amountsOf(spec));
  const row: ReservationRow = {
    id,
    tenant_id: tenantId,
    name: spec.name,
    node_id: nodeId,
    allocation_id: deps.ids.next('alloc'),
    ...amounts,
    spec_json: JSON.stringify(spec),
    decision_json: JSON.stringify(decision),
    deadline_ms,
    created_at_ms: nowMs,
    created_by: createdBy,
  };
  const allocation = {
    id: row.allocation_id,
    vm_id: row.id,
    node_id: nodeId,
    ...amounts,
    created_at_ms: nowMs,
    ...traitColumns(tenantId, [spec]),
    ...claimColumns(spec),
  };
  return { row, allocation };
}

/** Releases the room. */
export const prepareReservationDelete: Prepare<{ readonly id: string }> = async ({ id }, scope) => {
  const { tenantId } = scope.context.principal;
  const found = await findReservation(scope.deps, { tenantId, id });
  if (!found.ok) return err([found.error]);
  const row = found.value;
  return ok({
    resourceKind: 'reservation',
    target: { id: row.id, name: row.name },
    before: fieldsOf(row),
    wanted: null,
    saga: reserveOnly(releaseReservation(row)),
    placement: null,
  });
};

function columnsOf(amounts: ReturnType<typeof amountsOf>) {
  const { cpuCores, memoryMib, diskGb } = amounts;
  return { cpu_cores: cpuCores, memory_mib: memoryMib, disk_gb: diskGb };
}

/** The requested fields and the deadline: what policies read and records show. */
function fieldsOf(row: Pick<ReservationRow, 'spec_json' | 'deadline_ms'>): JsonObject {
  return { ...JSON.parse(row.spec_json), deadline: toTimestamp(row.deadline_ms) };
}

function nameTakenBy({ name, id }: ReservationRow): Problem {
  return problem('name-taken', {
    detail: `A reservation named ${name} exists already (${id}).`,
    remedy: `Choose another name, or delete that one first: novacron reservation delete ${name}`,
    fields: [{ path: ['name'], message: 'is the name of another reservation' }],
    data: { resource_id: id },
  });
}
